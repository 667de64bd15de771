// INV-17 with snapshots: a start from one finds what a full scan finds, and one that does not fit is passed
// over with a sentence.

#include <gmock/gmock.h>

#include <fstream>

#include "engine/log/log_prover.h"
#include "tests/snapshots/store.h"
#include "tests/support/live_history.h"

namespace kontor::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Opening : public testing::Test {
 protected:
  // Two tenants, so that trees and state have several.
  std::vector<log::Group> groups_ =
      merged(all_domains(11, 120, TenantId("a")), all_domains(12, 120, TenantId("b")));
  TemporaryDirectory directory_;
  Store store_{directory_ / "store"};
  std::size_t half_ = groups_.size() / 2;

  void SetUp() override { std::filesystem::create_directory(store_.path()); }

  /// The store's history is exactly that of `groups`, by whatever way it was opened.
  void expect_all(Opened& opened, const std::vector<log::Group>& groups) {
    ASSERT_NE(opened.log, nullptr) << opened.error.message;
    Writer full{LedgerLimits{}};
    log::Continuity continuity;
    for (const log::Group& group : groups) {
      ASSERT_TRUE(full.adopt(group));
      ASSERT_TRUE(continuity.accept(group));
    }
    EXPECT_EQ(opened.log->head(), continuity.head());
    EXPECT_EQ(saved(opened.writer), saved(full));
    const log::LogProver prover(*opened.log);
    continuity.trees().publish();
    for (const char* name : {"a", "b"}) {
      const TenantId tenant(name);
      const std::uint64_t size = continuity.trees().size(tenant);
      ASSERT_EQ(prover.size(tenant), size);
      ASSERT_EQ(prover.root(tenant, size).value(), continuity.trees().root_at(tenant, size).value());
      EXPECT_TRUE(prover.inclusion(tenant, 0, size));
      EXPECT_TRUE(prover.inclusion(tenant, size - 1, size));
      EXPECT_TRUE(prover.consistency(tenant, size / 3, size));
      EXPECT_EQ(opened.log->read(tenant, 1, 1'000'000).value().size(), size);
    }
    EXPECT_TRUE(prover.inclusion(std::nullopt, 0, prover.size(std::nullopt)));
    EXPECT_TRUE(prover.consistency(std::nullopt, 7, prover.size(std::nullopt)));
  }
  void expect_passed_over(const std::string& why) {
    const auto opened = store_.open();
    expect_all(*opened, groups_);
    EXPECT_FALSE(opened->log->unread());
    ASSERT_FALSE(opened->said.empty());
    EXPECT_THAT(opened->said.front(), HasSubstr(why));
  }
};

TEST_F(Opening, ReadsTheTailAndFindsEverything) {
  store_.append(groups_, 0, groups_.size());
  store_.snapshot(half_);
  const auto opened = store_.open();
  expect_all(*opened, groups_);
  ASSERT_TRUE(opened->log->unread());
  EXPECT_EQ(opened->log->unread()->group, half_);
  EXPECT_THAT(opened->said, ElementsAre());
  EXPECT_TRUE(snapshots::prove_beginning(*opened->log, *opened->log->unread(), [] { return false; }));
}

TEST_F(Opening, GoesOnAppendingBehindASnapshot) {
  store_.append(groups_, 0, half_);
  store_.snapshot(half_);
  {
    const auto opened = store_.open();
    ASSERT_TRUE(opened->log->unread());
    EXPECT_EQ(opened->log->unread()->group, half_);
    for (std::size_t i = half_; i < groups_.size(); ++i)
      ASSERT_EQ(opened->log->append(groups_[i]), log::AppendOutcome::Appended);
    // From its tail, which is still in memory only.
    opened->log->idle();
  }
  const auto opened = store_.open();
  ASSERT_TRUE(opened->log->unread());
  expect_all(*opened, groups_);
}

TEST_F(Opening, MakesTheSameSnapshotFromAnotherOneAndFromTheWholeLog) {
  store_.append(groups_, 0, groups_.size());
  const auto read = [&](const std::string& name) {
    std::ifstream file(store_.snapshots() + "/" + name, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), {});
  };
  store_.snapshot(groups_.size());
  const std::string name = store_.files().back();
  const std::string whole = read(name);
  std::filesystem::remove_all(store_.snapshots());
  store_.snapshot(half_ / 2);
  store_.snapshot(half_);
  store_.snapshot(groups_.size());
  EXPECT_EQ(store_.files().size(), 2u);  // the newest two
  EXPECT_EQ(read(name), whole);
}

TEST_F(Opening, PassesOverASnapshotWhoseGroupTheLogDoesNotHave) {
  store_.append(groups_, 0, half_);
  copy_directory(store_.path(), directory_ / "copy");
  const Store copy(directory_ / "copy");
  copy.append(groups_, half_, groups_.size());
  copy.snapshot(groups_.size());
  copy_directory(copy.snapshots(), store_.snapshots());
  groups_.resize(half_);
  expect_passed_over("HEAD remembers group");
}

