// docs/storage-format.md, "The checkpoints"
#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include "engine/checkpoints/checkpoint_store.h"
#include "engine/log/bytes.h"

namespace kontor::checkpoints {
namespace {

constexpr std::string_view kStoreIdKey = "store id";
constexpr std::string_view kKeyKey = "key";
// What the other keys begin with.
constexpr char kCheckpoint = 'c';
constexpr char kRotation = 'r';
constexpr std::size_t kWriteBufferBytes = 4u << 20;

// The write-ahead log tells what matters; an information log of its own would only be one more file.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::string big_endian(std::uint64_t number) {
  std::string out;
  log::put_big_endian(out, number);
  return out;
}

/// An origin has no line break, so no origin's keys lie among those of another.
std::string prefix_of(std::string_view origin) {
  std::string key(1, kCheckpoint);
  key += origin;
  key.push_back('\n');
  return key;
}

tl::unexpected<Error> damaged(std::string_view why) {
  return fail(Reason::StoreDamaged,
              fmt::format("the kept checkpoints cannot be used ({}). Bring checkpoints/ back from a backup: "
                          "whatever was signed since lies with those who asked for it",
                          why));
}

Status written(const rocksdb::Status& status) {
  if (status.ok()) return {};
  return fail(Reason::OutcomeUnknown, fmt::format("a checkpoint could not be kept: {}", status.ToString()));
}

rocksdb::ReadOptions reads() {
  rocksdb::ReadOptions chosen;
  chosen.verify_checksums = true;
  chosen.ignore_range_deletions = true;
  return chosen;
}

Result<KeptCheckpoint> read_note(std::string_view value) {
  const auto note = proof::Note::parse(value);
  if (!note) return damaged(note.error().message);
  auto checkpoint = proof::Checkpoint::parse(note->text);
  if (!checkpoint) return damaged(checkpoint.error().message);
  return KeptCheckpoint{std::move(*checkpoint), std::string(value)};
}

class RocksCheckpointStore final : public CheckpointStore {
 public:
  explicit RocksCheckpointStore(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)) {}

  [[nodiscard]] Status belong_to(const std::string& store_id) {
    const auto stored = get(kStoreIdKey);
    if (!stored) return fail(stored.error());
    if (stored->empty()) return put(std::string(kStoreIdKey), store_id);
    if (*stored != store_id)
      return fail(Reason::StoreIdMismatch,
                  fmt::format("the checkpoints belong to store {}, the log is store {}", *stored, store_id));
    return {};
  }

  // INV-25: one root for one size.
  Status keep(const KeptCheckpoint& kept) override {
    const std::string key = prefix_of(kept.checkpoint.origin.text()) + big_endian(kept.checkpoint.size);
    const auto stored = get(key);
    if (!stored) return fail(stored.error());
    if (!stored->empty()) {
      const auto before = read_note(*stored);
      if (!before) return fail(before.error());
      if (before->checkpoint != kept.checkpoint)
        return fail(Reason::TwoHistories, fmt::format("{} events of {} were signed with another root",
                                                      kept.checkpoint.size, kept.checkpoint.origin.text()));
    }
    return put(key, kept.note);
  }

