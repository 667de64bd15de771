// PlaceCreditOrder, SetOrderStatus, ReverseCreditOrder, MarkOrderInvoiced, MarkOrderPaid (DOMAIN 4.3 C6, C7,
// C13, C15).
#include "tests/support/credits_fixture.h"

namespace kontor::test {
namespace {

using cr::NewOrderStatus;
using credits::OrderMode;

const OrderId kOrder{"o-1"};
constexpr MinorUnits kPrice{5000};

rules::Command invoiced(std::string_view id) { return of_credits(cr::MarkOrderInvoiced{OrderId(id), "R-1"}); }
rules::Command paid(std::string_view id) { return of_credits(cr::MarkOrderPaid{OrderId(id), "P-1"}); }

credits::CreditOrderPlaced placed(OrderMode mode) {
  return {.order = kOrder,
          .user = kUser,
          .package = kTen,
          .package_rev = 1,
          .package_name = "10 points",
          .points = 10,
          .price = kPrice,
          .currency = {},
          .mode = mode};
}

TEST(CreditOrder, TC01InAutomaticModeThePointsAreThereAtOnce) {
  Given given;
  open_credits(given, OrderMode::Automatic);
  cr::ConfigureCredits letters;
  letters.payment_note = "note-1";
  letters.alert_address = "address-1";
  given.done(of_credits(letters));
  open_account(given);
  given.when(order("o-1"))
      .then({credits::Event(placed(OrderMode::Automatic)),
             effects::Event(
                 effects::AlertRequested{effects::AlertKind::CreditOrder, "credit-order/o-1", "address-1"}),
             effects::Event(effects::OrderMailRequested{kOrder, kUser, "note-1"}),
             credits::Event(credits::CreditOrderCredited{kOrder, kUser, 10, kPrice, Currency{}}),
             credits::Event(credits::CreditsAdded{kUser, 10, kOrder})});
  EXPECT_EQ(account_of(given).balance, 10);
  EXPECT_EQ(given.state().credits.orders[0].billing, cr::BillingPhase::NotInvoiced);
}

TEST(CreditOrder, TC02InManualModeNothingMayBePublishedYetButADraftMayBeSaved) {
  Given given;
  open_credits(given);
  open_account(given);
  given.when(order("o-1")).then_kinds({"CreditOrderPlaced", "AlertRequested", "OrderMailRequested"});
  EXPECT_EQ(account_of(given).balance, 0);
  given.when(publish("a"))
      .refused(Reason::InsufficientCredit)
      .with("draft_allowed", "true")
      .with("link", "account-settings");
  given.when(draft("a")).then({credits::DraftSaved{ContentId("a"), kUser}});
}

TEST(CreditOrder, TC03TheCreditManagerCreditsIt) {
  Given given;
  open_credits(given);
  open_account(given);
  given.done(order("o-1"));
  given.when(set_status("o-1", NewOrderStatus::Credited))
      .then({credits::CreditOrderStatusChanged{kOrder, credits::OrderStatus::Credited},
             credits::CreditOrderCredited{kOrder, kUser, 10, kPrice, Currency{}},
             credits::CreditsAdded{kUser, 10, kOrder}});
  EXPECT_EQ(account_of(given).balance, 10);
  given.done(publish("a"));
  EXPECT_EQ(account_of(given).balance, 9);
}

TEST(CreditOrder, TC04KeepsPointsPriceAndModeWhateverChangesLater) {
  Given given;
  open_credits(given);
  open_account(given);
  given.done(order("o-1"));
  given.done(of_credits(package_of(99))).done(order_mode(OrderMode::Automatic));
  EXPECT_EQ(account_of(given).balance, 0) << "switching the mode credits no old order";
  given.when(set_status("o-1", NewOrderStatus::Credited)).accepted();
  EXPECT_EQ(given.last<credits::CreditsAdded>().points, 10u);
  EXPECT_EQ(given.last<credits::CreditOrderCredited>().price, kPrice);
}

TEST(CreditOrder, PlacingRefusesInThisOrder) {
  Given given;
  open_credits(given, OrderMode::Automatic);
  given.by(Role::CreditManager).when(order("o-1")).refused(Reason::ForbiddenRole);
  given.by(Role::Author, "u-bob").when(order("o-1")).refused(Reason::ForbiddenRole);
  given.by(Role::Author, "u-ada").when(order("o-1")).refused(Reason::NoCreditAccount).because({});
  given.by_whoever_may();
  open_account(given);
  given.when(order("o-1", PackageId("none"))).refused(Reason::PackageUnknown);
  given.done(of_credits(cr::RetirePackage{kTen}));
  given.when(order("o-1")).refused(Reason::PackageRetired).because({7});
  given.done(of_credits(package_of(10))).by(Role::Author, "u-ada").done(order("o-1")).by_whoever_may();
  given.when(order("o-1")).refused(Reason::AlreadyExists).because({9});
}

TEST(CreditOrder, TC05IsCreditedOnceWhateverIsClicked) {
  Given given;
  open_credits(given);
  open_account(given);
  const auto credit = set_status("o-1", NewOrderStatus::Credited);
  given.by(Role::Operator).when(credit).refused(Reason::ForbiddenRole).with("needed", "creditManager");
  given.by_whoever_may().when(credit).refused(Reason::NotFound);
  given.done(order("o-1")).done(credit);
  const Position credited = given.position_of<credits::CreditOrderCredited>();
  given.when(credit).refused(Reason::OrderAlreadyCredited).because({credited});
  given.when(set_status("o-1", NewOrderStatus::Cancelled))
      .refused(Reason::InvalidStatusTransition)
      .with("status", "credited")
      .because({credited});
  given.done(reverse("o-1"));
  given.when(credit).refused(Reason::OrderAlreadyCredited).because({credited});
  given.when(set_status("o-1", NewOrderStatus::Cancelled)).refused(Reason::InvalidStatusTransition);
}

TEST(CreditOrder, ACancelledOneStaysCancelled) {
  Given given;
  open_credits(given);
  open_account(given);
  given.done(order("o-1"));
  given.when(set_status("o-1", NewOrderStatus::Cancelled))
      .then({credits::CreditOrderStatusChanged{kOrder, credits::OrderStatus::Cancelled}});
  const Position cancelled = given.position_of<credits::CreditOrderStatusChanged>();
  given.when(set_status("o-1", NewOrderStatus::Credited))
      .refused(Reason::OrderCancelled)
      .because({cancelled});
  given.when(set_status("o-1", NewOrderStatus::Cancelled)).refused(Reason::OrderCancelled);
  given.when(reverse("o-1")).refused(Reason::InvalidStatusTransition);
  given.when(invoiced("o-1")).refused(Reason::InvalidStatusTransition);
}

TEST(CreditOrder, MayBeCreditedToAnAccountThatWasDeactivatedMeanwhile) {
  Given given;
  open_credits(given);
  open_account(given);
  given.done(order("o-1")).done(deactivate()).done(set_status("o-1", NewOrderStatus::Credited));
  EXPECT_EQ(account_of(given).balance, 10);
}

TEST(CreditOrder, TC09IsTakenBackWithItsPoints) {
  Given given;
  open_credits(given, OrderMode::Automatic);
  open_account(given);
  given.done(order("o-1"));
  given.when(reverse("o-1"))
      .then({credits::CreditOrderReversed{kOrder, kUser, 10, kPrice, Currency{}, "wrong customer"},
             credits::CreditsAdjusted{.user = kUser,
                                      .points = -10,
                                      .cause = credits::AdjustmentCause::OrderReversed,
                                      .reason = "wrong customer",
                                      .order = kOrder}});
  EXPECT_EQ(account_of(given).balance, 0);
}

TEST(CreditOrder, ReversingRefusesInThisOrder) {
  Given given;
  open_credits(given);
  given.by(Role::Operator).when(reverse("o-1")).refused(Reason::ForbiddenRole);
  given.by_whoever_may();
  given.when(of_credits(cr::ReverseCreditOrder{.order = kOrder, .reason = ""}))
      .refused(Reason::ReasonRequired);
  given.when(reverse("o-1")).refused(Reason::NotFound);
  open_account(given);
  given.done(order("o-1"));
  given.when(reverse("o-1")).refused(Reason::InvalidStatusTransition).with("status", "placed");
  given.done(set_status("o-1", NewOrderStatus::Credited)).done(publish("a"));
  given.when(reverse("o-1"))
      .refused(Reason::InsufficientCreditToReverse)
      .with("available", "9")
      .with("needed", "10");
  given.when(reverse("o-1", cr::Force::Yes)).accepted();
  EXPECT_EQ(given.last<credits::CreditsAdjusted>().overdraft, credits::Overdraft::Forced);
  EXPECT_EQ(account_of(given).balance, -1);
  given.when(reverse("o-1")).refused(Reason::InvalidStatusTransition).with("status", "reversed");
}

TEST(CreditOrder, TC10IsInvoicedAndPaidBesideItsStatus) {
  Given given;
  open_credits(given);
  open_account(given);
  given.by(Role::Billing).when(invoiced("o-1")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(invoiced("o-1")).refused(Reason::NotFound);
  given.when(paid("o-1")).refused(Reason::NotFound);
  given.done(order("o-1"));
  given.when(paid("o-1")).refused(Reason::InvalidStatusTransition).with("billing", "notInvoiced");
  given.when(invoiced("o-1")).then({credits::CreditOrderInvoiced{kOrder, "R-1", kPrice, Currency{}}});
  const Position at = given.position_of<credits::CreditOrderInvoiced>();
  given.when(invoiced("o-1")).refused(Reason::InvalidStatusTransition).because({at - 3, at});
  given.when(paid("o-1")).then({credits::CreditOrderPaid{kOrder, "P-1", kPrice, Currency{}}});
  given.when(paid("o-1")).refused(Reason::InvalidStatusTransition).with("billing", "paid");
  given.when(set_status("o-1", NewOrderStatus::Credited)).accepted();
}

}  // namespace
}  // namespace kontor::test
