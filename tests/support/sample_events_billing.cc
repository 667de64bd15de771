#include "tests/support/sample_events_billing.h"

namespace kontor::test {

std::vector<billing::Event> billing_events() {
  const BillingRunId run("R-2027-05");
  const Instant cutoff{1'811'800'800'000'000'000};
  const std::vector<billing::CurrencyTotal> totals{
      {.currency = Currency{{'C', 'H', 'F'}}, .lines = 6, .amount = MinorUnits{18000}},
      {.currency = Currency{{'E', 'U', 'R'}}, .lines = 1, .amount = MinorUnits{-10000}}};
  return {billing::BillingRunOpened{run, cutoff, 97, billing::Scope::Seats, 7, 1, 2, 41, totals, {4, 5, 6}},
          billing::BillingRunClosed{run, 7, "R-2027-18", totals, {4, 5, 6}},
          billing::BillingRunAbandoned{run, "wrong cut-off"},
          billing::PeriodSealed{cutoff, billing::SealCause::ContractPeriodOver, "c-1", "2027"}};
}

}  // namespace kontor::test
