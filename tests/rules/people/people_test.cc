#include "engine/rules/people/rules.h"

#include "tests/support/access_fixture.h"
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

namespace pcmd = rules::people;

rules::Command registered(std::string email, std::optional<PersonId> person = {}) {
  return pcmd::Command(pcmd::RegisterPerson{std::move(person), {std::move(email), "Ada Lovelace", {}}});
}
rules::Command changed(std::string person, std::string email) {
  return pcmd::Command(pcmd::ChangePersonEmail{PersonId(std::move(person)), {std::move(email), "", {}}});
}
rules::Command erased(std::string person, std::string reason = "asked to be forgotten") {
  return pcmd::Command(pcmd::ErasePerson{PersonId(std::move(person)), std::move(reason)});
}
const PersonId kAda("ada");

template <class E>
E only(const Outcome& outcome) {
  EXPECT_EQ(outcome.events().size(), 1U);
  return std::get<E>(std::get<people::Event>(outcome.events().front().body));
}

TEST(People, ARegisteredPersonIsFoundByEverySpellingOfTheEmail) {
  Given given;
  const auto event = only<people::PersonRegistered>(given.when(registered("Ada@Example.org", kAda)));
  EXPECT_EQ(event.person, kAda);
  EXPECT_TRUE(std::holds_alternative<people::SealedData>(event.data));
  for (const char* spelling : {"ada@example.org", " ADA@EXAMPLE.ORG "})
    given.when(registered(spelling)).refused(Reason::AlreadyMember).with("person", "ada").because({2});
}

TEST(People, WithoutAnIdOfTheirOwnPersonsGetRandomOnes) {
  Given given;
  const auto one = only<people::PersonRegistered>(given.when(registered("a@example.org")));
  const auto two = only<people::PersonRegistered>(given.when(registered("b@example.org")));
  EXPECT_TRUE(valid_id_text(one.person.value));
  EXPECT_NE(one.person, two.person);
  EXPECT_EQ(one.person.value.find("example"), std::string::npos);
}

TEST(People, RegisteringIsRefusedInThisOrder) {
  Given given;
  given.done(registered("ada@example.org", kAda));
  given.by(Role::Admin).when(registered("", kAda)).refused(Reason::ForbiddenRole).with("needed", "backend");
  given.by_whoever_may().when(registered("", kAda)).refused(Reason::AlreadyExists).because({2});
  given.when(registered("jan@")).refused(Reason::EmailInvalid).with("at_byte", "4");
  given.when(registered("ada@example.org", PersonId("bob"))).refused(Reason::AlreadyMember).because({2});
  given.done(erased("ada"));
  given.when(registered("jan@", kAda)).refused(Reason::SubjectErased).because({3});
}

TEST(People, ARefusalSaysNothingOfTheEmail) {
  Given given;
  const auto outcome = given.when(registered("secret@secret@secret"));
  outcome.refused(Reason::EmailInvalid);
  EXPECT_EQ(outcome.refusal().what, "the e-mail has a second @");
  for (const rules::Fact& fact : outcome.refusal().facts)
    EXPECT_EQ(fact.value.find("secret"), std::string::npos) << fact.name;
}

TEST(People, AChangedEmailFindsThePersonAndTheOldOneIsFree) {
  Given given;
  given.done(registered("ada@example.org", kAda));
  only<people::PersonEmailChanged>(given.when(changed("ada", "countess@example.org")));
  given.when(registered("countess@example.org")).refused(Reason::AlreadyMember).because({3});
  given.when(registered("ada@example.org", PersonId("bob"))).then_kinds({"PersonRegistered"});
}

TEST(People, ChangingAnEmailIsRefusedInThisOrder) {
  Given given;
  given.done(registered("ada@example.org", kAda)).done(registered("bob@example.org", PersonId("bob")));
  given.by(Role::Operator).when(changed("eve", "x")).refused(Reason::ForbiddenRole).with("needed", "backend");
  given.by_whoever_may().when(changed("eve", "x")).refused(Reason::NotFound).with("person", "eve");
  given.when(changed("ada", "x")).refused(Reason::EmailInvalid).with("at_byte", "1");
  given.when(changed("ada", "ADA@example.org")).refused(Reason::InvalidArgument).because({2});
  given.when(changed("ada", "bob@example.org"))
      .refused(Reason::AlreadyMember)
      .with("person", "bob")
      .because({3});
  given.done(erased("ada"));
  given.when(changed("ada", "x")).refused(Reason::SubjectErased).because({4});
}

TEST(People, ErasedPersonsAreCountedAndTheirEmailsAreFree) {
  Given given;
  given.done(registered("ada@example.org", kAda)).done(registered("bob@example.org", PersonId("bob")));
  EXPECT_EQ(only<people::PersonErased>(given.when(erased("bob"))).number, 1U);
  EXPECT_EQ(only<people::PersonErased>(given.when(erased("ada"))).number, 2U);
  given.when(registered("ada@example.org", PersonId("ada-2"))).then_kinds({"PersonRegistered"});
  EXPECT_EQ(pcmd::living(given.state().people), std::vector<PersonId>{PersonId("ada-2")});
}

TEST(People, ErasingIsRefusedInThisOrder) {
  Given given;
  given.by(Role::Backend).when(erased("ada", "")).refused(Reason::ForbiddenRole).with("needed", "operator");
  given.by_whoever_may().when(erased("ada", "")).refused(Reason::NotFound);
  given.done(registered("ada@example.org", kAda));
  given.when(erased("ada", "")).refused(Reason::ReasonRequired);
  given.done(erased("ada"));
  given.when(erased("ada", "")).refused(Reason::SubjectErased).because({3});
}

TEST(People, NoCommandOfAnyDomainIsTakenForAnErasedPerson) {
  Given given;
  open_flat_campus(given);
  given.done(registered("ada@example.org", kAda)).done(erased("ada"));
  given.by(Role::Billing).when(invite("ada")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(invite("ada")).refused(Reason::SubjectErased).with("person", "ada");
}

TEST(People, TheSeatOfAnErasedMemberCanBeGivenUp) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  given.done(enrol("anna"));
  const PersonId anna = person_named(given, "anna");
  given.done(erased(anna.value));
  given.by(Role::Buyer).when(remove(anna)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(remove(anna)).then_kinds({"ParticipantRemoved", "TagRevokeRequested"});
  given.when(remove(anna)).refused(Reason::NotAMember);
}

TEST(People, OneCommandRegistersSeveralPersonsApart) {
  Given given;
  people::Contact one{"a@example.org", "", {}};
  people::Contact two{"b@example.org", "", {}};
  fill_lookup(one);
  fill_lookup(two);
  const rules::Context ctx{given.now(), Actor{Role::Backend, "x", ""}};
  std::vector<Event> events;
  const PersonId first = pcmd::person_for(given.state().people, one, ctx, 0, events);
  EXPECT_NE(first, pcmd::person_for(given.state().people, two, ctx, 1, events));
  EXPECT_EQ(events.size(), 2U);
}

TEST(People, ADryRunLeavesNoTrace) {
  Given given;
  given.done(registered("ada@example.org", kAda));
  const Digest before = rules::state_digest(given.state());
  given.state().journal.open();
  Envelope envelope;
  envelope.position = 3;
  envelope.stream = "person/ada";
  envelope.version = 2;
  rules::evolve(given.state(), people::Event(people::PersonErased{kAda, 1, "x"}), envelope);
  EXPECT_NE(rules::state_digest(given.state()), before);
  given.state().journal.roll_back();
  EXPECT_EQ(rules::state_digest(given.state()), before);
}

}  // namespace
}  // namespace kontor::test
