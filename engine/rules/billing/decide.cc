#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/rules/billing/growing.h"
#include "engine/rules/billing/rules.h"
#include "engine/rules/billing/statement.h"
#include "engine/rules/contract_limits.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"

namespace kontor::rules::billing {
namespace {

namespace ev = kontor::billing;

constexpr Roles kBilling{Role::Billing};
constexpr std::int64_t kGraceNs = 30LL * 24 * 3'600 * kNanosecondsPerSecond;

tl::unexpected<Refusal> no_such_run(const BillingRunId& run) {
  return refuse(Reason::NotFound, fmt::format("there is no billing run {}", run.value),
                {fact("run", run.value)});
}

std::vector<Fact> facts_of(const Run& run) {
  return {fact("run", run.opened.run.value), fact("lines", run.opened.lines),
          fact("lines_hash", hex(run.opened.lines_hash))};
}

Decision<Event> decide_one(const State& state, const OpenBillingRun& command, const Context& ctx) {
  if (!allowed(ctx, kBilling)) return forbidden(ctx, kBilling);
  if (const Row row = state.run_ids.find(command.run.value); row != kNone) {
    const Run& run = state.runs[row];
    const bool same = run.opened.scope == command.scope && run.opened.cutoff_effective == command.cutoff;
    auto facts = facts_of(run);
    facts.push_back(fact("same", same ? "yes" : "no"));
    facts.push_back(fact("cutoff", run.opened.cutoff_effective));
    facts.push_back(fact("scope", ev::scope_name(run.opened.scope)));
    return refuse(Reason::AlreadyExists,
                  fmt::format("billing run {} was opened {}", command.run.value,
                              same ? "before, the same way" : "with another cut-off or scope"),
                  std::move(facts), {run.opened_at});
  }
  if (command.cutoff > ctx.now)
    return refuse(Reason::CutoffInFuture, "a run cannot bill what has not happened",
                  {fact("cutoff", command.cutoff), fact("now", ctx.now)});
  auto opened = statement_of(state, command.run, command.scope, command.cutoff, ctx.head);
  if (!opened) return refuse(Reason::AmountOutOfRange, "the total of the run does not fit 64 bits");
  return std::vector<Event>{ev::Event(*std::move(opened))};
}

Decision<Event> decide_one(const State& state, const CloseBillingRun& command, const Context& ctx) {
  if (!allowed(ctx, kBilling)) return forbidden(ctx, kBilling);
  const Row row = state.run_ids.find(command.run.value);
  if (row == kNone) return no_such_run(command.run);
  const Run& run = state.runs[row];
  if (run.phase != RunPhase::Open)
    return refuse(Reason::RunAlreadyClosed,
                  fmt::format("billing run {} is {}", command.run.value,
                              run.phase == RunPhase::Closed ? "closed" : "abandoned"),
                  facts_of(run), {run.ended_at});
  if (command.lines_hash && *command.lines_hash != run.opened.lines_hash)
    return refuse(Reason::VersionConflict, "the run has other lines than the caller has seen", facts_of(run),
                  {run.opened_at});
  if (command.invoice_ref.size() > kInvoiceRefBytesMax)
    return refuse(Reason::InvalidArgument,
                  fmt::format("an invoice reference has at most {} bytes", kInvoiceRefBytesMax));
  return std::vector<Event>{ev::Event(ev::BillingRunClosed{.run = command.run,
                                                           .lines = run.opened.lines,
                                                           .invoice_ref = command.invoice_ref,
                                                           .totals = run.opened.totals,
                                                           .lines_hash = run.opened.lines_hash})};
}

Decision<Event> decide_one(const State& state, const AbandonBillingRun& command, const Context& ctx) {
  if (!allowed(ctx, kBilling)) return forbidden(ctx, kBilling);
  const Row row = state.run_ids.find(command.run.value);
  if (row == kNone) return no_such_run(command.run);
  const Run& run = state.runs[row];
  if (run.phase != RunPhase::Open)
    return refuse(Reason::RunAlreadyClosed,
                  fmt::format("billing run {} is {} already", command.run.value,
                              run.phase == RunPhase::Closed ? "closed" : "abandoned"),
                  facts_of(run), {run.ended_at});
  if (command.reason.empty())
    return refuse(Reason::ReasonRequired, "giving up a run needs a reason", {fact("run", command.run.value)});
  return std::vector<Event>{ev::Event(ev::BillingRunAbandoned{.run = command.run, .reason = command.reason})};
}

Decision<Event> decide_one(const State& state, const SealPeriod& command, const Context& ctx) {
  if (!allowed(ctx, kBilling)) return forbidden(ctx, kBilling);
  const Seal& seal = state.seal.get();
  if (command.until > ctx.now)
    return refuse(Reason::EffectiveTimeInFuture, "only the past can be sealed",
                  {fact("until", command.until), fact("now", ctx.now)});
  if (command.until <= seal.until)
    return refuse(Reason::InvalidArgument, "that time is sealed already",
                  {fact("until", command.until), fact("sealed_until", seal.until)}, {seal.at});
  return std::vector<Event>{ev::Event(
      ev::PeriodSealed{.until = command.until, .cause = ev::SealCause::ByHand, .campus = {}, .period = {}})};
}

/// The rows of a list in the order of the log; a run that was abandoned gave its rows back behind the others.
template <class T>
std::vector<Row> by_position(const Table<T>& table, const Chain& chain) {
  std::vector<Row> rows;
  for (Row row = chain.first; row != kNone; row = table[row].next) rows.push_back(row);
  std::ranges::sort(rows, {}, [&](Row row) { return table[row].position; });
  return rows;
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  return std::visit([&](const auto& one) { return decide_one(state, one, ctx); }, command);
}

std::optional<Timer> next_timer(const State& state) {
  const SealTimer* timer = state.seal_timers.first();
  if (timer == nullptr) return std::nullopt;
  const Instant due{timer->until.ns + kGraceNs};
  return Timer{.due = due, .effective_at = due, .stream = "seal", .row = timer->period};
}

std::vector<Event> fire(const State& state, const Timer& timer) {
  const ContractPeriod& period = state.contract_periods[timer.row];
  return {ev::Event(ev::PeriodSealed{.until = period.to,
                                     .cause = ev::SealCause::ContractPeriodOver,
                                     .campus = std::string(state.names.text(period.campus)),
                                     .period = std::string(state.names.text(period.period))})};
}

std::vector<CourseRun> course_runs_of(const State& state, const BillingRunId& id) {
  const Row run = state.run_ids.find(id.value);
  KONTOR_ASSERT(run != kNone);
  std::vector<CourseRun> out;
  for (const Row row : by_position(state.settlements, state.runs[run].settlements))
    out.push_back({state.names.text(state.settlements[row].course), state.settlements[row].course_run});
  return out;
}

std::vector<SettledApart> settled_apart(const State& state, const CourseId& course) {
  std::vector<SettledApart> out;
  const Row name = state.names.find(course.value);
  const Row* row = name == kNone ? nullptr : state.settlement_of.find(name);
  if (row == nullptr) return out;
  const Settlement& settlement = state.settlements[*row];
  for (Row seat = settlement.first_seat; seat != kNone; seat = state.items[seat].sibling) {
    const Item& item = state.items[seat];
    if (item.corrects == kNone || item.run == settlement.run) continue;
    const std::int64_t quantity = state.parts[item.first_part].part.quantity;
    out.push_back({item.number, std::min<std::int64_t>(quantity, 0), item.amount});
  }
  return out;
}

std::optional<Refusal> held_by_a_run(const State& state, const CourseId& course, std::uint32_t course_run) {
  const Row name = state.names.find(course.value);
  const Row* row = name == kNone ? nullptr : state.settlement_of.find(name);
  if (row == nullptr || state.settlements[*row].phase != ItemPhase::InRun) return std::nullopt;
  if (state.settlements[*row].course_run != course_run) return std::nullopt;
  const Run& run = state.runs[state.settlements[*row].run];
  return refuse(Reason::LineAlreadyBilled,
                fmt::format("run {} of course {} is in billing run {}", course_run, course.value,
                            run.opened.run.value),
                {fact("billing_run", run.opened.run.value), fact("run", course_run)}, {run.opened_at})
      .value();
}

std::vector<OrderId> credit_orders_of(const State& state, const BillingRunId& id) {
  const Row run = state.run_ids.find(id.value);
  KONTOR_ASSERT(run != kNone);
  std::vector<OrderId> out;
  for (const Row row : by_position(state.items, state.runs[run].items))
    if (state.items[row].kind == LineKind::CreditOrder && state.items[row].corrects == kNone)
      out.emplace_back(state.names.text(state.items[row].name));
  return out;
}

std::optional<Refusal> held_by_a_run(const State& state, const OrderId& order) {
  const Row name = state.names.find(order.value);
  if (name == kNone) return std::nullopt;
  const Row* row = state.order_items.find(pair_key(name, static_cast<std::uint32_t>(LineKind::CreditOrder)));
  if (row == nullptr || state.items[*row].run == kNone) return std::nullopt;
  const Run& run = state.runs[state.items[*row].run];
  return refuse(Reason::LineAlreadyBilled,
                fmt::format("order {} is in billing run {}", order.value, run.opened.run.value),
                {fact("billing_run", run.opened.run.value), fact("order", order.value)}, {run.opened_at})
      .value();
}

std::optional<Refusal> sealed(const State& state, Instant at) {
  const Seal& seal = state.seal.get();
  if (at >= seal.until) return std::nullopt;
  return refuse(Reason::EffectiveTimeInClosedPeriod,
                fmt::format("everything before {} is sealed", seal.until.text()),
                {fact("effective_at", at), fact("sealed_until", seal.until)}, {seal.at})
      .value();
}

std::string stream_of(const Command& command) {
  struct StreamOf {
    std::string operator()(const SealPeriod&) const { return "seal"; }
    std::string operator()(const OpenBillingRun& c) const { return "run/" + c.run.value; }
    std::string operator()(const CloseBillingRun& c) const { return "run/" + c.run.value; }
    std::string operator()(const AbandonBillingRun& c) const { return "run/" + c.run.value; }
  };
  return std::visit(StreamOf{}, command);
}

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "OpenBillingRun", "CloseBillingRun", "AbandonBillingRun", "SealPeriod"};
  static_assert(!kNames.back().empty(), "one name per command");
  return kNames[command.index()];
}

}  // namespace kontor::rules::billing
