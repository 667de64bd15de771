// What the log on disk promises beyond the contract: one user, HEAD, refusals in words, and the end after a
// failure.

#include "engine/log/rocksdb/rocksdb_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/log/bytes.h"
#include "tests/log/rocksdb/stored_files.h"
#include "tests/support/sample_groups.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {
namespace {

using log::AppendOutcome;
using log::HeadExecution;
using log::HeadMode;
using log::RocksDbLog;
using log::RocksDbLogOptions;
using testing::HasSubstr;

std::unique_ptr<RocksDbLog> must_open(RocksDbLogOptions options) {
  auto opened = RocksDbLog::open(std::move(options));
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
  return opened ? std::move(*opened) : nullptr;
}

Error must_refuse(RocksDbLogOptions options) {
  const auto opened = RocksDbLog::open(std::move(options));
  EXPECT_FALSE(opened.has_value());
  return opened ? Error{} : opened.error();
}

class RocksDbLogTest : public testing::Test {
 protected:
  [[nodiscard]] RocksDbLogOptions options() const {
    RocksDbLogOptions options;
    options.path = store_;
    options.head_execution = HeadExecution::Inline;
    return options;
  }

  void append(RocksDbLog& log) { EXPECT_EQ(log.append(samples_.next()), AppendOutcome::Appended); }

  /// The newest whole record of a HEAD file.
  static log::HeadRecord head_of(const std::string& directory) {
    auto found = log::HeadFiles(*rocksdb::FileSystem::Default(), {directory}).find();
    EXPECT_TRUE(found.has_value());
    EXPECT_TRUE(found->newest.has_value());
    return found->newest.value_or(log::HeadRecord{});
  }

