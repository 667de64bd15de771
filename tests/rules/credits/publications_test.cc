// Publish, SaveDraft, SchedulePublication, ConfirmPublication, CancelScheduled, RefundPublication (DOMAIN 4.3
// C9 to C12, C14).
#include "tests/support/credits_fixture.h"

namespace kontor::test {
namespace {

using credits::Charge;
using credits::ContentType;
using credits::DebitSource;
using credits::ReleaseCause;

const ContentId kContent{"a"};

credits::Event accepted(Charge charge, ContentType type = ContentType::Article) {
  return credits::PublicationAccepted{kContent, type, kUser, charge};
}

TEST(Publish, TakesAPointFromTheUsersOwnAccount) {
  Given given;
  open_credits(given);
  open_account(given, 2);
  open_account(given, 2, PersonId("u-bob"));
  given.when(publish("a"))
      .then({credits::CreditDebited{kUser, 1, kContent, DebitSource::Balance}, accepted(Charge::Charged)});
  EXPECT_EQ(account_of(given).balance, 1);
  EXPECT_EQ(account_of(given, PersonId("u-bob")).balance, 2);
}

TEST(Publish, TC06EveryKindCostsOnePoint) {
  Given given;
  open_credits(given);
  open_account(given, 3);
  given.done(publish("a", kUser, ContentType::Article));
  given.done(publish("b", kUser, ContentType::Snapshot));
  given.done(publish("c", kUser, ContentType::Event));
  EXPECT_EQ(account_of(given).balance, 0);
}

TEST(Publish, TC07OfTwoForTheLastPointExactlyOneWins) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.when(publish("a")).accepted();
  given.when(publish("b")).refused(Reason::InsufficientCredit).with("balance", "0");
  EXPECT_EQ(account_of(given).balance, 0);
}

TEST(Publish, WithoutAnActiveAccountCostsNothing) {
  Given given;
  open_credits(given);
  given.when(publish("a")).then({accepted(Charge::Uncharged)});
  open_account(given);
  given.when(publish("b")).refused(Reason::InsufficientCredit);
  given.done(deactivate()).when(publish("b")).accepted();
  EXPECT_EQ(given.all<credits::CreditDebited>().size(), 0u);
}

TEST(Publish, KindsThatAreNotChargeableCostNothing) {
  Given given;
  open_credits(given);
  cr::ConfigureCredits only_events;
  only_events.chargeable = {ContentType::Event};
  given.done(of_credits(only_events));
  open_account(given);
  given.when(publish("a")).then({accepted(Charge::Uncharged)});
  given.when(publish("b", kUser, ContentType::Event)).refused(Reason::InsufficientCredit);
}

TEST(Publish, TC08AContentCostsOnceForItsLife) {
  Given given;
  open_credits(given);
  open_account(given, 5);
  given.done(publish("a"));
  const Position first = given.position_of<credits::PublicationAccepted>();
  given.when(publish("a"))
      .refused(Reason::AlreadyPublished)
      .with("position", std::to_string(first))
      .with("user", "u-ada")
      .with("points", "1")
      .because({first});
  given.when(publish("a", PersonId("u-bob"), ContentType::Event)).refused(Reason::AlreadyPublished);
  given.done(refund("a")).when(publish("a")).refused(Reason::AlreadyPublished);
  EXPECT_EQ(account_of(given).balance, 5);
  EXPECT_EQ(reason_info(Reason::AlreadyPublished).retry, Retry::Never);
}

TEST(Publish, TellsWhatTheFirstTimeCostAlsoAfterASecond) {
  Given given;
  open_credits(given);
  const PersonId bob("u-bob");
  given.done(publish("a", bob));  // outside of the scheme
  open_account(given, 2);
  cr::ConfigureCredits republishing;
  republishing.republishing = credits::Republishing::Charged;
  given.done(of_credits(republishing)).done(publish("a"));
  republishing.republishing = credits::Republishing::Free;
  given.done(of_credits(republishing));
  given.when(publish("a")).refused(Reason::AlreadyPublished).with("user", "u-bob").with("points", "0");
}

TEST(Publish, CostsAgainWhenTheSettingsSaySo) {
  Given given;
  open_credits(given);
  open_account(given, 2);
  given.done(publish("a"));
  cr::ConfigureCredits charged;
  charged.republishing = credits::Republishing::Charged;
  given.done(of_credits(charged));
  given.when(publish("a"))
      .then({credits::CreditDebited{kUser, 1, kContent, DebitSource::Balance}, accepted(Charge::Charged)});
  given.when(publish("a")).refused(Reason::InsufficientCredit);
}

TEST(Publish, WhatWasReservedWhileItCostAgainIsPublishedAtThatPrice) {
  for (const bool by_hand : {false, true}) {
    SCOPED_TRACE(by_hand);
    Given given;
    open_credits(given);
    open_account(given, 3);
    cr::ConfigureCredits republishing;
    republishing.republishing = credits::Republishing::Charged;
    given.done(of_credits(republishing)).done(publish("a"));
    given.done(of_credits(schedule_at("a", "2026-06-01")));
    republishing.republishing = credits::Republishing::Free;
    given.done(of_credits(republishing));
    given.when(publish("a", PersonId("u-bob"))).refused(Reason::InvalidArgument);
    given.when(by_hand ? publish("a") : confirm("a"))
        .then({credits::CreditDebited{kUser, 1, kContent, DebitSource::Reservation},
               accepted(Charge::Charged)});
    EXPECT_EQ(account_of(given).balance, 1);
    EXPECT_EQ(account_of(given).reserved, 0u);
    given.when(publish("a")).refused(Reason::AlreadyPublished);
  }
}

TEST(Publish, RefusesInThisOrder) {
  Given given;
  open_credits(given);
  given.by(Role::Operator).when(publish("a")).refused(Reason::ForbiddenRole);
  given.by(Role::Author, "u-bob").when(publish("a")).refused(Reason::ForbiddenRole);
  given.by_whoever_may();
  given.when(of_credits(cr::Publish{kContent, std::nullopt, kUser})).refused(Reason::ContentTypeUnknown);
  open_account(given, 1);
  given.when(publish("z"));
  given.when(publish("z")).refused(Reason::AlreadyPublished);
  given.when(publish("a"))
      .refused(Reason::InsufficientCredit)
      .with("balance", "0")
      .with("reserved", "0")
      .with("available", "0")
      .with("needed", "1")
      .with("draft_allowed", "true")
      .with("link", "account-settings")
      .because({5, given.position_of<credits::CreditDebited>()});
}

TEST(SaveDraft, IsNeverRefusedForWantOfCredit) {
  Given given;
  open_credits(given);
  open_account(given);
  given.by(Role::Author, "u-bob").when(draft("a")).refused(Reason::ForbiddenRole);
  given.by(Role::Author, "u-ada").when(draft("a")).then({credits::DraftSaved{kContent, kUser}});
}

TEST(Schedule, SetsAPointAsideUntilItIsConfirmed) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.when(of_credits(schedule_at("a", "2026-06-01 12:00")))
      .then({credits::CreditReserved{kContent, ContentType::Article, kUser, 1, berlin("2026-06-01 12:00"),
                                     berlin("2026-06-02 12:00")}});
  EXPECT_EQ(account_of(given).balance, 1);
  given.when(publish("b")).refused(Reason::InsufficientCredit).with("balance", "1").with("reserved", "1");
  given.at("2026-06-01 12:00")
      .when(confirm("a"))
      .then(
          {credits::CreditDebited{kUser, 1, kContent, DebitSource::Reservation}, accepted(Charge::Charged)});
  EXPECT_EQ(account_of(given).balance, 0);
  EXPECT_EQ(account_of(given).reserved, 0u);
  given.when(confirm("a")).refused(Reason::ReservationAlreadyResolved);
  given.when(cancel("a")).refused(Reason::ReservationAlreadyResolved);
  given.when(of_credits(schedule_at("a", "2026-07-01"))).refused(Reason::AlreadyPublished);
  given.at("2026-07-01");
  EXPECT_TRUE(given.all<credits::CreditReservationReleased>().empty());
}

