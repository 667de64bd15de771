// Views built anew beside the live ones, step by step.

#include "projections/rebuild.h"

#include <gtest/gtest.h>

#include "engine/log/memory/memory_log.h"
#include "projections/catalog.h"
#include "projections/memory_view_shelf.h"
#include "projections/memory_view_store.h"
#include "projections/sorted_view_store.h"
#include "projections/view_layout.h"
#include "tests/support/limited_bytes.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"

namespace kontor::test {
namespace {

using views::Rebuild;
using views::RebuildState;
using Left = views::Rebuild::Left;

constexpr Instant kNow{1'000};

/// A projection that does not hear one event.
class Deaf final : public views::Projection {
 public:
  Deaf(const views::Projection& hearing, Position to) : hearing_(hearing), to_(to) {}
  std::string_view name() const override { return hearing_.name(); }
  void apply(const RecordedEvent& event, views::ViewWriter& rows) const override {
    if (event.envelope.position != to_) hearing_.apply(event, rows);
  }

 private:
  const views::Projection& hearing_;
  const Position to_;
};

class Rebuilding : public testing::Test {
 protected:
  explicit Rebuilding(std::vector<log::Group> groups = random_history(5, 300)) : groups_(std::move(groups)) {}

  /// A log with these many groups, and live views that have read so many of them.
  void start(std::size_t logged, std::size_t read,
             std::span<const views::Projection* const> projections = views::all_projections()) {
    bytes_ = views::memory_bytes();
    shelf_ = views::memory_view_shelf(
        views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes_), views::kShape));
    live_ = std::make_unique<views::LiveViews>(shelf_->live());
    runner_ = views::Runner::holding(shelf_->live(), projections);
    for (std::size_t i = 0; i < logged; ++i) append(groups_[i]);
    for (std::size_t i = 0; i < read; ++i) ASSERT_TRUE(runner_->apply(groups_[i]));
    rebuild_.emplace(Rebuild::Parts{.log = log_,
                                    .live = *live_,
                                    .shelf = *shelf_,
                                    .projections = views::all_projections(),
                                    .watch = [this](const views::RebuildReport&) { return watched_(); }},
                     views::RebuildLimits{.step_events = 10});
  }
  void append(const log::Group& group) { ASSERT_EQ(log_.append(group), log::AppendOutcome::Appended); }

  /// Until nothing is left to do.
  const views::RebuildReport& run() {
    EXPECT_TRUE(rebuild_->begin(kNow));
    return go_on();
  }
  const views::RebuildReport& go_on() {
    while (rebuild_->step(kNow) == Left::Work) {
    }
    return rebuild_->report();
  }
  void adopt() {
    ASSERT_TRUE(rebuild_->prepare_adoption());
    auto runner = rebuild_->adopt(kNow);
    ASSERT_TRUE(runner) << runner.error().message;
    runner_ = *std::move(runner);
  }
  void expect_live_is_right() {
    const DerivedViews right(
        {groups_.begin(), groups_.begin() + static_cast<std::ptrdiff_t>(log_.head().group)});
    EXPECT_EQ(entries_of(*live_->current()), entries_of(*right.store));
  }

  /// Whether live views that other projections have written differ; false also when these do not get along
  /// with the events. The report says more.
  bool differs_from_live_of(std::span<const views::Projection* const> projections) {
    shelf_ = views::memory_view_shelf();
    live_ = std::make_unique<views::LiveViews>(shelf_->live());
    views::Runner wrong(*shelf_->live(), projections);
    for (std::size_t i = 0; i < log_.head().group; ++i)
      if (!wrong.add(groups_[i])) return false;
    if (!wrong.flush()) return false;
    rebuild_.emplace(Rebuild::Parts{
        .log = log_, .live = *live_, .shelf = *shelf_, .projections = views::all_projections()});
    return run().entries_differing != 0;
  }

