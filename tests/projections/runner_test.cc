// Where the views stand relative to the log at a start, and what is done about it.

#include "projections/runner.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/log/memory/memory_log.h"
#include "projections/rocksdb_view_store.h"
#include "projections/sorted_bytes.h"
#include "projections/sorted_view_store.h"
#include "tests/support/limited_bytes.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {
namespace {

using views::CatchUp;
using views::Runner;
using views::Start;

class RunnerStart : public testing::Test {
 protected:
  RunnerStart() : groups_(random_history(5, 200)) {}

  // What a log holds that was cut behind its first `count` groups.
  std::unique_ptr<log::MemoryLog> log_of(std::size_t count) const {
    auto log = std::make_unique<log::MemoryLog>();
    append_all(*log, {groups_.begin(), groups_.begin() + static_cast<std::ptrdiff_t>(count)});
    return log;
  }
  CatchUp catch_up(log::EventLog& log) {
    Runner runner(*store_, views::all_projections());
    const Result<CatchUp> done = runner.catch_up(log, {});
    EXPECT_TRUE(done) << done.error().message;
    return done.value_or(CatchUp{});
  }
  void expect_level_with(log::EventLog& log) {
    const DerivedViews fresh(all_of(log));
    EXPECT_EQ(entries_of(*store_), entries_of(*fresh.store));
  }
  static std::vector<log::Group> all_of(log::EventLog& log) {
    std::vector<log::Group> all;
    EXPECT_TRUE(log.scan(1, [&all](const log::Group& group) {
      all.push_back(group);
      return true;
    }));
    return all;
  }

  const std::vector<log::Group> groups_;
  std::unique_ptr<views::ViewStore> store_ = views::memory_view_store();
};

TEST_F(RunnerStart, EmptyViewsAreDerivedFromTheBeginning) {
  const auto log = log_of(groups_.size());
  const CatchUp done = catch_up(*log);
  EXPECT_EQ(done.start, Start::Empty);
  EXPECT_EQ(done.groups, groups_.size());
  EXPECT_EQ(done.events, log->head().events);
  expect_level_with(*log);
}

TEST_F(RunnerStart, ViewsBehindTheLogReadWhatTheyMissed) {
  ASSERT_EQ(catch_up(*log_of(10)).groups, 10U);
  const auto log = log_of(25);
  const CatchUp done = catch_up(*log);
  EXPECT_EQ(done.start, Start::Continued);
  EXPECT_EQ(done.groups, 15U);
  expect_level_with(*log);
}

TEST_F(RunnerStart, ViewsLevelWithTheLogReadNothing) {
  const auto log = log_of(10);
  catch_up(*log);
  const CatchUp done = catch_up(*log);
  EXPECT_EQ(done.start, Start::Continued);
  EXPECT_EQ(done.groups, 0U);
  EXPECT_EQ(done.events, 0U);
}

TEST_F(RunnerStart, ViewsAheadOfTheLogAreDroppedAndDerivedAgain) {
  catch_up(*log_of(20));
  const auto log = log_of(12);
  const CatchUp done = catch_up(*log);
  EXPECT_EQ(done.start, Start::Ahead);
  EXPECT_NE(done.reason, "");
  EXPECT_EQ(done.groups, 12U);
  expect_level_with(*log);
}

TEST_F(RunnerStart, ViewsOfAnotherHistoryAreDroppedAndDerivedAgain) {
  catch_up(*log_of(30));  // the first groups of all random histories are alike
  log::MemoryLog other;
  append_all(other, random_history(6, 200));
  const CatchUp done = catch_up(other);
  EXPECT_EQ(done.start, Start::OtherHistory);
  expect_level_with(other);
}

TEST_F(RunnerStart, ALogThatLostItsTailAndGrewAgainIsAnotherHistory) {
  catch_up(*log_of(20));
  const auto log = log_of(19);
  RecordedStory story("x");
  story.at("2031-01-01T00:00:00Z").record(tenancy::TenantCreated{}).end_group();
  log::Group group = story.groups().front();
  group.number = 20;
  append_all(*log, {group});
  EXPECT_EQ(catch_up(*log).start, Start::OtherHistory);
  expect_level_with(*log);
}

TEST_F(RunnerStart, OldGroupsArePassedOverAndNewOnesApplied) {
  const auto log = log_of(10);
  Runner runner(*store_, views::all_projections());
  ASSERT_TRUE(runner.catch_up(*log, {}));
  for (std::size_t i = 0; i < 15; ++i) ASSERT_TRUE(runner.apply(groups_[i]));
  EXPECT_EQ(runner.checkpoint().group, 15U);
  expect_level_with(*log_of(15));
}

TEST_F(RunnerStart, ProgressIsToldGroupByGroup) {
  const auto log = log_of(5);
  Runner runner(*store_, views::all_projections());
  std::vector<std::uint64_t> told;
  ASSERT_TRUE(runner.catch_up(*log, [&told](std::uint64_t group) { told.push_back(group); }));
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(RunnerStart, ADamagedEventIsNamedAndNothingOfItsGroupIsApplied) {
  Runner runner(*store_, views::all_projections());
  ASSERT_TRUE(runner.apply(groups_[0]));
  log::Group damaged = groups_[1];
  damaged.slices[0].bytes.resize(damaged.slices[0].bytes.size() - 8);
  const auto before = entries_of(*store_);
  EXPECT_EQ(runner.apply(damaged).error().code, Reason::StoreDamaged);
  EXPECT_EQ(entries_of(*store_), before);
  ASSERT_TRUE(runner.apply(groups_[1])) << "a refused group leaves nothing behind";
}

TEST_F(RunnerStart, AnEventThatDoesNotFitTheViewsFailsItsGroup) {
  RecordedStory story;
  story.at("2027-01-01T00:00:00Z").record(seats::CourseRunStarted{CourseId("k"), 1, {}}).end_group();
  Runner runner(*store_, views::all_projections());
  EXPECT_EQ(runner.apply(story.groups()[0]).error().code, Reason::Rebuilding);
  EXPECT_TRUE(entries_of(*store_).empty());
}

/// The rest of a history in one group behind its first, as a large import would be.
class LargeGroup : public RunnerStart {
 protected:
  LargeGroup() {
    large_ = {.number = 2, .slices = {groups_[1].slices[0]}};
    for (std::size_t i = 2; i < groups_.size(); ++i) {
      large_.slices[0].bytes += groups_[i].slices[0].bytes;
      large_.slices[0].count += groups_[i].slices[0].count;
    }
  }
  void TearDown() override { store_.reset(); }

  std::unique_ptr<log::MemoryLog> log_with(std::vector<log::Group> groups) const {
    auto log = std::make_unique<log::MemoryLog>();
    append_all(*log, groups);
    return log;
  }
  /// Views that were stopped after so many writes, and what is left of them.
  bool stopped_after(std::size_t writes) {
    bytes_ = views::memory_bytes();
    store_ = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes_, writes), views::kShape);
    Runner runner(*store_, views::all_projections(), {.batch_events = 5, .piece_events = 10});
    const bool stopped = !runner.apply(groups_[0]) || !runner.apply(large_);
    store_ = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes_), views::kShape);
    return stopped;
  }

  log::Group large_;
  std::unique_ptr<views::SortedBytes> bytes_;
};

