#pragma once
// A store on the machine's disk with a history of all domains, for tests of snapshots.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "engine/snapshots/snapshot_maker.h"
#include "engine/writer/writer.h"
#include "tests/support/all_domains.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {

/// What an opening found, and the writer that follows from it.
struct Opened {
  std::unique_ptr<log::RocksDbLog> log;
  Writer writer{LedgerLimits{}};
  std::vector<std::string> said;  // by the shelf
  Error error{Reason::InvalidArgument, ""};
};

class Store {
 public:
  explicit Store(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] std::string snapshots() const { return path_ + "/snapshots"; }
  [[nodiscard]] const std::string& path() const { return path_; }

  void append(const std::vector<log::Group>& groups, std::size_t first, std::size_t end) const {
    auto log = log::RocksDbLog::open({.path = path_ + "/log"});
    ASSERT_TRUE(log) << log.error().message;
    for (std::size_t i = first; i < end; ++i)
      ASSERT_EQ((*log)->append(groups[i]), log::AppendOutcome::Appended);
    (*log)->idle();
    ASSERT_TRUE((*log)->flush(log::RocksDbLog::FlushWait::UntilDone));
  }
  void snapshot(std::uint64_t group) const {
    auto log = log::RocksDbLog::open({.path = path_ + "/log"});
    ASSERT_TRUE(log) << log.error().message;
    snapshots::SnapshotShelf shelf(nullptr, snapshots(), {});
    const auto made = snapshots::make_snapshot(**log, (*log)->store_id(), shelf, group,
                                               snapshots::Base::Newest, [] { return false; });
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(made->has_value());
  }
  /// As a server does it.
  [[nodiscard]] std::unique_ptr<Opened> open() const {
    auto opened = std::make_unique<Opened>();
    snapshots::SnapshotShelf shelf(nullptr, snapshots(),
                                   [&](std::string_view said) { opened->said.emplace_back(said); });
    log::RocksDbLogOptions options{.path = path_ + "/log"};
    options.starts = &shelf;
    auto log = log::RocksDbLog::open(std::move(options));
    if (!log) {
      opened->error = log.error();
      return opened;
    }
    opened->log = std::move(*log);
    if (opened->log->unread()) opened->writer.restore(*shelf.take());
    const Status scanned = opened->log->scan(opened->writer.last_group() + 1, [&](const log::Group& group) {
      const Status adopted = opened->writer.adopt(group);
      EXPECT_TRUE(adopted) << adopted.error().message;
      return adopted.has_value();
    });
    EXPECT_TRUE(scanned);
    return opened;
  }
  /// Names, in order.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(snapshots())) return names;
    for (const auto& entry : std::filesystem::directory_iterator(snapshots()))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

 private:
  std::string path_;
};

inline void copy_directory(const std::string& from, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

}  // namespace kontor::test
