// Credit orders in billing runs: invoiced by a run, or by hand, and never by both.
#include "engine/rules/billing/rules.h"
#include "tests/support/credits_fixture.h"
#include "tests/support/naive_billing.h"

namespace kontor::test {
namespace {

namespace bill = rules::billing;

rules::Command invoice(std::string_view order) {
  return of_credits(cr::MarkOrderInvoiced{.order = OrderId(order), .ref = "I-1"});
}

/// Lines of a run that is opened now, which are those of the naive fold.
std::uint64_t lines_of_run(Given& given, const std::string& name) {
  given.done(bill::Command(
      bill::OpenBillingRun{.run = BillingRunId(name), .scope = bill::Scope::Credits, .cutoff = given.now()}));
  const auto opened = given.last<billing::BillingRunOpened>();
  EXPECT_EQ(opened.lines, naive_lines(given.events(), opened.run).size());
  return opened.lines;
}

TEST(BilledCreditOrders, WhatWasInvoicedByHandBeforeItWasCreditedIsInNoRun) {
  Given given;
  open_credits(given);
  open_account(given);
  given.at("2026-02-01").done(order("o-1")).done(invoice("o-1"));
  given.at("2026-02-02").done(set_status("o-1", cr::NewOrderStatus::Credited));
  given.at("2026-03-01");
  EXPECT_EQ(lines_of_run(given, "R-1"), 0u);
  given.done(reverse("o-1")).at("2026-03-02");
  EXPECT_EQ(lines_of_run(given, "R-2"), 1u) << "what was invoiced comes back, by hand or not";
  EXPECT_EQ(naive_lines(given.events(), BillingRunId("R-2"))[0].corrects,
            "credit-order:o-1@" + std::to_string(given.position_of<credits::CreditOrderCredited>()));
}

TEST(BilledCreditOrders, WhatWasInvoicedByHandAndCancelledIsInNoRun) {
  Given given;
  open_credits(given);
  open_account(given);
  given.done(order("o-1")).done(invoice("o-1")).done(set_status("o-1", cr::NewOrderStatus::Cancelled));
  given.at("2026-03-01");
  EXPECT_EQ(lines_of_run(given, "R-1"), 0u);
}

TEST(BilledCreditOrders, WhatARunHasBilledIsNotInvoicedByHand) {
  Given given;
  open_credits(given);
  open_account(given);
  given.done(order("o-1")).done(set_status("o-1", cr::NewOrderStatus::Credited)).at("2026-03-01");
  EXPECT_EQ(lines_of_run(given, "R-1"), 1u);
  given.when(invoice("o-1")).refused(Reason::LineAlreadyBilled);
  // Closed, but the order does not know.
  const auto opened = given.last<billing::BillingRunOpened>();
  given.happened({billing::Event(billing::BillingRunClosed{.run = opened.run,
                                                           .lines = opened.lines,
                                                           .invoice_ref = {},
                                                           .totals = opened.totals,
                                                           .lines_hash = opened.lines_hash})});
  given.when(invoice("o-1")).refused(Reason::LineAlreadyBilled).with("billing_run", "R-1");
}

}  // namespace
}  // namespace kontor::test