TEST(Schedule, ACancelledOneGivesThePointBack) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.done(of_credits(schedule_at("a", "2026-06-01")));
  given.when(cancel("a"))
      .then({credits::CreditReservationReleased{kContent, kUser, 1, ReleaseCause::Cancelled}});
  const Position released = given.position_of<credits::CreditReservationReleased>();
  given.when(confirm("a")).refused(Reason::ReservationAlreadyResolved).because({released});
  given.when(of_credits(schedule_at("a", "2026-06-01"))).accepted();
  given.when(cancel("a")).accepted();
  given.when(publish("b")).accepted();
}

TEST(Schedule, ExpiresAtTheVeryInstant) {
  for (const std::int64_t late : {-1, 0, 1}) {
    SCOPED_TRACE(late);
    Given given;
    open_credits(given);
    open_account(given, 1);
    auto schedule = schedule_at("a", "2026-06-01 12:00");
    schedule.expires_at = berlin("2026-06-01 15:00");
    given.done(of_credits(schedule));
    const auto timer = rules::next_timer(given.state());
    ASSERT_TRUE(timer.has_value());
    EXPECT_EQ(timer->due, berlin("2026-06-01 15:00"));
    EXPECT_EQ(timer->effective_at, timer->due);
    given.at(Instant{timer->due.ns + late});
    if (late < 0) {
      given.when(confirm("a")).accepted();
      continue;
    }
    EXPECT_EQ(given.last<credits::CreditReservationReleased>(),
              (credits::CreditReservationReleased{kContent, kUser, 1, ReleaseCause::Expired}));
    EXPECT_EQ(given.events().back().envelope.effective_at, berlin("2026-06-01 15:00"));
    given.when(confirm("a")).refused(Reason::ReservationAlreadyResolved);
    given.when(publish("a"))
        .then({credits::CreditDebited{kUser, 1, kContent, DebitSource::Balance}, accepted(Charge::Charged)});
  }
}

