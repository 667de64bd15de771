// Participants, seats that burn, tags and leaders (DOMAIN 2.3 A8, A10, A11, A16, A17; 2.5; 9.1).
#include "tests/support/access_fixture.h"

namespace kontor::test {
namespace {

rules::Command reinvite(const PersonId& person) {
  return access_command(grp::ReinviteParticipant{.group = kGroup, .person = person});
}
rules::Command transfer(const PersonId& person) {
  return access_command(grp::TransferLeadership{.group = kGroup, .person = person});
}
rules::Command correct(Position removal, std::string reason = "removed by mistake") {
  return access_command(grp::CorrectEnrolment{.removal = removal, .reason = std::move(reason)});
}
rules::Command mails(grp::Mails mails) {
  return configure({.seat_replacement = {}, .notify_on_enrol = mails, .crm_provider = {}, .crm_state = {}});
}

TEST(Enrolling, TA02TheFirstOfTen) {
  Given given;
  open_shop(given);
  buy_group(given, 10);
  given.when(enrol("anna"))
      .then_kinds({"PersonRegistered", "AccountRegistrationRequested", "ParticipantEnrolled",
                   "TagGrantRequested", "NotificationRequested"});
  EXPECT_EQ(seats_left(given), "9/10");
}

TEST(Enrolling, TA11AKnownPersonIsLinkedHoweverTheEmailIsWritten) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  buy_group(given, 2, kOtherOrder);
  given.done(enrol("anna"));
  auto again = grp::EnrolParticipant{.group = kOtherGroup,
                                     .contact = {.email = "Anna@Example.ORG ", .name = "A", .lookup = {}}};
  given.when(access_command(again))
      .then_kinds(
          {"ExistingPersonLinked", "ParticipantEnrolled", "TagGrantRequested", "NotificationRequested"});
  again.group = kGroup;  // INV-20
  given.when(access_command(again)).refused(Reason::AlreadyMember);
}

TEST(Enrolling, SendsNoMailWhenSwitchedOff) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  given.done(mails(grp::Mails::Off)).done(enrol("anna"));
  EXPECT_EQ(count_of(given, "NotificationRequested"), 0);
  given.when(reinvite(person_named(given, "anna"))).refused(Reason::NotificationsDisabled);
}

TEST(Enrolling, RefusesInThisOrder) {
  Given given;
  const auto nobody = access_command(
      grp::EnrolParticipant{.group = kGroup, .contact = {.email = "jan@", .name = "", .lookup = {}}});
  open_shop(given);
  given.by(Role::Buyer, kBuyer.value).when(nobody).refused(Reason::ForbiddenRole);
  given.by(Role::Admin).when(nobody).refused(Reason::NotFound);
  given.by_whoever_may();
  buy_group(given, 1);
  given.by(Role::GroupLeader, "p-eve")
      .when(nobody)
      .refused(Reason::ForbiddenRole)
      .because({position_named(given, "GroupLeaderAppointed")});
  given.by(Role::GroupLeader, kBuyer.value).when(nobody).refused(Reason::EmailInvalid);
  given.done(enrol("anna"));
  given.when(enrol("anna"))
      .refused(Reason::AlreadyMember)
      .because({position_named(given, "ParticipantEnrolled")});
  given.when(enrol("bob"))
      .refused(Reason::NoSeatsLeft)
      .with("capacity", "1")
      .with("active", "1")
      .because({position_named(given, "GroupCreated"), position_named(given, "ParticipantEnrolled")});
}

TEST(Removing, TA05ASeatThatMayBeFilledAgain) {
  Given given;
  open_shop(given);
  buy_group(given, 10);
  given.done(enrol("a")).done(enrol("b"));
  EXPECT_EQ(seats_left(given), "8/10");
  given.when(remove(person_named(given, "a"))).then_kinds({"ParticipantRemoved", "TagRevokeRequested"});
  EXPECT_EQ(seats_left(given), "9/10");
  given.done(enrol("c"));
  EXPECT_EQ(seats_left(given), "8/10");
  EXPECT_EQ(given.state().access.free_seats.size(), 0u);  // C sits where A sat
}

TEST(Removing, TA06ASeatThatBurns) {
  Given given;
  open_shop(given);
  buy_group(given, 10);
  forbid_replacement(given);
  given.done(enrol("a")).done(enrol("b"));
  const PersonId a = person_named(given, "a");
  const std::uint32_t seat = given.state().access.members[0].seat;
  std::vector<std::string> seen{seats_left(given)};
  std::vector<std::uint32_t> burnt;
  const auto next = [&](const rules::Command& command) {
    given.done(command);
    seen.push_back(seats_left(given));
    burnt.push_back(group_in(given).burnt);
  };
  next(remove(a));
  next(enrol("a"));
  EXPECT_EQ(given.state().access.members[0].seat, seat);  // the same seat again (A3)
  next(remove(a));
  next(enrol("c"));
  EXPECT_EQ(seen, (std::vector<std::string>{"8/10", "8/10", "8/10", "8/10", "7/10"}));
  EXPECT_EQ(burnt, (std::vector<std::uint32_t>{1, 0, 1, 1}));
}

TEST(Removing, SeatsThatBurntAreNamedWhenNothingIsLeft) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  forbid_replacement(given);
  given.done(enrol("a")).done(enrol("b")).done(remove(person_named(given, "a")));
  given.when(enrol("c"))
      .refused(Reason::SeatReplacementForbidden)
      .with("burnt", "1")
      .because({position_named(given, "GroupCreated"), position_named(given, "ParticipantRemoved")});
  given.when(enrol("a")).accepted();  // though no seat is left (A3)
  given.when(enrol("c")).refused(Reason::NoSeatsLeft);
}

