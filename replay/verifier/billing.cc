// engine/rules/billing/README.md, told from the events alone.
#include "replay/verifier/billing.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace kontor::verifier {

namespace {

constexpr std::string_view kTooMuch = "an amount does not fit 64 bits";

std::string key_of(LineKind kind, const std::string& order) {
  return (kind == LineKind::AccessOrder ? "a/" : "c/") + order;
}

}  // namespace

std::string_view name_of(BillingRun::Phase phase) {
  constexpr std::array<std::string_view, 3> kNames{"open", "closed", "abandoned"};
  return kNames[static_cast<std::size_t>(phase)];
}

struct BillingBook::Observer {
  BillingBook& book;
  const Envelope& now;

  // Orders, of accesses and of credits.
  Objection place(LineKind kind, const std::string& order) {
    Item item;
    item.line.kind = kind;
    item.line.entity = order;
    book.orders_[key_of(kind, order)] = book.items_.size();
    book.add(std::move(item));
    return std::nullopt;
  }
  struct Fill {
    LineKind kind = LineKind::AccessOrder;
    const std::string& order;
    const std::string& person;
    Part part;
    Currency currency;
  };
  Objection fill(const Fill& by) {
    const auto found = book.orders_.find(key_of(by.kind, by.order));
    if (found == book.orders_.end()) return "order " + by.order + " was never placed";
    Item& item = book.items_[found->second];
    item.line.person = by.person;
    item.line.currency = by.currency;
    if (!item.line.charge(by.part)) return std::string(kTooMuch);
    item.line.evidence.push_back(now.position);
    item.line.position = now.position;
    item.line.effective_at = now.effective_at;
    if (item.phase == Phase::Growing) book.open(found->second, now.effective_at);
    return std::nullopt;
  }
  void end(LineKind kind, const std::string& order, Phase phase) {
    const auto found = book.orders_.find(key_of(kind, order));
    if (found == book.orders_.end()) return;
    Item& item = book.items_[found->second];
    const bool waits = item.phase == Phase::Growing || (phase == Phase::Billed && item.phase == Phase::Open);
    if (waits) item.phase = phase;
  }
  Objection take_back(std::size_t item) {
    const Line& line = book.items_[item].line;
    if (line.parts.empty()) return "what is taken back was never charged";
    return book.correct(item, {-line.parts[0].quantity, line.parts[0].unit_price}, line.currency, nullptr);
  }

  Objection operator()(const access::AccessOrderPlaced& e) {
    return place(LineKind::AccessOrder, e.order.value);
  }
  Objection operator()(const access::AccessOrderAbandoned& e) {
    end(LineKind::AccessOrder, e.order.value, Phase::Nothing);
    return std::nullopt;
  }
  Objection operator()(const access::AccessOrderCompleted& e) {
    return fill(
        {LineKind::AccessOrder, e.order.value, e.buyer.value, {e.quantity, e.unit_price}, e.currency});
  }
  Objection operator()(const access::GroupCapacityIncreased& e) {
    auto& before = book.top_ups_[e.group.value];
    Item item;
    item.line.kind = LineKind::AccessTopUp;
    item.line.number = static_cast<std::uint32_t>(before.size() + 1);
    item.line.entity = fmt::format("{}/{}", e.group.value, item.line.number);
    item.line.currency = e.currency;
    if (!item.line.charge({e.quantity, e.unit_price})) return std::string(kTooMuch);
    before.push_back(book.items_.size());
    book.add(std::move(item));
    book.open(before.back(), now.effective_at);
    return std::nullopt;
  }
  Objection operator()(const access::AccessOrderReversed& e) {
    const auto order = book.orders_.find(key_of(LineKind::AccessOrder, e.order.value));
    if (order == book.orders_.end()) return "order " + e.order.value + " was never placed";
    if (Objection objection = take_back(order->second)) return objection;
    for (const std::size_t item : book.top_ups_[e.order.value])
      if (Objection objection = take_back(item)) return objection;
    return std::nullopt;
  }
  Objection operator()(const credits::CreditOrderPlaced& e) {
    return place(LineKind::CreditOrder, e.order.value);
  }
  Objection operator()(const credits::CreditOrderStatusChanged& e) {
    if (e.status == credits::OrderStatus::Cancelled)
      end(LineKind::CreditOrder, e.order.value, Phase::Nothing);
    return std::nullopt;
  }
  Objection operator()(const credits::CreditOrderCredited& e) {
    return fill({LineKind::CreditOrder, e.order.value, e.user.value, {1, e.price}, e.currency});
  }
  Objection operator()(const credits::CreditOrderReversed& e) {
    const auto order = book.orders_.find(key_of(LineKind::CreditOrder, e.order.value));
    return order == book.orders_.end() ? "order " + e.order.value + " was never placed"
                                       : take_back(order->second);
  }
  Objection operator()(const credits::CreditOrderInvoiced& e) {
    end(LineKind::CreditOrder, e.order.value, Phase::Billed);
    return std::nullopt;
  }