TEST(Schedule, IsNotConfirmedForAUserWhoWasErasedMeanwhile) {
  namespace ppl = rules::people;
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.done(ppl::Command(ppl::RegisterPerson{kUser, {"ada@example.org", "Ada", {}}}));
  given.done(of_credits(schedule_at("a", "2026-06-01")));
  given.done(ppl::Command(ppl::ErasePerson{kUser, "asked to be forgotten"}));
  const Position erased = given.position_of<people::PersonErased>();
  given.by(Role::Operator).when(confirm("a")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(confirm("a")).refused(Reason::SubjectErased).because({erased});
  given.when(cancel("a"))
      .then({credits::CreditReservationReleased{kContent, kUser, 1, ReleaseCause::Cancelled}});
  given.when(confirm("a")).refused(Reason::ReservationAlreadyResolved);
}

TEST(Schedule, PublishingEarlyByHandUsesTheReservation) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.done(of_credits(schedule_at("a", "2026-06-01")));
  given.when(publish("a", PersonId("u-bob"))).refused(Reason::InvalidArgument).with("user", "u-ada");
  given.when(publish("a", kUser, ContentType::Event)).refused(Reason::InvalidArgument);
  given.when(publish("a"))
      .then(
          {credits::CreditDebited{kUser, 1, kContent, DebitSource::Reservation}, accepted(Charge::Charged)});
  given.when(confirm("a")).refused(Reason::ReservationAlreadyResolved);
}

TEST(Schedule, OutsideOfTheSchemeReservesNothing) {
  Given given;
  open_credits(given);
  given.done(of_credits(schedule_at("a", "2026-06-01")));
  EXPECT_EQ(given.last<credits::CreditReserved>().points, 0u);
  given.when(confirm("a"))
      .then({credits::CreditReservationReleased{kContent, kUser, 0, ReleaseCause::Uncharged},
             accepted(Charge::Uncharged)});
}

TEST(Schedule, WhoLeavesTheSchemeInBetweenPublishesUncharged) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.done(of_credits(schedule_at("a", "2026-06-01"))).done(deactivate());
  given.when(confirm("a"))
      .then({credits::CreditReservationReleased{kContent, kUser, 1, ReleaseCause::Uncharged},
             accepted(Charge::Uncharged)});
  EXPECT_EQ(account_of(given).balance, 1);
  EXPECT_EQ(account_of(given).reserved, 0u);
}

TEST(Schedule, WhatWasSetAsideStaysWhenAForcedTransactionTakesTheRest) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.done(of_credits(schedule_at("a", "2026-06-01"))).done(manual(-1, cr::Force::Yes));
  given.when(confirm("a")).accepted();
  EXPECT_EQ(account_of(given).balance, -1);
}

