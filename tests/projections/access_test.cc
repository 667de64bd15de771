// The questions about group access (DOMAIN 2.6), each with a page, a filter and a moment; against the rules'
// own state under random commands.

#include <gtest/gtest.h>

#include "tests/support/access_fixture.h"
#include "tests/support/questions.h"

namespace kontor::test {
namespace {

const TenantId kTenant{"t-1"};

class Shop : public testing::Test {
 protected:
  Shop() { open_shop(given_); }

  /// Brings the views up to what has happened.
  const views::ViewStore& views() {
    for (; seen_ < given_.events().size(); ++seen_) {
      const RecordedEvent& event = given_.events()[seen_];
      log::Group group{.number = seen_ + 1, .slices = {{kTenant, event.envelope.position, 1, {}}}};
      encode(event.envelope, event.body, group.slices.front().bytes);
      derived_.apply(group);
    }
    return *derived_.store;
  }
  Answered answer(const Ask& question) { return Answered(ask(views(), question, kTenant)); }
  std::string words(const Ask& question) { return words_of(ask(views(), question, kTenant)); }
  [[nodiscard]] Position head() const { return given_.events().size(); }

  void confirm(std::string_view name, rules::effects::EffectOutcome outcome) {
    given_.by(Role::Backend)
        .done(rules::Command(rules::effects::Command(rules::effects::AckTagChange{
            .person = person_named(given_, name),
            .tag = std::string(kTag),
            .change = effects::TagChange::Grant,
            .outcome = outcome,
            .error = outcome == rules::effects::EffectOutcome::Done ? "" : "no"})))
        .by_whoever_may();
  }

