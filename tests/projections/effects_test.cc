// IntegrationBacklog and TagDrift: what waits for the outside, and which tags are not as they should be.
#include <gmock/gmock.h>

#include <random>

#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"

namespace kontor::test {
namespace {

namespace ev = effects;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const PersonId kAda("p-ada"), kBob("p-bob");

struct Filter {
  wire::EffectKind kind = wire::EffectKind::ANY;
  std::string person{};
  std::uint64_t older_than = 0;
  wire::EffectTried tried = wire::EffectTried::ANY;
  std::uint32_t limit = 0;
  std::string after{};
};
Ask backlog(const Filter& filter = {}) {
  return [filter](wire::Query::Builder query) {
    auto question = query.getQuestion().initIntegrationBacklog();
    question.setKind(filter.kind);
    question.setPerson(filter.person);
    question.setOlderThanSeconds(filter.older_than);
    question.setTried(filter.tried);
    question.setLimit(filter.limit);
    question.setAfter(filter.after);
  };
}
Ask drift(std::uint32_t limit = 0, const std::string& after = "") {
  return [limit, after](wire::Query::Builder query) {
    auto question = query.getQuestion().initTagDrift();
    question.setLimit(limit);
    question.setAfter(after);
  };
}

/// A request for each kind, at a minute each from noon on: positions 2 to 7.
RecordedStory requests() {
  RecordedStory story;
  story.at("2027-03-01T11:00:00Z").record(tenancy::TenantCreated{});
  story.at("2027-03-01T12:00:00Z").record(ev::TagGrantRequested{kAda, "T"});
  story.at("2027-03-01T12:01:00Z")
      .record(ev::NotificationRequested{ev::NotificationKind::Enrolled, kAda, GroupId("g-1"), 1, 0});
  story.at("2027-03-01T12:02:00Z").record(ev::AccountRegistrationRequested{kBob});
  story.at("2027-03-01T12:03:00Z").record(ev::AlertRequested{ev::AlertKind::CreditOrder, "order/o-1", "x"});
  story.at("2027-03-01T12:04:00Z").record(ev::OrderMailRequested{OrderId("o-1"), kBob, ""});
  story.at("2027-03-01T12:05:00Z").record(ev::TagRevokeRequested{kBob, "T"});
  story.end_group();
  return story;
}

std::vector<Position> waiting(const views::ViewStore& views, const Ask& question) {
  std::vector<Position> out;
  const Answered answer = answered(views, question);
  for (const auto request : answer.body().getIntegrationBacklog().getRequests())
    out.push_back(request.getRequest());
  return out;
}
std::vector<std::string> drifting(const views::ViewStore& views, const Ask& question) {
  std::vector<std::string> out;
  const Answered answer = answered(views, question);
  for (const auto tag : answer.body().getTagDrift().getTags())
    out.push_back(std::string(tag.getPerson()) + " " + std::string(tag.getTag()) +
                  (tag.getShouldBe() == wire::TagPresence::PRESENT ? " present" : " absent"));
  return out;
}

TEST(EffectsViews, WhatWaitsIsListedOldestFirst) {
  const RecordedStory story = requests();
  const DerivedViews views(story.groups());
  EXPECT_THAT(waiting(*views.store, backlog()), ElementsAre(2, 3, 4, 5, 6, 7));
  const Answered answer = answered(*views.store, backlog());
  const auto all = answer.body().getIntegrationBacklog();
  EXPECT_EQ(all.getOpen(), 6U);
  EXPECT_EQ(all.getOldestAt(), Instant::parse("2027-03-01T12:00:00Z")->ns);
  const auto mail = all.getRequests()[1];
  EXPECT_EQ(mail.getKind(), wire::EffectKind::NOTIFICATION);
  EXPECT_EQ(mail.getStream(), "person/p-ada");
  EXPECT_EQ(mail.getDetail(), "enrolled g-1 no. 1");
  EXPECT_EQ(mail.getAgeSeconds(), 240U);
  EXPECT_EQ(all.getRequests()[3].getDetail(), "creditOrder");
  EXPECT_EQ(all.getRequests()[4].getDetail(), "o-1");
}

TEST(EffectsViews, TheBacklogIsFilteredAndComesInPages) {
  const RecordedStory story = requests();
  const DerivedViews views(story.groups());
  EXPECT_THAT(waiting(*views.store, backlog({.kind = wire::EffectKind::TAG_REVOKE})), ElementsAre(7));
  EXPECT_THAT(waiting(*views.store, backlog({.person = "p-bob"})), ElementsAre(4, 6, 7));
  EXPECT_THAT(waiting(*views.store, backlog({.older_than = 180})), ElementsAre(2, 3, 4));
  EXPECT_THAT(waiting(*views.store, backlog({.tried = wire::EffectTried::FAILED})), IsEmpty());
  EXPECT_THAT(waiting(*views.store, backlog({.person = "p-bob", .limit = 2})), ElementsAre(4, 6));
  const Answered first = answered(*views.store, backlog({.person = "p-bob", .limit = 2}));
  const std::string next(first.body().getIntegrationBacklog().getNext());
  EXPECT_EQ(next, "6");
  EXPECT_THAT(waiting(*views.store, backlog({.person = "p-bob", .limit = 2, .after = next})), ElementsAre(7));
  EXPECT_THAT(words_of(ask(*views.store, backlog({.after = "nonsense"}))), ::testing::HasSubstr("cursor"));
  EXPECT_THAT(words_of(ask(*views.store, backlog({.limit = 10'001}))), ::testing::HasSubstr("10000"));
}

TEST(EffectsViews, WhatIsConfirmedWaitsNoLongerAndWhatFailedDoes) {
  RecordedStory story = requests();
  story.at("2027-03-01T13:00:00Z")
      .record(ev::EffectConfirmed{3, "person/p-ada"}, ev::EffectFailed{5, "order/o-1", "no mailbox"},
              ev::TagGrantConfirmed{kAda, "T", 2})
      .end_group();
  const DerivedViews views(story.groups());
  EXPECT_THAT(waiting(*views.store, backlog()), ElementsAre(4, 5, 6, 7));
  EXPECT_THAT(waiting(*views.store, backlog({.tried = wire::EffectTried::FAILED})), ElementsAre(5));
  EXPECT_THAT(waiting(*views.store, backlog({.tried = wire::EffectTried::NEVER})), ElementsAre(4, 6, 7));
  const Answered answer = answered(*views.store, backlog({.tried = wire::EffectTried::FAILED}));
  const auto failed = answer.body().getIntegrationBacklog().getRequests()[0];
  EXPECT_EQ(failed.getFailures(), 1U);
  EXPECT_EQ(failed.getError(), "no mailbox");
  EXPECT_EQ(failed.getFailedAt(), Instant::parse("2027-03-01T13:00:00Z")->ns);
  EXPECT_THAT(waiting(*views.store, as_of(7, backlog())), ElementsAre(2, 3, 4, 5, 6, 7)) << "as it was then";
}

TEST(EffectsViews, ATagDriftsUntilItIsAsItShouldBe) {
  RecordedStory story = requests();
  story.at("2027-03-01T13:00:00Z")
      .record(ev::TagChangeFailed{kAda, "T", ev::TagChange::Grant, 2, "the CRM is away"})  // 8
      .record(ev::TagGrantConfirmed{kAda, "T", 2})                                         // 9
      .record(ev::TagRevokeRequested{kAda, "T"})                                           // 10
      .record(ev::TagRevokeConfirmed{kAda, "T", 10})                                       // 11
      .end_group();
  const DerivedViews views(story.groups());
  EXPECT_THAT(drifting(*views.store, as_of(1, drift())), IsEmpty());
  EXPECT_THAT(drifting(*views.store, as_of(8, drift())), ElementsAre("p-ada T present"));
  {
    const Answered answer = answered(*views.store, as_of(8, drift()));
    const auto tag = answer.body().getTagDrift().getTags()[0];
    EXPECT_EQ(tag.getConfirmed(), wire::TagPresence::ABSENT);
    EXPECT_EQ(tag.getFailures(), 1U);
    EXPECT_EQ(tag.getError(), "the CRM is away");
    EXPECT_EQ(tag.getAgeSeconds(), 3'600U);
  }
  EXPECT_THAT(drifting(*views.store, as_of(9, drift())), IsEmpty());
  EXPECT_THAT(drifting(*views.store, as_of(10, drift())), ElementsAre("p-ada T absent"));
  EXPECT_THAT(drifting(*views.store, drift()), IsEmpty()) << "Bob never had the tag that was taken from him";
}

TEST(EffectsViews, DriftComesInPages) {
  RecordedStory story;
  story.at("2027-03-01T11:00:00Z").record(tenancy::TenantCreated{});
  for (const char* person : {"p-1", "p-2", "p-3"})
    story.record(ev::TagGrantRequested{PersonId(person), "T/1"},
                 ev::TagGrantRequested{PersonId(person), "T/2"});
  story.end_group();
  const DerivedViews views(story.groups());
  std::vector<std::string> all;
  std::string after;
  for (int page = 0; page < 3; ++page) {
    const auto found = drifting(*views.store, drift(2, after));
    EXPECT_EQ(found.size(), 2U);
    all.insert(all.end(), found.begin(), found.end());
    after = std::string(answered(*views.store, drift(2, after)).body().getTagDrift().getNext());
  }
  EXPECT_EQ(after, "");
  EXPECT_THAT(all, ElementsAre("p-1 T/1 present", "p-1 T/2 present", "p-2 T/1 present", "p-2 T/2 present",
                               "p-3 T/1 present", "p-3 T/2 present"));
}

// Against a naive list, over stretches of positions, as of every hundredth position.
TEST(EffectsViews, ManyRequestsAreFoundByWhoeverLooksAtAnyTime) {
  std::mt19937 random(7);
  RecordedStory story;
  story.at("2027-03-01T11:00:00Z").record(tenancy::TenantCreated{}).end_group();
  std::vector<Position> open;
  std::map<Position, std::vector<Position>> open_at;
  while (story.last() < 3'500) {
    if (open.empty() || random() % 100 < 52) {
      story.record(ev::AccountRegistrationRequested{kAda});
      open.push_back(story.last());
    } else {
      const std::size_t which = random() % open.size();
      story.record(ev::EffectConfirmed{open[which], "person/p-ada"});
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    }
    if (story.last() % 100 == 0) open_at[story.last()] = open;
    if (random() % 50 == 0) story.end_group();
  }
  story.end_group();
  const DerivedViews views(story.groups());
  for (const auto& [position, expected] : open_at) {
    std::vector<Position> found;
    std::string after;
    do {
      const Filter filter{.limit = 100, .after = after};
      const Answered answer = answered(*views.store, as_of(position, backlog(filter)));
      const auto page = answer.body().getIntegrationBacklog();
      EXPECT_EQ(page.getOpen(), expected.size());
      for (const auto request : page.getRequests()) found.push_back(request.getRequest());
      after = std::string(page.getNext());
    } while (!after.empty());
    EXPECT_EQ(found, expected) << "as of " << position;
  }
}

}  // namespace
}  // namespace kontor::test
