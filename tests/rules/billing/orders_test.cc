// Orders of accesses in billing runs (DOMAIN 7 A): completion, top-up, reversal.
#include "engine/rules/billing/rules.h"
#include "tests/support/access_fixture.h"
#include "tests/support/credits_fixture.h"
#include "tests/support/naive_billing.h"

namespace kontor::test {
namespace {

namespace bill = rules::billing;

/// Opens a run and compares it with the naive fold; its lines.
std::vector<bill::Line> run(Given& given, const std::string& name, std::string_view cutoff,
                            bill::Scope scope = bill::Scope::All) {
  given.done(bill::Command(
      bill::OpenBillingRun{.run = BillingRunId(name), .scope = scope, .cutoff = berlin(cutoff)}));
  const auto opened =
      std::get<billing::BillingRunOpened>(std::get<billing::Event>(given.events().back().body));
  auto lines = naive_lines(given.events(), BillingRunId(name));
  bill::LinesHash hash;
  for (const bill::Line& line : lines) hash.add(line);
  EXPECT_EQ(opened.lines, lines.size());
  EXPECT_EQ(opened.lines_hash, hash.finish());
  return lines;
}

TEST(BilledOrders, ACompletedOrderIsQuantityTimesPriceAsOrdered) {
  Given given;
  open_shop(given);
  given.at("2026-02-01").done(access_command(group_order(10)));
  EXPECT_TRUE(run(given, "R-0", "2026-02-01").empty()) << "not completed";
  given.at("2026-02-02").done(complete());
  given.at("2026-02-03").done(product_at(2000));
  given.at("2026-03-01");
  const auto lines = run(given, "R-1", "2026-03-01");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].amount.value, 10'000);
  EXPECT_EQ(lines[0].person, kBuyer.value);
  EXPECT_EQ(lines[0].evidence, (std::vector<Position>{position_named(given, "AccessOrderPlaced"),
                                                      position_named(given, "AccessOrderCompleted")}));
  EXPECT_TRUE(run(given, "R-2", "2026-03-01").empty()) << "billed once";
}

TEST(BilledOrders, WhatIsTakenBackIsALineOfTheNextRunThatNamesTheFirst) {
  Given given;
  open_shop(given);
  given.at("2026-02-02");
  buy_group(given, 10);
  given.at("2026-02-03")
      .done(access_command(grp::ExpandGroup{.group = kGroup, .quantity = 5, .payment_ref = "p"}));
  given.at("2026-02-04")
      .done(access_command(grp::ExpandGroup{.group = kGroup, .quantity = 1, .payment_ref = "q"}));
  given.at("2026-03-01");
  const auto first = run(given, "R-1", "2026-03-01", bill::Scope::Access);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[2].entity, "g-200/2");
  given.at("2026-03-05").done(access_command(grp::ReverseAccessOrder{.order = kOrder, .reason = "refund"}));
  EXPECT_TRUE(run(given, "R-2", "2026-03-01").empty()) << "taken back after the cut-off";
  given.at("2026-03-06");
  const auto next = run(given, "R-3", "2026-03-05 01:00");
  ASSERT_EQ(next.size(), 3u);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < next.size(); ++i) {
    EXPECT_EQ(next[i].corrects, line_id(first[i]));
    EXPECT_EQ(next[i].amount.value, -first[i].amount.value);
    sum += next[i].amount.value;
  }
  EXPECT_EQ(sum, -16'000);
}

TEST(BilledOrders, AnAbandonedOrderIsNeverBilled) {
  Given given;
  open_shop(given);
  given.done(access_command(group_order(10)));
  given.done(access_command(grp::AbandonAccessOrder{.order = kOrder, .reason = "no money"}));
  given.at("2026-03-01");
  EXPECT_TRUE(run(given, "R-1", "2026-03-01").empty());
}

TEST(BilledOrders, ClosingInvoicesCreditOrdersAlsoWhileCreditsAreSwitchedOff) {
  Given given;
  open_credits(given, credits::OrderMode::Automatic);
  open_account(given);
  given.at("2026-02-02").done(order("o-1"));
  given.at("2026-03-01");
  EXPECT_EQ(run(given, "R-1", "2026-03-01").size(), 1u);
  given.done(feature(credits::Feature::Off));
  given
      .when(bill::Command(
          bill::CloseBillingRun{.run = BillingRunId("R-1"), .invoice_ref = "I-1", .lines_hash = {}}))
      .then_kinds({"BillingRunClosed", "CreditOrderInvoiced"});
}

}  // namespace
}  // namespace kontor::test
