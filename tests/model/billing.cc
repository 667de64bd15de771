// What becomes a line, and when (engine/rules/billing/README.md).

#include "tests/model/billing.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "tests/model/world.h"

namespace kontor::model {
namespace {

constexpr const char* kKinds[] = {"access-order",   "access-top-up", "flat-contract",
                                  "community-pool", "course-seat",   "credit-order"};

bool covers(billing::Scope scope, LineKind kind) {
  switch (kind) {
    case LineKind::AccessOrder:
    case LineKind::AccessTopUp: return scope == billing::Scope::All || scope == billing::Scope::Access;
    case LineKind::CreditOrder: return scope == billing::Scope::All || scope == billing::Scope::Credits;
    default: return scope == billing::Scope::All || scope == billing::Scope::Seats;
  }
}

/// One overload an event that matters.
struct Watching {
  Billing& b;
  const World& before;
  Position position;
  Instant at;

  Line line(LineKind kind, std::string of, std::string entity, std::int64_t quantity, MinorUnits price,
            Currency currency) const {
    Line made;
    made.kind = kind;
    made.of = std::move(of);
    made.entity = std::move(entity);
    made.position = position;
    made.at = at;
    made.parts = {{quantity, price.value}};
    made.amount = quantity * price.value;
    made.currency = currency;
    made.positions = {position};
    return made;
  }
  void with_order(Line& made, const std::string& order) const {
    for (const auto& [name, where] : b.placed)
      if (name == order) made.positions.insert(made.positions.begin(), where);
  }
  void take_back(const std::string& of, std::initializer_list<LineKind> kinds) const {
    const std::vector<Line> all = b.lines;
    for (const Line& from : all) {
      if (from.of != of || std::find(kinds.begin(), kinds.end(), from.kind) == kinds.end()) continue;
      Line made =
          line(from.kind, of, from.entity, -from.parts[0].first, {from.parts[0].second}, from.currency);
      made.number = from.number;
      made.person = from.person;
      made.corrects = from.id();
      b.lines.push_back(made);
    }
  }

  void operator()(const access::AccessOrderPlaced& e) const {
    b.placed.emplace_back("access " + e.order.value, position);
  }
  void operator()(const access::AccessOrderCompleted& e) const {
    Line made =
        line(LineKind::AccessOrder, e.order.value, e.order.value, e.quantity, e.unit_price, e.currency);
    made.person = e.buyer.value;
    with_order(made, "access " + e.order.value);
    b.lines.push_back(made);
  }
  void operator()(const access::GroupCapacityIncreased& e) const {
    std::uint32_t number = 1;
    for (const Line& each : b.lines)
      if (each.kind == LineKind::AccessTopUp && each.of == e.group.value) ++number;
    Line made = line(LineKind::AccessTopUp, e.group.value, fmt::format("{}/{}", e.group.value, number),
                     e.quantity, e.unit_price, e.currency);
    made.number = number;
    b.lines.push_back(made);
  }
  void operator()(const access::AccessOrderReversed& e) const {
    take_back(e.order.value, {LineKind::AccessOrder, LineKind::AccessTopUp});
  }

  void operator()(const credits::CreditOrderPlaced& e) const {
    b.placed.emplace_back("credit " + e.order.value, position);
  }
  void operator()(const credits::CreditOrderCredited& e) const {
    Line made = line(LineKind::CreditOrder, e.order.value, e.order.value, 1, e.price, e.currency);
    made.person = e.user.value;
    with_order(made, "credit " + e.order.value);
    for (const CreditOrder& order : before.credits.orders)
      if (order.placed.order == e.order && order.invoice != Invoice::No) made.state = LineState::Done;
    b.lines.push_back(made);
  }
  void operator()(const credits::CreditOrderReversed& e) const {
    take_back(e.order.value, {LineKind::CreditOrder});
  }
  void operator()(const credits::CreditOrderInvoiced& e) const {
    for (Line& each : b.lines)
      if (each.kind == LineKind::CreditOrder && each.of == e.order.value && each.corrects.empty() &&
          each.state == LineState::Open)
        each.state = LineState::Done;
  }

  void operator()(const communities::CommunityPoolBooked& e) const {
    if (e.price.value == 0) return;
    b.lines.push_back(
        line(LineKind::CommunityPool, e.community.value, e.community.value, 1, e.price, e.currency));
  }
  void operator()(const seats::FlatBooked& e) const {
    if (e.price.value == 0) return;
    Line made = line(LineKind::FlatContract, e.campus.value, e.campus.value + "/" + e.period.value, 1,
                     e.price, e.currency);
    made.at = std::max(at, e.from);
    b.lines.push_back(made);
  }