  // Contracts.
  Objection bill(LineKind kind, std::string entity, MinorUnits price, Currency currency, Instant from) {
    if (price.value == 0) return std::nullopt;
    Item item;
    item.line.kind = kind;
    item.line.entity = std::move(entity);
    item.line.currency = currency;
    if (!item.line.charge({1, price})) return std::string(kTooMuch);
    book.add(std::move(item));
    book.open(book.items_.size() - 1, from);
    return std::nullopt;
  }
  Objection operator()(const communities::CommunityPoolBooked& e) {
    return bill(LineKind::CommunityPool, e.community.value, e.price, e.currency, now.effective_at);
  }
  Objection operator()(const seats::FlatBooked& e) {
    return bill(LineKind::FlatContract, e.campus.value + "/" + e.period.value, e.price, e.currency,
                std::max(e.from, now.effective_at));
  }

  // Course seats.
  [[nodiscard]] CourseRun* run_of(const CourseId& course) {
    const auto found = book.course_run_of_.find(course.value);
    return found == book.course_run_of_.end() ? nullptr : &book.course_runs_[found->second];
  }
  [[nodiscard]] std::size_t item_of(const CourseId& course, std::uint32_t seat) const {
    const auto found = book.seats_.find({course.value, seat});
    return found == book.seats_.end() ? kNone : found->second;
  }
  static Objection unknown(const CourseId& course) { return "course " + course.value + " has no such seat"; }

  Objection begin(const CourseId& course, std::uint32_t number) {
    book.course_run_of_[course.value] = book.course_runs_.size();
    book.all_course_runs_[{course.value, number}] = book.course_runs_.size();
    book.course_runs_.push_back({.number = number, .effective_at = {}, .items = {}});
    return std::nullopt;
  }
  Objection operator()(const seats::CourseCreated& e) { return begin(e.course, 1); }
  Objection operator()(const seats::CourseReactivated& e) { return begin(e.course, e.run); }
  Objection operator()(const seats::CourseSeatStarted& e) {
    CourseRun* run = run_of(e.course);
    if (run == nullptr) return unknown(e.course);
    book.seats_[{e.course.value, e.seat}] = book.items_.size();
    run->items.push_back(book.items_.size());
    Item item;
    item.line.kind = LineKind::CourseSeat;
    item.line.entity = fmt::format("{}/{}/{}", e.course.value, run->number, e.seat);
    item.line.number = e.seat;
    item.line.person = e.person.value;
    book.add(std::move(item)).line.evidence.clear();  // a start alone costs nothing
    return std::nullopt;
  }
  Objection operator()(const seats::CourseSeatBlockStarted& e) {
    const std::size_t item = item_of(e.course, e.seat);
    if (item == kNone) return unknown(e.course);
    Line& line = book.items_[item].line;
    if (e.price) line.currency = e.price->currency;
    if (!e.price) ++line.unpriced;
    if (!line.charge({1, e.price ? e.price->unit_price : MinorUnits{}})) return std::string(kTooMuch);
    line.evidence.push_back(now.position);
    return std::nullopt;
  }
  Objection operator()(const seats::CourseSeatEnded& e) {
    const std::size_t item = item_of(e.course, e.seat);
    if (item == kNone) return unknown(e.course);
    Line& line = book.items_[item].line;
    std::int64_t last_price = 0;  // of a block that was not over, if those do not count
    if (line.quantity() > e.billed_blocks &&
        (__builtin_sub_overflow(line.amount.value, e.amount.value, &last_price) ||
         !line.take_one_away(MinorUnits{last_price}, Line::Which::Last)))
      last_price = -1;
    if (last_price < 0 || line.quantity() != e.billed_blocks || line.amount != e.amount ||
        line.unpriced != e.unpriced_blocks)
      return fmt::format("seat {} of course {} ends with {} blocks for {}, its blocks come to {} for {}",
                         e.seat, e.course.value, e.billed_blocks, e.amount.value, line.quantity(),
                         line.amount.value);
    line.currency = e.currency;
    line.evidence.push_back(now.position);
    return std::nullopt;
  }
  Objection operator()(const seats::CourseSettlementOpened& e) {
    CourseRun* run = run_of(e.course);
    if (run == nullptr || run->number != e.run || run->phase != Phase::Growing) return unknown(e.course);
    run->phase = Phase::Open;
    run->effective_at = now.effective_at;
    book.open_course_runs_.push_back(book.course_run_of_.at(e.course.value));
    for (const std::size_t index : run->items) {
      Item& item = book.items_[index];
      if (item.phase != Phase::Growing) continue;
      if (item.line.quantity() == 0)
        item.phase = Phase::Nothing;
      else
        book.open(index, now.effective_at);
    }
    return std::nullopt;
  }
  Objection operator()(const seats::CourseSettled& e) {
    CourseRun* run = run_of(e.course);
    if (run == nullptr || run->phase != Phase::Open) return std::nullopt;
    run->phase = Phase::Billed;
    for (const std::size_t item : run->items)
      if (book.items_[item].phase == Phase::Open) book.items_[item].phase = Phase::Billed;
    return std::nullopt;
  }
  Objection operator()(const seats::CourseSeatBlockVoided& e) {
    const std::size_t index = item_of(e.course, e.seat);
    if (index == kNone) return unknown(e.course);
    if (e.billed_blocks == 0) return std::nullopt;
    Item& item = book.items_[index];
    if (item.phase != Phase::Growing) return correct_seat(e, index, {-1, e.amount}, e.currency);
    if (!item.line.take_one_away(e.amount, Line::Which::First) || item.line.unpriced < e.unpriced_blocks)
      return unknown(e.course);
    item.line.unpriced -= e.unpriced_blocks;
    item.line.evidence.push_back(now.position);
    return std::nullopt;
  }
  Objection operator()(const seats::CourseSeatBlockPriced& e) {
    const std::size_t index = item_of(e.course, e.seat);
    if (index == kNone) return unknown(e.course);
    Item& item = book.items_[index];
    if (item.phase != Phase::Growing)
      return correct_seat(e, index, {1, e.price.unit_price}, e.price.currency);
    if (!item.line.take_one_away(MinorUnits{}, Line::Which::First) || item.line.unpriced == 0)
      return unknown(e.course);
    --item.line.unpriced;
    if (e.billed_blocks != 0 && !item.line.charge({1, e.price.unit_price})) return std::string(kTooMuch);
    item.line.currency = e.price.currency;
    item.line.evidence.push_back(now.position);
    return std::nullopt;
  }
  /// A line of its own, which is settled by hand together with the run of the seat.
  template <class E>
  Objection correct_seat(const E& e, std::size_t index, Part part, const Currency& currency) {
    if (e.amount.value == 0) return std::nullopt;
    const auto run = book.all_course_runs_.find({e.course.value, e.run});
    if (run == book.all_course_runs_.end()) return unknown(e.course);
    return book.correct(index, part, currency, &book.course_runs_[run->second].items);
  }

