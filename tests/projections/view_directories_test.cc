// Which views a start finds, wherever the program before was stopped.

#include "projections/view_directories.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "projections/rocksdb_view_store.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/view_batches.h"

namespace kontor::views {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const TenantId kTenant{"t"};

class ViewDirectories : public testing::Test {
 protected:
  [[nodiscard]] fs::path path() const { return directory_.path() / "views"; }
  [[nodiscard]] static Names names_in(const fs::path& directory) {
    Names names;
    for (const auto& entry : fs::directory_iterator(directory)) names.insert(entry.path().filename());
    return names;
  }
  [[nodiscard]] Names names() const { return names_in(path()); }

  static void write(ViewStore& store, Position position) {
    ASSERT_TRUE(
        store.apply(test::batch_of({position, {}, {}}, {}, {{kTenant, {position, Instant{1}}, Instant{1}}})));
  }
  static Position position_in(const ViewStore& store) { return store.tenant(kTenant).value().position; }

  /// What a start finds in `directory`, and what is left there.
  static Position started_in(const fs::path& directory) {
    const auto opened = open_view_shelf(directory);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? position_in(*opened->shelf->live()) : 0;
  }
  [[nodiscard]] Position started() const { return started_in(path()); }

  void write_live_file(const std::string& text) const { std::ofstream(path() / "LIVE") << text; }