TEST(Schedule, RefusesInThisOrder) {
  Given given;
  open_credits(given);
  given.at("2026-06-01");
  auto schedule = schedule_at("a", "2026-06-02");
  given.by(Role::CreditManager).when(of_credits(schedule)).refused(Reason::ForbiddenRole);
  given.when(confirm("a")).refused(Reason::ForbiddenRole);
  given.when(cancel("a")).refused(Reason::ForbiddenRole);
  given.by_whoever_may();
  schedule.type.reset();
  given.when(of_credits(schedule)).refused(Reason::ContentTypeUnknown);
  given.when(of_credits(schedule_at("a", "2026-05-31"))).refused(Reason::InvalidArgument);
  schedule = schedule_at("a", "2026-06-02");
  schedule.expires_at = schedule.at;
  given.when(of_credits(schedule)).refused(Reason::InvalidArgument);
  schedule.expires_at.reset();
  given.when(confirm("a")).refused(Reason::NotFound);
  given.when(cancel("a")).refused(Reason::NotFound);
  open_account(given);
  given.when(of_credits(schedule)).refused(Reason::InsufficientCredit).with("draft_allowed", "true");
  given.done(manual(2)).done(of_credits(schedule));
  given.when(of_credits(schedule)).refused(Reason::AlreadyExists).because({7});
  given.when(of_credits(schedule_at("b", "2026-06-01"))).accepted();
}

TEST(Refund, GivesThePointBackOnce) {
  Given given;
  open_credits(given);
  open_account(given, 1);
  given.by(Role::CreditManager).when(refund("a")).refused(Reason::ForbiddenRole);
  given.by_whoever_may();
  given.when(of_credits(cr::RefundPublication{kContent, ""})).refused(Reason::ReasonRequired);
  given.when(refund("a")).refused(Reason::NotFound).because({});
  given.done(publish("a"));
  const Position debit = given.position_of<credits::CreditDebited>();
  given.done(deactivate())
      .when(refund("a"))
      .then({credits::CreditsAdjusted{.user = kUser,
                                      .points = 1,
                                      .cause = credits::AdjustmentCause::PublicationRefunded,
                                      .reason = "taken down by us",
                                      .content = kContent,
                                      .debit = debit}});
  EXPECT_EQ(account_of(given).balance, 1);
  given.when(refund("a"))
      .refused(Reason::LineAlreadyBilled)
      .because({debit, given.position_of<credits::CreditsAdjusted>()});
}

TEST(Refund, OfAContentThatWasChargedAgainIsOfTheNewestDebit) {
  Given given;
  const PersonId bob("u-bob");
  open_credits(given);
  open_account(given, 1);
  open_account(given, 1, bob);
  given.done(publish("a")).done(refund("a"));
  cr::ConfigureCredits republishing;
  republishing.republishing = credits::Republishing::Charged;
  given.done(of_credits(republishing)).done(publish("a", bob));
  given.when(refund("a")).accepted();
  EXPECT_EQ(account_of(given).balance, 1);
  EXPECT_EQ(account_of(given, bob).balance, 1);
  given.when(refund("a")).refused(Reason::LineAlreadyBilled);
  republishing.republishing = credits::Republishing::Free;
  given.done(of_credits(republishing));
  given.when(publish("a")).refused(Reason::AlreadyPublished).with("user", "u-ada").with("points", "1");
}

TEST(Refund, OfAPublicationThatCostNothingIsNotFound) {
  Given given;
  open_credits(given);
  given.done(publish("a"));
  given.when(refund("a")).refused(Reason::NotFound).because({5});
}

TEST(Streams, ArePerAccountOrderPackageAndContent) {
  EXPECT_EQ(rules::stream_of(publish("a")), "content/a");
  EXPECT_EQ(rules::stream_of(order("o-1")), "credit-order/o-1");
  EXPECT_EQ(rules::stream_of(manual(1)), "account/u-ada");
  EXPECT_EQ(rules::stream_of(of_credits(package_of(1))), "package/ten");
  EXPECT_EQ(rules::stream_of(feature(credits::Feature::On)), "credits");
}

}  // namespace
}  // namespace kontor::test