  /// None: the seat starts later than this correction has been true since.
  Line* seat(const CourseId& course, seats::SeatNumber number) const {
    for (SeatLine& each : b.seats)
      if (each.course == course && each.line.number == number) return &each.line;
    return nullptr;
  }
  /// One block fewer of this price: the first there is, or the last.
  static void less(Line& line, std::int64_t price, bool last) {
    std::pair<std::int64_t, std::int64_t>* found = nullptr;
    for (auto& part : line.parts)
      if (part.second == price && part.first > 0 && (last || found == nullptr)) found = &part;
    if (found == nullptr) return;
    --found->first;
    line.amount -= price;
  }
  static void more(Line& line, std::int64_t price) {
    if (line.parts.empty() || line.parts.back().second != price) line.parts.emplace_back(0, price);
    ++line.parts.back().first;
    line.amount += price;
  }
  void operator()(const seats::CourseSeatStarted& e) const {
    const std::uint32_t run = before.seats.course(e.course)->run;
    Line made;
    made.kind = LineKind::CourseSeat;
    made.of = e.course.value;
    made.entity = fmt::format("{}/{}/{}", e.course.value, run, e.seat);
    made.run = run;
    made.number = e.seat;
    made.person = e.person.value;
    made.currency = kNoCurrency;
    b.seats.push_back({e.course, made});
  }
  void operator()(const seats::CourseSeatBlockStarted& e) const {
    Line* found = seat(e.course, e.seat);
    if (found == nullptr) return;
    Line& line = *found;
    more(line, e.price ? e.price->unit_price.value : 0);
    if (e.price)
      line.currency = e.price->currency;
    else
      ++line.unpriced;
    line.positions.push_back(position);
  }
  void operator()(const seats::CourseSeatEnded& e) const {
    Line* found = seat(e.course, e.seat);
    if (found == nullptr) return;
    Line& line = *found;
    std::int64_t blocks = 0;
    for (const auto& part : line.parts) blocks += part.first;
    if (blocks > e.billed_blocks) less(line, line.amount - e.amount.value, true);
    line.currency = e.currency;
    line.positions.push_back(position);
  }
  void operator()(const seats::CourseSeatBlockVoided& e) const {
    if (correct(e.course, e.run, e.seat, -1, e.amount, e.currency) || e.billed_blocks == 0) return;
    Line* found = seat(e.course, e.seat);
    if (found == nullptr) return;
    Line& line = *found;
    less(line, e.amount.value, false);
    line.unpriced -= e.unpriced_blocks;
    line.positions.push_back(position);
  }
  void operator()(const seats::CourseSeatBlockPriced& e) const {
    if (correct(e.course, e.run, e.seat, 1, e.amount, e.price.currency)) return;
    Line* found = seat(e.course, e.seat);
    if (found == nullptr) return;
    Line& line = *found;
    less(line, 0, false);
    --line.unpriced;
    if (e.billed_blocks != 0) more(line, e.price.unit_price.value);
    line.currency = e.price.currency;
    line.positions.push_back(position);
  }
  /// False while the course run goes on.
  bool correct(const CourseId& course, std::uint32_t run, seats::SeatNumber number, std::int64_t quantity,
               MinorUnits amount, Currency currency) const {
    bool over = false;
    for (const CourseRunDue& each : b.course_runs) over = over || (each.course == course && each.run == run);
    if (!over || amount.value == 0) return over;
    const std::vector<Line> all = b.lines;
    for (const Line& from : all) {
      if (from.kind != LineKind::CourseSeat || from.of != course.value || from.run != run) continue;
      if (from.number != number || !from.corrects.empty()) continue;
      Line made = line(LineKind::CourseSeat, from.of, from.entity, quantity, amount, currency);
      made.run = run;
      made.number = number;
      made.person = from.person;
      made.corrects = from.id();
      b.lines.push_back(made);
    }
    return true;
  }
  void operator()(const seats::CourseSettlementOpened& e) const {
    b.course_runs.push_back({.course = e.course, .run = e.run, .at = at, .position = position, .held = {}});
    for (const SeatLine& each : b.seats) {
      if (each.course != e.course || each.line.run != e.run) continue;
      Line made = each.line;
      std::erase_if(made.parts, [](const auto& part) { return part.first == 0; });
      made.position = position;
      made.at = at;
      if (!made.parts.empty()) b.lines.push_back(made);
    }
  }
  void operator()(const seats::CourseSettled& e) const {
    for (CourseRunDue& each : b.course_runs) {
      if (each.course != e.course || each.run != e.run || each.state != LineState::Open) continue;
      each.state = LineState::Done;
      for (Line& line : b.lines)
        if (line.kind == LineKind::CourseSeat && line.of == e.course.value && line.run == e.run &&
            line.state == LineState::Open)
          line.state = LineState::Done;
    }
  }

