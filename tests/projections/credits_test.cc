// What the screens of credits show (DOMAIN 4.5), on the worked examples of DOMAIN 9.6.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/credits_fixture.h"
#include "tests/support/credits_questions.h"
#include "tests/support/live_history.h"

namespace kontor::test {
namespace {

using testing::ElementsAre;

const std::string kAda = "u-ada";

class CreditScreens : public testing::Test {
 protected:
  CreditScreens() {
    tell(plan_with_credits());
    tell(feature(credits::Feature::On));
    tell(of_credits(package_of(10)));
    tell(activate());
  }

  /// Each command an hour after the one before.
  void tell(const rules::Command& command) {
    now_.ns += 3'600 * kNanosecondsPerSecond;
    history_.done(now_, command);
  }
  const views::ViewStore& views() {
    for (const log::Group& group : history_.groups()) derived_.apply(group);
    return *derived_.store;
  }
  std::int64_t balance() {
    return answered(views(), menu_balance(kAda)).body().getMenuBalance().getBalance();
  }
  std::vector<std::int64_t> points(const Ask& question) {
    std::vector<std::int64_t> out;
    const Answered answer = answered(views(), question);
    for (const auto row : answer.body().getTransactionList().getTransactions())
      out.push_back(row.getPoints());
    return out;
  }