TEST_F(LargeGroup, IsWrittenInPiecesAndSeenAsAWhole) {
  ASSERT_GT(large_.slices[0].count, 100U);
  const auto log = log_with({groups_[0], large_});
  const Position before = large_.slices[0].first - 1;
  std::size_t writes = 1;
  for (; stopped_after(writes); ++writes) {
    EXPECT_EQ(store_->checkpoint().value().group, 1U);
    EXPECT_EQ(store_->tenant(large_.slices[0].tenant).value().position, before);
    EXPECT_EQ(store_->position_at(large_.slices[0].tenant, {INT64_MAX}).value(), before);
    const CatchUp done = catch_up(*log);
    EXPECT_EQ(done.start, Start::Continued);
    EXPECT_EQ(done.groups, 1U);
    expect_level_with(*log);
  }
  EXPECT_GT(writes, 5U) << "in pieces";
  expect_level_with(*log);
}

TEST_F(LargeGroup, ThatTheLogDoesNotHaveLeavesNoRowBehind) {
  ASSERT_TRUE(stopped_after(3));
  const auto without = log_with({groups_[0]});
  EXPECT_EQ(catch_up(*without).start, Start::OtherHistory);
  expect_level_with(*without);
  ASSERT_TRUE(stopped_after(3));
  const auto other = log_with({groups_[0], groups_[1]});
  EXPECT_EQ(catch_up(*other).start, Start::OtherHistory);
  expect_level_with(*other);
}

class RunnerOnDisk : public RunnerStart {
 protected:
  RunnerOnDisk() { open(); }
  void open() {
    store_.reset();
    store_ = std::move(views::open_rocksdb_view_store(path(), views::Access::ReadWrite).value().store);
  }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "views"; }

  TemporaryDirectory directory_;
};

