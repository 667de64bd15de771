// What a database of views does beyond the contract: damage, other processes, read-only opening.

#include "projections/rocksdb_view_store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "projections/memory_view_store.h"
#include "tests/support/questions.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/view_batches.h"

namespace kontor::views {
namespace {

namespace fs = std::filesystem;

class RocksDbViewStore : public testing::Test {
 protected:
  fs::path path() const { return directory_.path() / "views"; }
  void fill() {
    auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
    ASSERT_TRUE(opened.store->apply(
        test::batch_of({3, {}}, {{ViewKey(TenantId("t"), Kind::CourseCard).text("k").bytes(), 1, "a"}})));
  }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::directory_iterator(path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      found[entry.path().filename()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return found;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(RocksDbViewStore, ComesBackAsItWas) {
  fill();
  const auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  EXPECT_EQ(opened.dropped_because, "");
  EXPECT_EQ(opened.store->get(ViewKey(TenantId("t"), Kind::CourseCard).text("k"), 1).value()->value, "a");
  EXPECT_EQ(opened.store->checkpoint().value().group, 3U);
}

TEST_F(RocksDbViewStore, WhatCannotBeOpenedIsDropped) {
  fill();
  std::ofstream(path() / "CURRENT") << "nonsense";
  const auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  EXPECT_NE(opened.dropped_because, "");
  EXPECT_EQ(opened.store->checkpoint().value(), Checkpoint{});
}

TEST_F(RocksDbViewStore, ReadOnlyChangesNothing) {
  fill();
  const auto before = files();
  {
    const auto opened = open_rocksdb_view_store(path(), Access::ReadOnly).value();
    EXPECT_EQ(opened.store->checkpoint().value().group, 3U);
  }
  EXPECT_EQ(files(), before);
}

TEST_F(RocksDbViewStore, ReadOnlyNamesWhatIsMissingOrDamaged) {
  EXPECT_EQ(open_rocksdb_view_store(path(), Access::ReadOnly).error().code, Reason::NotFound);
  EXPECT_FALSE(fs::exists(path()));
  fill();
  std::ofstream(path() / "CURRENT") << "nonsense";
  EXPECT_EQ(open_rocksdb_view_store(path(), Access::ReadOnly).error().code, Reason::Rebuilding);
}

TEST_F(RocksDbViewStore, ViewsInUseAreNotDropped) {
  const auto first = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  EXPECT_EQ(open_rocksdb_view_store(path(), Access::ReadWrite).error().code, Reason::AlreadyRunning);
}

// So many rows at once become a table file of their own.
constexpr Position kMany = 25'000;

ViewBatch many_rows(std::uint64_t group, const std::string& value) {
  ViewBatch batch = test::batch_of({group, {}}, {}, {{TenantId("t"), {group, Instant{5}}, Instant{5}}});
  for (Position p = kMany; p > 0; --p) {
    const ViewKey key = ViewKey(TenantId("t"), Kind::CourseCard).text("k" + std::to_string(p % 1'000));
    batch.add(key.view(), p, "old");
    batch.add(key.view(), p, value + std::to_string(p));
  }
  return batch;
}

TEST_F(RocksDbViewStore, KeepsLargeBatchesAmongSmallOnes) {
  const auto memory = memory_view_store();
  const auto both = [&](ViewStore& stored, const ViewBatch& batch) {
    ASSERT_TRUE(stored.apply(batch));
    ASSERT_TRUE(memory->apply(batch));
  };
  {
    auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
    ViewStore& stored = *opened.store;
    both(stored,
         test::batch_of({1, {}}, {{ViewKey(TenantId("t"), Kind::CourseCard).text("k1").bytes(), 9, "a"}}));
    const auto before = stored.frozen();
    const auto reader = stored.reader();
    both(stored, many_rows(2, "x"));
    EXPECT_EQ(before->checkpoint().value().group, 1U);
    both(stored, test::batch_of(
                     {3, {}}, {{ViewKey(TenantId("t"), Kind::CourseCard).text("k1").bytes(), 30'000, "b"}}));
    both(stored, many_rows(4, "y"));
    EXPECT_EQ(test::entries_of(stored), test::entries_of(*memory));
  }
  const auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  EXPECT_EQ(test::entries_of(*opened.store), test::entries_of(*memory));
  const ViewKey key = ViewKey(TenantId("t"), Kind::CourseCard).text("k7");
  EXPECT_EQ(opened.store->get(key, 2'500).value()->value, "y2007");
  EXPECT_FALSE(opened.store->get(ViewKey(TenantId("t"), Kind::CourseCard).text("k"), kMany).value());
}

// What a killed process leaves is a beginning of what was written, also where a table came between.
TEST_F(RocksDbViewStore, ATableIsNeverThereWithoutWhatWasWrittenBeforeIt) {
  const auto row = [](Position position) {
    return test::batch_of({position, {}}, {{ViewKey(TenantId("t"), Kind::CourseCard).text("k1").bytes(),
                                            90'000 + position, "a"}});
  };
  const auto memory = memory_view_store();
  auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  for (const ViewBatch& batch : {row(1), row(2), many_rows(3, "x")}) {
    ASSERT_TRUE(opened.store->apply(batch));
    ASSERT_TRUE(memory->apply(batch));
  }
  ASSERT_TRUE(opened.store->apply(row(4)));
  const fs::path killed = directory_.path() / "killed";
  fs::copy(path(), killed);
  const auto left = open_rocksdb_view_store(killed, Access::ReadWrite).value();
  EXPECT_EQ(left.dropped_because, "");
  EXPECT_EQ(left.store->checkpoint().value().group, 3U);
  EXPECT_EQ(test::entries_of(*left.store), test::entries_of(*memory));
}

// A crash can leave the name under which a table came, as a second name of a table in use.
TEST_F(RocksDbViewStore, DoesNotWriteOverATableWhoseFirstNameIsLeft) {
  auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  ASSERT_TRUE(opened.store->apply(many_rows(1, "x")));
  const auto whole = test::entries_of(*opened.store);
  for (const auto& entry : fs::directory_iterator(path()))
    if (entry.path().extension() == ".sst") fs::create_hard_link(entry.path(), path() / "incoming.sst");
  ViewBatch second = test::batch_of({2, {}}, {}, {});
  for (Position p = 1; p <= kMany; ++p)
    second.add(ViewKey(TenantId("u"), Kind::CourseCard).text("k").view(), p, "z");
  ASSERT_TRUE(opened.store->apply(second));
  opened.store.reset();
  opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
  EXPECT_EQ(test::entries_of(*opened.store).size(), whole.size() + kMany);
}

}  // namespace
}  // namespace kontor::views
