// The fold of a log alone, and what it is equal to.

#include "replay/replay.h"

#include <gtest/gtest.h>

#include "engine/log/memory/memory_log.h"
#include "engine/writer/writer.h"
#include "tests/support/live_history.h"
#include "tests/support/recorded_story.h"
#include "tests/support/tampered_log.h"

namespace kontor::replay {
namespace {

class Replaying : public testing::Test {
 protected:
  Replaying() : groups_(test::random_history(7, 300)) {
    test::append_all(log_, groups_);
    for (const log::Group& group : groups_) EXPECT_TRUE(writer_.adopt(group));
  }

  std::vector<log::Group> groups_;
  log::MemoryLog log_;
  Writer writer_{LedgerLimits{}};
};

TEST_F(Replaying, ATenantStandsWhereTheWriterSaysItDoes) {
  const Report report = replay(log_, {}, {}).value();
  EXPECT_EQ(report.groups, groups_.size());
  EXPECT_EQ(report.events, log_.head().events);
  ASSERT_EQ(report.tenants.size(), 1U);
  const TenantStatus status = writer_.status(TenantId("t"));
  EXPECT_EQ(report.tenants[0].position, status.position);
  EXPECT_EQ(report.tenants[0].effective_at, status.timeline_at);
}

TEST_F(Replaying, GroupingMakesNoDifference) {
  log::MemoryLog single;
  test::append_all(single, test::one_by_one(groups_));
  EXPECT_EQ(replay(single, {}, {}).value().tenants[0].state, replay(log_, {}, {}).value().tenants[0].state);
}

TEST_F(Replaying, ToAPositionIsTheReplayOfTheLogUpToIt) {
  const std::vector<log::Group> single = test::one_by_one(groups_);
  log::MemoryLog cut;
  test::append_all(cut, {single.begin(), single.begin() + 60});
  const Report report = replay(log_, {.tenant = {}, .to = 60}, {}).value();
  EXPECT_EQ(report.events, 60U);
  EXPECT_EQ(report.tenants[0].position, 60U);
  EXPECT_EQ(report.tenants[0].state, replay(cut, {}, {}).value().tenants[0].state);
  EXPECT_NE(report.tenants[0].state, replay(log_, {}, {}).value().tenants[0].state);
}

TEST_F(Replaying, OneTenantOfSeveral) {
  test::RecordedStory story("a");
  story.at("2031-01-01T00:00:00Z").record(tenancy::TenantCreated{}).end_group();
  log::Group group = story.groups()[0];
  group.number = groups_.size() + 1;
  test::append_all(log_, {group});
  const Report both = replay(log_, {}, {}).value();
  ASSERT_EQ(both.tenants.size(), 2U);
  EXPECT_EQ(both.tenants[0].tenant, TenantId("a"));
  const Report one = replay(log_, {.tenant = TenantId("a"), .to = {}}, {}).value();
  ASSERT_EQ(one.tenants.size(), 1U);
  EXPECT_EQ(one.events, 1U);
  EXPECT_EQ(one.tenants[0].state, both.tenants[0].state);
  EXPECT_EQ(replay(log_, {.tenant = TenantId("b"), .to = {}}, {}).error().code, Reason::NotFound);
}

TEST_F(Replaying, WhatDoesNotFollowIsNamed) {
  std::vector<RecordedEvent> events = test::events_of(groups_);
  events.erase(events.begin() + 20);
  test::TamperedLog log(test::groups_of(events), {});
  EXPECT_EQ(replay(log, {}, {}).error().code, Reason::PositionGap);
}

}  // namespace
}  // namespace kontor::replay