  const std::vector<log::Group> groups_;
  log::MemoryLog log_;
  std::unique_ptr<views::SortedBytes> bytes_;  // of the views that are live at first
  std::unique_ptr<views::ViewShelf> shelf_;
  std::unique_ptr<views::LiveViews> live_;
  std::shared_ptr<views::Runner> runner_;  // of the live ones
  std::function<views::Scan()> watched_ = [] { return views::Scan::Continue; };
  std::optional<Rebuild> rebuild_;
};

TEST_F(Rebuilding, FindsNoDifferenceAndIsAdopted) {
  start(groups_.size(), groups_.size());
  const auto before = live_->current();
  const auto& report = run();
  ASSERT_EQ(report.state, RebuildState::Level) << report.failure;
  EXPECT_EQ(report.group, groups_.size());
  EXPECT_EQ(report.events, log_.head().events);
  EXPECT_EQ(report.compared_group, groups_.size());
  EXPECT_EQ(report.entries_compared, entries_of(*before).size());
  EXPECT_EQ(report.entries_differing, 0U);
  EXPECT_EQ(report.first_difference, "");
  adopt();
  EXPECT_EQ(report.state, RebuildState::Adopted);
  EXPECT_NE(live_->current(), before);
  EXPECT_EQ(shelf_->live(), live_->current());
  expect_live_is_right();
}

TEST_F(Rebuilding, KeepsUpWithGroupsThatComeMeanwhile) {
  std::size_t appended = 20;
  start(appended, appended);
  ASSERT_TRUE(rebuild_->begin(kNow));
  // Every step there is a group more, for the log and for the live views, and one for the log alone.
  while (rebuild_->step(kNow) != Left::Groups || appended < groups_.size()) {
    if (appended == groups_.size()) continue;
    append(groups_[appended]);
    if (appended % 7 != 0) {
      for (std::size_t i = runner_->checkpoint().group; i <= appended; ++i)
        ASSERT_TRUE(runner_->apply(groups_[i]));
    }
    ++appended;
  }
  EXPECT_EQ(rebuild_->report().state, RebuildState::Level);
  EXPECT_EQ(rebuild_->report().entries_differing, 0U) << rebuild_->report().first_difference;
  EXPECT_EQ(rebuild_->report().group, groups_.size());
  adopt();
  expect_live_is_right();
}

TEST_F(Rebuilding, ComparesAtTheGroupTheLiveOnesHaveReadAndReadsOn) {
  start(40, 13);
  const auto& report = run();
  EXPECT_EQ(report.state, RebuildState::Level);
  EXPECT_EQ(report.compared_group, 13U);
  EXPECT_EQ(report.entries_differing, 0U) << report.first_difference;
  EXPECT_EQ(report.group, 40U);
}

TEST_F(Rebuilding, WhatComesBetweenLevelAndAdoptingIsReadBeforeTheSwitch) {
  start(40, 40);
  run();
  for (std::size_t i = 40; i < 60; ++i) append(groups_[i]);  // the live ones do not get them
  adopt();
  EXPECT_EQ(runner_->checkpoint().group, 60U);
  expect_live_is_right();
  for (std::size_t i = 55; i < 70; ++i) {
    if (i >= 60) append(groups_[i]);
    ASSERT_TRUE(runner_->apply(groups_[i])) << "what was read is passed over, what follows fits";
  }
  expect_live_is_right();
}

TEST_F(Rebuilding, OneAtATimeAndInOrder) {
  start(20, 20);
  EXPECT_EQ(rebuild_->step(kNow), Left::Nothing);
  EXPECT_EQ(rebuild_->discard().error().code, Reason::ViewsBusy);
  EXPECT_EQ(rebuild_->prepare_adoption().error().code, Reason::ViewsBusy);
  EXPECT_EQ(rebuild_->adopt(kNow).error().code, Reason::ViewsBusy);
  ASSERT_TRUE(rebuild_->begin(kNow));
  EXPECT_EQ(rebuild_->begin(kNow).error().code, Reason::ViewsBusy);
  EXPECT_EQ(rebuild_->adopt(kNow).error().code, Reason::ViewsBusy);
  EXPECT_TRUE(rebuild_->discard());
  EXPECT_EQ(rebuild_->report().state, RebuildState::None);
  run();
  EXPECT_EQ(rebuild_->begin(kNow).error().code, Reason::ViewsBusy) << "level, and waiting to be adopted";
  EXPECT_TRUE(rebuild_->discard());
  run();
  adopt();
  EXPECT_EQ(rebuild_->discard().error().code, Reason::ViewsBusy) << "what is adopted cannot be discarded";
  run();
  adopt();
  expect_live_is_right();
}

TEST_F(Rebuilding, DiscardedViewsAreGivenUp) {
  start(20, 20);
  int given_up = 0;
  shelf_->when_given_up([&given_up] { ++given_up; });
  const auto before = live_->current();
  run();
  EXPECT_TRUE(rebuild_->discard());
  EXPECT_EQ(given_up, 1);
  EXPECT_EQ(live_->current(), before);
}

TEST_F(Rebuilding, AStoppedComparisonBeginsAgain) {
  start(groups_.size(), groups_.size());
  int looks = 0;
  watched_ = [&looks] { return ++looks == 1 ? views::Scan::Stop : views::Scan::Continue; };
  const auto& report = run();
  EXPECT_EQ(report.state, RebuildState::Level);
  EXPECT_EQ(report.entries_compared, entries_of(*live_->current()).size());
}

// Every event is once not heard by every projection. Wherever that leaves another row, this event is named.
TEST_F(Rebuilding, NamesTheFirstEventThatAProjectionUnderstoodDifferently) {
  start(60, 0);
  std::size_t found = 0;
  const Position events = log_.head().events;
  for (std::size_t one = 0; one < views::all_projections().size(); ++one) {
    for (Position position = 1; position <= events; ++position) {
      const Deaf deaf(*views::all_projections()[one], position);
      std::vector<const views::Projection*> projections(views::all_projections().begin(),
                                                        views::all_projections().end());
      projections[one] = &deaf;
      if (!differs_from_live_of(projections)) continue;
      ++found;
      ASSERT_EQ(rebuild_->report().position, position)
          << deaf.name() << ": " << rebuild_->report().first_difference;
      ASSERT_EQ(rebuild_->report().tenant, TenantId("t"));
      ASSERT_NE(rebuild_->report().first_difference.find(" of tenant t: "), std::string::npos);
    }
  }
  EXPECT_GT(found, events / 2);
}

// One byte of one row, of every row once: the row and its event are named.
TEST_F(Rebuilding, NamesTheEventOfADamagedRow) {
  start(60, 60);
  std::size_t rows = 0;
  for (const auto& [key, value] : entries_of(*live_->current())) {
    const views::EntryKey entry = views::read_entry_key(key);
    if (entry.section != views::Section::Rows || value.empty()) continue;
    if (++rows % 5 != 0) continue;
    std::string damaged = value;
    damaged[rows % damaged.size()] = static_cast<char>(damaged[rows % damaged.size()] ^ 1);
    ASSERT_TRUE(bytes_->write({{key, damaged}}));
    const auto& report = run();
    ASSERT_EQ(report.state, RebuildState::Level);
    EXPECT_EQ(report.entries_differing, 1U);
    EXPECT_EQ(report.position, entry.position);
    EXPECT_EQ(report.tenant.value, entry.tenant);
    EXPECT_EQ(report.first_difference, views::entry_name(key) + ": says something else than the log");
    ASSERT_TRUE(rebuild_->discard());
    ASSERT_TRUE(bytes_->write({{key, value}}));
  }
  EXPECT_GT(rows, 100U);
}

TEST_F(Rebuilding, AdoptingCuresDamage) {
  start(60, 60);
  const auto entries = entries_of(*live_->current());
  ASSERT_TRUE(bytes_->write({{entries.back().first, "damaged"}}));
  EXPECT_EQ(run().entries_differing, 1U);
  adopt();
  expect_live_is_right();
}

TEST_F(Rebuilding, ViewsThatCannotBeReadDifferAndAreCured) {
  start(60, 60);
  for (const auto& [key, value] : entries_of(*live_->current()))
    if (key == views::kCheckpointKey) {
      ASSERT_TRUE(bytes_->write({{key, "damaged"}}));
    }
  ASSERT_FALSE(live_->current()->checkpoint());
  const auto& report = run();
  EXPECT_EQ(report.state, RebuildState::Level);
  EXPECT_EQ(report.entries_differing, 1U);
  EXPECT_EQ(report.compared_group, 0U);
  EXPECT_NE(report.first_difference.find("cannot be read"), std::string::npos);
  adopt();
  expect_live_is_right();
}

/// Says after so many groups that they cannot be read.
class FailingLog final : public log::EventLog {
 public:
  FailingLog(log::EventLog& log, std::uint64_t last) : log_(log), last_(last) {}
  log::AppendOutcome append(const log::Group& group) override { return log_.append(group); }
  Status scan(std::uint64_t first, const log::GroupVisitor& visit) override {
    bool failed = false;
    const Status scanned = log_.scan(first, [&](const log::Group& group) {
      failed = group.number > last_;
      return !failed && visit(group);
    });
    return failed ? Status(fail(Reason::BlockDamaged, "group " + std::to_string(last_ + 1))) : scanned;
  }
  Result<std::vector<std::string>> read(const TenantId& tenant, Position first, std::size_t count) override {
    return log_.read(tenant, first, count);
  }
  Result<std::vector<log::SliceRange>> slices(std::uint64_t first, std::uint64_t events_min) override {
    return log_.slices(first, events_min);
  }
  const log::Trees& trees() const override { return log_.trees(); }
  log::LogHead head() const override { return log_.head(); }
  void idle() override {}

