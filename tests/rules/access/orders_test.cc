// Orders, groups and their end (DOMAIN 2.3 A3 to A7, A14, A15; 9.1 TA-01, TA-03, TA-14).
#include "tests/support/access_fixture.h"

namespace kontor::test {
namespace {

rules::Command expand(std::uint32_t quantity, const GroupId& group = kGroup) {
  return access_command(grp::ExpandGroup{.group = group, .quantity = quantity, .payment_ref = "pay-2"});
}
rules::Command reverse(std::string reason = "refund", const OrderId& order = kOrder) {
  return access_command(grp::ReverseAccessOrder{.order = order, .reason = std::move(reason)});
}
rules::Command abandon(const OrderId& order = kOrder) {
  return access_command(grp::AbandonAccessOrder{.order = order, .reason = "card declined"});
}
template <class E>
E only(const Outcome& outcome, std::size_t at) {
  return std::get<E>(std::get<access::Event>(outcome.events().at(at).body));
}

TEST(Ordering, RefusesInThisOrder) {
  Given given;
  given.by(Role::Backend).when(access_command(group_order(0))).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(access_command(group_order(0))).refused(Reason::FeatureNotLicensed);
  open_shop(given);
  auto unknown = group_order(0);
  unknown.product = ProductId("kurs-b");
  given.when(access_command(unknown)).refused(Reason::NotFound);
  given.when(access_command(group_order(0))).refused(Reason::QuantityInvalid).with("limit", "100000");
  given.when(access_command(group_order(100'001))).refused(Reason::QuantityInvalid);
  auto untitled = group_order(1);
  untitled.title = " \t ";
  given.when(access_command(untitled)).refused(Reason::TitleInvalid).with("characters", "0");
  untitled.title = std::string(201, 'x');
  given.when(access_command(untitled)).refused(Reason::TitleInvalid).with("characters", "201");
  for (const auto state : {grp::CrmState::Broken, grp::CrmState::None}) {
    given.done(
        configure({.seat_replacement = {}, .notify_on_enrol = {}, .crm_provider = {}, .crm_state = state}));
    given.when(access_command(group_order(1)))
        .refused(Reason::IntegrationNotConnected)
        .because({given.state().access.settings.get().changed_at});
  }
  given.done(configure({.seat_replacement = {},
                        .notify_on_enrol = {},
                        .crm_provider = {},
                        .crm_state = grp::CrmState::Connected}));
  given.done(access_command(group_order(1)));
  given.when(access_command(group_order(0))).refused(Reason::AlreadyExists);
}

TEST(Ordering, ATitleHas200CharactersNotBytes) {
  Given given;
  open_shop(given);
  auto order = group_order(1);
  order.title = "  ";
  for (int i = 0; i < 200; ++i) *order.title += "ü";
  given.done(access_command(order));
}

TEST(Ordering, AFaultyShopFormIsNoticed) {
  Given given;
  open_shop(given);
  auto order = single_order();
  order.quantity = 2;
  given.when(access_command(order)).refused(Reason::FieldsNotAllowedForSingle).with("quantity", "2");
  order = single_order();
  order.title = "";
  given.when(access_command(order)).refused(Reason::FieldsNotAllowedForSingle).with("title", "");
  order = single_order();
  order.buyer_seat = grp::BuyerSeat::NotIncluded;
  given.when(access_command(order)).refused(Reason::FieldsNotAllowedForSingle).with("includeBuyer", "off");
  order = single_order();
  order.quantity = 1;
  given.done(access_command(order));
}

TEST(Ordering, TheBuyerIsWhoActsUnlessNamed) {
  Given given;
  open_shop(given);
  auto order = group_order(1);
  order.buyer.reset();
  const auto placed = given.by(Role::Buyer, "p-eve").when(access_command(order));
  EXPECT_EQ(only<access::AccessOrderPlaced>(placed, 0).buyer, PersonId("p-eve"));
}

TEST(Completing, TA01TenSeatsAtTenEurosWithoutTheBuyer) {
  Given given;
  open_shop(given);
  const auto placed = given.when(access_command(group_order(10)));
  EXPECT_EQ(only<access::AccessOrderPlaced>(placed, 0).total, MinorUnits{10'000});
  const auto done = given.when(complete());
  done.then_kinds({"AccessOrderCompleted", "GroupCreated", "GroupLeaderAppointed"});
  EXPECT_EQ(only<access::GroupCreated>(done, 1).title, "Mitarbeiter der Spreadmind GmbH");
  EXPECT_EQ(only<access::GroupCreated>(done, 1).tag, kTag);
  EXPECT_EQ(only<access::GroupLeaderAppointed>(done, 2).person, kBuyer);
  EXPECT_EQ(seats_left(given), "10/10");
}

TEST(Completing, TA03ABuyerWhoPaysForHimselfTakesOneOfTheTen) {
  Given given;
  open_shop(given);
  auto order = group_order(10);
  order.buyer_seat = grp::BuyerSeat::Included;
  EXPECT_EQ(only<access::AccessOrderPlaced>(given.when(access_command(order)), 0).total, MinorUnits{10'000});
  given.when(complete())
      .then_kinds({"AccessOrderCompleted", "GroupCreated", "GroupLeaderAppointed", "ParticipantEnrolled",
                   "TagGrantRequested"});
  EXPECT_EQ(seats_left(given), "9/10");
}

TEST(Completing, A12TheOnlySeatMayBeTheBuyers) {
  Given given;
  open_shop(given);
  buy_group(given, 1, kOrder, grp::BuyerSeat::Included);
  EXPECT_EQ(seats_left(given), "0/1");
  given.when(enrol("anna")).refused(Reason::NoSeatsLeft);
}

TEST(Completing, TA14ASingleAccessHasNoGroup) {
  Given given;
  open_shop(given);
  given.done(access_command(single_order()));
  given.when(complete()).then_kinds({"AccessOrderCompleted", "SingleAccessGranted", "TagGrantRequested"});
  for (const auto& command : {enrol("anna"), remove(kBuyer), expand(1),
                              access_command(grp::ReinviteParticipant{.group = kGroup, .person = kBuyer}),
                              access_command(grp::TransferLeadership{.group = kGroup, .person = kBuyer}),
                              access_command(grp::ImportRoster{
                                  .group = kGroup, .file_hash = {}, .mode = {}, .rows = {}, .staged = 0})})
    given.when(command).refused(Reason::NoGroupForSingleAccess).because({given.events().size() - 2});
}

TEST(Completing, HappensOnce) {  // INV-19
  Given given;
  open_shop(given);
  given.by(Role::Buyer).when(complete()).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(complete()).refused(Reason::NotFound);
  given.done(access_command(group_order(1)));
  given.when(enrol("anna")).refused(Reason::NotFound);  // no group before the order is completed
  given.done(complete());
  given.when(complete())
      .refused(Reason::OrderAlreadyCompleted)
      .with("payment_ref", "pay-1")
      .because({position_named(given, "AccessOrderCompleted")});
  given.when(abandon()).refused(Reason::OrderAlreadyCompleted);
}

TEST(Completing, NamesTheFirstCommandForTheSamePaymentOnly) {
  Given given;
  open_shop(given);
  given.done(access_command(group_order(1))).done(complete());
  const rules::Context ctx{.now = given.now(), .actor = {Role::Backend, "shop", ""}};
  const auto by = [&](std::string payment) {
    const auto command = access_command(grp::CompleteAccessOrder{.order = kOrder, .payment_ref = payment});
    return rules::decide(given.state(), command, ctx).error().done_by;
  };
  EXPECT_EQ(by("pay-1"), given.events().back().envelope.command_id);
  EXPECT_EQ(by("pay-2"), std::nullopt);
}

TEST(Completing, NeverFollowsAnAbandonedOrder) {
  Given given;
  open_shop(given);
  given.by(Role::Admin).when(abandon()).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(abandon()).refused(Reason::NotFound);
  given.done(access_command(group_order(1)));
  given.when(abandon()).then_kinds({"AccessOrderAbandoned"});
  given.when(complete()).refused(Reason::InvalidArgument);
  given.when(abandon()).refused(Reason::InvalidArgument);
}

TEST(Completing, ABrokenLinkDoesNotStopWhatHasBeenPaid) {
  Given given;
  open_shop(given);
  given.done(access_command(group_order(2)));
  given.done(configure({.seat_replacement = {},
                        .notify_on_enrol = {},
                        .crm_provider = {},
                        .crm_state = grp::CrmState::Broken}));
  given.done(complete()).done(enrol("anna"));
  given.done(configure(
      {.seat_replacement = {}, .notify_on_enrol = {}, .crm_provider = {}, .crm_state = grp::CrmState::None}));
  given.when(enrol("bob")).refused(Reason::IntegrationNotConnected).with("crm", "none");
}

TEST(Completing, A9ASecondPurchaseIsASecondGroup) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  buy_group(given, 3, kOtherOrder);
  EXPECT_EQ(seats_left(given), "2/2");
  EXPECT_EQ(seats_left(given, kOtherGroup), "3/3");
}

TEST(Expanding, CostsTodaysPrice) {
  Given given;
  open_shop(given);
  buy_group(given, 1);
  given.done(product_at(1100));
  const auto added = only<access::GroupCapacityIncreased>(given.when(expand(5)), 0);
  EXPECT_EQ(added.total, MinorUnits{5'500});
  EXPECT_EQ(added.price_list_rev, 2u);
  EXPECT_EQ(added.capacity, 6u);
  EXPECT_EQ(seats_left(given), "6/6");
}

TEST(Expanding, RefusesInThisOrder) {
  Given given;
  open_shop(given);
  given.by(Role::GroupLeader).when(expand(0)).refused(Reason::ForbiddenRole);
  given.by(Role::Admin).when(expand(0)).refused(Reason::NotFound);
  given.by_whoever_may();
  buy_group(given, 1);
  given.by(Role::Buyer, "p-eve").when(expand(0)).refused(Reason::ForbiddenRole);
  given.by(Role::Buyer, kBuyer.value).when(expand(0)).refused(Reason::QuantityInvalid);
  given.when(expand(100'001)).refused(Reason::QuantityInvalid);
  given.done(expand(100'000));
  given.by_whoever_may().done(reverse());
  given.when(expand(0)).refused(Reason::GroupInactive);
}

TEST(Reversing, GivesEverythingBackAndEndsEveryAccess) {
  Given given;
  open_shop(given);
  buy_group(given, 3, kOrder, grp::BuyerSeat::Included);
  const Position completed = position_named(given, "AccessOrderCompleted");
  buy_group(given, 1, kOtherOrder);
  given.done(enrol("anna")).done(enrol("bob")).done(enrol("anna", kOtherGroup));
  given.done(product_at(900)).done(expand(2));
  const auto outcome = given.when(reverse());
  outcome.then_kinds({"AccessOrderReversed", "GroupClosed", "ParticipantRemoved", "TagRevokeRequested",
                      "ParticipantRemoved", "ParticipantRemoved", "TagRevokeRequested"});
  const auto reversed = only<access::AccessOrderReversed>(outcome, 0);
  EXPECT_EQ(reversed.total, MinorUnits{4'800});
  EXPECT_EQ(reversed.quantity, 5u);
  EXPECT_EQ(seats_left(given), "5/5");
  const Position closed = position_named(given, "GroupClosed");
  given.when(enrol("eve")).refused(Reason::GroupInactive).because({closed});
  given.when(reverse()).refused(Reason::InvalidArgument);
  given.when(complete()).refused(Reason::OrderAlreadyCompleted).because({completed});
}

TEST(Reversing, EndsASingleAccess) {
  Given given;
  open_shop(given);
  given.done(access_command(single_order())).done(complete());
  buy_group(given, 1, kOtherOrder, grp::BuyerSeat::Included);
  // The seat in the group entitles the buyer still.
  given.when(reverse()).then_kinds({"AccessOrderReversed", "SingleAccessRevoked"});
  given.when(reverse("refund", kOtherOrder))
      .then_kinds({"AccessOrderReversed", "GroupClosed", "ParticipantRemoved", "TagRevokeRequested"});
}

TEST(Reversing, RefusesInThisOrder) {
  Given given;
  open_shop(given);
  given.by(Role::Backend).when(reverse("")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(reverse("")).refused(Reason::NotFound);
  given.done(access_command(group_order(1)));
  given.when(reverse("")).refused(Reason::ReasonRequired);
  given.when(reverse()).refused(Reason::InvalidArgument);
}

}  // namespace
}  // namespace kontor::test