TEST_F(Opening, PassesOverASnapshotOfAnotherHistoryOfTheSameStore) {
  store_.append(groups_, 0, half_);
  copy_directory(store_.path(), directory_ / "copy");
  const Store copy(directory_ / "copy");
  copy.append(groups_, half_, groups_.size());
  copy.snapshot(half_ + 2);
  copy_directory(copy.snapshots(), store_.snapshots());
  // Here the next groups say something else.
  for (std::size_t i = half_; i < groups_.size(); ++i) {
    groups_[i] = groups_[i % half_];
    groups_[i].number = i + 1;
  }
  groups_.resize(half_);
  const auto other = merged(groups_, all_domains(99, 30, TenantId("c")));
  std::vector<log::Group> behind;
  for (const log::Group& group : other)
    if (group.slices.front().tenant == TenantId("c")) behind.push_back(group);
  for (log::Group& group : behind) {
    group.number = groups_.size() + 1;
    groups_.push_back(group);
  }
  store_.append(groups_, half_, groups_.size());
  expect_passed_over("is another one");
}

TEST_F(Opening, PassesOverASnapshotOfAnotherStore) {
  const Store other(directory_ / "other");
  std::filesystem::create_directory(other.path());
  other.append(groups_, 0, groups_.size());
  other.snapshot(half_);
  store_.append(groups_, 0, groups_.size());
  copy_directory(other.snapshots(), store_.snapshots());
  expect_passed_over("it is of store");
}

TEST_F(Opening, TriesTheOlderSnapshotWhenTheNewestIsDamaged) {
  store_.append(groups_, 0, groups_.size());
  store_.snapshot(half_);
  store_.snapshot(half_ + 5);
  const auto names = store_.files();
  ASSERT_EQ(names.size(), 2u);
  std::filesystem::resize_file(store_.snapshots() + "/" + names[1], 900);
  const auto opened = store_.open();
  expect_all(*opened, groups_);
  ASSERT_TRUE(opened->log->unread());
  EXPECT_EQ(opened->log->unread()->group, half_);
  ASSERT_EQ(opened->said.size(), 1u);
  EXPECT_THAT(opened->said[0], HasSubstr("is passed over: it is cut short"));
}

TEST_F(Opening, ADamagedTailIsRefusedAsAFullScanRefusesIt) {
  store_.append(groups_, 0, half_);
  store_.snapshot(half_);
  store_.append(groups_, half_, groups_.size());
  // The newest table holds the tail.
  std::string newest;
  for (const auto& entry : std::filesystem::directory_iterator(store_.path() + "/log/log"))
    if (entry.path().extension() == ".sst") newest = std::max(newest, entry.path().string());
  ASSERT_FALSE(newest.empty());
  std::filesystem::remove(newest);
  const auto opened = store_.open();
  EXPECT_EQ(opened->log, nullptr);
  EXPECT_THAT(opened->error.message, HasSubstr("Nothing was changed"));
}

/// Flips a byte in the middle of the oldest table of events.
void damage_the_beginning(const Store& store) {
  std::string oldest;
  for (const auto& entry : std::filesystem::directory_iterator(store.path() + "/log/log")) {
    if (entry.path().extension() != ".sst" || std::filesystem::file_size(entry) < 20'000) continue;
    if (oldest.empty() || entry.path().string() < oldest) oldest = entry.path().string();
  }
  ASSERT_FALSE(oldest.empty());
  std::fstream file(oldest, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(oldest) / 2);
  file.seekg(middle);
  const char byte = static_cast<char>(file.get());
  file.seekp(middle);
  file.put(static_cast<char>(byte ^ 0x55));
}

TEST_F(Opening, DamageInThePartThatWasNotReadIsFoundByReadingItLater) {
  groups_ = all_domains(13, 2'500, TenantId("a"));  // several blocks
  half_ = groups_.size() / 2;
  store_.append(groups_, 0, half_);
  store_.append(groups_, half_, groups_.size());
  store_.snapshot(groups_.size() - 1);
  damage_the_beginning(store_);
  const auto opened = store_.open();
  ASSERT_NE(opened->log, nullptr) << opened->error.message;
  ASSERT_TRUE(opened->log->unread());
  const Status proven =
      snapshots::prove_beginning(*opened->log, *opened->log->unread(), [] { return false; });
  ASSERT_FALSE(proven);
  EXPECT_EQ(proven.error().code, Reason::BlockDamaged) << proven.error().message;
  // A full scan refuses it at once.
  std::filesystem::remove_all(store_.snapshots());
  opened->log.reset();
  const auto full = store_.open();
  EXPECT_EQ(full->log, nullptr);
}

TEST_F(Opening, AMissingTableOfThePartThatIsNotReadIsNoticedAtOnce) {
  store_.append(groups_, 0, half_);
  store_.append(groups_, half_, groups_.size());
  store_.snapshot(groups_.size() - 1);
  std::string oldest;
  for (const auto& entry : std::filesystem::directory_iterator(store_.path() + "/log/log"))
    if (entry.path().extension() == ".sst" && (oldest.empty() || entry.path().string() < oldest))
      oldest = entry.path().string();
  std::filesystem::remove(oldest);
  const auto opened = store_.open();
  EXPECT_EQ(opened->log, nullptr);
}

}  // namespace
}  // namespace kontor::test