 private:
  log::EventLog& log_;
  const std::uint64_t last_;
};

TEST_F(Rebuilding, ALogThatCannotBeReadFailsItAndLeavesTheLiveOnes) {
  start(60, 60);
  const auto before = live_->current();
  FailingLog damaged(log_, 30);
  rebuild_.emplace(Rebuild::Parts{
      .log = damaged, .live = *live_, .shelf = *shelf_, .projections = views::all_projections()});
  const auto& report = run();
  EXPECT_EQ(report.state, RebuildState::Failed);
  EXPECT_EQ(report.failure, "group 31");
  EXPECT_EQ(live_->current(), before);
  EXPECT_EQ(rebuild_->adopt(kNow).error().code, Reason::ViewsBusy);
  EXPECT_TRUE(rebuild_->begin(kNow)) << "it may be tried again";
}

/// One group of very many events behind the first, of which the live views have written some.
class RebuildingInPieces : public Rebuilding {
 protected:
  RebuildingInPieces() : Rebuilding(large()) {}
  static std::vector<log::Group> large() {
    std::vector<log::Group> groups = random_history(5, 120);
    log::Group all{.number = 2, .slices = {groups[1].slices[0]}};
    for (std::size_t i = 2; i < groups.size(); ++i) {
      all.slices[0].bytes += groups[i].slices[0].bytes;
      all.slices[0].count += groups[i].slices[0].count;
    }
    return {groups[0], all};
  }
};

TEST_F(RebuildingInPieces, WhatNobodyIsShownYetDoesNotCount) {
  start(2, 1);
  // The live ones stop in the middle of the second group.
  auto stopped = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes_, 3), views::kShape);
  views::Runner runner(*stopped, views::all_projections(), {.batch_events = 5, .piece_events = 10});
  ASSERT_TRUE(runner.apply(groups_[0])) << "again, and the same";
  ASSERT_FALSE(runner.apply(groups_[1]));
  ASSERT_NE(live_->current()->checkpoint().value().ahead, Digest{});
  const auto& report = run();
  EXPECT_EQ(report.state, RebuildState::Level) << report.failure;
  EXPECT_EQ(report.compared_group, 1U);
  EXPECT_EQ(report.entries_differing, 0U) << report.first_difference;
  adopt();
  expect_live_is_right();
}