  test::TemporaryDirectory directory_;
};

TEST_F(ViewDirectories, TheFirstOnesAreLiveWithoutAnyFileSayingSo) {
  {
    const auto opened = open_view_shelf(path()).value();
    write(*opened.shelf->live(), 5);
  }
  EXPECT_EQ(names(), Names{"1"});
  EXPECT_EQ(live_views_in(path()).value(), path() / "1");
  EXPECT_EQ(started(), 5U);
}

TEST_F(ViewDirectories, OthersAreLiveOnceTheyWereMadeSo) {
  {
    const auto opened = open_view_shelf(path()).value();
    write(*opened.shelf->live(), 5);
    const auto others = opened.shelf->make().value();
    write(*others, 7);
    EXPECT_EQ(live_views_in(path()).value(), path() / "1");
    ASSERT_TRUE(opened.shelf->make_live(others));
    EXPECT_EQ(opened.shelf->live(), others);
    opened.shelf->clear_away();
    EXPECT_EQ(names(), (Names{"2", "LIVE"}));
  }
  EXPECT_EQ(live_views_in(path()).value(), path() / "2");
  EXPECT_EQ(started(), 7U);
}

TEST_F(ViewDirectories, TheOldOnesStayUntilNobodyHoldsThem) {
  const auto opened = open_view_shelf(path()).value();
  auto held = opened.shelf->live();
  write(*held, 5);
  ASSERT_TRUE(opened.shelf->make_live(opened.shelf->make().value()));
  opened.shelf->clear_away();
  EXPECT_EQ(names(), (Names{"1", "2", "LIVE"}));
  EXPECT_EQ(position_in(*held), 5U);
  held.reset();
  EXPECT_EQ(names(), (Names{"1", "2", "LIVE"})) << "whoever asked last removes nothing";
  opened.shelf->clear_away();
  EXPECT_EQ(names(), (Names{"2", "LIVE"}));
}

TEST_F(ViewDirectories, WhatWasDiscardedIsRemoved) {
  const auto opened = open_view_shelf(path()).value();
  write(*opened.shelf->live(), 5);
  opened.shelf->make().value().reset();
  opened.shelf->clear_away();
  EXPECT_EQ(names(), Names{"1"});
  EXPECT_EQ(position_in(*opened.shelf->live()), 5U);
}

TEST_F(ViewDirectories, ManyGenerationsFollowEachOther) {
  for (Position round = 1; round <= 4; ++round) {
    const auto opened = open_view_shelf(path()).value();
    EXPECT_EQ(position_in(*opened.shelf->live()), round - 1);
    const auto others = opened.shelf->make().value();
    write(*others, round);
    ASSERT_TRUE(opened.shelf->make_live(others));
  }
  EXPECT_EQ(started(), 4U);
  EXPECT_EQ(names(), (Names{"5", "LIVE"}));
}

// A crash leaves the files as they are at that moment. A copy of them is taken after every step, and a start
// has to find whole views in each: the old ones before the name is replaced, the new ones from then on.
TEST_F(ViewDirectories, ACrashAtAnyStepLeavesTheOldOrTheNewOnes) {
  std::vector<std::pair<std::string, Position>> moments;
  const auto crash = [&](const std::string& name, Position expected) {
    fs::copy(path(), directory_.path() / name, fs::copy_options::recursive);
    moments.emplace_back(name, expected);
  };
  const auto opened = open_view_shelf(path()).value();
  write(*opened.shelf->live(), 5);
  ASSERT_TRUE(opened.shelf->live()->sync());
  crash("before", 5);
  const auto others = opened.shelf->make().value();
  crash("made", 5);
  write(*others, 7);
  crash("written", 5);
  ASSERT_TRUE(others->sync());
  crash("synced", 5);
  std::ofstream(path() / "LIVE.new") << "2";
  crash("half a draft", 5);
  std::ofstream(path() / "LIVE.new") << "2\n";
  crash("a draft", 5);
  ASSERT_TRUE(opened.shelf->make_live(others));
  crash("named", 7);
  opened.shelf->clear_away();
  crash("cleared away", 7);
  for (const auto& [name, expected] : moments) {
    const fs::path left = directory_.path() / name;
    EXPECT_EQ(started_in(left), expected) << name;
    const Names found = names_in(left);
    EXPECT_EQ(found, expected == 5 ? Names{"1"} : (Names{"2", "LIVE"})) << name;
  }
}

// After a crash only what was synced is there for certain.
TEST_F(ViewDirectories, WhatWasSyncedSurvivesACrash) {
  {
    const auto opened = open_view_shelf(path()).value();
    const auto others = opened.shelf->make().value();
    write(*others, 7);
    ASSERT_TRUE(others->sync());
    write(*others, 8);
    ASSERT_TRUE(opened.shelf->make_live(others));
    fs::copy(path(), directory_.path() / "cut", fs::copy_options::recursive);
  }
  EXPECT_EQ(started_in(directory_.path() / "cut"), 7U);
}

TEST_F(ViewDirectories, ViewsFromBeforeThereWereGenerationsBecomeTheFirst) {
  { write(*open_rocksdb_view_store(path(), Access::ReadWrite).value().store, 9); }
  EXPECT_EQ(live_views_in(path()).value(), path());
  // Stopped between the two renames.
  fs::copy(path(), directory_.path() / "other.moving", fs::copy_options::recursive);
  EXPECT_EQ(started(), 9U);
  EXPECT_EQ(names(), Names{"1"});
  EXPECT_EQ(started_in(directory_.path() / "other"), 9U);
  EXPECT_FALSE(fs::exists(directory_.path() / "other.moving"));
}

TEST_F(ViewDirectories, ANameThatMakesNoSenseIsSaidAndTheViewsAreTakenAsTheyAre) {
  {
    const auto opened = open_view_shelf(path()).value();
    write(*opened.shelf->live(), 5);
  }
  for (const std::string text : {"", "x\n", "2\n", "01\n", "1", "-1\n", "99999999999999999999\n"}) {
    write_live_file(text);
    EXPECT_EQ(live_views_in(path()).error().code, Reason::Rebuilding) << text;
    const auto opened = open_view_shelf(path()).value();
    EXPECT_NE(opened.dropped_because, "") << text;
    EXPECT_EQ(position_in(*opened.shelf->live()), 5U) << text;
    EXPECT_EQ(live_views_in(path()).value(), path() / "1") << text;
  }
}

TEST_F(ViewDirectories, WhoOnlyReadsIsToldThatThereAreNone) {
  EXPECT_EQ(live_views_in(path()).error().code, Reason::NotFound);
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(ViewDirectories, OnlyTheLastMadeOnesCanBeMadeLive) {
  const auto opened = open_view_shelf(path()).value();
  const auto first = opened.shelf->make().value();
  const auto second = opened.shelf->make().value();
  EXPECT_EQ(opened.shelf->make_live(first).error().code, Reason::OutOfOrder);
  EXPECT_TRUE(opened.shelf->make_live(second));
}

// The directory of the name cannot be written: the switch does not happen, and nothing is lost.
TEST_F(ViewDirectories, ASwitchThatFailsLeavesTheOldOnes) {
  {
    const auto opened = open_view_shelf(path()).value();
    write(*opened.shelf->live(), 5);
    const auto others = opened.shelf->make().value();
    fs::create_directories(path() / "LIVE.new" / "in the way");
    EXPECT_EQ(opened.shelf->make_live(others).error().code, Reason::DataDirectory);
  }
  EXPECT_EQ(started(), 5U);
  EXPECT_EQ(names(), Names{"1"});
}

}  // namespace
}  // namespace kontor::views
