// What a database of views does beyond the contract: damage, other processes, read-only opening.

#include "projections/rocksdb_view_store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "tests/support/temporary_directory.h"

namespace kontor::views {
namespace {

namespace fs = std::filesystem;

class RocksDbViewStore : public testing::Test {
 protected:
  fs::path path() const { return directory_.path() / "views"; }
  void fill() {
    auto opened = open_rocksdb_view_store(path(), Access::ReadWrite).value();
    ASSERT_TRUE(opened.store->apply(
        {{3, {}}, {{ViewKey(TenantId("t"), Kind::CourseCard).text("k").bytes(), 1, "a"}}, {}}));
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

}  // namespace
}  // namespace kontor::views