  Objection operator()(const billing::BillingRunOpened& e) { return book.open_run(e); }
  Objection operator()(const billing::BillingRunClosed& e) {
    const auto run = book.run_of_.find(e.run.value);
    if (run == book.run_of_.end()) return "there is no billing run " + e.run.value;
    const billing::BillingRunOpened& opened = book.runs_[run->second].opened;
    if (e.lines != opened.lines || e.totals != opened.totals || e.lines_hash != opened.lines_hash)
      return "billing run " + e.run.value + " is closed with other lines than it was opened with";
    return book.end_run(e.run, BillingRun::Phase::Closed);
  }
  Objection operator()(const billing::BillingRunAbandoned& e) {
    return book.end_run(e.run, BillingRun::Phase::Abandoned);
  }

  // Domains, and events that bill nothing.
  Objection operator()(const access::Event& e) { return std::visit(*this, e); }
  Objection operator()(const credits::Event& e) { return std::visit(*this, e); }
  Objection operator()(const communities::Event& e) { return std::visit(*this, e); }
  Objection operator()(const seats::Event& e) { return std::visit(*this, e); }
  Objection operator()(const billing::Event& e) { return std::visit(*this, e); }
  template <class Other>
  Objection operator()(const Other&) {
    return std::nullopt;
  }
};

Objection BillingBook::take(const RecordedEvent& event) {
  now_ = &event.envelope;
  return std::visit(Observer{*this, event.envelope}, event.body);
}

/// A new item, which rests on this event.
BillingBook::Item& BillingBook::add(Item item) {
  item.line.evidence.push_back(now_->position);
  items_.push_back(std::move(item));
  return items_.back();
}

void BillingBook::open(std::size_t item, Instant effective_at) {
  items_[item].phase = Phase::Open;
  items_[item].line.position = now_->position;
  items_[item].line.effective_at = effective_at;
  open_items_.push_back(item);
}

Objection BillingBook::correct(std::size_t original, Part part, const Currency& currency,
                               std::vector<std::size_t>* siblings) {
  Item item;
  const Line& from = items_[original].line;
  item.line.kind = from.kind;
  item.line.entity = from.entity;
  item.line.number = from.number;
  item.line.person = from.person;
  item.line.corrects = from.id();
  item.line.currency = currency;
  if (!item.line.charge(part)) return std::string(kTooMuch);
  if (siblings != nullptr) siblings->push_back(items_.size());
  add(std::move(item));
  open(items_.size() - 1, now_->effective_at);
  return std::nullopt;
}