TEST(Removing, A4BurntSeatsDoNotReviveWithTheSetting) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  forbid_replacement(given);
  given.done(enrol("a")).done(remove(person_named(given, "a")));
  given.done(configure({.seat_replacement = grp::SeatReplacement::Allowed,
                        .notify_on_enrol = {},
                        .crm_provider = {},
                        .crm_state = {}}));
  EXPECT_EQ(seats_left(given), "1/2");
  given.done(enrol("b")).when(enrol("c")).refused(Reason::SeatReplacementForbidden);
}

TEST(Removing, TA13TheTagGoesWithTheLastEntitlement) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  buy_group(given, 2, kOtherOrder);
  given.done(enrol("a")).done(enrol("a", kOtherGroup));
  const PersonId a = person_named(given, "a");
  given.when(remove(a)).then_kinds({"ParticipantRemoved"});
  given.when(remove(a, kOtherGroup)).then_kinds({"ParticipantRemoved", "TagRevokeRequested"});
}

TEST(Removing, RefusesInThisOrder) {
  Given given;
  open_shop(given);
  given.by(Role::Support).when(remove(kBuyer)).refused(Reason::ForbiddenRole);
  given.by(Role::GroupLeader, kBuyer.value).when(remove(kBuyer)).refused(Reason::NotFound);
  given.by_whoever_may();
  buy_group(given, 1);
  given.by(Role::GroupLeader, "p-eve").when(remove(kBuyer)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(remove(kBuyer)).refused(Reason::NotAMember).because({});
  given.done(enrol("a"));
  const PersonId a = person_named(given, "a");
  given.done(remove(a))
      .when(remove(a))
      .refused(Reason::NotAMember)
      .because({position_named(given, "ParticipantRemoved")});
}

TEST(Removing, MayBeBackDatedToWhenThePersonWasAMember) {
  Given given;
  given.at("2027-03-01");
  open_shop(given);
  buy_group(given, 2);
  given.at("2027-03-10").done(enrol("a")).at("2027-04-03");
  const PersonId a = person_named(given, "a");
  const Instant then = berlin("2027-03-30");
  given.by(Role::GroupLeader, kBuyer.value)
      .when_since(then, remove(a, kGroup, "left"))
      .refused(Reason::ForbiddenRole);
  given.by(Role::Support).when_since(then, remove(a)).refused(Reason::ReasonRequired);
  given.when_since(berlin("2027-03-09"), remove(a, kGroup, "left")).refused(Reason::InvalidArgument);
  given.when_since(then, remove(a, kGroup, "left")).accepted();
  EXPECT_EQ(given.events().back().envelope.effective_at, then);
}

TEST(Reinviting, CountsTheMails) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  given.by(Role::Admin).when(reinvite(kBuyer)).refused(Reason::NotAMember);
  given.done(enrol("a"));
  const PersonId a = person_named(given, "a");
  given.by(Role::GroupLeader, "p-eve").when(reinvite(a)).refused(Reason::ForbiddenRole);
  given.by(Role::GroupLeader, kBuyer.value).done(reinvite(a));
  const auto outcome = given.when(reinvite(a));
  EXPECT_EQ(
      std::get<effects::Event>(outcome.events().front().body),
      effects::Event(effects::NotificationRequested{effects::NotificationKind::Reinvited, a, kGroup, 3, 0}));
}

TEST(Leading, PassesToAKnownPerson) {
  Given given;
  open_shop(given);
  given.by(Role::GroupLeader, kBuyer.value).when(transfer(kBuyer)).refused(Reason::ForbiddenRole);
  given.by(Role::Admin).when(transfer(kBuyer)).refused(Reason::NotFound);
  given.by_whoever_may();
  buy_group(given, 2);
  given.when(transfer(PersonId("p-typo"))).refused(Reason::NotFound).with("person", "p-typo");
  given.when(transfer(kBuyer)).refused(Reason::InvalidArgument);
  given.done(enrol("a"));
  const PersonId a = person_named(given, "a");
  given.when(transfer(a)).then_kinds({"GroupLeaderAppointed", "GroupLeaderDismissed"});
  given.by(Role::GroupLeader, kBuyer.value).when(enrol("b")).refused(Reason::ForbiddenRole);
  given.by(Role::GroupLeader, a.value).done(enrol("b"));
}

TEST(Correcting, RestoresABurntSeatOnce) {
  Given given;
  open_shop(given);
  buy_group(given, 1);
  forbid_replacement(given);
  given.done(enrol("a")).done(remove(person_named(given, "a")));
  const Position removal = position_named(given, "ParticipantRemoved");
  given.by(Role::GroupLeader, kBuyer.value).when(correct(removal)).refused(Reason::ForbiddenRole);
  given.by(Role::Support).when(correct(removal)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(correct(removal, "")).refused(Reason::ReasonRequired);
  given.when(correct(removal + 1)).refused(Reason::NotFound);
  given.when(correct(removal)).then_kinds({"EnrolmentCorrected"});
  given.when(correct(removal)).refused(Reason::NotFound);
  EXPECT_EQ(seats_left(given), "1/1");
  given.done(enrol("b")).when(enrol("a")).refused(Reason::NoSeatsLeft);
}

TEST(Correcting, NothingIsLeftOfASeatItsOwnerCameBackTo) {
  Given given;
  open_shop(given);
  buy_group(given, 1);
  forbid_replacement(given);
  given.done(enrol("a")).done(remove(person_named(given, "a"))).done(enrol("a"));
  given.when(correct(position_named(given, "ParticipantRemoved"))).refused(Reason::NotFound);
}

}  // namespace
}  // namespace kontor::test
