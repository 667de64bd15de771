#include "tests/support/naive_billing.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace kontor::test {
namespace {

using rules::billing::Line;
using rules::billing::LineKind;
using rules::billing::Part;

template <class E>
const E* as(const RecordedEvent& event) {
  const auto* body = std::get_if<seats::Event>(&event.body);
  return body == nullptr ? nullptr : std::get_if<E>(body);
}
template <class E>
const E* as_billing(const RecordedEvent& event) {
  const auto* body = std::get_if<billing::Event>(&event.body);
  return body == nullptr ? nullptr : std::get_if<E>(body);
}

Line line_at(LineKind kind, std::string entity, const RecordedEvent& event, std::int64_t quantity,
             MinorUnits price, Currency currency) {
  Line line;
  line.kind = kind;
  line.entity = std::move(entity);
  line.position = event.envelope.position;
  line.effective_at = event.envelope.effective_at;
  line.parts = {{quantity, price}};
  line.amount.value = quantity * price.value;
  line.currency = currency;
  line.evidence = {event.envelope.position};
  return line;
}

struct SeatName {
  CourseId course;
  seats::SeatNumber seat = 0;
};
template <class E>
const E* of_seat(const RecordedEvent& event, const SeatName& name) {
  const E* found = as<E>(event);
  return found != nullptr && found->course == name.course && found->seat == name.seat ? found : nullptr;
}

void remove_one(Line& line, MinorUnits price, bool last) {
  Part* found = nullptr;
  for (Part& part : line.parts)
    if (part.unit_price == price && part.quantity > 0 && (found == nullptr || last)) found = &part;
  if (found == nullptr) return;
  --found->quantity;
  line.amount.value -= price.value;
}
void add_one(Line& line, MinorUnits price) {
  if (line.parts.empty() || line.parts.back().unit_price != price) line.parts.push_back({0, price});
  ++line.parts.back().quantity;
  line.amount.value += price.value;
}

/// What a seat comes to, told event by event until its course run is over.
Line seat_line(std::span<const RecordedEvent> until_settlement, const SeatName& name) {
  Line line;
  line.kind = LineKind::CourseSeat;
  line.number = name.seat;
  line.currency = kNoCurrency;
  for (const RecordedEvent& event : until_settlement) {
    if (const auto* block = of_seat<seats::CourseSeatBlockStarted>(event, name)) {
      add_one(line, block->price ? block->price->unit_price : MinorUnits{});
      if (block->price) line.currency = block->price->currency;
      if (!block->price) ++line.unpriced;
    } else if (const auto* ended = of_seat<seats::CourseSeatEnded>(event, name)) {
      if (quantity_of(line.parts) > ended->billed_blocks)
        remove_one(line, MinorUnits{line.amount.value - ended->amount.value}, true);
      line.currency = ended->currency;
    } else if (const auto* gone = of_seat<seats::CourseSeatBlockVoided>(event, name)) {
      if (gone->billed_blocks == 0) continue;
      remove_one(line, gone->amount, false);
      line.unpriced -= gone->unpriced_blocks;
    } else if (const auto* priced = of_seat<seats::CourseSeatBlockPriced>(event, name)) {
      remove_one(line, MinorUnits{}, false);
      --line.unpriced;
      if (priced->billed_blocks != 0) add_one(line, priced->price.unit_price);
      line.currency = priced->price.currency;
    } else {
      continue;
    }
    line.evidence.push_back(event.envelope.position);
  }
  std::erase_if(line.parts, [](const Part& part) { return part.quantity == 0; });
  return line;
}

/// Lines of the course run that `settlement` opened for settlement.
void add_course_run(std::span<const RecordedEvent> events, const seats::CourseSettlementOpened& settlement,
                    const Envelope& envelope, std::vector<Line>& lines) {
  const auto before = events.first(envelope.position);
  std::uint32_t run = 1;
  for (const RecordedEvent& event : before) {
    if (const auto* again = as<seats::CourseReactivated>(event); again && again->course == settlement.course)
      run = again->run;
    const auto* started = as<seats::CourseSeatStarted>(event);
    if (started == nullptr || started->course != settlement.course || run != settlement.run) continue;
    Line line = seat_line(before, {started->course, started->seat});
    if (line.parts.empty()) continue;
    line.entity = started->course.value + "/" + std::to_string(run) + "/" + std::to_string(started->seat);
    line.person = started->person.value;
    line.position = envelope.position;
    line.effective_at = envelope.effective_at;
    lines.push_back(std::move(line));
  }
}

/// What was corrected on seats whose line is there already.
void add_seat_corrections(std::span<const RecordedEvent> events, std::vector<Line>& lines) {
  const auto correct = [&](const auto& e, const RecordedEvent& event, Part part, Currency currency) {
    if (e.amount.value == 0) return;
    const std::string entity = e.course.value + "/" + std::to_string(e.run) + "/" + std::to_string(e.seat);
    for (const Line& from : lines) {
      if (from.entity != entity || !from.corrects.empty() || from.position > event.envelope.position)
        continue;
      Line line = line_at(LineKind::CourseSeat, entity, event, part.quantity, part.unit_price, currency);
      line.number = from.number;
      line.person = from.person;
      line.corrects = line_id(from);
      lines.push_back(std::move(line));
      return;
    }
  };
  for (const RecordedEvent& event : events) {
    if (const auto* gone = as<seats::CourseSeatBlockVoided>(event))
      correct(*gone, event, {-1, gone->amount}, gone->currency);
    if (const auto* priced = as<seats::CourseSeatBlockPriced>(event))
      correct(*priced, event, {1, priced->price.unit_price}, priced->price.currency);
  }
}

template <class E>
const E* as_access(const RecordedEvent& event) {
  const auto* body = std::get_if<access::Event>(&event.body);
  return body == nullptr ? nullptr : std::get_if<E>(body);
}

/// What takes every line of these kinds back whose entity is `name` or begins with `name/`.
void take_back(const std::string& name, std::initializer_list<LineKind> kinds, const RecordedEvent& event,
               std::vector<Line>& lines) {
  const std::size_t before = lines.size();
  for (std::size_t i = 0; i < before; ++i) {
    const Line& from = lines[i];
    if (std::ranges::find(kinds, from.kind) == kinds.end()) continue;
    if (from.entity != name && !from.entity.starts_with(name + "/")) continue;
    Line line = line_at(from.kind, from.entity, event, -from.parts[0].quantity, from.parts[0].unit_price,
                        from.currency);
    line.number = from.number;
    line.person = from.person;
    line.corrects = line_id(from);
    lines.push_back(std::move(line));
  }
}

void add_access(std::span<const RecordedEvent> events, std::vector<Line>& lines) {
  for (const RecordedEvent& event : events) {
    if (const auto* done = as_access<access::AccessOrderCompleted>(event)) {
      Line line = line_at(LineKind::AccessOrder, done->order.value, event, done->quantity, done->unit_price,
                          done->currency);
      line.person = done->buyer.value;
      for (const RecordedEvent& placed : events)
        if (const auto* p = as_access<access::AccessOrderPlaced>(placed); p && p->order == done->order)
          line.evidence.insert(line.evidence.begin(), placed.envelope.position);
      lines.push_back(std::move(line));
    }
    if (const auto* more = as_access<access::GroupCapacityIncreased>(event)) {
      const auto number =
          1 + std::ranges::count_if(lines, [&](const Line& line) {
            return line.kind == LineKind::AccessTopUp && line.entity.starts_with(more->group.value + "/");
          });
      Line line = line_at(LineKind::AccessTopUp, more->group.value + "/" + std::to_string(number), event,
                          more->quantity, more->unit_price, more->currency);
      line.number = static_cast<std::uint32_t>(number);
      lines.push_back(std::move(line));
    }
    if (const auto* back = as_access<access::AccessOrderReversed>(event))
      take_back(back->order.value, {LineKind::AccessOrder, LineKind::AccessTopUp}, event, lines);
  }
}

void add_credits(std::span<const RecordedEvent> events, std::vector<Line>& lines) {
  for (const RecordedEvent& event : events) {
    const auto* body = std::get_if<credits::Event>(&event.body);
    if (body == nullptr) continue;
    if (const auto* done = std::get_if<credits::CreditOrderCredited>(body)) {
      Line line = line_at(LineKind::CreditOrder, done->order.value, event, 1, done->price, done->currency);
      line.person = done->user.value;
      for (const RecordedEvent& other : events)
        if (const auto* one = std::get_if<credits::Event>(&other.body))
          if (const auto* placed = std::get_if<credits::CreditOrderPlaced>(one);
              placed && placed->order == done->order)
            line.evidence.insert(line.evidence.begin(), other.envelope.position);
      lines.push_back(std::move(line));
    }
    if (const auto* back = std::get_if<credits::CreditOrderReversed>(body))
      take_back(back->order.value, {LineKind::CreditOrder}, event, lines);
  }
}

void add_contracts(std::span<const RecordedEvent> events, std::vector<Line>& lines) {
  for (const RecordedEvent& event : events) {
    if (const auto* flat = as<seats::FlatBooked>(event); flat && flat->price.value != 0) {
      Line line = line_at(LineKind::FlatContract, flat->campus.value + "/" + flat->period.value, event, 1,
                          flat->price, flat->currency);
      if (flat->from > line.effective_at) line.effective_at = flat->from;
      lines.push_back(std::move(line));
    }
    const auto* body = std::get_if<communities::Event>(&event.body);
    const auto* pool = body == nullptr ? nullptr : std::get_if<communities::CommunityPoolBooked>(body);
    if (pool != nullptr && pool->price.value != 0)
      lines.push_back(
          line_at(LineKind::CommunityPool, pool->community.value, event, 1, pool->price, pool->currency));
  }
}

/// Takes out what was settled or invoiced by hand in these events: what no run holds by then.
void settle_by_hand(std::span<const RecordedEvent> events, std::set<std::string>& taken) {
  const auto lines = naive_billable(events);
  std::set<std::string> by_hand;
  for (const RecordedEvent& event : events) {
    if (const auto* settled = as<seats::CourseSettled>(event)) {
      const std::string prefix = settled->course.value + "/" + std::to_string(settled->run) + "/";
      for (const Line& line : lines) {
        if (line.kind != LineKind::CourseSeat || !line.entity.starts_with(prefix)) continue;
        const std::string original = line.corrects.empty() ? line_id(line) : line.corrects;
        if (!taken.contains(original) && line.position < event.envelope.position)
          by_hand.insert(line_id(line));
      }
    }
    if (const auto* body = std::get_if<credits::Event>(&event.body))
      if (const auto* invoiced = std::get_if<credits::CreditOrderInvoiced>(body))
        for (const Line& line : lines)
          if (line.kind == LineKind::CreditOrder && line.entity == invoiced->order.value &&
              line.corrects.empty())
            by_hand.insert(line_id(line));
  }
  taken.merge(by_hand);
}

}  // namespace

