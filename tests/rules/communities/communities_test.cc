// Community seats: DOMAIN 3.3 B15 to B19, 9.5; S-43 to S-45, B14, B15, B17, TB6.
#include "engine/rules/calendar.h"
#include "tests/support/community_fixture.h"

namespace kontor::test {
namespace {

namespace ev = communities;

// --- communities and pools ---

TEST(OpenCommunity, KeepsItsTimeZone) {
  Given given;
  given.when(open_community()).then({ev::CommunityOpened{kCommunity, "Europe/Berlin"}});
}

TEST(OpenCommunity, RefusalsInOrder) {
  Given given;
  given.by(Role::CampusManager).when(open_community(kCommunity, "Mars/Base")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().done(open_community());
  given.when(open_community(kCommunity, "Mars/Base")).refused(Reason::AlreadyExists).because({2});
  given.when(open_community(kOtherCommunity, "Mars/Base"))
      .refused(Reason::InvalidArgument)
      .with("time_zone", "Mars/Base");
}

TEST(BookCommunityPool, IsAContractItemWithAPrice) {
  Given given;
  given.done(open_community());
  given
      .when(com::Command(com::BookCommunityPool{
          .community = kCommunity, .size = 5, .price = MinorUnits{12'000}, .currency = {}}))
      .then({ev::CommunityPoolBooked{kCommunity, 5, MinorUnits{12'000}, Currency{}}});
  // The same size again, for another price: the next contract.
  given
      .when(com::Command(com::BookCommunityPool{
          .community = kCommunity, .size = 5, .price = MinorUnits{12'000}, .currency = {}}))
      .accepted();
}

TEST(BookCommunityPool, RefusalsInOrder) {
  Given given;
  given.by(Role::CampusManager).when(book_pool(0)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(book_pool(0)).refused(Reason::NotFound).with("community", "community-1");
  fill_pool(given);
  given.when(book_pool(0)).refused(Reason::InvalidArgument).with("limit", "1000000");
  given.when(book_pool(1'000'001)).refused(Reason::InvalidArgument);
  com::BookCommunityPool priced{.community = kCommunity, .size = 5, .price = MinorUnits{-1}, .currency = {}};
  given.when(com::Command(priced)).refused(Reason::AmountOutOfRange);
  priced.price = MinorUnits{1'000'000'000'001};
  given.when(com::Command(priced)).refused(Reason::AmountOutOfRange).with("limit", "1000000000000");
  priced.price = MinorUnits{1};
  priced.currency = kNoCurrency;
  given.when(com::Command(priced)).refused(Reason::InvalidArgument).with("currency", "XXX");
  given.when(book_pool(5)).refused(Reason::InvalidArgument).because({3});
  given.when(book_pool(4))
      .refused(Reason::ContingentBelowUsage)
      .with("requested", "4")
      .with("used", "5")
      .because({3});
  given.when(book_pool(6)).accepted();
  given.when(book_pool(std::nullopt)).accepted();
  given.when(book_pool(std::nullopt)).refused(Reason::InvalidArgument);
}

TEST(BookCommunityPool, SeatsAboutToComeBackAreStillInUse) {
  Given given;
  fill_pool(given);
  given.done(leave_group("m-1"));
  given.when(book_pool(4)).refused(Reason::ContingentBelowUsage).with("used", "5");
  given.at("2026-01-02 00:00");
  given.when(book_pool(4)).accepted();
}

TEST(CreateCommunityGroup, RefusalsInOrder) {
  Given given;
  given.by(Role::Support).when(create_group(kCommunityGroup)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(create_group(kCommunityGroup)).refused(Reason::NotFound);
  given.done(open_community());
  given.when(create_group(kCommunityGroup)).then({ev::CommunityGroupCreated{kCommunityGroup, kCommunity}});
  given.done(open_community(kOtherCommunity));
  given.when(create_group(kCommunityGroup, kOtherCommunity)).refused(Reason::AlreadyExists).because({3});
}

// --- inviting ---

TEST(InviteToCommunityGroup, GrantsASeatWithTheFirstGroup) {
  Given given;
  open_pool(given, 5);
  given.when(join("m-1"))
      .then({ev::GroupMemberInvited{kCommunityGroup, PersonId("m-1")},
             ev::CommunitySeatGranted{kCommunity, 1, PersonId("m-1"), kCommunityGroup}});
}

TEST(InviteToCommunityGroup, MoreGroupsCostNothingAlsoInAnotherCommunity) {
  Given given;
  open_pool(given, 1);
  given.done(join("m-1"));
  given.when(join("m-1", kOtherCommunityGroup))
      .then({ev::GroupMemberInvited{kOtherCommunityGroup, PersonId("m-1")},
             ev::ExistingCommunitySeatUsed{kOtherCommunityGroup, PersonId("m-1"), kCommunity, 1}});
  // The other community has no pool at all, and pays nothing (S-44).
  const GroupId elsewhere("g-9");
  given.done(open_community(kOtherCommunity)).done(create_group(elsewhere, kOtherCommunity));
  given.when(join("m-1", elsewhere))
      .then({ev::GroupMemberInvited{elsewhere, PersonId("m-1")},
             ev::ExistingCommunitySeatUsed{elsewhere, PersonId("m-1"), kCommunity, 1}});
  given.when(join("m-2", elsewhere)).refused(Reason::NoCommunitySeatsLeft).with("capacity", "0");
}

TEST(InviteToCommunityGroup, RefusalsInOrder) {
  Given given;
  given.by(Role::Member, "m-1").when(join("m-1")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(join("m-1")).refused(Reason::NotFound).with("group", "g-1");
  fill_pool(given);
  given.when(join("m-1")).refused(Reason::AlreadyMember).because({6});
  given.when(join("x"))
      .refused(Reason::NoCommunitySeatsLeft)
      .with("capacity", "5")
      .with("used", "5")
      .because({3});
  given.done(deactivate(kCommunityGroup));
  given.when(join("m-1")).refused(Reason::GroupInactive).because({given.position_of<ev::GroupDeactivated>()});
}

TEST(InviteToCommunityGroup, AnUnlimitedPoolNeverRunsOut) {
  Given given;
  open_pool(given, std::nullopt);
  for (int i = 0; i < 50; ++i) given.done(join("p-" + std::to_string(i)));
  EXPECT_EQ(given.state().communities.communities[0].used, 50u);
}

// --- DOMAIN 9.5: Sunday, 28 March 2027, has 23 hours ---

TEST(CommunityTK, Tk01LeavingSchedulesTheReleaseForMidnight) {
  Given given;
  fill_pool(given);
  given.at("2027-03-28 10:00");
  given.when(leave_group("m-1"))
      .then({ev::GroupMembershipEnded{kCommunityGroup, PersonId("m-1")},
             ev::CommunitySeatReleaseScheduled{kCommunity, 1, PersonId("m-1"),
                                               Instant::parse("2027-03-28T22:00:00Z").value()}});
}

TEST(CommunityTK, Tk02UntilMidnightTheSeatIsNotFree) {
  Given given;
  fill_pool(given);
  given.at("2027-03-28 10:00").done(leave_group("m-1"));
  given.at("2027-03-28 16:00").when(join("x")).refused(Reason::NoCommunitySeatsLeft).with("used", "5");
  given.at("2027-03-28 23:59:59").when(join("x")).refused(Reason::NoCommunitySeatsLeft);
}

TEST(CommunityTK, Tk03AtMidnightItIs) {
  Given given;
  fill_pool(given);
  given.at("2027-03-28 10:00").done(leave_group("m-1"));
  given.at("2027-03-29 00:00");
  EXPECT_EQ(given.last<ev::CommunitySeatReleased>(),
            (ev::CommunitySeatReleased{kCommunity, 1, PersonId("m-1")}));
  EXPECT_EQ(given.events().back().envelope.effective_at, berlin("2027-03-29 00:00"));
  given.when(join("x")).then({ev::GroupMemberInvited{kCommunityGroup, PersonId("x")},
                              ev::CommunitySeatGranted{kCommunity, 6, PersonId("x"), kCommunityGroup}});
}

TEST(CommunityTK, Tk04BackOnTheSameDayKeepsTheSeat) {
  Given given;
  fill_pool(given);
  given.at("2027-03-28 10:00").done(leave_group("m-1"));
  given.at("2027-03-28 18:00");
  given.when(join("m-1", kOtherCommunityGroup))
      .then({ev::GroupMemberInvited{kOtherCommunityGroup, PersonId("m-1")},
             ev::CommunitySeatReleaseCancelled{kCommunity, 1, PersonId("m-1"), kOtherCommunityGroup}});
  given.at("2027-04-01 00:00");
  EXPECT_TRUE(given.all<ev::CommunitySeatReleased>().empty());
  given.when(join("x")).refused(Reason::NoCommunitySeatsLeft);
}

TEST(CommunityTK, Tk05LeavingOneOfTwoGroupsSchedulesNothing) {
  Given given;
  fill_pool(given);
  given.when(leave_group("m-2")).then({ev::GroupMembershipEnded{kCommunityGroup, PersonId("m-2")}});
  given.when(leave_group("m-2", kOtherCommunityGroup))
      .then_kinds({"GroupMembershipEnded", "CommunitySeatReleaseScheduled"});
}

TEST(EndGroupMembership, AtMidnightItselfTheDayBegins) {
  Given given;
  fill_pool(given);
  given.at("2027-03-28 00:00").done(leave_group("m-1"));
  EXPECT_EQ(given.last<ev::CommunitySeatReleaseScheduled>().release_at, berlin("2027-03-29 00:00"));
}

TEST(EndGroupMembership, TheDayIsThatOfTheCommunityWhoseSeatItIs) {
  Given given;
  open_pool(given, 5);
  const GroupId far("g-far");
  given.done(open_community(kOtherCommunity, "Pacific/Auckland")).done(create_group(far, kOtherCommunity));
  given.done(join("m-1")).done(join("m-1", far)).done(leave_group("m-1"));
  given.at("2026-07-01 15:00").done(leave_group("m-1", far));
  EXPECT_EQ(given.last<ev::CommunitySeatReleaseScheduled>().release_at, berlin("2026-07-02 00:00"));
}

TEST(EndGroupMembership, RefusalsInOrder) {
  Given given;
  given.by(Role::Member, "someone-else").when(leave_group("m-1")).refused(Reason::ForbiddenRole);
  given.by(Role::Member, "m-1").when(leave_group("m-1")).refused(Reason::NotFound);
  given.by_whoever_may();
  fill_pool(given);
  given.when(leave_group("x")).refused(Reason::NotGroupMember).because({});
  given.by(Role::Member, "m-1").done(leave_group("m-1"));
  given.when(leave_group("m-1"))
      .refused(Reason::NotGroupMember)
      .because({given.position_of<ev::GroupMembershipEnded>()});
}

TEST(DeactivateGroup, EndsMembershipsAndSchedulesWhoHasNoOtherGroup) {
  Given given;
  fill_pool(given);
  given.done(leave_group("m-5"));
  given.at("2026-05-01 12:00");
  const auto out = given.when(deactivate(kCommunityGroup));
  out.then_kinds({"GroupDeactivated", "CommunitySeatReleaseScheduled", "CommunitySeatReleaseScheduled",
                  "CommunitySeatReleaseScheduled"});  // m-2 is in the other group, m-5 has gone
  EXPECT_EQ(given.last<ev::GroupDeactivated>().members, 4u);
  given.when(leave_group("m-1"))
      .refused(Reason::NotGroupMember)
      .because({given.position_of<ev::GroupDeactivated>()});
  given.when(deactivate(kCommunityGroup)).refused(Reason::GroupInactive);
  given.at("2026-05-02 00:00");
  EXPECT_EQ(given.state().communities.communities[0].used, 1u);
}

TEST(DeactivateGroup, RefusalsInOrder) {
  Given given;
  given.by(Role::Billing).when(deactivate(kCommunityGroup)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(deactivate(kCommunityGroup)).refused(Reason::NotFound);
}

TEST(Calendar, TheNextMidnightIsLaterThanAnyMomentOfTheDay) {
  using rules::next_local_midnight;
  EXPECT_EQ(next_local_midnight("Europe/Berlin", berlin("2027-10-31 02:30")), berlin("2027-11-01 00:00"));
  // Sao Paulo's clocks skipped from midnight to one: the day began at the change.
  EXPECT_EQ(next_local_midnight("America/Sao_Paulo", Instant::parse("2018-11-03T15:00:00Z").value()),
            Instant::parse("2018-11-04T03:00:00Z").value());
  // Havana's go back from one to midnight: the first of both midnights.
  EXPECT_EQ(next_local_midnight("America/Havana", Instant::parse("2026-10-31T15:00:00Z").value()),
            Instant::parse("2026-11-01T04:00:00Z").value());
}

}  // namespace
}  // namespace kontor::test