/// In the order of a statement; they are the run's from now on.
std::vector<std::size_t> BillingBook::taken_by(const billing::BillingRunOpened& opened) {
  std::vector<std::size_t> taken;
  std::vector<std::size_t> left;
  for (const std::size_t index : open_items_) {
    const Item& item = items_[index];
    if (item.phase != Phase::Open) continue;
    const bool takes = is_covered(opened.scope, item.line.kind) &&
                       is_before(item.line.kind, item.line.effective_at, opened.cutoff_effective);
    (takes ? taken : left).push_back(index);
  }
  open_items_ = std::move(left);
  std::ranges::sort(taken, {}, [&](std::size_t index) {
    const Line& line = items_[index].line;
    return std::tuple(line.kind, line.position, line.number);
  });
  return taken;
}

Objection BillingBook::open_run(const billing::BillingRunOpened& opened) {
  if (!run_of_.emplace(opened.run.value, runs_.size()).second)
    return "billing run " + opened.run.value + " is opened a second time";
  if (opened.cutoff_position >= now_->position)
    return fmt::format("billing run {} looks at position {}", opened.run.value, opened.cutoff_position);
  BillingRun run{.phase = BillingRun::Phase::Open, .opened = opened, .lines = {}};
  const std::size_t number = runs_.size();
  std::vector<std::size_t> taken = taken_by(opened);
  std::vector<const Line*> lines;
  for (const std::size_t index : taken) {
    items_[index].phase = Phase::InRun;
    items_[index].run = number;
    run.lines.push_back(items_[index].line);
    lines.push_back(&items_[index].line);
  }
  std::vector<std::size_t> settles;
  std::vector<std::size_t> left;
  for (const std::size_t index : open_course_runs_) {
    CourseRun& one = course_runs_[index];
    if (one.phase != Phase::Open) continue;
    const bool takes = is_covered(opened.scope, LineKind::CourseSeat) &&
                       is_before(LineKind::CourseSeat, one.effective_at, opened.cutoff_effective);
    (takes ? settles : left).push_back(index);
    if (takes) one.phase = Phase::InRun;
    if (takes) one.run = number;
  }
  open_course_runs_ = std::move(left);
  const Statement statement = Statement::of(lines);
  const bool same = statement.fits && statement.lines == opened.lines && statement.totals == opened.totals &&
                    statement.unpriced == opened.unpriced_blocks &&
                    statement.first_position == opened.first_position &&
                    statement.hash == opened.lines_hash && settles.size() == opened.course_runs;
  runs_.push_back(std::move(run));
  items_of_run_.push_back(std::move(taken));
  course_runs_of_run_.push_back(std::move(settles));
  if (same) return std::nullopt;
  return fmt::format("billing run {} says {} lines with hash {}; the events come to {} lines with hash {}",
                     opened.run.value, opened.lines, hex(opened.lines_hash), statement.lines,
                     hex(statement.hash));
}

Objection BillingBook::end_run(const BillingRunId& id, BillingRun::Phase phase) {
  const auto found = run_of_.find(id.value);
  if (found == run_of_.end() || runs_[found->second].phase != BillingRun::Phase::Open)
    return "there is no open billing run " + id.value;
  runs_[found->second].phase = phase;
  const bool closed = phase == BillingRun::Phase::Closed;
  for (const std::size_t index : items_of_run_[found->second]) {
    items_[index].phase = closed ? Phase::Billed : Phase::Open;
    if (closed) continue;
    items_[index].run = kNone;
    open_items_.push_back(index);
  }
  for (const std::size_t index : course_runs_of_run_[found->second]) {
    course_runs_[index].phase = closed ? Phase::Billed : Phase::Open;
    if (closed) continue;
    course_runs_[index].run = kNone;
    open_course_runs_.push_back(index);
  }
  return std::nullopt;
}

std::vector<BilledElsewhere> BillingBook::billed_elsewhere(const CourseId& course) const {
  std::vector<BilledElsewhere> out;
  const auto found = course_run_of_.find(course.value);
  if (found == course_run_of_.end()) return out;
  const CourseRun& run = course_runs_[found->second];
  for (const std::size_t index : run.items) {
    const Item& item = items_[index];
    if (item.line.corrects.empty() || item.run == run.run) continue;
    out.push_back(
        {item.line.number, std::min<std::int64_t>(item.line.quantity(), 0), item.line.amount.value});
  }
  return out;
}

}  // namespace kontor::verifier
