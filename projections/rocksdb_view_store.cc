#include "projections/rocksdb_view_store.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <charconv>
#include <system_error>
#include <utility>

#include "projections/sort_entries.h"
#include "projections/sorted_view_store.h"
#include "projections/view_layout.h"

namespace kontor::views {
namespace {

constexpr std::size_t kWriteBufferBytes = 64u << 20;
constexpr std::size_t kEntryHeadBytes = 8;  // of an entry in a batch: about
// So many entries make a table file: with fewer there would be many small ones to merge.
constexpr std::size_t kEntriesOfATable = 20'000;
// With twice as many tables an entry is merged half as often, and a row that is not there is looked for twice
// as often.
constexpr int kTablesBeforeAMerge = 16;
// With so many files to merge the library is left to slow its writer down.
constexpr int kUnmergedTablesMax = 32;
constexpr std::size_t kFetchedAhead = 8;
constexpr std::size_t kCacheLineBytes = 64;
constexpr std::string_view kIncomingTable = "incoming.sst";
// A wrong yes costs a look into the table: with these one in about a thousand.
constexpr int kFilterBitsPerRow = 14;
constexpr auto kMemoryFilterRatio = 0.03;  // of the write buffer
constexpr int kBackgroundThreads = 4;
constexpr unsigned kNeverForRoom = 1u << 30;
// Compressing begins anew in each block, at a cost of its own.
constexpr std::size_t kBlockBytes = 16u << 10;
constexpr std::size_t kBlockCacheBytes = 128u << 20;

// Says nothing: what matters comes back as a status, and a reader must not leave files behind.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// From a stored key to that of its row.
class RowOfVersion final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "kontor.views.row"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), key.size() - kNumberBytes};
  }
  bool InDomain(const rocksdb::Slice& key) const override { return is_row_key(key.ToStringView()); }
};

rocksdb::Options options() {
  rocksdb::Options chosen;
  chosen.create_if_missing = true;
  chosen.paranoid_checks = true;
  chosen.max_bgerror_resume_count = 0;
  chosen.write_buffer_size = kWriteBufferBytes;
  chosen.allow_concurrent_memtable_write = false;  // there is one writer
  chosen.compression = rocksdb::kLZ4Compression;
  // Of the merges of all there is: most rows lie there, and they are not merged again soon.
  chosen.bottommost_compression = rocksdb::kZSTD;
  chosen.bottommost_compression_opts.enabled = true;
  chosen.bottommost_compression_opts.level = 1;
  chosen.info_log = std::make_shared<SilentLogger>();
  chosen.stats_dump_period_sec = 0;
  chosen.stats_persist_period_sec = 0;
  // An entry is written once and never replaced, so merging gives no room back: it only keeps the number of
  // tables down in which a row has to be looked for. This way of merging passes over each entry the fewest
  // times.
  chosen.compaction_style = rocksdb::kCompactionStyleUniversal;
  chosen.compaction_options_universal.max_size_amplification_percent = kNeverForRoom;
  chosen.level0_file_num_compaction_trigger = kTablesBeforeAMerge;
  chosen.level0_slowdown_writes_trigger = kUnmergedTablesMax;
  chosen.level0_stop_writes_trigger = kUnmergedTablesMax + kTablesBeforeAMerge;
  // A merge of all there is must not keep small ones waiting.
  chosen.max_background_jobs = kBackgroundThreads;
  // Most rows that are looked up are new: a filter says so without a look into every table. The filters stay
  // in memory: they are small beside the state that the writer has of the same rows.
  chosen.prefix_extractor = std::make_shared<RowOfVersion>();
  chosen.memtable_prefix_bloom_size_ratio = kMemoryFilterRatio;
  // A batch is put in order of keys: each entry is looked for from where the one before went.
  chosen.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(1));
  rocksdb::BlockBasedTableOptions table;
  table.block_size = kBlockBytes;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerRow));
  table.whole_key_filtering = false;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  chosen.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return chosen;
}

