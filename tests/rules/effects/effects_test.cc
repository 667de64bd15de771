// DOMAIN 2.3 A13, 2.7: requests wait until they are confirmed; refusals in the order of the README's table.
#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace kontor::test {
namespace {

namespace ev = effects;
namespace ecmd = rules::effects;

const PersonId kAda("p-ada"), kBob("p-bob");
constexpr const char* kTag = "Kurs gekauft";

rules::Command ack(ecmd::TagChange change, const PersonId& person = kAda,
                   ecmd::EffectOutcome outcome = ecmd::EffectOutcome::Done) {
  return ecmd::Command(ecmd::AckTagChange{person, kTag, change, outcome,
                                          outcome == ecmd::EffectOutcome::Failed ? "the CRM is away" : ""});
}
rules::Command ack(Position request, ecmd::EffectOutcome outcome = ecmd::EffectOutcome::Done) {
  return ecmd::Command(
      ecmd::AckEffect{request, outcome, outcome == ecmd::EffectOutcome::Failed ? "no such mailbox" : ""});
}
Event grant(const PersonId& person = kAda) { return ev::Event(ev::TagGrantRequested{person, kTag}); }
Event revoke(const PersonId& person = kAda) { return ev::Event(ev::TagRevokeRequested{person, kTag}); }
Event mail() {
  return ev::Event(ev::NotificationRequested{ev::NotificationKind::Enrolled, kAda, GroupId("g-1"), 1, 0});
}
Event alert() { return ev::Event(ev::AlertRequested{ev::AlertKind::CreditOrder, "order/o-1", "publisher"}); }

/// The one event of an outcome.
const ev::Event& only(const Outcome& outcome) {
  EXPECT_EQ(outcome.events().size(), 1U);
  return std::get<ev::Event>(outcome.events().front().body);
}

TEST(Effects, OnlyABackendReports) {
  Given given;
  given.happened({grant(), mail()});
  given.by(Role::Admin)
      .when(ack(ecmd::TagChange::Grant))
      .refused(Reason::ForbiddenRole)
      .with("needed", "backend");
  given.by(Role::Admin).when(ack(3)).refused(Reason::ForbiddenRole);
}

TEST(Effects, AGrantedTagIsConfirmedOnce) {
  Given given;
  given.when(ack(ecmd::TagChange::Grant)).refused(Reason::NotFound).with("tag", kTag);
  given.happened({grant()});
  EXPECT_EQ(only(given.when(ack(ecmd::TagChange::Grant))), ev::Event(ev::TagGrantConfirmed{kAda, kTag, 2}));
  given.when(ack(ecmd::TagChange::Grant)).refused(Reason::NotFound).with("person", "p-ada");
}

TEST(Effects, AnAnswerIsAboutThisPersonThisTagAndThisChange) {
  Given given;
  given.happened({grant(kBob), revoke()});
  given.when(ack(ecmd::TagChange::Grant)).refused(Reason::NotFound);
  EXPECT_EQ(only(given.when(ack(ecmd::TagChange::Revoke))), ev::Event(ev::TagRevokeConfirmed{kAda, kTag, 3}));
  given.when(ack(ecmd::TagChange::Revoke, kBob)).refused(Reason::NotFound);
}

TEST(Effects, TheOldestRequestIsAnsweredFirst) {
  Given given;
  given.happened({grant(), revoke(), grant()});
  EXPECT_EQ(only(given.when(ack(ecmd::TagChange::Grant))), ev::Event(ev::TagGrantConfirmed{kAda, kTag, 2}));
  EXPECT_EQ(only(given.when(ack(ecmd::TagChange::Grant))), ev::Event(ev::TagGrantConfirmed{kAda, kTag, 4}));
  EXPECT_EQ(only(given.when(ack(ecmd::TagChange::Revoke))), ev::Event(ev::TagRevokeConfirmed{kAda, kTag, 3}));
}

TEST(Effects, AFailedChangeOfATagStaysOpen) {
  Given given;
  given.happened({revoke()});
  const auto failed = ecmd::EffectOutcome::Failed;
  EXPECT_EQ(only(given.when(ack(ecmd::TagChange::Revoke, kAda, failed))),
            ev::Event(ev::TagChangeFailed{kAda, kTag, ev::TagChange::Revoke, 2, "the CRM is away"}));
  given.when(ack(ecmd::TagChange::Revoke, kAda, failed)).then_kinds({"TagChangeFailed"});
  given.when(ack(ecmd::TagChange::Revoke)).then_kinds({"TagRevokeConfirmed"});
  given.when(ack(ecmd::TagChange::Revoke, kAda, failed)).refused(Reason::NotFound);
}

TEST(Effects, AMailOrAnAlertIsConfirmedByItsPosition) {
  Given given;
  given.when(ack(2)).refused(Reason::NotFound).with("request", "2");
  given.happened({mail(), alert(), grant()});
  EXPECT_EQ(only(given.when(ack(2))), ev::Event(ev::EffectConfirmed{2, "person/p-ada"}));
  given.when(ack(2)).refused(Reason::NotFound);
  EXPECT_EQ(only(given.when(ack(3, ecmd::EffectOutcome::Failed))),
            ev::Event(ev::EffectFailed{3, "order/o-1", "no such mailbox"}));
  given.when(ack(3)).then_kinds({"EffectConfirmed"});
  given.when(ack(4)).refused(Reason::NotFound) /* a tag is answered by its name */;
  given.when(ack(1)).refused(Reason::NotFound) /* the tenant's creation asks for nothing */;
}

TEST(Effects, AnErasedPersonsRequestsCanStillBeAnswered) {
  Given given;
  given.done(
      rules::people::Command(rules::people::RegisterPerson{kAda, {"ada@example.org", "Ada Lovelace", {}}}));
  given.happened({revoke()});
  given.done(rules::people::Command(rules::people::ErasePerson{kAda, "asked to be forgotten"}));
  given.when(ack(ecmd::TagChange::Revoke)).then_kinds({"TagRevokeConfirmed"});
}

}  // namespace
}  // namespace kontor::test