  Given given_;
  DerivedViews derived_;
  std::size_t seen_ = 0;
};

Ask overview(const std::string& group = kGroup.value) {
  return [group](wire::Query::Builder q) { q.getQuestion().initGroupOverview().setGroup(group); };
}
Ask roster(wire::RosterFilter filter = wire::RosterFilter::ACTIVE, std::uint32_t limit = 0,
           const std::string& after = "") {
  return [filter, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initGroupRoster();
    question.setGroup(kGroup.value);
    question.setMembers(filter);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
Ask access_of(const PersonId& person) {
  return [person](wire::Query::Builder q) { q.getQuestion().initAccessOf().setPerson(person.value); };
}
Ask led_by(const PersonId& person) {
  return [person](wire::Query::Builder q) { q.getQuestion().initGroupsOfLeader().setPerson(person.value); };
}
Ask may_open(const PersonId& person, bool admin = false) {
  return [person, admin](wire::Query::Builder q) {
    auto question = q.getQuestion().initCanOpenGroup();
    question.setPerson(person.value);
    question.setGroup(kGroup.value);
    question.setAdmin(admin);
  };
}
Ask quote(std::uint32_t quantity, bool with_buyer) {
  return [quantity, with_buyer](wire::Query::Builder q) {
    auto question = q.getQuestion().initCheckoutQuote();
    question.setProduct(kProduct.value);
    question.setQuantity(quantity);
    question.setIncludeBuyer(with_buyer);
  };
}
Ask orders(Instant from = {}, Instant to = {}, std::uint32_t limit = 0, const std::string& after = "") {
  return [from, to, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initOrdersInPeriod();
    question.setFrom(from.ns);
    question.setTo(to.ns);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
Ask report(const std::string& import, wire::ImportFilter filter = wire::ImportFilter::ALL) {
  return [import, filter](wire::Query::Builder q) {
    auto question = q.getQuestion().initImportReport();
    question.setImport(import);
    question.setRows(filter);
  };
}

std::string shown(wire::GroupOverview::Reader group) {
  return std::to_string(group.getAvailable()) + "/" + std::to_string(group.getCapacity());
}
std::string text_of(capnp::Text::Reader text) { return text.cStr(); }

TEST_F(Shop, TX02TheCountIsThatOfEachMoment) {
  buy_group(given_, 10);
  forbid_replacement(given_);
  std::vector<Position> moments{head()};
  const auto then = [&](const rules::Command& command) {
    given_.done(command);
    moments.push_back(head());
  };
  then(enrol("a"));
  then(enrol("b"));
  const PersonId a = person_named(given_, "a");
  then(remove(a));
  then(enrol("a"));
  then(remove(a));
  then(enrol("c"));
  std::vector<std::string> seen;
  for (const Position moment : moments)
    seen.push_back(shown(answer(as_of(moment, overview())).body().getGroupOverview()));
  EXPECT_EQ(seen, (std::vector<std::string>{"10/10", "9/10", "8/10", "8/10", "8/10", "8/10", "7/10"}));
}

TEST_F(Shop, TheRosterSaysWhoSinceWhenAndHow) {
  buy_group(given_, 5, kOrder, grp::BuyerSeat::Included);
  given_.done(enrol("a")).done(enrol("b"));
  const PersonId a = person_named(given_, "a");
  given_.done(access_command(grp::ReinviteParticipant{.group = kGroup, .person = a}));
  given_.done(remove(person_named(given_, "b")));
  confirm("a", rules::effects::EffectOutcome::Done);

  const auto active = answer(roster());
  const auto rows = active.body().getGroupRoster().getParticipants();
  ASSERT_EQ(rows.size(), 2u);  // by person: the buyer, and a random id
  for (const auto row : rows) {
    const bool buyer = text_of(row.getPerson()) == kBuyer.value;
    EXPECT_EQ(row.getVia(), buyer ? wire::EnrolledBy::PURCHASE : wire::EnrolledBy::MANUAL);
    EXPECT_EQ(row.getMails(), buyer ? 0u : 2u);
    EXPECT_EQ(row.getReinvited(), buyer ? 0u : 1u);
    EXPECT_EQ(row.getTag(), buyer ? wire::TagState::REQUESTED : wire::TagState::CONFIRMED);
  }
  EXPECT_EQ(answer(roster(wire::RosterFilter::REMOVED)).body().getGroupRoster().getParticipants().size(), 1u);
  EXPECT_EQ(answer(roster(wire::RosterFilter::ALL)).body().getGroupRoster().getParticipants().size(), 3u);
}

TEST_F(Shop, TheRosterComesInPages) {
  buy_group(given_, 9);
  for (int i = 0; i < 7; ++i) given_.done(enrol("n" + std::to_string(i)));
  std::vector<std::string> all;
  std::string after;
  int pages = 0;
  do {
    const auto page = answer(roster(wire::RosterFilter::ALL, 3, after));
    for (const auto row : page.body().getGroupRoster().getParticipants())
      all.push_back(text_of(row.getPerson()));
    after = text_of(page.body().getGroupRoster().getNext());
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(all.size(), 7u);
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_NE(words(roster(wire::RosterFilter::ALL, 10'001)).find("limit_max=10000"), std::string::npos);
  EXPECT_NE(words(roster(wire::RosterFilter::ALL, 0, "no id")).find("cursor"), std::string::npos);
}

TEST_F(Shop, AMailIsSentOrFailedWhenTheOutsideSaysSo) {
  buy_group(given_, 2);
  given_.done(enrol("a"));
  const Position mail = position_named(given_, "NotificationRequested");
  const auto say = [&](rules::effects::EffectOutcome outcome) {
    given_.by(Role::Backend)
        .done(rules::Command(rules::effects::Command(
            rules::effects::AckEffect{.request = mail, .outcome = outcome, .error = ""})))
        .by_whoever_may();
    return answer(roster()).body().getGroupRoster().getParticipants()[0].getMail();
  };
  EXPECT_EQ(say(rules::effects::EffectOutcome::Failed), wire::MailState::FAILED);
  EXPECT_EQ(say(rules::effects::EffectOutcome::Done), wire::MailState::SENT);
}

TEST_F(Shop, TheCourseIsOpenOnceTheTagIsConfirmed) {
  buy_group(given_, 2);
  buy_group(given_, 2, kOtherOrder);
  given_.done(enrol("a")).done(enrol("a", kOtherGroup));
  const PersonId a = person_named(given_, "a");
  const auto tag = [&] { return answer(access_of(a)); };
  EXPECT_FALSE(tag().body().getAccessOf().getTags()[0].getAccess());
  confirm("a", rules::effects::EffectOutcome::Failed);
  EXPECT_FALSE(tag().body().getAccessOf().getTags()[0].getAccess());
  confirm("a", rules::effects::EffectOutcome::Done);
  confirm("a", rules::effects::EffectOutcome::Done);
  given_.done(remove(a));
  const auto answered = tag();
  const auto access = answered.body().getAccessOf().getTags()[0];
  EXPECT_TRUE(access.getAccess());  // the other group still entitles to it
  ASSERT_EQ(access.getBecause().size(), 2u);
  EXPECT_NE(access.getBecause()[0].getEnded(), 0u);
  EXPECT_EQ(access.getBecause()[1].getEnded(), 0u);
  given_.done(remove(a, kOtherGroup));
  const auto after = tag();
  EXPECT_FALSE(after.body().getAccessOf().getTags()[0].getAccess());
  EXPECT_EQ(after.body().getAccessOf().getTags()[0].getState(), wire::TagState::WITHDRAWING);
}

TEST_F(Shop, ASecondEnrolmentClosesNoCourseThatIsOpen) {
  buy_group(given_, 2);
  buy_group(given_, 2, kOtherOrder);
  given_.done(enrol("a"));
  const PersonId a = person_named(given_, "a");
  const auto first = position_named(given_, "TagGrantRequested");
  confirm("a", rules::effects::EffectOutcome::Done);
  given_.done(enrol("a", kOtherGroup));
  const auto expect_open = [&] {
    const auto answered = answer(access_of(a));
    const auto tag = answered.body().getAccessOf().getTags()[0];
    EXPECT_TRUE(tag.getAccess());
    EXPECT_EQ(tag.getState(), wire::TagState::CONFIRMED);
    EXPECT_EQ(tag.getRequest(), first);
    EXPECT_EQ(answer(roster()).body().getGroupRoster().getParticipants()[0].getTag(),
              wire::TagState::CONFIRMED);
  };
  expect_open();
  confirm("a", rules::effects::EffectOutcome::Failed);  // the second grant; the first holds
  expect_open();
}

TEST_F(Shop, LeadersFindTheirGroupsAndNobodyElseOpensThem) {
  buy_group(given_, 3);
  buy_group(given_, 1, kOtherOrder);
  given_.done(enrol("a"));
  const PersonId a = person_named(given_, "a");
  const auto why = [&](const Ask& question) {
    return answer(question).body().getCanOpenGroup().getBecause();
  };
  EXPECT_EQ(answer(led_by(kBuyer)).body().getGroupsOfLeader().getGroups().size(), 2u);
  EXPECT_EQ(why(may_open(kBuyer)), wire::OpenGroupAnswer::LEADER);
  EXPECT_EQ(why(may_open(a)), wire::OpenGroupAnswer::PARTICIPANT);
  EXPECT_EQ(why(may_open(PersonId("p-x"))), wire::OpenGroupAnswer::STRANGER);
  EXPECT_EQ(why(may_open(PersonId("p-x"), true)), wire::OpenGroupAnswer::ADMIN);
  given_.done(access_command(grp::TransferLeadership{.group = kGroup, .person = a}));
  EXPECT_EQ(answer(led_by(kBuyer)).body().getGroupsOfLeader().getGroups().size(), 1u);
  EXPECT_EQ(answer(led_by(a)).body().getGroupsOfLeader().getGroups().size(), 1u);
  EXPECT_EQ(why(may_open(kBuyer)), wire::OpenGroupAnswer::STRANGER);
}

TEST_F(Shop, AQuoteIsTheSameWithAndWithoutTheBuyer) {
  for (const bool with_buyer : {false, true})
    EXPECT_EQ(answer(quote(10, with_buyer)).body().getCheckoutQuote().getTotal(), 10'000);
  EXPECT_NE(words(quote(0, false)).find("2001"), std::string::npos);
}

TEST_F(Shop, OrdersOfAPeriodAreWhatABillNeeds) {
  given_.at("2027-01-10");
  buy_group(given_, 10);
  given_.at("2027-02-10")
      .done(access_command(grp::ExpandGroup{.group = kGroup, .quantity = 2, .payment_ref = "pay-2"}));
  given_.at("2027-03-10").done(access_command(grp::ReverseAccessOrder{.order = kOrder, .reason = "refund"}));
  const auto totals = [&](const Ask& question) {
    std::vector<std::int64_t> found;
    const auto page = answer(question);
    for (const auto line : page.body().getOrdersInPeriod().getLines()) found.push_back(line.getTotal());
    return found;
  };
  EXPECT_EQ(totals(orders()), (std::vector<std::int64_t>{10'000, 2'000, -12'000}));
  EXPECT_EQ(totals(orders(berlin("2027-02-10"), berlin("2027-03-10"))), (std::vector<std::int64_t>{2'000}));
  const auto first = answer(orders({}, {}, 2));
  const std::string next = text_of(first.body().getOrdersInPeriod().getNext());
  EXPECT_EQ(totals(orders({}, {}, 2, next)), (std::vector<std::int64_t>{-12'000}));
}

TEST_F(Shop, APeriodThatEndsBeforeTimeBeganIsNone) {
  EXPECT_NE(words(orders({}, Instant{-1})).find("1006"), std::string::npos);
}

TEST_F(Shop, AnImportSaysWhatBecameOfEachRow) {
  buy_group(given_, 2);
  given_.done(enrol("anna"));
  grp::ImportRoster command{.group = kGroup,
                            .file_hash = std::string(64, 'f'),
                            .mode = grp::ImportMode::Fill,
                            .rows = {},
                            .staged = 0};
  std::uint32_t line = 1;
  for (const char* name : {"anna", "b", "b", "c"})
    command.rows.push_back({.line = ++line, .contact = contact(name)});
  given_.done(access_command(command));
  const auto all = answer(report("i-1"));
  const auto lines = all.body().getImportReport().getLines();
  std::vector<std::string> codes;
  for (const auto row : lines) codes.push_back(std::to_string(row.getLine()) + " " + text_of(row.getName()));
  EXPECT_EQ(codes,
            (std::vector<std::string>{"2 ALREADY_MEMBER", "3 ", "4 DUPLICATE_IN_FILE", "5 NO_SEATS_LEFT"}));
  EXPECT_EQ(lines[2].getOtherLine(), 3u);
  EXPECT_EQ(answer(report("i-1", wire::ImportFilter::REFUSED)).body().getImportReport().getLines().size(),
            3u);
  const auto by_file = answer([](wire::Query::Builder q) {
    auto question = q.getQuestion().initImportReport();
    question.setGroup(kGroup.value);
    question.setFileHash(std::string(64, 'f'));
  });
  EXPECT_EQ(text_of(by_file.body().getImportReport().getImport()), "i-1");
  EXPECT_EQ(by_file.body().getImportReport().getState(), wire::ImportState::FINISHED);
}

TEST_F(Shop, CountsAreThoseOfTheRules) {
  buy_group(given_, 4);
  forbid_replacement(given_);
  for (const char* name : {"a", "b", "c"}) given_.done(enrol(name));
  given_.done(remove(person_named(given_, "b")));
  const auto answered = answer(overview());
  const auto shown_group = answered.body().getGroupOverview();
  const grp::Group& group = group_in(given_);
  EXPECT_EQ(shown_group.getActive(), group.active);
  EXPECT_EQ(shown_group.getBurnt(), group.burnt);
  EXPECT_EQ(shown_group.getAvailable(), group.available());
  std::uint64_t rows = 0;
  const auto everybody = answer(roster(wire::RosterFilter::ALL));
  for (const auto row : everybody.body().getGroupRoster().getParticipants())
    rows += row.getState() == wire::ParticipantState::ACTIVE ? 1U : 0U;
  EXPECT_EQ(rows, group.active);
}

TEST_F(Shop, WhatIsNotKnownIsNamed) {
  EXPECT_NE(words(overview("g-x")).find("there is no group g-x"), std::string::npos);
  EXPECT_NE(words(report("i-9")).find("there is no import i-9"), std::string::npos);
}

}  // namespace
}  // namespace kontor::test
