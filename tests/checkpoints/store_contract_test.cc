// What every CheckpointStore promises, for the one in memory and the one on disk.

#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/checkpoints/notary.h"
#include "tests/support/temporary_directory.h"

namespace kontor::checkpoints::test {
namespace {

struct StoreKind {
  std::string name;
  bool on_disk = false;
};

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  StoreContract() { reopen(); }

  /// What is in memory only stays as it is.
  void reopen() {
    if (!GetParam().on_disk) {
      if (!store_) store_ = memory_checkpoint_store();
      return;
    }
    store_.reset();
    auto opened = open_checkpoint_store(directory_ / "checkpoints", "store-1");
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(opened->said, "");
    store_ = std::move(opened->store);
  }

  static KeptCheckpoint made(const std::string& tenant, std::uint64_t size, std::uint8_t root = 1) {
    proof::Origin origin{kName, 1, tenant.empty() ? std::nullopt : std::optional(TenantId(tenant))};
    KeptCheckpoint kept{{std::move(origin), size, Digest{root}}, {}};
    kept.note = Signer(kName, key_of(1)).sign(kept.checkpoint.text(), {}).encoded();
    return kept;
  }
  static proof::Origin origin(const std::string& tenant) { return made(tenant, 1).checkpoint.origin; }

  kontor::test::TemporaryDirectory directory_;
  std::unique_ptr<CheckpointStore> store_;
};

TEST_P(StoreContract, ANewStoreIsEmpty) {
  EXPECT_FALSE(store_->newest(origin("a")).value().has_value());
  EXPECT_TRUE(store_->newest_of_all().value().empty());
  EXPECT_TRUE(store_->list(origin("a"), 0, 10).value().empty());
  EXPECT_EQ(store_->key().value(), "");
  EXPECT_TRUE(store_->rotations().value().empty());
}

TEST_P(StoreContract, NotesAreListedByOriginAndSize) {
  for (const std::uint64_t size : {300U, 2U, 256U, 70'000U, 1U})
    for (const std::string tenant : {"a", "ab", "", "a.b"}) ASSERT_TRUE(store_->keep(made(tenant, size)));
  for (const bool reopened : {false, true}) {
    if (reopened) reopen();
    for (const std::string tenant : {"a", "ab", "", "a.b"}) {
      EXPECT_EQ(store_->list(origin(tenant), 0, 10).value(),
                (std::vector{made(tenant, 1), made(tenant, 2), made(tenant, 256), made(tenant, 300),
                             made(tenant, 70'000)}));
      EXPECT_EQ(store_->list(origin(tenant), 2, 2).value(),
                (std::vector{made(tenant, 256), made(tenant, 300)}));
      EXPECT_EQ(store_->newest(origin(tenant)).value(), made(tenant, 70'000));
    }
    EXPECT_TRUE(store_->list(origin("a"), UINT64_MAX, 10).value().empty());
    EXPECT_EQ(store_->newest_of_all().value().size(), 4U);
    EXPECT_FALSE(store_->newest(origin("aa")).value().has_value());
  }
}

// INV-25
TEST_P(StoreContract, AnotherRootForASizeIsRefusedAndChangesNothing) {
  ASSERT_TRUE(store_->keep(made("a", 7)));
  EXPECT_EQ(store_->keep(made("a", 7, 2)).error().code, Reason::TwoHistories);
  reopen();
  EXPECT_EQ(store_->keep(made("a", 7, 2)).error().code, Reason::TwoHistories);
  EXPECT_EQ(store_->newest(origin("a")).value(), made("a", 7));
  EXPECT_TRUE(store_->keep(made("a", 7)).has_value());
}

TEST_P(StoreContract, KeysAndTheirChangesAreKeptInOrder) {
  ASSERT_TRUE(store_->keep_key("one"));
  EXPECT_EQ(store_->key().value(), "one");
  std::vector<std::string> statements;
  for (int i = 0; i < 12; ++i) {
    statements.push_back("statement " + std::to_string(i));
    ASSERT_TRUE(store_->keep_rotation(statements.back(), "key " + std::to_string(i)));
  }
  for (const bool reopened : {false, true}) {
    if (reopened) reopen();
    EXPECT_EQ(store_->rotations().value(), statements);
    EXPECT_EQ(store_->key().value(), "key 11");
    EXPECT_TRUE(store_->newest_of_all().value().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, StoreContract,
                         testing::Values(StoreKind{"Memory", false}, StoreKind{"RocksDb", true}),
                         [](const testing::TestParamInfo<StoreKind>& kind) { return kind.param.name; });

class RocksStore : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path home() const { return directory_ / "checkpoints"; }
  static KeptCheckpoint made(std::uint64_t size) {
    KeptCheckpoint kept{{{kName, 1, std::nullopt}, size, Digest{1}}, {}};
    kept.note = Signer(kName, key_of(1)).sign(kept.checkpoint.text(), {}).encoded();
    return kept;
  }
  [[nodiscard]] std::filesystem::path newest_wal() const {
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(home()))
      if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    return newest;
  }
  kontor::test::TemporaryDirectory directory_;
};

TEST_F(RocksStore, BelongsToOneLog) {
  ASSERT_TRUE(open_checkpoint_store(home(), "store-1").has_value());
  EXPECT_EQ(open_checkpoint_store(home(), "store-2").error().code, Reason::StoreIdMismatch);
}

TEST_F(RocksStore, ATornEndIsLeftOutAndSaid) {
  {
    auto opened = open_checkpoint_store(home(), "store-1");
    for (std::uint64_t size = 1; size <= 5; ++size) ASSERT_TRUE(opened->store->keep(made(size)));
  }
  const auto wal = newest_wal();
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) - 20);
  auto opened = open_checkpoint_store(home(), "store-1");
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_NE(opened->said, "");
  EXPECT_EQ(opened->store->newest(made(1).checkpoint.origin).value(), made(4));
}

TEST_F(RocksStore, AnyOtherDamageIsRefused) {
  {
    auto opened = open_checkpoint_store(home(), "store-1");
    for (std::uint64_t size = 1; size <= 5; ++size) ASSERT_TRUE(opened->store->keep(made(size)));
  }
  const auto wal = newest_wal();
  std::fstream file(wal, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(wal) / 3));
  file.put('\x55');
  file.close();
  const auto opened = open_checkpoint_store(home(), "store-1");
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Reason::StoreDamaged);
}

}  // namespace
}  // namespace kontor::checkpoints::test