// Names sort one way, the log the other: what came first in the log is first.
TEST(RebuildOfSeveralTenants, NamesTheEventThatCameFirst) {
  log::MemoryLog log;
  std::vector<log::Group> groups;
  std::map<std::string, RecordedStory> stories{{"a", RecordedStory("a")}, {"b", RecordedStory("b")}};
  for (int i = 0; i < 6; ++i) {
    const std::string tenant = i < 3 ? "b" : "a";
    RecordedStory& story = stories.at(tenant);
    story.at("2027-01-01T00:00:00Z");
    if (story.last() == 0) story.record(tenancy::TenantCreated{});
    story.record(seats::CampusOpened{CampusId("c-" + std::to_string(i)), seats::CampusKind::Flat, "Etc/UTC"})
        .end_group();
    groups.push_back(story.groups().back());
    groups.back().number = groups.size();
  }
  append_all(log, groups);
  const auto bytes = views::memory_bytes();
  const auto shelf = views::memory_view_shelf(
      views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes), views::kShape));
  views::LiveViews live(shelf->live());
  const auto runner = views::Runner::holding(shelf->live(), views::all_projections());
  for (const log::Group& group : groups) ASSERT_TRUE(runner->apply(group));
  for (const auto& [key, value] : entries_of(*shelf->live())) {
    const views::EntryKey entry = views::read_entry_key(key);
    const bool late = entry.tenant == "b" && entry.position >= 3;
    const bool early = entry.tenant == "a" && entry.position == 2;
    if (entry.section == views::Section::Rows && (late || early)) {
      ASSERT_TRUE(bytes->write({{key, "damaged"}}));
    }
  }
  Rebuild rebuild({.log = log, .live = live, .shelf = *shelf, .projections = views::all_projections()});
  ASSERT_TRUE(rebuild.begin(kNow));
  while (rebuild.step(kNow) == Left::Work) {
  }
  EXPECT_EQ(rebuild.report().tenant.value, "b");
  EXPECT_EQ(rebuild.report().position, 3U);
  EXPECT_GT(rebuild.report().entries_differing, 2U);
}

}  // namespace
}  // namespace kontor::test