// Without ignore_range_deletions this library can end a scan early and call it a success (TRUST F4).
rocksdb::ReadOptions read_options(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions chosen;
  chosen.snapshot = snapshot;
  chosen.ignore_range_deletions = true;
  chosen.total_order_seek = true;
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
  RocksCursor(rocksdb::DB& db, const rocksdb::ReadOptions& options) : iterator_(db.NewIterator(options)) {}

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

  Status put(std::span<BytesView>) override { return standing_still(); }
  Status clear() override { return standing_still(); }
  Status sync() override { return {}; }
  std::unique_ptr<BytesCursor> cursor() const override {
    return std::make_unique<RocksCursor>(db_, read_options(snapshot_->snapshot()));
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

  Status put(std::span<BytesView> entries) override {
    // In order of keys, which is the order in which one thread fills a memory table fastest.
    sort_entries(entries);
    const bool as_table = entries.size() >= kEntriesOfATable && unmerged_tables() < kUnmergedTablesMax;
    return as_table ? put_as_table(entries) : put_in_memory(entries);
  }

  Status clear() override {
    db_.reset();
    if (Status removed = remove(directory_); !removed) return removed;
    Result<std::unique_ptr<rocksdb::DB>> opened = open(directory_);
    if (!opened) return fail(opened.error());
    db_ = *std::move(opened);
    return {};
  }

  std::unique_ptr<BytesCursor> cursor() const override {
    return std::make_unique<RocksCursor>(*db_, read_options(nullptr));
  }
  std::unique_ptr<BytesCursor> row_cursor() const override {
    rocksdb::ReadOptions of_one_row = read_options(nullptr);
    of_one_row.total_order_seek = false;
    // Else it would step over all that was written since it was made to find the row behind.
    of_one_row.prefix_same_as_start = true;
    return std::make_unique<RocksCursor>(*db_, of_one_row);
  }
  std::unique_ptr<SortedBytes> frozen() const override {
    return std::make_unique<FrozenRocksBytes>(*db_, std::make_shared<rocksdb::ManagedSnapshot>(db_.get()));
  }
  // Into table files, which the library syncs.
  Status sync() override { return to_status(db_->Flush(rocksdb::FlushOptions()), "written"); }

 private:
  [[nodiscard]] int unmerged_tables() const {
    std::string files;
    if (!db_->GetProperty(rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0", &files)) return 0;
    int count = 0;
    std::from_chars(files.data(), files.data() + files.size(), count);
    return count;
  }

  Status put_in_memory(std::span<const BytesView> entries) {
    std::size_t bytes = 0;
    for (const BytesView& entry : entries) bytes += entry.key.size() + entry.value.size() + kEntryHeadBytes;
    rocksdb::WriteBatch batch(bytes);
    for (const BytesView& entry : entries)
      if (Status put = to_status(batch.Put(slice(entry.key), slice(entry.value)), "written"); !put)
        return put;
    // Without a write-ahead log: what is not in a table file when the process ends is derived from the log
    // again. Memory becomes files in the order in which it was written, so these hold some beginning of
    // what was written, and the checkpoint inside each batch says which.
    rocksdb::WriteOptions how;
    how.disableWAL = true;
    return to_status(db_->Write(how, &batch), "written");
  }

  // In order of keys one entry lies anywhere in the memory of the batch: it is asked for before it is needed.
  static void fetch(const BytesView& entry) {
    __builtin_prefetch(entry.key.data());
    for (std::size_t at = 0; at < entry.value.size(); at += kCacheLineBytes)
      __builtin_prefetch(entry.value.data() + at);
  }

  // Much at once becomes a table file right away: sorting it once costs less than putting each entry in order
  // among all that are in memory, and it needs no write-ahead log. The library takes the whole file or
  // nothing, behind what is in memory.
  Status put_as_table(std::span<const BytesView> entries) {
    const std::string path = (directory_ / kIncomingTable).string();
    // After a crash it may be a second name of a table that the database has: it must not be written over.
    if (Status cleared = remove(path); !cleared) return cleared;
    // The file is read again soon, when it is merged: it shall stay in the page cache.
    constexpr bool kDropPages = false;
    rocksdb::Options chosen = db_->GetOptions();
    chosen.bottommost_compression = rocksdb::kDisableCompressionOption;  // the library would take that one
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), chosen, nullptr, kDropPages);
    if (Status begun = to_status(writer.Open(path), "written"); !begun) return begun;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i + kFetchedAhead < entries.size()) fetch(entries[i + kFetchedAhead]);
      const bool newer_follows = i + 1 < entries.size() && entries[i + 1].key == entries[i].key;
      if (newer_follows) continue;
      if (Status put = to_status(writer.Put(slice(entries[i].key), slice(entries[i].value)), "written"); !put)
        return put;
    }
    if (Status finished = to_status(writer.Finish(), "written"); !finished) return finished;
    rocksdb::IngestExternalFileOptions how;
    how.move_files = true;
    how.write_global_seqno = false;
    return to_status(db_->IngestExternalFile({path}, how), "written");
  }

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