  Result<std::vector<KeptCheckpoint>> list(const proof::Origin& origin, std::uint64_t after,
                                           std::size_t limit) override {
    std::vector<KeptCheckpoint> found;
    if (after == UINT64_MAX) return found;
    const std::string prefix = prefix_of(origin.text());
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(reads()));
    for (at->Seek(prefix + big_endian(after + 1));
         at->Valid() && at->key().starts_with(prefix) && found.size() < limit; at->Next()) {
      auto kept = read_note(at->value().ToStringView());
      if (!kept) return fail(kept.error());
      found.push_back(std::move(*kept));
    }
    if (!at->status().ok()) return damaged(at->status().ToString());
    return found;
  }

  Result<std::optional<KeptCheckpoint>> newest(const proof::Origin& origin) override {
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(reads()));
    return newest_under(prefix_of(origin.text()), *at);
  }

  Result<std::vector<KeptCheckpoint>> newest_of_all() override {
    std::vector<KeptCheckpoint> found;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(reads()));
    at->Seek(std::string(1, kCheckpoint));
    while (at->Valid() && at->key()[0] == kCheckpoint) {
      const std::string_view key = at->key().ToStringView();
      const std::size_t end = key.find('\n');
      if (end == std::string_view::npos) return damaged("a record in it is not one");
      const std::string prefix(key.substr(0, end + 1));
      auto newest = newest_under(prefix, *at);
      if (!newest) return fail(newest.error());
      if (!*newest) return damaged("a record in it is not one");
      found.push_back(std::move(**newest));
      at->Next();  // behind the newest: the next origin's first
    }
    if (!at->status().ok()) return damaged(at->status().ToString());
    return found;
  }

  Result<std::string> key() override { return get(kKeyKey); }
  Status keep_key(const std::string& key) override { return put(std::string(kKeyKey), key); }

  Result<std::vector<std::string>> rotations() override {
    std::vector<std::string> found;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(reads()));
    for (at->Seek(std::string(1, kRotation)); at->Valid() && at->key()[0] == kRotation; at->Next())
      found.push_back(at->value().ToString());
    if (!at->status().ok()) return damaged(at->status().ToString());
    return found;
  }

  Status keep_rotation(const std::string& note, const std::string& key) override {
    const auto before = rotations();
    if (!before) return fail(before.error());
    rocksdb::WriteBatch batch;
    rocksdb::Status added = batch.Put(std::string(1, kRotation) + big_endian(before->size() + 1), note);
    if (added.ok()) added = batch.Put(std::string(kKeyKey), key);
    if (!added.ok()) return written(added);
    return commit(batch);
  }

 private:
  Result<std::optional<KeptCheckpoint>> newest_under(const std::string& prefix, rocksdb::Iterator& at) {
    at.SeekForPrev(prefix + big_endian(UINT64_MAX));
    if (!at.status().ok()) return damaged(at.status().ToString());
    if (!at.Valid() || !at.key().starts_with(prefix)) return std::optional<KeptCheckpoint>{};
    auto kept = read_note(at.value().ToStringView());
    if (!kept) return fail(kept.error());
    return std::optional(std::move(*kept));
  }

  Result<std::string> get(std::string_view key) {
    std::string value;
    const rocksdb::Status read = db_->Get(reads(), rocksdb::Slice(key.data(), key.size()), &value);
    if (read.IsNotFound()) return std::string();
    if (!read.ok()) return damaged(read.ToString());
    return value;
  }

  Status put(const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch;
    if (const rocksdb::Status added = batch.Put(key, value); !added.ok()) return written(added);
    return commit(batch);
  }

  Status commit(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    return written(db_->Write(synced, &batch));
  }

  std::unique_ptr<rocksdb::DB> db_;
};

rocksdb::Options strict_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.info_log = std::make_shared<SilentLogger>();
  options.write_buffer_size = kWriteBufferBytes;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;
  options.track_and_verify_wals_in_manifest = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  return options;
}

}  // namespace

Result<OpenedCheckpointStore> open_checkpoint_store(const std::filesystem::path& directory,
                                                    const std::string& store_id) {
  OpenedCheckpointStore opened;
  rocksdb::DB* db = nullptr;
  rocksdb::Options options = strict_options();
  rocksdb::Status status = rocksdb::DB::Open(options, directory.string(), &db);
  if (status.IsCorruption()) {
    // A power cut while a note was being written leaves a torn end, which nobody has been given. It is said,
    // because a lost end looks the same; any other damage is refused by this mode, too.
    opened.said =
        fmt::format("the end of the kept checkpoints was torn and is left out: {}", status.ToString());
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    status = rocksdb::DB::Open(options, directory.string(), &db);
  }
  if (!status.ok()) return damaged(status.ToString());
  auto store = std::make_unique<RocksCheckpointStore>(std::unique_ptr<rocksdb::DB>(db));
  if (const Status belongs = store->belong_to(store_id); !belongs) return fail(belongs.error());
  opened.store = std::move(store);
  return opened;
}

}  // namespace kontor::checkpoints