  TemporaryDirectory directory_;
  std::string store_ = directory_ / "store";
  SampleGroups samples_;
};

TEST_F(RocksDbLogTest, OneProcessUsesAStore) {
  const auto log = must_open(options());
  append(*log);
  const Error second = must_refuse(options());
  EXPECT_EQ(second.code, Reason::AlreadyRunning);
  EXPECT_THAT(second.message, HasSubstr(store_));
  RocksDbLogOptions reading = options();
  reading.access = log::Access::ReadOnly;
  EXPECT_EQ(must_refuse(reading).code, Reason::AlreadyRunning);
}

TEST_F(RocksDbLogTest, ReadingOnlyChangesNothingAndAppendsNothing) {
  RocksDbLogOptions reading = options();
  reading.access = log::Access::ReadOnly;
  EXPECT_EQ(must_refuse(reading).code, Reason::DataDirectory);
  EXPECT_FALSE(std::filesystem::exists(store_));
  {
    const auto log = must_open(options());
    for (int i = 0; i < 3; ++i) append(*log);
  }
  const StoredFiles before = read_directory(store_);
  {
    const auto log = must_open(reading);
    EXPECT_EQ(log->head().group, 3U);
    EXPECT_EQ(all_groups(*log).size(), 3U);
    EXPECT_EQ(log->append(samples_.next()), AppendOutcome::NotWritten);
  }
  EXPECT_EQ(read_directory(store_), before);
}

TEST_F(RocksDbLogTest, OpeningShowsEveryGroupOnce) {
  std::vector<log::Group> appended;
  {
    const auto log = must_open(options());
    for (int i = 0; i < 5; ++i) {
      appended.push_back(samples_.next({{"a", 2}, {"b", 1}}));
      ASSERT_EQ(log->append(appended.back()), AppendOutcome::Appended);
    }
  }
  std::vector<log::Group> seen;
  RocksDbLogOptions replaying = options();
  replaying.on_group = [&](const log::Group& group) { seen.push_back(group); };
  must_open(replaying);
  EXPECT_EQ(seen, appended);
}

TEST_F(RocksDbLogTest, StrictHeadNamesTheGroupBeforeItsReceipt) {
  RocksDbLogOptions strict = options();
  strict.head_mode = HeadMode::Strict;
  const auto log = must_open(strict);
  append(*log);
  EXPECT_EQ(head_of(store_).log, log->head());
  append(*log);
  EXPECT_EQ(head_of(store_).log, log->head());
}

TEST_F(RocksDbLogTest, LaggingHeadIsAtMostOneGroupBehindUntilIdle) {
  for (const HeadExecution execution : {HeadExecution::Inline, HeadExecution::OwnThread}) {
    RocksDbLogOptions lagging = options();
    lagging.head_execution = execution;
    const auto log = must_open(lagging);
    for (int i = 0; i < 6; ++i) {
      append(*log);
      EXPECT_GE(head_of(store_).log.group + 1, log->head().group);
    }
    log->idle();
    EXPECT_EQ(head_of(store_).log, log->head());
    EXPECT_GT(head_of(store_).wal.synced_bytes, 0U);
  }
}

TEST_F(RocksDbLogTest, EitherCopyOfHeadIsEnough) {
  RocksDbLogOptions twice = options();
  twice.second_head_directory = directory_ / "second";
  { append(*must_open(twice)); }
  EXPECT_EQ(head_of(store_), head_of(twice.second_head_directory));
  for (const std::string& copy : {store_ + "/HEAD", twice.second_head_directory + "/HEAD"}) {
    std::filesystem::remove(copy);
    std::vector<std::string> notes;
    RocksDbLogOptions noting = twice;
    noting.database.note = [&](std::string_view note) { notes.emplace_back(note); };
    { append(*must_open(noting)); }
    EXPECT_THAT(notes, testing::ElementsAre(HasSubstr(copy)));
    EXPECT_EQ(head_of(store_), head_of(twice.second_head_directory));
  }
}

TEST_F(RocksDbLogTest, HeadOfAnotherStoreIsRefused) {
  RocksDbLogOptions twice = options();
  twice.second_head_directory = directory_ / "second";
  { append(*must_open(twice)); }
  RocksDbLogOptions other = options();
  other.path = directory_ / "other";
  { must_open(other); }
  write_file(twice.second_head_directory + "/HEAD", read_file(other.path + "/HEAD"));
  EXPECT_EQ(must_refuse(twice).code, Reason::StoreIdMismatch);
  write_file(store_ + "/HEAD", read_file(other.path + "/HEAD"));
  EXPECT_EQ(must_refuse(twice).code, Reason::StoreIdMismatch);
}

TEST_F(RocksDbLogTest, ALaterFormatIsNamed) {
  { append(*must_open(options())); }
  std::string slot = log::encode_slot(head_of(store_)).substr(0, log::kHeadSlotBytes - 32);
  slot[8] = 2;
  Sha256 sha;
  sha.update(bytes_of(slot));
  const Digest digest = sha.finish();
  slot.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  write_file(store_ + "/HEAD", slot + slot + slot + slot);
  const Error refused = must_refuse(options());
  EXPECT_EQ(refused.code, Reason::FormatVersion);
  EXPECT_THAT(refused.message, HasSubstr("format 2"));
}

TEST_F(RocksDbLogTest, ARefusalSaysWhatIsIntact) {
  {
    const auto log = must_open(options());
    for (int i = 0; i < 5; ++i) append(*log);
  }
  const std::string name = names_with(read_directory(store_), ".log").back();
  std::string contents = read_file(store_ + "/" + name);
  contents.back() = static_cast<char>(contents.back() ^ 1);
  write_file(store_ + "/" + name, contents);
  const Error refused = must_refuse(options());
  EXPECT_EQ(refused.code, Reason::WalDamaged);
  EXPECT_THAT(refused.message, HasSubstr("Proven intact: 4 events in groups 1 to 4"));
  EXPECT_THAT(refused.message, HasSubstr("Nothing was changed"));
}

TEST_F(RocksDbLogTest, ACutTailIsNoted) {
  { append(*must_open(options())); }
  const std::string name = names_with(read_directory(store_), ".log").back();
  write_file(store_ + "/" + name, read_file(store_ + "/" + name) + std::string(37, 'x'));
  std::vector<std::string> notes;
  RocksDbLogOptions noting = options();
  noting.database.note = [&](std::string_view note) { notes.emplace_back(note); };
  EXPECT_EQ(must_open(noting)->head().group, 1U);
  EXPECT_THAT(notes, testing::ElementsAre(HasSubstr("cut 37 unsynced bytes")));
}

/// A store as a crash leaves it, its write-ahead log longer than what was written into it.
class GrownLogTest : public RocksDbLogTest {
 protected:
  GrownLogTest() {
    const auto log = must_open(options());
    for (int i = 0; i < 5; ++i) append(*log);
    log->idle();
    crashed_ = read_directory(store_);
    name_ = names_with(crashed_, ".log").back();
    written_ = head_of(store_).wal.synced_bytes;
  }

  RocksDbLogOptions crashed(const std::string& log_contents) {
    crashed_[name_] = log_contents;
    RocksDbLogOptions others = options();
    others.path = directory_ / "crashed";
    write_directory(others.path, crashed_);
    others.database.note = [this](std::string_view note) { notes_.emplace_back(note); };
    return others;
  }
  const std::string& log_contents() { return crashed_.at(name_); }

