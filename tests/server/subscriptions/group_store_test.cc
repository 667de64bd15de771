// One contract for both stores; what is on disk besides: it outlives the object, belongs to one log, and its
// bytes of today must be readable for ever.
#include "server/subscriptions/group_store.h"

#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "tests/support/temporary_directory.h"

namespace kontor::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const GroupKey kMailer{TenantId("main"), "mailer"};
const GroupKey kTags{TenantId("main"), "tags"};
const GroupKey kOther{TenantId("main2"), "mailer"};

GroupSettings settings() {
  return {{{"Credit*"}, {"course/", "person/p-1"}}, 12, 3, protocol::AfterParked::GoOn};
}

void fill(GroupStore& store) {
  ASSERT_TRUE(store.make(kMailer, settings(), 4));
  ASSERT_TRUE(store.make(kTags, {}, 0));
  ASSERT_TRUE(store.make(kOther, {}, 7));
  ASSERT_TRUE(
      store.change(kMailer, {6,
                             {{8, StoredEntry{StoredStage::Done}},
                              {9, StoredEntry{StoredStage::Returned, "course/k-1", 2}},
                              {3, StoredEntry{StoredStage::Parked, "person/p-1", 5, "no mailbox", {42}}},
                              {5, StoredEntry{StoredStage::Kept, "person/p-1"}}}}));
  ASSERT_TRUE(store.change(kMailer, {std::nullopt, {{8, std::nullopt}}}));
  ASSERT_TRUE(store.change(kTags, {2, {}}));
  ASSERT_TRUE(store.remove(kOther));
}

void expect_filled(GroupStore& store) {
  const auto groups = store.load();
  ASSERT_TRUE(groups.has_value()) << groups.error().message;
  const StoredGroup mailer{kMailer,
                           settings(),
                           6,
                           {{3, StoredEntry{StoredStage::Parked, "person/p-1", 5, "no mailbox", {42}}},
                            {5, StoredEntry{StoredStage::Kept, "person/p-1"}},
                            {9, StoredEntry{StoredStage::Returned, "course/k-1", 2}}}};
  EXPECT_THAT(*groups, ElementsAre(mailer, StoredGroup{kTags, {}, 2, {}}));
}

TEST(GroupStore, InMemoryKeepsWhatItIsTold) {
  const auto store = memory_group_store();
  fill(*store);
  expect_filled(*store);
}

TEST(GroupStore, OnDiskKeepsWhatItIsTold) {
  const test::TemporaryDirectory directory;
  {
    const auto store = open_group_store(directory.path() / "groups", "s-1");
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_THAT(*(*store)->load(), IsEmpty());
    fill(**store);
    expect_filled(**store);
  }
  const auto again = open_group_store(directory.path() / "groups", "s-1");
  ASSERT_TRUE(again.has_value());
  expect_filled(**again);
}

TEST(GroupStore, OfAnotherLogIsRefused) {
  const test::TemporaryDirectory directory;
  ASSERT_TRUE(open_group_store(directory.path() / "groups", "s-1").has_value());
  const auto other = open_group_store(directory.path() / "groups", "s-2");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, Reason::StoreIdMismatch);
}

TEST(GroupStore, ThatIsDamagedIsRefusedAndNotBegunAnew) {
  const test::TemporaryDirectory directory;
  {
    const auto store = open_group_store(directory.path() / "groups", "s-1");
    ASSERT_TRUE(store.has_value());
    fill(**store);
  }
  std::ofstream(directory.path() / "groups" / "CURRENT", std::ios::trunc) << "nonsense\n";
  const auto damaged = open_group_store(directory.path() / "groups", "s-1");
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().code, Reason::StoreDamaged);
}

// The bytes of today are the bytes of ever: tests/golden/README.md.

using Entries = std::map<std::string, std::string>;

std::unique_ptr<rocksdb::DB> raw(const std::filesystem::path& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  EXPECT_TRUE(rocksdb::DB::Open(options, directory.string(), &db).ok());
  return std::unique_ptr<rocksdb::DB>(db);
}

Entries entries_of(rocksdb::DB& db) {
  Entries out;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator({}));
  for (at->SeekToFirst(); at->Valid(); at->Next())
    out[rocksdb::Slice(at->key()).ToString(true)] = at->value().ToString(true);
  return out;
}

const std::filesystem::path& golden_file() {
  static const std::filesystem::path path =
      std::filesystem::path(KONTOR_SOURCE_DIR) / "tests/golden/groups/entries.txt";
  return path;
}

Entries golden_entries() {
  Entries out;
  std::ifstream in(golden_file());
  for (std::string key, value; in >> key >> value;) out[key] = value;
  return out;
}

TEST(GroupStore, WritesTheBytesOfTheGoldenFile) {
  const test::TemporaryDirectory directory;
  {
    const auto store = open_group_store(directory.path() / "groups", "s-1");
    ASSERT_TRUE(store.has_value());
    fill(**store);
  }
  const Entries written = entries_of(*raw(directory.path() / "groups"));
  if (std::getenv("KONTOR_WRITE_GOLDEN") != nullptr && !std::filesystem::exists(golden_file())) {
    std::filesystem::create_directories(golden_file().parent_path());
    std::ofstream out(golden_file());
    for (const auto& [key, value] : written) out << key << ' ' << value << '\n';
  }
  EXPECT_EQ(written, golden_entries());
}

TEST(GroupStore, ReadsTheBytesOfTheGoldenFile) {
  const test::TemporaryDirectory directory;
  {
    const auto db = raw(directory.path() / "groups");
    for (const auto& [key, value] : golden_entries()) {
      std::string key_bytes, value_bytes;
      ASSERT_TRUE(rocksdb::Slice(key).DecodeHex(&key_bytes));
      ASSERT_TRUE(value.empty() || rocksdb::Slice(value).DecodeHex(&value_bytes));
      ASSERT_TRUE(db->Put({}, key_bytes, value_bytes).ok());
    }
  }
  const auto store = open_group_store(directory.path() / "groups", "s-1");
  ASSERT_TRUE(store.has_value()) << store.error().message;
  expect_filled(**store);
}

}  // namespace
}  // namespace kontor::server