  Instant now_ = berlin("2026-02-01");
  LiveHistory history_;
  DerivedViews derived_;
};

TEST_F(CreditScreens, TC01AnAutomaticOrderIsOnTheAccountAndNotInvoiced) {
  tell(order_mode(credits::OrderMode::Automatic));
  tell(order("o-1"));
  EXPECT_EQ(balance(), 10);
  const Answered answer = answered(views(), order_detail("o-1"));
  const auto detail = answer.body().getOrderDetail();
  EXPECT_EQ(detail.getOrder().getState(), wire::CreditOrderState::CREDITED);
  EXPECT_EQ(detail.getOrder().getBilling(), wire::CreditBillingState::NOT_INVOICED);
  EXPECT_EQ(detail.getOrder().getPrice(), 5000);
  EXPECT_EQ(std::string(detail.getOrder().getCurrency()), "EUR");
  std::vector<std::string> steps;
  for (const auto step : detail.getHistory()) steps.emplace_back(step.getEvent());
  EXPECT_THAT(
      steps, ElementsAre("CreditOrderPlaced", "AlertRequested", "OrderMailRequested", "CreditOrderCredited"));
}

TEST_F(CreditScreens, TC02AnEmptyAccountPublishesNothingButDrafts) {
  tell(order("o-1"));
  const Answered answer = answered(views(), can_publish(kAda, wire::PublishedKind::SNAPSHOT));
  const auto said = answer.body().getCanPublish();
  EXPECT_FALSE(said.getAllowed());
  EXPECT_EQ(std::string(said.getReason()), "INSUFFICIENT_CREDIT");
  EXPECT_EQ(said.getCost(), 1U);
  EXPECT_TRUE(said.getDraftAllowed());
  EXPECT_EQ(std::string(said.getLink()), "account-settings");
}

TEST_F(CreditScreens, AFilterThatNobodyKnowsIsNoFilter) {
  const auto words = [&](const Ask& question) { return words_of(ask(views(), question)); };
  EXPECT_NE(words(order_administration(static_cast<wire::OrderStateFilter>(5))).find("state=5"),
            std::string::npos);
  EXPECT_NE(words([](wire::Query::Builder q) {
              q.getQuestion().initOrderAdministration().setBilling(static_cast<wire::BillingStateFilter>(9));
            }).find("billing=9"),
            std::string::npos);
}

TEST_F(CreditScreens, TC06TheConversionCardShowsWhenNothingIsLeft) {
  tell(manual(3));
  tell(publish("a", kUser, credits::ContentType::Article));
  tell(publish("b", kUser, credits::ContentType::Snapshot));
  const auto shows = [&] {
    return answered(views(), conversion_card(kAda)).body().getConversionCard().getShow();
  };
  EXPECT_FALSE(shows());
  tell(publish("c", kUser, credits::ContentType::Event));
  EXPECT_TRUE(shows());
  tell(feature(credits::Feature::Off));
  EXPECT_FALSE(shows());
  tell(feature(credits::Feature::On));
  EXPECT_EQ(balance(), 0);
  EXPECT_FALSE(answered(views(), conversion_card(kAda)).body().getConversionCard().getPendingOrder());
  tell(order("o-1"));
  EXPECT_TRUE(shows());
  EXPECT_TRUE(answered(views(), conversion_card(kAda)).body().getConversionCard().getPendingOrder());
  tell(set_status("o-1", cr::NewOrderStatus::Cancelled));
  EXPECT_FALSE(answered(views(), conversion_card(kAda)).body().getConversionCard().getPendingOrder());
  tell(deactivate());
  EXPECT_FALSE(shows());
}

TEST_F(CreditScreens, TC11TheOverviewShowsTheLastThreeNewestFirst) {
  tell(manual(10));
  tell(publish("a"));
  tell(publish("b"));
  tell(manual(2));
  tell(publish("c"));
  for (const char* id : {"o-1", "o-2", "o-3", "o-4"}) tell(order(id));
  const Answered answer = answered(views(), credit_overview(kAda));
  const auto overview = answer.body().getCreditOverview();
  EXPECT_EQ(overview.getAccount().getBalance(), 9);
  EXPECT_EQ(overview.getAvailable(), 9);
  std::vector<std::int64_t> points, balances;
  for (const auto row : overview.getLastTransactions()) {
    points.push_back(row.getPoints());
    balances.push_back(row.getBalance());
  }
  EXPECT_THAT(points, ElementsAre(-1, 2, -1));
  EXPECT_THAT(balances, ElementsAre(9, 10, 8));
  std::vector<std::string> orders;
  for (const auto row : overview.getLastOrders()) orders.emplace_back(row.getOrder());
  EXPECT_THAT(orders, ElementsAre("o-4", "o-3", "o-2")) << "orders count although nothing was credited";
}

TEST_F(CreditScreens, TransactionsComeInPagesNewestFirst) {
  for (int i = 1; i <= 5; ++i) tell(manual(i));
  EXPECT_THAT(points(transaction_list(kAda)), ElementsAre(5, 4, 3, 2, 1));
  std::vector<std::int64_t> all;
  std::string next;
  do {
    const Answered answer = answered(views(), transaction_list(kAda, 2, next));
    const auto page = answer.body().getTransactionList();
    EXPECT_LE(page.getTransactions().size(), 2U);
    for (const auto row : page.getTransactions()) all.push_back(row.getPoints());
    next = page.getNext();
  } while (!next.empty());
  EXPECT_THAT(all, ElementsAre(5, 4, 3, 2, 1));
}

TEST_F(CreditScreens, PagesThatDoNotFitAreRefused) {
  tell(manual(1));
  for (const Ask& question :
       {transaction_list(kAda, 0, "nonsense"), transaction_list(kAda, 0, "7/u-bob"),
        transaction_list(kAda, 10'001), order_list(kAda, 0, "x/"), order_list(kAda, 10'001)}) {
    const auto outcome = ask(views(), question);
    const auto* refusal = std::get_if<rules::Refusal>(&outcome);
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->code, Reason::InvalidArgument);
  }
  const auto unknown = ask(views(), order_detail("o-none"));
  EXPECT_EQ(std::get<rules::Refusal>(unknown).code, Reason::NotFound);
}

TEST_F(CreditScreens, TheAdministrationFiltersAndKnowsTheAge) {
  tell(activate(PersonId("u-bob")));
  tell(of_credits(package_of(5, PackageId("five"))));
  tell(order("o-1"));
  tell(order("o-2", PackageId("five"), PersonId("u-bob")));
  tell(order("o-3", PackageId("five")));
  tell(set_status("o-1", cr::NewOrderStatus::Credited));
  tell(of_credits(cr::MarkOrderInvoiced{OrderId("o-3"), "R-3"}));
  const auto orders = [&](const auto& fill) {
    std::vector<std::string> out;
    const Answered answer =
        answered(views(), [&](wire::Query::Builder q) { fill(q.getQuestion().initOrderAdministration()); });
    for (const auto row : answer.body().getOrderAdministration().getOrders())
      out.emplace_back(row.getOrder());
    return out;
  };
  using Question = wire::OrderFilterQuestion::Builder;
  EXPECT_THAT(orders([](Question) {}), ElementsAre("o-3", "o-2", "o-1"));
  EXPECT_THAT(orders([](Question q) { q.setState(wire::OrderStateFilter::PLACED); }),
              ElementsAre("o-3", "o-2"));
  EXPECT_THAT(orders([](Question q) { q.setBilling(wire::BillingStateFilter::INVOICED); }),
              ElementsAre("o-3"));
  EXPECT_THAT(orders([](Question q) { q.setUser("u-ada"); }), ElementsAre("o-3", "o-1"));
  EXPECT_THAT(orders([](Question q) {
                q.setPackage("five");
                q.setUser("u-bob");
              }),
              ElementsAre("o-2"));
  const Answered oldest = answered(views(), order_detail("o-1"));
  EXPECT_EQ(oldest.body().getOrderDetail().getOrder().getAgeSeconds(), 4 * 3'600U);
}

TEST_F(CreditScreens, TC10UninvoicedOrdersComeOldestFirstUpToACutoff) {
  for (const char* id : {"o-1", "o-2", "o-3", "o-4"}) tell(order(id));
  tell(set_status("o-2", cr::NewOrderStatus::Credited));
  tell(set_status("o-1", cr::NewOrderStatus::Credited));
  tell(set_status("o-4", cr::NewOrderStatus::Credited));
  const auto open = [&](Instant cutoff) {
    std::vector<std::string> out;
    const Answered answer = answered(views(), uninvoiced_orders(cutoff));
    for (const auto row : answer.body().getUninvoicedOrders().getOrders()) out.emplace_back(row.getOrder());
    return out;
  };
  EXPECT_THAT(open(Instant{}), ElementsAre("o-2", "o-1", "o-4"));
  EXPECT_THAT(open(now_), ElementsAre("o-2", "o-1")) << "credited before the cut-off, not at it";
  tell(of_credits(cr::MarkOrderInvoiced{OrderId("o-2"), "R-2"}));
  tell(reverse("o-4"));
  EXPECT_THAT(open(Instant{}), ElementsAre("o-1"));
}

TEST_F(CreditScreens, PackagesAreThoseInForce) {
  tell(of_credits(package_of(5, PackageId("five"))));
  tell(of_credits(cr::RetirePackage{kTen}));
  const auto packages = [&](bool all) {
    std::vector<std::string> out;
    const Answered answer =
        answered(views(), [&](wire::Query::Builder q) { q.getQuestion().initPackageList().setAll(all); });
    for (const auto row : answer.body().getPackageList().getPackages()) out.emplace_back(row.getPackage());
    return out;
  };
  EXPECT_THAT(packages(false), ElementsAre("five"));
  EXPECT_THAT(packages(true), ElementsAre("five", "ten"));
}

TEST_F(CreditScreens, AUserWithoutAnAccountPublishesForNothing) {
  const auto said = [&](const char* user, wire::PublishedKind kind) {
    const Answered answer = answered(views(), can_publish(user, kind));
    const auto body = answer.body().getCanPublish();
    return std::pair(body.getAllowed(), std::string(body.getReason()));
  };
  EXPECT_EQ(said("u-new", wire::PublishedKind::ARTICLE), std::pair(true, std::string()));
  EXPECT_EQ(said("u-new", wire::PublishedKind::UNSET), std::pair(false, std::string("CONTENT_TYPE_UNKNOWN")));
  EXPECT_EQ(answered(views(), menu_balance("u-new")).body().getMenuBalance().getAccount(),
            wire::CreditAccountState::NONE);
  tell(feature(credits::Feature::Off));
  EXPECT_EQ(said("u-new", wire::PublishedKind::ARTICLE),
            std::pair(false, std::string("FEATURE_NOT_LICENSED")));
}

TEST_F(CreditScreens, AnErasedUserPublishesNothing) {
  const auto of_people = [](auto command) {
    return rules::Command(rules::people::Command(std::move(command)));
  };
  tell(of_people(rules::people::RegisterPerson{PersonId("u-gone"), {"gone@example.org", "", {}}}));
  tell(of_people(rules::people::ErasePerson{PersonId("u-gone"), "asked"}));
  const Answered answer = answered(views(), can_publish("u-gone", wire::PublishedKind::ARTICLE));
  const auto said = answer.body().getCanPublish();
  EXPECT_FALSE(said.getAllowed());
  EXPECT_FALSE(said.getDraftAllowed());
  EXPECT_EQ(std::string(said.getReason()), "SUBJECT_ERASED");
}

TEST_F(CreditScreens, WhatIsReservedIsNotAvailable) {
  tell(manual(1));
  tell(of_credits(schedule_at("a", "2026-06-01")));
  const Answered answer = answered(views(), menu_balance(kAda));
  EXPECT_EQ(answer.body().getMenuBalance().getBalance(), 1);
  EXPECT_EQ(answer.body().getMenuBalance().getReserved(), 1U);
  EXPECT_EQ(answer.body().getMenuBalance().getAvailable(), 0);
}

}  // namespace
}  // namespace kontor::test