  StoredFiles crashed_;
  std::string name_;
  std::uint64_t written_ = 0;
  std::vector<std::string> notes_;
};

TEST_F(GrownLogTest, OpensWithoutAWordAfterACrash) {
  ASSERT_GT(log_contents().size(), written_) << "the file has its size ahead of need";
  const RocksDbLogOptions others = crashed(log_contents());
  EXPECT_EQ(must_open(others)->head().group, 5U);
  EXPECT_THAT(notes_, testing::IsEmpty());
  EXPECT_EQ(must_open(others)->head().group, 5U);
}

TEST_F(GrownLogTest, ZerosInsteadOfWhatWasPromisedAreRefused) {
  std::string contents = log_contents();
  const std::size_t last_bytes = 100;
  contents.replace(written_ - last_bytes, last_bytes, last_bytes, '\0');
  EXPECT_EQ(must_refuse(crashed(contents)).code, Reason::WalDamaged);
}

TEST_F(GrownLogTest, AnythingButZerosBehindTheEndIsNoted) {
  std::string contents = log_contents();
  contents[written_ + 50] = 'x';
  EXPECT_EQ(must_open(crashed(contents))->head().group, 5U);
  EXPECT_THAT(notes_, testing::ElementsAre(HasSubstr("unsynced bytes")));
}

/// Fails what it is told to fail.
class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  static const char* kClassName() { return "FailingFileSystem"; }
  const char* Name() const override { return kClassName(); }

  bool fail_wal_sync = false;
  bool fail_head = false;

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = target()->NewWritableFile(path, options, result, debug);
    if (status.ok() && path.ends_with(".log"))
      *result = std::make_unique<FailingFile>(std::move(*result), *this);
    return status;
  }
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = target()->NewRandomRWFile(path, options, result, debug);
    if (status.ok()) *result = std::make_unique<FailingHead>(std::move(*result), *this);
    return status;
  }

 private:
  class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file, const FailingFileSystem& owner)
        : FSWritableFileOwnerWrapper(std::move(file)), owner_(owner) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (owner_.fail_wal_sync) return rocksdb::IOStatus::IOError("the device is gone");
      return target()->Sync(options, debug);
    }

   private:
    const FailingFileSystem& owner_;
  };
  class FailingHead final : public rocksdb::FSRandomRWFileOwnerWrapper {
   public:
    FailingHead(std::unique_ptr<rocksdb::FSRandomRWFile> file, const FailingFileSystem& owner)
        : FSRandomRWFileOwnerWrapper(std::move(file)), owner_(owner) {}
    rocksdb::IOStatus Write(std::uint64_t offset, const rocksdb::Slice& data,
                            const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (owner_.fail_head) return rocksdb::IOStatus::IOError("the device is gone");
      return target()->Write(offset, data, options, debug);
    }

   private:
    const FailingFileSystem& owner_;
  };
};

class FailingLogTest : public RocksDbLogTest {
 protected:
  FailingLogTest()
      : file_system_(std::make_shared<FailingFileSystem>()), env_(rocksdb::Env::Default(), file_system_) {}

  [[nodiscard]] RocksDbLogOptions failing_options() {
    RocksDbLogOptions failing = options();
    failing.env = &env_;
    return failing;
  }

  std::shared_ptr<FailingFileSystem> file_system_;
  log::LayeredEnv env_;
};

TEST_F(FailingLogTest, AfterAFailedSyncTheOutcomeIsUnknownForEver) {
  const auto log = must_open(failing_options());
  append(*log);
  const log::LogHead before = log->head();
  file_system_->fail_wal_sync = true;
  const log::Group second = samples_.next();
  EXPECT_EQ(log->append(second), AppendOutcome::Unknown);
  file_system_->fail_wal_sync = false;
  EXPECT_EQ(log->append(second), AppendOutcome::Unknown);
  EXPECT_EQ(log->append(samples_.next()), AppendOutcome::Unknown);
  EXPECT_EQ(log->head(), before);
  EXPECT_EQ(all_groups(*log).size(), 1U);
}

TEST_F(FailingLogTest, WhatWasUnknownIsWhollyThereOrNotAtAllAfterReopening) {
  std::vector<log::Group> appended;
  {
    const auto log = must_open(failing_options());
    appended.push_back(samples_.next());
    ASSERT_EQ(log->append(appended.back()), AppendOutcome::Appended);
    file_system_->fail_wal_sync = true;
    appended.push_back(samples_.next());
    ASSERT_EQ(log->append(appended.back()), AppendOutcome::Unknown);
    file_system_->fail_wal_sync = false;
  }
  const auto log = must_open(failing_options());
  std::vector<log::Group> found = all_groups(*log);
  if (found.size() == 1) appended.pop_back();
  EXPECT_EQ(found, appended);
}

TEST_F(FailingLogTest, AHeadThatCannotBeWrittenStopsTheLog) {
  for (const HeadExecution execution : {HeadExecution::Inline, HeadExecution::OwnThread}) {
    RocksDbLogOptions failing = failing_options();
    failing.head_execution = execution;
    SampleGroups samples(*must_open(failing));
    const auto log = must_open(failing);
    ASSERT_EQ(log->append(samples.next()), AppendOutcome::Appended);
    log->idle();
    file_system_->fail_head = true;
    static_cast<void>(log->append(samples.next()));
    log->idle();
    EXPECT_EQ(log->append(samples.next()), AppendOutcome::Unknown);
    file_system_->fail_head = false;
    EXPECT_EQ(log->append(samples.next()), AppendOutcome::Unknown);
  }
}

}  // namespace
}  // namespace kontor::test
