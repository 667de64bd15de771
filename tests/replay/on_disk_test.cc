// The whole audit of a data directory as a stopped server leaves it: everything is proven and nothing is
// touched.

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "projections/catalog.h"
#include "projections/data_directory.h"
#include "projections/rocksdb_view_store.h"
#include "projections/runner.h"
#include "replay/verify.h"
#include "tests/support/live_history.h"
#include "tests/support/recorded_story.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/view_batches.h"

namespace kontor::replay {
namespace {

namespace fs = std::filesystem;

class OnDisk : public testing::Test {
 protected:
  OnDisk() : directory_{temporary_.path() / "data"} {
    fs::create_directories(directory_.root);
    auto log = log::RocksDbLog::open({.path = directory_.log().string()}).value();
    test::append_all(*log, test::random_history(5, 300));
    auto views = views::open_rocksdb_view_store(directory_.views(), views::Access::ReadWrite).value();
    views::Runner runner(*views.store, views::all_projections());
    EXPECT_TRUE(runner.catch_up(*log, {}));
  }

  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.root)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      found[entry.path().string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return found;
  }
  [[nodiscard]] Result<std::unique_ptr<log::RocksDbLog>> open_log() const {
    log::RocksDbLogOptions options{.path = directory_.log().string()};
    options.access = log::Access::ReadOnly;
    return log::RocksDbLog::open(std::move(options));
  }

  test::TemporaryDirectory temporary_;
  DataDirectory directory_;
};

TEST_F(OnDisk, EverythingIsProvenAndNothingIsTouched) {
  const auto before = files();
  {
    const auto log = open_log().value();
    const auto views = views::open_rocksdb_view_store(directory_.views(), views::Access::ReadOnly).value();
    const Verified verified = verify(*log, views.store.get(), {}).value();
    EXPECT_EQ(verified.views, ViewsFound::Equal);
    EXPECT_EQ(verified.head, log->head());
    EXPECT_EQ(replay(*log, {}, {}).value().tenants[0].state, verified.tenants[0].state);
  }
  EXPECT_EQ(files(), before);
}

TEST_F(OnDisk, OneWrongRowInTheDatabaseIsNamed) {
  {
    const auto views = views::open_rocksdb_view_store(directory_.views(), views::Access::ReadWrite).value();
    const views::Checkpoint checkpoint = views.store->checkpoint().value();
    const views::ViewKey key = views::ViewKey(TenantId("t"), views::Kind::CampusCard).text("c-1");
    const auto row = views.store->get(key, 1'000'000).value();
    ASSERT_TRUE(row);
    ASSERT_TRUE(views.store->apply(
        test::batch_of(checkpoint, {{key.bytes(), row->position, row->value + "12345678"}})));
  }
  const auto log = open_log().value();
  const auto views = views::open_rocksdb_view_store(directory_.views(), views::Access::ReadOnly).value();
  const Result<Verified> verified = verify(*log, views.store.get(), {});
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Reason::ViewsDiffer);
  EXPECT_TRUE(verified.error().message.starts_with("CampusCard of tenant t: c-1"))
      << verified.error().message;
}

}  // namespace
}  // namespace kontor::replay