TEST_F(RunnerOnDisk, DeletedViewsComeBackByteForByte) {
  const auto log = log_of(groups_.size());
  catch_up(*log);
  const auto before = entries_of(*store_);
  store_.reset();
  std::filesystem::remove_all(path());
  open();
  EXPECT_EQ(catch_up(*log).start, Start::Empty);
  EXPECT_EQ(entries_of(*store_), before);
}

// A process that is killed leaves the files as they are: what was written down until some moment.
TEST_F(RunnerOnDisk, WhatAKilledProcessLeavesCatchesUp) {
  const TemporaryDirectory killed;
  const auto kill = [&](const std::string& name) { std::filesystem::copy(path(), killed.path() / name); };
  const std::size_t half = groups_.size() / 2;
  catch_up(*log_of(half / 2));
  kill("nothing");
  ASSERT_TRUE(store_->sync());
  catch_up(*log_of(half));
  kill("a quarter");
  ASSERT_TRUE(store_->sync());
  catch_up(*log_of(groups_.size()));
  kill("half");
  store_.reset();
  std::filesystem::copy(path(), killed.path() / "all");
  const auto log = log_of(groups_.size());
  for (const auto& [name, there] : std::map<std::string, std::size_t>{
           {"nothing", 0}, {"a quarter", half / 2}, {"half", half}, {"all", groups_.size()}}) {
    store_.reset();
    std::filesystem::remove_all(path());
    std::filesystem::copy(killed.path() / name, path());
    open();
    EXPECT_EQ(store_->checkpoint().value().group, there) << name;
    EXPECT_EQ(catch_up(*log).groups, groups_.size() - there) << name;
    expect_level_with(*log);
  }
}

TEST_F(RunnerStart, ViewsOfAnotherShapeAreDroppedAndDerivedAgain) {
  const auto bytes = views::memory_bytes();
  const auto log = log_of(10);
  store_ = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes), views::kShape + 1);
  catch_up(*log);
  store_ = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes), views::kShape);
  const CatchUp done = catch_up(*log);
  EXPECT_EQ(done.start, Start::Damaged);
  EXPECT_NE(done.reason.find("shape"), std::string::npos);
  expect_level_with(*log);
}

/// A long history in a few groups: enough rows in each that another thread writes them.
std::vector<log::Group> in_large_groups(const std::vector<log::Group>& groups) {
  constexpr std::size_t kLarge = 4;
  const std::size_t groups_each = groups.size() / kLarge;
  std::vector<log::Group> large;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i % groups_each == 0) large.push_back({large.size() + 1, {}});
    for (const log::TenantSlice& slice : groups[i].slices) {
      auto& slices = large.back().slices;
      if (slices.empty() || slices.back().tenant != slice.tenant) {
        slices.push_back(slice);
        continue;
      }
      slices.back().count += slice.count;
      slices.back().bytes += slice.bytes;
    }
  }
  return large;
}

TEST(RunnerAside, WritesOneBatchWhileItTakesInTheNext) {
  const auto groups = in_large_groups(random_history(7, 6'000));
  log::MemoryLog log;
  append_all(log, groups);
  const DerivedViews expected(groups);
  const auto on_disk = TemporaryDirectory();
  const auto memory = views::memory_view_store();
  const auto stored = views::open_rocksdb_view_store(on_disk.path() / "v", views::Access::ReadWrite).value();
  for (views::ViewStore* store : {memory.get(), stored.store.get()}) {
    Runner runner(*store, views::all_projections(), {.batch_events = 1});
    ASSERT_TRUE(runner.catch_up(log, {}));
    EXPECT_EQ(entries_of(*store), entries_of(*expected.store));
  }
}

TEST(RunnerAside, AWriteThatFailsIsToldAndTheViewsGoOnFromWhatIsThere) {
  const auto groups = in_large_groups(random_history(7, 6'000));
  log::MemoryLog log;
  append_all(log, groups);
  const auto bytes = views::memory_bytes();
  ASSERT_GE(groups.size(), 3U);
  for (std::size_t i = 0; i + 1 < groups.size(); ++i) {
    const auto limited = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes, 1), views::kShape);
    Runner runner(*limited, views::all_projections(), {.batch_events = 1});
    EXPECT_FALSE(runner.catch_up(log, {}));
  }
  const auto store = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes), views::kShape);
  Runner runner(*store, views::all_projections(), {.batch_events = 1});
  ASSERT_TRUE(runner.catch_up(log, {}));
  EXPECT_EQ(entries_of(*store), entries_of(*DerivedViews(groups).store));
}

}  // namespace
}  // namespace kontor::test
