// Personal data on its way into the log: what is sealed, which keys there are, what the log never holds.
#include "engine/writer/personal_data.h"

#include <gtest/gtest.h>

#include "engine/keys/sealer.h"
#include "tests/support/desk.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::test {
namespace {

namespace pcmd = rules::people;

CommandRequest registered(const std::string& email, std::optional<PersonId> person = {}) {
  return request(pcmd::Command(pcmd::RegisterPerson{std::move(person), {email, "Ada Lovelace", {}}}));
}
CommandRequest changed(const char* person, const std::string& email) {
  return request(pcmd::Command(pcmd::ChangePersonEmail{PersonId(person), {email, "", {}}}));
}
CommandRequest erased(const char* person) {
  return request(pcmd::Command(pcmd::ErasePerson{PersonId(person), "asked"}));
}

class PersonalData : public testing::Test {
 protected:
  PersonalData() { EXPECT_TRUE(accepted(desk_.ask(create_tenant()))); }

  [[nodiscard]] bool has_key(const char* person) {
    return desk_.keys().find({Desk::kTenant, PersonId(person)}).has_value();
  }
  template <class E>
  [[nodiscard]] std::vector<std::pair<Position, E>> all() {
    std::vector<std::pair<Position, E>> found;
    const auto events = desk_.events();
    for (const RecordedEvent& event : events)
      if (const auto* people = std::get_if<people::Event>(&event.body))
        if (const auto* one = std::get_if<E>(people)) found.emplace_back(event.envelope.position, *one);
    return found;
  }
  /// What the sealed part at a position says.
  [[nodiscard]] std::string opened(const PersonId& person, Position position,
                                   const people::PersonalData& data) {
    const auto key = desk_.keys().find({Desk::kTenant, person});
    if (!key) return "no key";
    return keys::unseal(*key, {Desk::kTenant, position, person}, std::get<people::SealedData>(data).bytes)
        .value_or("not as it was sealed");
  }
  [[nodiscard]] std::string whole_log() {
    std::string all;
    const auto stored = desk_.log().read(Desk::kTenant, 1, 1'000).value();
    for (const std::string& event : stored) all += event;
    return all;
  }

  Desk desk_;
};

// INV-22
TEST_F(PersonalData, TheLogHoldsNothingInClearAndTheKeyOpensIt) {
  ASSERT_TRUE(accepted(desk_.ask(registered(" Ada@Example.org ", PersonId("ada")))));
  ASSERT_TRUE(accepted(desk_.ask(changed("ada", "countess@example.org"))));
  for (const char* clear : {"Ada@", "ada@", "xample", "Lovelace", "countess"})
    EXPECT_EQ(whole_log().find(clear), std::string::npos) << clear;
  const auto first = all<people::PersonRegistered>();
  ASSERT_EQ(first.size(), 1U);
  const std::string text = opened(PersonId("ada"), first[0].first, first[0].second.data);
  EXPECT_NE(text.find("Ada@Example.org"), std::string::npos) << "as it was written, but for the spaces";
  EXPECT_NE(text.find("Ada Lovelace"), std::string::npos);
  const auto second = all<people::PersonEmailChanged>();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(opened(PersonId("ada"), second[0].first, second[0].second.data).find("countess@example.org"),
            std::string::npos);
  EXPECT_EQ(desk_.keys().size(), 1U) << "one key a person";
}

TEST_F(PersonalData, LookUpKeysSurviveARestartAndDependOnTheTenant) {
  ASSERT_TRUE(accepted(desk_.ask(registered("ada@example.org", PersonId("ada")))));
  desk_.restart();
  EXPECT_EQ(code(desk_.ask(registered("ADA@example.org"))), Reason::AlreadyMember);
  ASSERT_TRUE(accepted(desk_.ask(changed("ada", "countess@example.org")))) << "with the key of before";
  const auto secret = desk_.keys().tenant_secret(keys::SecretUse::LookUp, TenantId("t")).value();
  const auto other = desk_.keys().tenant_secret(keys::SecretUse::LookUp, TenantId("u")).value();
  EXPECT_NE(hex(secret.bytes()), hex(other.bytes()));
}

TEST_F(PersonalData, ARegistrationAndAChangeInOneGroupShareTheKey) {
  const auto outcomes = desk_.ask(Mode::AllOrNothing, {registered("ada@example.org", PersonId("ada")),
                                                       changed("ada", "countess@example.org")});
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_TRUE(accepted(outcomes[1]));
  EXPECT_EQ(desk_.keys().size(), 1U);
  const auto second = all<people::PersonEmailChanged>();
  EXPECT_NE(opened(PersonId("ada"), second[0].first, second[0].second.data).find("countess"),
            std::string::npos);
}

TEST_F(PersonalData, DryRunsAndBatchesThatAreRolledBackLeaveNoKey) {
  desk_.ask(Mode::DryRun, {registered("ada@example.org", PersonId("ada"))});
  EXPECT_EQ(desk_.keys().size(), 0U);
  desk_.ask(Mode::AllOrNothing, {registered("ada@example.org", PersonId("ada")), erased("nobody")});
  EXPECT_EQ(desk_.keys().size(), 0U);
  EXPECT_EQ(desk_.status().position, 1U);
  ASSERT_TRUE(accepted(desk_.ask(registered("ada@example.org", PersonId("ada")))));
  desk_.ask(Mode::DryRun, {erased("ada")});
  desk_.ask(Mode::AllOrNothing, {erased("ada"), erased("ada")});
  EXPECT_TRUE(has_key("ada")) << "an erasure that was taken back destroys nothing";
}

TEST_F(PersonalData, AnErasureDestroysTheKeyAndTheLogStaysAsItIs) {
  ASSERT_TRUE(accepted(desk_.ask(registered("ada@example.org", PersonId("ada")))));
  ASSERT_TRUE(accepted(desk_.ask(registered("bob@example.org", PersonId("bob")))));
  const std::string before = whole_log();
  ASSERT_TRUE(accepted(desk_.ask(erased("ada"))));
  EXPECT_FALSE(has_key("ada"));
  EXPECT_TRUE(has_key("bob"));
  EXPECT_TRUE(whole_log().starts_with(before));
  const Digest state = desk_.status().state;
  desk_.restart();
  EXPECT_EQ(desk_.status().state, state) << "a replay needs no key";
  EXPECT_EQ(code(desk_.ask(changed("ada", "x@example.org"))), Reason::SubjectErased);
  EXPECT_TRUE(accepted(desk_.ask(registered("ada@example.org", PersonId("ada-2")))));
}

TEST_F(PersonalData, RegisteredAndErasedInOneGroup) {
  desk_.ask(Mode::Each, {registered("ada@example.org", PersonId("ada")), erased("ada")});
  EXPECT_EQ(desk_.keys().size(), 0U);
}

TEST_F(PersonalData, ARestartForgetsKeysOfPersonsWhoNeverBecameKnown) {
  const keys::PersonKey orphan{Desk::kTenant, PersonId("eve"), {}};
  ASSERT_TRUE(desk_.keys().add({&orphan, 1}));
  desk_.restart();
  EXPECT_FALSE(has_key("eve"));
}

TEST_F(PersonalData, APersonWithoutAKeyIsRefusedBeforeAnythingIsRecorded) {
  ASSERT_TRUE(accepted(desk_.ask(registered("ada@example.org", PersonId("ada")))));
  const keys::KeyOwner lost{Desk::kTenant, PersonId("ada")};
  ASSERT_TRUE(desk_.keys().destroy({&lost, 1}));
  desk_.restart();
  const auto outcome = desk_.ask(changed("ada", "countess@example.org"));
  ASSERT_TRUE(std::holds_alternative<Error>(outcome));
  EXPECT_EQ(std::get<Error>(outcome).code, Reason::KeysMissing);
  EXPECT_EQ(desk_.status().position, 2U);
}

TEST_F(PersonalData, ARetryIsKnownAndAnotherCommandWithItsIdIsNot) {
  CommandRequest command = registered("ada@example.org", PersonId("ada"));
  const PayloadDigest unkeyed = command.payload;
  ASSERT_TRUE(accepted(desk_.ask(command)));
  EXPECT_NE(desk_.events().back().envelope.payload_digest, unkeyed) << "guesses cannot be tried out";
  desk_.restart();
  EXPECT_TRUE(receipt(desk_.ask(command)).duplicate);
  command.payload[15] ^= 1;
  EXPECT_EQ(code(desk_.ask(command)), Reason::CommandIdReused);
}

TEST_F(PersonalData, EveryCommandGetsItsOwnEntropy) {
  const auto one = receipt(desk_.ask(registered("a@example.org"))).stream;
  const auto two = receipt(desk_.ask(registered("b@example.org"))).stream;
  EXPECT_NE(one, two);
}

TEST(PersonalDataWithoutKeys, IsRefused) {
  Submission submission;
  submission.tenant = Desk::kTenant;
  submission.commands.push_back(open_campus("c"));
  EXPECT_TRUE(prepare(submission, {}).has_value());
  submission.commands.push_back(registered("ada@example.org"));
  EXPECT_EQ(prepare(submission, {}).error().code, Reason::KeysMissing);
}

TEST_F(PersonalData, RowsThatWereLookedUpAheadArePreparedAsTheyWouldHaveBeen) {
  SeededRandomness randomness(7);
  const LedgerKeys keys{&desk_.keys(), &randomness};
  rules::access::ImportRoster import{.group = GroupId("g"), .file_hash = "f", .mode = {}, .rows = {}};
  for (const char* email : {" Ada@Example.org ", "no address", "bea@example.org"})
    import.rows.push_back({.line = 2, .contact = { email, "Name", {} }});
  const auto prepared = [&](const rules::access::ImportRoster& body) {
    Submission submission{.tenant = Desk::kTenant, .mode = {}, .commands = {}, .done = {}};
    submission.commands.push_back(request(rules::access::Command(body)));
    EXPECT_TRUE(prepare(submission, keys));
    return std::get<rules::access::ImportRoster>(
        std::get<rules::access::Command>(submission.commands[0].body));
  };
  const auto at_once = prepared(import);
  EXPECT_NE(at_once.rows[0].contact.lookup, Digest{});
  EXPECT_EQ(at_once.rows[1].contact.lookup, Digest{});
  ASSERT_TRUE(look_up(Desk::kTenant, import.rows, keys));
  EXPECT_EQ(prepared(import), at_once);
  EXPECT_EQ(look_up(Desk::kTenant, import.rows, {}).error().code, Reason::KeysMissing);
}

}  // namespace
}  // namespace kontor::test