  void operator()(const billing::BillingRunOpened& e) const {
    const std::vector<Line> lines = b.takes(e.scope, e.cutoff_effective);
    for (const Line& taken : lines)
      for (Line& each : b.lines)
        if (each.id() == taken.id()) {
          each.state = LineState::InRun;
          each.held = e.run;
        }
    for (const CourseRunDue& taken : b.takes_runs(e.scope, e.cutoff_effective))
      for (CourseRunDue& each : b.course_runs)
        if (each.course == taken.course && each.run == taken.run) {
          each.state = LineState::InRun;
          each.held = e.run;
        }
    BillingRun run{.opened = e,
                   .lines = lines,
                   .left_out = {},
                   .position = position,
                   .at = at,
                   .ended_at = {},
                   .invoice_ref = {},
                   .reason = {}};
    for (const CourseRunDue& each : b.course_runs)
      if (each.state == LineState::Open) run.left_out.push_back(each);
    b.runs.push_back(run);
  }
  BillingRun& run(const BillingRunId& id) const { return const_cast<BillingRun&>(*b.run(id)); }
  static void leave(auto& held, LineState state) {
    held.state = state;
    if (state == LineState::Open) held.held = {};
  }
  void finish(const BillingRunId& id, LineState state) const {
    run(id).ended = position;
    run(id).ended_at = at;
    for (Line& each : b.lines)
      if (each.state == LineState::InRun && each.held == id) leave(each, state);
    for (CourseRunDue& each : b.course_runs)
      if (each.state == LineState::InRun && each.held == id) leave(each, state);
  }
  void operator()(const billing::BillingRunClosed& e) const {
    finish(e.run, LineState::Done);
    run(e.run).closed = true;
    run(e.run).invoice_ref = e.invoice_ref;
  }
  void operator()(const billing::BillingRunAbandoned& e) const {
    finish(e.run, LineState::Open);
    run(e.run).abandoned = true;
    run(e.run).reason = e.reason;
  }
  void operator()(const billing::PeriodSealed& e) const { b.sealed = std::max(b.sealed, e.until); }

  void operator()(const auto&) const {}
};

}  // namespace

std::string Line::id() const {
  return fmt::format("{}:{}@{}", kKinds[static_cast<int>(kind)], entity, position);
}

void Billing::take(const World& before, const Event& event, Position position, Instant at) {
  std::visit([&](const auto& domain) { std::visit(Watching{*this, before, position, at}, domain); }, event);
}

const BillingRun* Billing::run(const BillingRunId& id) const {
  for (const BillingRun& each : runs)
    if (each.opened.run == id) return &each;
  return nullptr;
}

std::vector<Line> Billing::takes(billing::Scope scope, Instant cutoff) const {
  std::vector<Line> found;
  for (const Line& each : lines) {
    const bool before = each.kind == LineKind::CourseSeat ? each.at <= cutoff : each.at < cutoff;
    if (each.state == LineState::Open && before && covers(scope, each.kind)) found.push_back(each);
  }
  std::stable_sort(found.begin(), found.end(), [](const Line& a, const Line& b) {
    return std::tie(a.kind, a.position, a.number) < std::tie(b.kind, b.position, b.number);
  });
  return found;
}

std::vector<CourseRunDue> Billing::takes_runs(billing::Scope scope, Instant cutoff) const {
  std::vector<CourseRunDue> found;
  for (const CourseRunDue& each : course_runs)
    if (each.state == LineState::Open && each.at <= cutoff && covers(scope, LineKind::CourseSeat))
      found.push_back(each);
  return found;
}

std::vector<Line> Billing::settled_apart(const CourseId& course, std::uint32_t run) const {
  const CourseRunDue* due = nullptr;
  for (const CourseRunDue& each : course_runs)
    if (each.course == course && each.run == run) due = &each;
  std::vector<Line> found;
  for (const Line& each : lines) {
    if (each.kind != LineKind::CourseSeat || each.of != course.value || each.run != run) continue;
    if (due == nullptr || each.corrects.empty()) continue;
    const bool later = due->state == LineState::Done && each.state == LineState::Open;
    if (later || each.held != due->held) found.push_back(each);
  }
  return found;
}

Digest hash_of(const std::vector<Line>& lines) {
  std::string text = "kontor billing lines 1\n";
  for (const Line& each : lines) {
    std::string parts;
    std::int64_t quantity = 0;
    for (const auto& [count, price] : each.parts) {
      parts += fmt::format("{}{}x{}", parts.empty() ? "" : "+", count, price);
      quantity += count;
    }
    std::string positions;
    for (const Position where : each.positions)
      positions += fmt::format("{}{}", positions.empty() ? "" : " ", where);
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", each.id(), each.at.text(), each.person,
                        each.corrects, parts, quantity, each.unpriced, each.amount, each.currency.text(),
                        positions);
  }
  Sha256 hash;
  hash.update(bytes_of(text));
  return hash.finish();
}

}  // namespace kontor::model
