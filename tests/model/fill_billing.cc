// How commands about billing are made up.

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

BillingRunId run(Chance& c) { return c.name<BillingRunId>("run", 5); }

BillingRunId open_run(Chance& c) {
  BillingRunId found = run(c);
  for (const BillingRun& each : c.world->billing.runs)
    if (!each.closed && !each.abandoned && c.percent(80)) found = each.opened.run;
  return found;
}

}  // namespace

Role fill(Chance& c, rules::billing::OpenBillingRun& command) {
  command.run = run(c);
  command.scope = c.percent(60) ? billing::Scope::All : static_cast<billing::Scope>(c.dice.below(4));
  command.cutoff =
      c.percent(60) ? c.now : Instant{c.now.ns - c.dice.between(0, 40) * 86'400 * kNanosecondsPerSecond};
  if (!c.plausible()) command.cutoff = c.moment();
  return Role::Billing;
}
Role fill(Chance& c, rules::billing::CloseBillingRun& command) {
  command.run = open_run(c);
  command.invoice_ref = c.percent(70) ? c.text("invoice-7", 100) : "";
  if (const BillingRun* there = c.world->billing.run(command.run); there != nullptr && c.percent(50))
    command.lines_hash = there->opened.lines_hash;
  if (!c.plausible() && c.percent(20)) command.lines_hash = Digest{};
  return Role::Billing;
}
Role fill(Chance& c, rules::billing::AbandonBillingRun& command) {
  command.run = open_run(c);
  command.reason = c.percent(90) ? "by mistake" : "";
  return Role::Billing;
}
Role fill(Chance& c, rules::billing::SealPeriod& command) {
  // Seldom the present: what is sealed cannot be corrected any more.
  command.until = c.percent(70) ? Instant{c.now.ns - c.dice.between(20, 200) * 86'400 * kNanosecondsPerSecond}
                                : c.moment();
  return Role::Billing;
}

}  // namespace kontor::model
