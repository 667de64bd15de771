// PersonDetail: who may see a name, what an erasure does to it, now and as of before.
#include <gtest/gtest.h>

#include "tests/support/given.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"

namespace kontor::test {
namespace {

namespace pcmd = rules::people;

class PersonsView : public testing::Test {
 protected:
  PersonsView() {
    submit(pcmd::RegisterPerson{PersonId("ada"), {"Ada@example.org", "Ada Lovelace", {}}});
    submit(pcmd::RegisterPerson{PersonId("bob"), {"bob@example.org", "", {}}});
  }

  template <class C>
  void submit(C command) {
    history_.done(berlin("2027-01-01"), rules::Command(pcmd::Command(std::move(command))));
  }
  views::AnswerOutcome ask(const std::string& person, schema::Role role, const keys::KeyStore* keys,
                           Position position = 0) {
    const DerivedViews views(history_.groups());
    for (const auto& [key, value] : entries_of(*views.store))
      EXPECT_EQ((key + value).find("Lovelace"), std::string::npos) << "a view holds a name";
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    if (position != 0) query.getAsOf().setPosition(position);
    auto question = query.getQuestion().initPersonDetail();
    question.setPerson(person);
    question.setRole(role);
    return views::answer(*views.store, TenantId("t"), query, keys);
  }
  std::string shown(const std::string& person, Position position = 0) {
    const Answered answered(ask(person, schema::Role::BACKEND, &history_.key_store(), position));
    const auto detail = answered.body().getPersonDetail();
    return std::string(detail.getPerson().cStr()) + "|" + detail.getEmail().cStr() + "|" +
           detail.getName().cStr() + "|" + detail.getLabel().cStr();
  }
  Reason refused(const views::AnswerOutcome& outcome) {
    if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) return refusal->code;
    if (const auto* error = std::get_if<Error>(&outcome)) return error->code;
    return Reason::Unsupported;
  }

  LiveHistory history_;
};

TEST_F(PersonsView, ANameIsOpenedWhenItIsAsked) {
  EXPECT_EQ(shown("ada"), "ada|Ada@example.org|Ada Lovelace|");
  EXPECT_EQ(shown("bob"), "bob|bob@example.org||");
  submit(pcmd::ChangePersonEmail{PersonId("ada"), {"countess@example.org", "", {}}});
  EXPECT_EQ(shown("ada"), "ada|countess@example.org|Ada Lovelace|") << "the name stays";
  EXPECT_EQ(shown("ada", 3), "ada|Ada@example.org|Ada Lovelace|");
}

TEST_F(PersonsView, AnErasedPersonIsANumberAlsoAsOfBefore) {
  submit(pcmd::ErasePerson{PersonId("bob"), "asked"});
  submit(pcmd::ErasePerson{PersonId("ada"), "asked"});
  EXPECT_EQ(shown("bob"), "bob|||erased #1");
  EXPECT_EQ(shown("ada"), "ada|||erased #2");
  EXPECT_EQ(shown("ada", 3), "ada|||erased #2");
}

TEST_F(PersonsView, NamesAreForThoseWhoMaySeeThem) {
  for (const auto role :
       {schema::Role::BACKEND, schema::Role::ADMIN, schema::Role::SUPPORT, schema::Role::GROUP_LEADER})
    EXPECT_TRUE(std::holds_alternative<views::AnswerMessage>(ask("ada", role, &history_.key_store())));
  for (const auto role :
       {schema::Role::UNKNOWN, schema::Role::BILLING, schema::Role::OPERATOR, schema::Role::MEMBER})
    EXPECT_EQ(refused(ask("ada", role, &history_.key_store())), Reason::ForbiddenRole);
  EXPECT_EQ(refused(ask("eve", schema::Role::BACKEND, &history_.key_store())), Reason::NotFound);
}

TEST_F(PersonsView, WithoutKeysOnlyTheErasedAreAnswered) {
  submit(pcmd::ErasePerson{PersonId("bob"), "asked"});
  EXPECT_EQ(refused(ask("ada", schema::Role::BACKEND, nullptr)), Reason::KeysMissing);
  EXPECT_TRUE(std::holds_alternative<views::AnswerMessage>(ask("bob", schema::Role::BACKEND, nullptr)));
}

}  // namespace
}  // namespace kontor::test
