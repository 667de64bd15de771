#include "engine/log/rocksdb/guarded_file_system.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/simulated_file_system.h"

namespace kontor::test {
namespace {

void write(rocksdb::FileSystem& file_system, const std::string& path) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(file_system.NewWritableFile(path, {}, &file, nullptr).ok());
  ASSERT_TRUE(file->Append("contents", {}, nullptr).ok());
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
}

// Found by simulation: recovery writes a table, then a manifest that names it, then renames CURRENT, and
// syncs the directory only after that.
TEST(GuardedFileSystem, ARenameIsNeverDurableBeforeWhatWasCreatedBeforeIt) {
  for (std::uint64_t seed = 1; seed <= 64; ++seed) {
    const auto disk = std::make_shared<SimulatedFileSystem>();
    log::GuardedFileSystem guarded(disk);
    write(guarded, "/000048.sst");
    write(guarded, "/000051.dbtmp");
    ASSERT_TRUE(guarded.RenameFile("/000051.dbtmp", "/CURRENT", {}, nullptr).ok());
    SimulatedRandom random(seed);
    disk->cut_power();
    disk->restore_power(random, DirectoryLoss::AnySubset);
    EXPECT_TRUE(disk->contents("/000048.sst").has_value()) << seed;
  }
}

TEST(GuardedFileSystem, CountsWhatIsSyncedOfTheNewestLogAndManifest) {
  const auto disk = std::make_shared<SimulatedFileSystem>();
  log::GuardedFileSystem guarded(disk);
  std::unique_ptr<rocksdb::FSWritableFile> older;
  std::unique_ptr<rocksdb::FSWritableFile> newer;
  ASSERT_TRUE(guarded.NewWritableFile("/000004.log", {}, &older, nullptr).ok());
  ASSERT_TRUE(older->Append("12345", {}, nullptr).ok());
  EXPECT_EQ(guarded.newest_wal(), (log::SyncedFile{.number = 4, .synced_bytes = 0}));
  ASSERT_TRUE(older->Sync({}, nullptr).ok());
  EXPECT_EQ(guarded.newest_wal(), (log::SyncedFile{.number = 4, .synced_bytes = 5}));
  ASSERT_TRUE(guarded.NewWritableFile("/000009.log", {}, &newer, nullptr).ok());
  ASSERT_TRUE(older->Fsync({}, nullptr).ok());
  EXPECT_EQ(guarded.newest_wal(), (log::SyncedFile{.number = 9, .synced_bytes = 0}));
  ASSERT_TRUE(guarded.NewWritableFile("/MANIFEST-000007", {}, &newer, nullptr).ok());
  EXPECT_EQ(guarded.newest_manifest(), (log::SyncedFile{.number = 7, .synced_bytes = 0}));
}

TEST(GuardedFileSystem, ALogThatGrowsByLittleHasRoomAhead) {
  const auto disk = std::make_shared<SimulatedFileSystem>();
  log::GuardedFileSystem guarded(disk);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(guarded.NewWritableFile("/000004.log", {}, &file, nullptr).ok());
  std::string expected;
  std::set<std::size_t> sizes;
  for (int i = 0; i < 1000; ++i) {
    const std::string some(700, static_cast<char>('a' + i % 26));
    expected += some;
    ASSERT_TRUE(file->Append(some, {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
    EXPECT_EQ(guarded.newest_wal().synced_bytes, expected.size());
    const std::string contents = *disk->contents("/000004.log");
    sizes.insert(contents.size());
    ASSERT_EQ(contents.compare(0, expected.size(), expected), 0) << i;
    ASSERT_EQ(contents.find_first_not_of('\0', expected.size()), std::string::npos) << i;
  }
  EXPECT_EQ(sizes.size(), 3U) << "700,000 bytes in rooms of 256 KiB";
  EXPECT_EQ(*sizes.begin() % 4096, 0U);
  EXPECT_GT(*sizes.rbegin(), expected.size());
}

TEST(GuardedFileSystem, NoRoomIsMadeForWhatIsWrittenInLargePieces) {
  const auto disk = std::make_shared<SimulatedFileSystem>();
  log::GuardedFileSystem guarded(disk);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(guarded.NewWritableFile("/000004.log", {}, &file, nullptr).ok());
  for (std::size_t i = 1; i < 5; ++i) {
    ASSERT_TRUE(file->Append(std::string(100'000, 'x'), {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
    EXPECT_EQ(disk->contents("/000004.log")->size(), i * 100'000);
  }
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(disk->contents("/000004.log")->size(), 400'000U) << "nothing new came";
}

TEST(FrozenView, ShowsCutsAndRefusesChanges) {
  const auto disk = std::make_shared<SimulatedFileSystem>();
  write(*disk, "/000004.log");
  log::FrozenView view(disk, {{"/000004.log", 3}});
  std::uint64_t size = 0;
  ASSERT_TRUE(view.GetFileSize("/000004.log", {}, &size, nullptr).ok());
  EXPECT_EQ(size, 3U);
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  ASSERT_TRUE(view.NewSequentialFile("/000004.log", {}, &file, nullptr).ok());
  std::string scratch(100, '\0');
  rocksdb::Slice read;
  ASSERT_TRUE(file->Read(100, {}, &read, scratch.data(), nullptr).ok());
  EXPECT_EQ(read.ToStringView(), "con");
  const std::uint64_t before = disk->changes();
  std::unique_ptr<rocksdb::FSWritableFile> writable;
  EXPECT_FALSE(view.NewWritableFile("/x", {}, &writable, nullptr).ok());
  EXPECT_FALSE(view.DeleteFile("/000004.log", {}, nullptr).ok());
  EXPECT_FALSE(view.RenameFile("/000004.log", "/y", {}, nullptr).ok());
  EXPECT_FALSE(view.CreateDirIfMissing("/z", {}, nullptr).ok());
  EXPECT_EQ(disk->changes(), before);
}

}  // namespace
}  // namespace kontor::test