std::vector<Line> naive_billable(std::span<const RecordedEvent> events) {
  std::vector<Line> lines;
  for (const RecordedEvent& event : events)
    if (const auto* settlement = as<seats::CourseSettlementOpened>(event))
      add_course_run(events, *settlement, event.envelope, lines);
  add_seat_corrections(events, lines);
  add_access(events, lines);
  add_credits(events, lines);
  add_contracts(events, lines);
  std::ranges::sort(lines, {}, [](const Line& l) { return std::tuple(l.kind, l.position, l.number); });
  return lines;
}

std::vector<Line> naive_lines(std::span<const RecordedEvent> events, const BillingRunId& run) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto* opened = as_billing<billing::BillingRunOpened>(events[i]);
    if (opened == nullptr) continue;
    const auto before = events.first(i);
    if (opened->run != run) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const auto* earlier = as_billing<billing::BillingRunOpened>(events[j]);
      if (earlier == nullptr) continue;
      const bool abandoned = std::ranges::any_of(before, [&](const RecordedEvent& event) {
        const auto* gone = as_billing<billing::BillingRunAbandoned>(event);
        return gone != nullptr && gone->run == earlier->run;
      });
      if (abandoned) continue;
      for (const Line& line : naive_lines(events, earlier->run)) taken.insert(line_id(line));
    }
    settle_by_hand(before, taken);
    std::vector<Line> lines;
    for (Line& line : naive_billable(before))
      if (covers(opened->scope, line.kind) && !taken.contains(line_id(line)) &&
          falls_before(line.kind, line.effective_at, opened->cutoff_effective))
        lines.push_back(std::move(line));
    return lines;
  }
  return {};
}

}  // namespace kontor::test
