#pragma once
// Where signed notes are kept for ever, and which key a store signs with (docs/storage-format.md, "The
// checkpoints"). Apart from the log: nothing derives it. One thread at a time.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/core/result.h"
#include "events/proof/checkpoint.h"

namespace kontor::checkpoints {

struct KeptCheckpoint {
  proof::Checkpoint checkpoint;
  std::string note;  // as it leaves

  friend bool operator==(const KeptCheckpoint&, const KeptCheckpoint&) = default;
};

/// Whatever returns success is durable. After a failure nothing is known of what was being written.
class CheckpointStore {
 public:
  CheckpointStore() = default;
  CheckpointStore(const CheckpointStore&) = delete;
  CheckpointStore& operator=(const CheckpointStore&) = delete;
  virtual ~CheckpointStore() = default;

  /// Keeps a note, or one with more signatures in place of that of the same origin and size. TwoHistories: a
  /// note with another root was kept for that size; nothing is changed.
  [[nodiscard]] virtual Status keep(const KeptCheckpoint& checkpoint) = 0;
  /// Of one origin, with sizes above `after`, in order of size.
  [[nodiscard]] virtual Result<std::vector<KeptCheckpoint>> list(const proof::Origin& origin,
                                                                 std::uint64_t after, std::size_t limit) = 0;
  [[nodiscard]] virtual Result<std::optional<KeptCheckpoint>> newest(const proof::Origin& origin) = 0;
  /// The newest of each origin.
  [[nodiscard]] virtual Result<std::vector<KeptCheckpoint>> newest_of_all() = 0;

  /// Text of the key that signs; empty before there was one.
  [[nodiscard]] virtual Result<std::string> key() = 0;
  [[nodiscard]] virtual Status keep_key(const std::string& key) = 0;
  /// Signed statements about changes of the key, oldest first.
  [[nodiscard]] virtual Result<std::vector<std::string>> rotations() = 0;
  /// The statement, and the key it makes the one that signs.
  [[nodiscard]] virtual Status keep_rotation(const std::string& note, const std::string& key) = 0;
};

/// For tests and simulations.
[[nodiscard]] std::unique_ptr<CheckpointStore> memory_checkpoint_store();

struct OpenedCheckpointStore {
  std::unique_ptr<CheckpointStore> store;
  std::string said;  // what an operator should know; empty when there is nothing
};
/// Opens or creates the store of a data directory. StoreDamaged when it cannot be read, StoreIdMismatch when
/// it belongs to another log.
[[nodiscard]] Result<OpenedCheckpointStore> open_checkpoint_store(const std::filesystem::path& directory,
                                                                  const std::string& store_id);

}  // namespace kontor::checkpoints
