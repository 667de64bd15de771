// What becomes billable, from the events of the domains it happens in.
#include "engine/rules/billing/chains.h"
#include "engine/rules/billing/growing.h"
#include "engine/rules/billing/rules.h"
#include "events/core/assert.h"

namespace kontor::rules::billing {
namespace {

std::int64_t quantity_of(const State& s, const Item& item) {
  std::int64_t sum = 0;
  for (Row part = item.first_part; part != kNone; part = s.parts[part].next)
    sum += s.parts[part].part.quantity;
  return sum;
}

struct ObserveSeats {
  State& s;
  const Envelope& envelope;

  [[nodiscard]] Row course(const CourseId& id) const {
    const Row row = s.names.find(id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }
  [[nodiscard]] Row item_of(const CourseId& id, kontor::seats::SeatNumber seat) const {
    const Row* row = s.seat_items.find(pair_key(course(id), seat));
    KONTOR_ASSERT(row != nullptr);
    return *row;
  }
  [[nodiscard]] Row settlement_of(const CourseId& id) const {
    const Row* row = s.settlement_of.find(course(id));
    KONTOR_ASSERT(row != nullptr);
    return *row;
  }
  void begin_course_run(const CourseId& id, std::uint32_t run) {
    const Row name = s.names.intern(id.value);
    s.settlement_of.put(name, s.settlements.append({.course = name, .course_run = run}));
  }

  void operator()(const kontor::seats::FlatBooked& e) {
    if (e.to <= s.seal.get().until) return;
    const Row row = s.contract_periods.append(
        {.campus = s.names.intern(e.campus.value), .period = s.names.intern(e.period.value), .to = e.to});
    s.seal_timers.insert({.until = e.to, .period = row});
  }
  void operator()(const kontor::seats::CourseCreated& e) { begin_course_run(e.course, 1); }
  void operator()(const kontor::seats::CourseReactivated& e) { begin_course_run(e.course, e.run); }
  void operator()(const kontor::seats::CourseSeatStarted& e) {
    const Row run = settlement_of(e.course);
    const Row row = s.items.append({.kind = LineKind::CourseSeat,
                                    .name = s.settlements[run].course,
                                    .course_run = s.settlements[run].course_run,
                                    .number = e.seat,
                                    .person = s.names.intern(e.person.value),
                                    .currency = kNoCurrency});
    s.seat_items.put(pair_key(s.settlements[run].course, e.seat), row);
    Settlement& settlement = s.settlements.edit(run);
    (settlement.last_seat == kNone ? settlement.first_seat : s.items.edit(settlement.last_seat).sibling) =
        row;
    settlement.last_seat = row;
  }
  void operator()(const kontor::seats::CourseSeatBlockStarted& e) {
    const Row row = item_of(e.course, e.seat);
    if (e.price) s.items.edit(row).currency = e.price->currency;
    if (!e.price) ++s.items.edit(row).unpriced;
    charge(s, row, {1, e.price ? e.price->unit_price : MinorUnits{}});
    rest_on(s, row, envelope.position);
  }
  void operator()(const kontor::seats::CourseSeatEnded& e) {
    const Row row = item_of(e.course, e.seat);
    // Rounding FULL: the newest block was not over when the seat ended.
    if (quantity_of(s, s.items[row]) > e.billed_blocks)
      take_one_away(s, row, MinorUnits{s.items[row].amount.value - e.amount.value}, Which::Last);
    const Item& item = s.items[row];
    KONTOR_ASSERT(item.amount == e.amount);
    KONTOR_ASSERT(item.unpriced == e.unpriced_blocks);
    s.items.edit(row).currency = e.currency;
    rest_on(s, row, envelope.position);
  }
  void operator()(const kontor::seats::CourseSettlementOpened& e) {
    const Row row = settlement_of(e.course);
    Settlement& settlement = s.settlements.edit(row);
    KONTOR_ASSERT(settlement.course_run == e.run);
    settlement.phase = ItemPhase::Open;
    settlement.position = envelope.position;
    settlement.effective_at = envelope.effective_at;
    append(s.settlements, s.open_settlements, row);
    for (Row seat = settlement.first_seat; seat != kNone; seat = s.items[seat].sibling) {
      if (s.items[seat].phase != ItemPhase::Growing) continue;
      if (quantity_of(s, s.items[seat]) == 0) {
        s.items.edit(seat).phase = ItemPhase::Nothing;
      } else {
        become_open(s, seat, envelope.position, envelope.effective_at);
      }
    }
  }
  // By hand, or by closing the run that holds it: evolve has marked what that run bills already.
  void operator()(const kontor::seats::CourseSettled& e) {
    const Row row = settlement_of(e.course);
    if (s.settlements[row].phase != ItemPhase::Open) return;
    s.settlements.edit(row).phase = ItemPhase::Billed;
    for (Row seat = s.settlements[row].first_seat; seat != kNone; seat = s.items[seat].sibling)
      if (s.items[seat].phase == ItemPhase::Open) s.items.edit(seat).phase = ItemPhase::Billed;
  }
  void operator()(const kontor::seats::CourseSeatBlockVoided& e) {
    if (e.billed_blocks == 0) return;
    const Row row = item_of(e.course, e.seat);
    if (s.items[row].phase == ItemPhase::Growing) {
      take_one_away(s, row, e.amount, Which::First);
      s.items.edit(row).unpriced -= e.unpriced_blocks;
      rest_on(s, row, envelope.position);
    } else if (e.amount.value != 0) {
      correct(s, row, {-1, e.amount}, e.currency, envelope);
    }
  }
  void operator()(const kontor::seats::CourseSeatBlockPriced& e) {
    const Row row = item_of(e.course, e.seat);
    if (s.items[row].phase == ItemPhase::Growing) {
      take_one_away(s, row, MinorUnits{}, Which::First);
      --s.items.edit(row).unpriced;
      if (e.billed_blocks != 0) charge(s, row, {1, e.price.unit_price});
      s.items.edit(row).currency = e.price.currency;
      rest_on(s, row, envelope.position);
    } else if (e.amount.value != 0) {
      correct(s, row, {1, e.price.unit_price}, e.price.currency, envelope);
    }
  }
  template <class Other>
  void operator()(const Other&) {}
};

}  // namespace

void observe(State& state, const Event& event, const Envelope& envelope) {
  if (const auto* seats = std::get_if<kontor::seats::Event>(&event))
    std::visit(ObserveSeats{state, envelope}, *seats);
  observe_orders(state, event, envelope);
}

}  // namespace kontor::rules::billing
