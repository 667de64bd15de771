#include "projections/rocksdb_view_store.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "projections/sorted_view_store.h"

namespace kontor::views {
namespace {

constexpr std::size_t kWriteBufferBytes = 64u << 20;
constexpr std::size_t kBlockCacheBytes = 128u << 20;

// Says nothing: what matters comes back as a status, and a reader must not leave files behind.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options options() {
  rocksdb::Options chosen;
  chosen.create_if_missing = true;
  chosen.paranoid_checks = true;
  chosen.max_bgerror_resume_count = 0;
  chosen.write_buffer_size = kWriteBufferBytes;
  chosen.allow_concurrent_memtable_write = false;  // there is one writer
  chosen.compression = rocksdb::kLZ4Compression;
  chosen.bottommost_compression = rocksdb::kZSTD;
  chosen.info_log = std::make_shared<SilentLogger>();
  chosen.stats_dump_period_sec = 0;
  chosen.stats_persist_period_sec = 0;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  chosen.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return chosen;
}

// Without ignore_range_deletions this library can end a scan early and call it a success (TRUST F4).
rocksdb::ReadOptions read_options(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions chosen;
  chosen.snapshot = snapshot;
  chosen.ignore_range_deletions = true;
  chosen.verify_checksums = true;
  return chosen;
}

Status to_status(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return {};
  return fail(Reason::Rebuilding, fmt::format("the views cannot be {}: {}", what, status.ToString()));
}

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

class RocksCursor final : public BytesCursor {
 public:
  explicit RocksCursor(rocksdb::DB& db, const rocksdb::Snapshot* snapshot = nullptr)
      : iterator_(db.NewIterator(read_options(snapshot))) {}

  void seek(std::string_view key) override { iterator_->Seek(slice(key)); }
  void next() override { iterator_->Next(); }
  bool valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return iterator_->key().ToStringView(); }
  std::string_view value() const override { return iterator_->value().ToStringView(); }
  Status status() const override { return to_status(iterator_->status(), "read"); }

 private:
  const std::unique_ptr<rocksdb::Iterator> iterator_;
};

bool is_locked(const rocksdb::Status& status) {
  return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

/// A database as it was at one moment.
class FrozenRocksBytes final : public SortedBytes {
 public:
  FrozenRocksBytes(rocksdb::DB& db, std::shared_ptr<rocksdb::ManagedSnapshot> snapshot)
      : db_(db), snapshot_(std::move(snapshot)) {}

  Status write(std::vector<BytesEntry>) override { return standing_still(); }
  Status clear() override { return standing_still(); }
  Status sync() override { return {}; }
  std::unique_ptr<BytesCursor> cursor() const override {
    return std::make_unique<RocksCursor>(db_, snapshot_->snapshot());
  }
  std::unique_ptr<SortedBytes> frozen() const override {
    return std::make_unique<FrozenRocksBytes>(db_, snapshot_);
  }

 private:
  static Status standing_still() { return fail(Reason::Rebuilding, "frozen views cannot be written"); }

  rocksdb::DB& db_;
  const std::shared_ptr<rocksdb::ManagedSnapshot> snapshot_;  // also of what was frozen from this
};

class RocksBytes final : public SortedBytes {
 public:
  RocksBytes(std::filesystem::path directory, std::unique_ptr<rocksdb::DB> db)
      : directory_(std::move(directory)), db_(std::move(db)) {}

  [[nodiscard]] static Result<std::unique_ptr<rocksdb::DB>> open(const std::filesystem::path& directory) {
    rocksdb::DB* db = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options(), directory.string(), &db);
    if (is_locked(opened)) return fail(Reason::AlreadyRunning, "the views are in use: " + directory.string());
    if (const Status status = to_status(opened, "opened"); !status) return fail(status.error());
    return std::unique_ptr<rocksdb::DB>(db);
  }
  [[nodiscard]] static Status remove(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (error)
      return fail(Reason::DataDirectory,
                  fmt::format("{} cannot be removed: {}", directory.string(), error.message()));
    return {};
  }

  Status write(std::vector<BytesEntry> entries) override {
    // In order of keys, which is the order in which one thread fills a memory table fastest.
    std::ranges::stable_sort(entries, {}, &BytesEntry::key);
    rocksdb::WriteBatch batch;
    for (const BytesEntry& entry : entries)
      if (Status put = to_status(batch.Put(entry.key, entry.value), "written"); !put) return put;
    // Unsynced: after a power cut the write-ahead log gives back some beginning of what was written, and the
    // checkpoint inside each batch says which.
    return to_status(db_->Write(rocksdb::WriteOptions(), &batch), "written");
  }

  Status clear() override {
    db_.reset();
    if (Status removed = remove(directory_); !removed) return removed;
    Result<std::unique_ptr<rocksdb::DB>> opened = open(directory_);
    if (!opened) return fail(opened.error());
    db_ = *std::move(opened);
    return {};
  }

  std::unique_ptr<BytesCursor> cursor() const override { return std::make_unique<RocksCursor>(*db_); }
  std::unique_ptr<SortedBytes> frozen() const override {
    return std::make_unique<FrozenRocksBytes>(*db_, std::make_shared<rocksdb::ManagedSnapshot>(db_.get()));
  }
  // Into table files, which the library syncs.
  Status sync() override { return to_status(db_->Flush(rocksdb::FlushOptions()), "written"); }

 private:
  const std::filesystem::path directory_;
  std::unique_ptr<rocksdb::DB> db_;
};

Result<OpenedViews> open_read_only(const std::filesystem::path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory / "CURRENT", error))
    return fail(Reason::NotFound, "there are no views in " + directory.string());
  rocksdb::Options chosen = options();
  chosen.create_if_missing = false;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::OpenForReadOnly(chosen, directory.string(), &db);
  if (const Status status = to_status(opened, "opened"); !status) return fail(status.error());
  auto bytes = std::make_unique<RocksBytes>(directory, std::unique_ptr<rocksdb::DB>(db));
  return OpenedViews{sorted_view_store(std::move(bytes), kShape), {}};
}

}  // namespace

Result<OpenedViews> open_rocksdb_view_store(const std::filesystem::path& directory, Access access) {
  if (access == Access::ReadOnly) return open_read_only(directory);
  std::string dropped_because;
  Result<std::unique_ptr<rocksdb::DB>> opened = RocksBytes::open(directory);
  if (!opened && opened.error().code == Reason::Rebuilding) {
    dropped_because = opened.error().message;
    if (const Status removed = RocksBytes::remove(directory); !removed) return fail(removed.error());
    opened = RocksBytes::open(directory);
  }
  if (!opened) return fail(opened.error());
  auto bytes = std::make_unique<RocksBytes>(directory, *std::move(opened));
  return OpenedViews{sorted_view_store(std::move(bytes), kShape), std::move(dropped_because)};
}

}  // namespace kontor::views
