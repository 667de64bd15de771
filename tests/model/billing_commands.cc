// Which commands about billing are accepted, and what follows (DOMAIN 7).

#include <algorithm>
#include <map>

#include "tests/model/world.h"

namespace kontor::model {
namespace {

constexpr std::int64_t kThirtyDays = 30LL * 24 * 3'600 * kNanosecondsPerSecond;

/// One overload a command.
struct Deciding {
  Draft& draft;

  [[nodiscard]] Billing& known() const { return draft.world.billing; }
  void add(billing::Event event) const { draft.add(Event(std::move(event))); }

  No operator()(const rules::billing::OpenBillingRun& c) const {
    if (known().run(c.run) != nullptr) return Reason::AlreadyExists;
    if (c.cutoff > draft.now) return Reason::CutoffInFuture;
    billing::BillingRunOpened e;
    e.run = c.run;
    e.cutoff_effective = c.cutoff;
    e.cutoff_position = draft.last();
    e.scope = c.scope;
    const std::vector<Line> lines = known().takes(c.scope, c.cutoff);
    e.lines = lines.size();
    e.course_runs = known().takes_runs(c.scope, c.cutoff).size();
    std::map<std::string, billing::CurrencyTotal> totals;
    for (const Line& each : lines) {
      e.unpriced_blocks += static_cast<std::uint64_t>(each.unpriced);
      if (e.first_position == 0 || each.position < e.first_position) e.first_position = each.position;
      auto& total = totals[std::string(each.currency.text())];
      total.currency = each.currency;
      ++total.lines;
      total.amount.value += each.amount;
    }
    for (const auto& [code, total] : totals) e.totals.push_back(total);
    e.lines_hash = hash_of(lines);
    add(e);
    return {};
  }

  No operator()(const rules::billing::CloseBillingRun& c) const {
    if (known().run(c.run) == nullptr) return Reason::NotFound;
    const BillingRun run = *known().run(c.run);
    if (run.closed || run.abandoned) return Reason::RunAlreadyClosed;
    if (c.lines_hash && *c.lines_hash != run.opened.lines_hash) return Reason::VersionConflict;
    if (c.invoice_ref.size() > 100) return Reason::InvalidArgument;
    const Billing before = known();
    add(billing::BillingRunClosed{c.run, run.opened.lines, c.invoice_ref, run.opened.totals,
                                  run.opened.lines_hash});
    const std::string ref = c.invoice_ref.empty() ? c.run.value : c.invoice_ref;
    for (const CourseRunDue& each : before.course_runs)
      if (each.state == LineState::InRun && each.held == c.run)
        if (const No no =
                decide(draft, rules::seats::Command(rules::seats::SettleCourse{each.course, each.run, ref})))
          return no;
    for (const Line& each : before.lines) {
      if (each.state != LineState::InRun || each.held != c.run) continue;
      if (each.kind != LineKind::CreditOrder || !each.corrects.empty()) continue;
      const CreditOrder& order = *draft.world.credits.order(OrderId(each.of));
      if (order.reversed || order.invoice != Invoice::No) continue;
      draft.add(Event(credits::Event(
          credits::CreditOrderInvoiced{order.placed.order, ref, order.placed.price, order.placed.currency})));
    }
    return {};
  }

  No operator()(const rules::billing::AbandonBillingRun& c) const {
    const BillingRun* run = known().run(c.run);
    if (run == nullptr) return Reason::NotFound;
    if (run->closed || run->abandoned) return Reason::RunAlreadyClosed;
    if (c.reason.empty()) return Reason::ReasonRequired;
    add(billing::BillingRunAbandoned{c.run, c.reason});
    return {};
  }

  No operator()(const rules::billing::SealPeriod& c) const {
    if (c.until > draft.now) return Reason::EffectiveTimeInFuture;
    if (c.until <= known().sealed) return Reason::InvalidArgument;
    add(billing::PeriodSealed{c.until, billing::SealCause::ByHand, {}, {}});
    return {};
  }
};

}  // namespace

No decide(Draft& draft, const rules::billing::Command& command) {
  if (draft.actor.role != Role::Billing) return Reason::ForbiddenRole;
  return std::visit(Deciding{draft}, command);
}

bool held_by_a_run(const Billing& billing, const CourseId& course, std::uint32_t run) {
  return std::any_of(billing.course_runs.begin(), billing.course_runs.end(), [&](const CourseRunDue& each) {
    return each.course == course && each.run == run && each.state == LineState::InRun;
  });
}
bool held_by_a_run(const Billing& billing, const OrderId& order) {
  return std::any_of(billing.lines.begin(), billing.lines.end(), [&](const Line& each) {
    return each.kind == LineKind::CreditOrder && each.of == order.value && each.corrects.empty() &&
           !each.held.value.empty();
  });
}

void collect_seals(const World& world, std::vector<Due>& due) {
  for (std::size_t i = 0; i < world.seats.periods.size(); ++i) {
    const seats::FlatBooked& booked = world.seats.periods[i].booked;
    if (booked.to <= world.billing.sealed) continue;
    const Instant at{booked.to.ns + kThirtyDays};
    due.push_back({at, at, "seal", Due::What::Seal, i});
  }
}

void seal_period(Draft& draft, std::size_t row) {
  const seats::FlatBooked booked = draft.world.seats.periods[row].booked;
  draft.add(Event(billing::Event(billing::PeriodSealed{booked.to, billing::SealCause::ContractPeriodOver,
                                                       booked.campus.value, booked.period.value})));
}

}  // namespace kontor::model
