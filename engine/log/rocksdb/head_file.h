#pragma once
// HEAD: the engine's own durable memory of what it has promised (docs/storage-format.md, "HEAD"). The storage
// library cannot know that a whole log file is missing or was cut at a record; HEAD can. Four slots of 4 KiB,
// written in turn, so that a torn write hurts one of them and never the newest whole one.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/log_start.h"
#include "engine/log/rocksdb/files.h"

namespace kontor::log {

constexpr std::uint32_t kStoreFormat = 1;
constexpr std::size_t kHeadSlots = 4;
constexpr std::size_t kHeadSlotBytes = 4096;

/// A file that grows, and how much of it is known to be on stable storage. Number 0: none known.
struct SyncedFile {
  std::uint64_t number = 0;
  std::uint64_t synced_bytes = 0;

  friend bool operator==(const SyncedFile&, const SyncedFile&) = default;
};

/// What one slot says.
struct HeadRecord {
  StoreId store_id{};
  std::uint64_t epoch = 1;
  std::uint64_t serial = 0;  // number of this write; its slot is serial % kHeadSlots
  LogHead log;
  SyncedFile wal;                // the newest write-ahead log
  SyncedFile manifest;           // the newest manifest
  std::uint64_t written_at = 0;  // microseconds since 1970, for people; nothing depends on it

  friend bool operator==(const HeadRecord&, const HeadRecord&) = default;
};

[[nodiscard]] std::string encode_slot(const HeadRecord& record);
/// nullopt unless every byte is as it was written. FormatVersion when it is whole but of a later format.
[[nodiscard]] Result<std::optional<HeadRecord>> parse_slot(std::string_view slot);

/// The copies of HEAD, one or two, which stay open from the first write on. One thread.
class HeadFiles {
 public:
  /// Directories that hold a copy each; at least one.
  HeadFiles(rocksdb::FileSystem& file_system, std::vector<std::string> directories);

  struct Found {
    std::optional<HeadRecord> newest;  // over all copies
    bool any_file = false;             // some copy exists, whatever it holds
    std::vector<std::string>
        incomplete;  // copies that lack a slot they must have, or are missing or too short
  };
  /// Changes nothing. StoreIdMismatch when the copies belong to different stores.
  [[nodiscard]] Result<Found> find() const;

  /// Creates or replaces every copy by one that holds only this record; durable when it returns.
  [[nodiscard]] Status create(const HeadRecord& record);
  /// Writes the record into its slot of every copy; durable when it returns.
  [[nodiscard]] Status write(const HeadRecord& record);

 private:
  Files files_;
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<OverwrittenFile>> open_;  // of each path, once something was written
};

}  // namespace kontor::log
