#pragma once
// The log on disk: one RocksDB database and a HEAD file in one directory (docs/storage-format.md). What it
// acknowledged survives crashes and power cuts; what was damaged is refused by name, never shortened.

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "engine/log/continuity.h"
#include "engine/log/event_log.h"
#include "engine/log/log_start.h"
#include "engine/log/rocksdb/database.h"
#include "engine/log/rocksdb/head_keeper.h"

namespace rocksdb {
class Env;
}

namespace kontor::log {

enum class Access : std::uint8_t {
  ReadWrite,
  ReadOnly,  // for auditing: no byte of the directory changes; refused while a server uses it
};

struct RocksDbLogOptions {
  std::string path;                        // the store's directory; created if missing
  std::string second_head_directory = {};  // for a copy of HEAD on another device; empty: none
  Access access = Access::ReadWrite;
  HeadMode head_mode = HeadMode::Lagging;
  HeadExecution head_execution = HeadExecution::OwnThread;
  rocksdb::Env* env = nullptr;  // files, clock and background threads; null: the machine's. Outlives the log
  /// database.note also takes what opening has to say: "cut 37 unsynced bytes of 000012.log".
  DatabaseSettings database = {};
  /// Every group there is, in order, while opening reads and proves the history: the one time it is read
  /// anyway. What it was shown counts only if opening succeeds.
  std::function<void(const Group&)> on_group = {};
  /// Places from which the history may be read on; null: it is read from the beginning. `on_group` then gets
  /// what lies behind the one that was taken. Outlives the opening.
  LogStarts* starts = nullptr;
};

/// `append`, `idle`, `put_away` and `flush` from one thread at a time; the rest from any.
class RocksDbLog final : public EventLog {
 public:
  /// Opens or creates the store and proves it against HEAD: every group is read with checksums, numbers and
  /// positions are gap-free, count and root at HEAD's size are HEAD's. A refusal (8001-8006, 8008-8011,
  /// 9007-9009) changes nothing and says what is intact. A power cut at any moment of it leaves a store that
  /// opens.
  [[nodiscard]] static Result<std::unique_ptr<RocksDbLog>> open(RocksDbLogOptions options);
  /// Settles HEAD and closes. What was acknowledged does not depend on it.
  ~RocksDbLog() override;

  /// Unknown once means Unknown for ever: after a failed write or sync nobody knows what the disk holds. A
  /// read-only log appends nothing: NotWritten.
  [[nodiscard]] AppendOutcome append(const Group& group) override;
  [[nodiscard]] Status scan(std::uint64_t first, const GroupVisitor& visit) override;
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override;
  [[nodiscard]] Result<std::vector<SliceRange>> slices(std::uint64_t first,
                                                       std::uint64_t events_min) override;
  [[nodiscard]] LogHead head() const override;
  [[nodiscard]] const Trees& trees() const override { return continuity_.trees(); }
  void follow_up() override;
  void idle() override;
  /// Into table files: an opening reads write-ahead logs twice.
  void put_away() override;

  enum class FlushWait : std::uint8_t { UntilDone, Start };
  /// Moves what is in memory to table files, as happens by itself when buffers are full.
  [[nodiscard]] Status flush(FlushWait wait);

  [[nodiscard]] const StoreId& store_id() const { return head_record_.store_id; }
  [[nodiscard]] std::uint64_t epoch() const { return head_record_.epoch; }
  /// Up to where the history was taken as proven before and not read by this opening; nothing when all was.
  [[nodiscard]] const std::optional<LogHead>& unread() const { return unread_; }

 private:
  friend class StoreOpening;
  RocksDbLog() = default;

  [[nodiscard]] rocksdb::Status write(const Group& group);
  [[nodiscard]] Status remember_in_head();
  void publish(const Group& group, const LogHead& head);

  RocksDbLogOptions options_;
  std::shared_ptr<GuardedFileSystem> file_system_;
  std::shared_ptr<void> lock_;  // the store's lock, released last
  std::unique_ptr<Database> database_;
  std::unique_ptr<HeadKeeper> head_keeper_;  // none when read-only
  Continuity continuity_;                    // of everything appended; the appending thread's own
  HeadRecord head_record_;                   // last handed to the keeper; the appending thread's own
  bool broken_ = false;                      // the appending thread's own
  std::optional<LogHead> unread_;            // never changes once opened

  mutable std::shared_mutex mutex_;  // guards what readers may see: the two members below
  LogHead head_;
  std::unordered_map<TenantId, Position> last_positions_;
};

}  // namespace kontor::log
