#pragma once
// Signs what the trees are, and never two things for one size: a note is durable before anybody gets it, and
// what was signed before is compared with the trees whenever something is signed (INV-25). Any thread;
// signing waits for the disk.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoints/checkpoint_store.h"
#include "engine/checkpoints/signer.h"
#include "engine/clock.h"
#include "engine/log/log_prover.h"

namespace kontor::checkpoints {

/// What a keeper works with; all of it outlives it.
struct KeeperServices {
  CheckpointStore& store;
  const log::LogProver& prover;
  const Signer* signer = nullptr;  // none: what was kept is shown, nothing new is signed
  Clock& clock;
};

class CheckpointKeeper {
 public:
  /// Compares the newest note of each tree with the log. A tree that does not fit is never signed for again;
  /// `broken` tells. Fails only when notes or events cannot be read. `name` is that of the key, `epoch` the
  /// log's.
  [[nodiscard]] static Result<std::unique_ptr<CheckpointKeeper>> open(KeeperServices services,
                                                                      std::string name, std::uint64_t epoch);

  /// A signed note of at least `size` events: the newest that is kept, or one of the tree as it is now. With
  /// size 0: of the tree as it is now. TwoHistories: what was signed before contradicts the log, naming both;
  /// from then on nothing of this tree is signed. SigningKey: there is no key. InvalidArgument: the tree is
  /// not that large, or has no events.
  [[nodiscard]] Result<std::string> checkpoint(const log::TreeName& tree, std::uint64_t size);
  /// Kept notes of the tree in this epoch, sizes above `after`, in order.
  [[nodiscard]] Result<std::vector<std::string>> list(const log::TreeName& tree, std::uint64_t after,
                                                      std::size_t limit);
  /// Keys that sign now; none without a signing key.
  [[nodiscard]] std::vector<proof::NoteKey> keys() const;
  [[nodiscard]] Result<std::vector<std::string>> rotations();

  /// What is wrong with trees that are not signed for any more.
  [[nodiscard]] std::vector<Error> broken() const;

 private:
  struct Tree {
    std::optional<KeptCheckpoint> newest;
    std::optional<Error> broken;
  };

  CheckpointKeeper(KeeperServices services, std::string name, std::uint64_t epoch)
      : services_(services), name_(std::move(name)), epoch_(epoch) {}

  [[nodiscard]] Status compare_with_log();
  [[nodiscard]] proof::Origin origin_of(const log::TreeName& tree) const { return {name_, epoch_, tree}; }
  [[nodiscard]] Result<Tree*> find(const log::TreeName& name);
  [[nodiscard]] Status contradiction(const log::TreeName& name, const proof::Checkpoint& before) const;
  [[nodiscard]] Result<std::string> sign(const log::TreeName& name, Tree& tree);
  [[nodiscard]] Result<std::string> sign_again(Tree& tree);

  const KeeperServices services_;
  const std::string name_;
  const std::uint64_t epoch_;

  mutable std::mutex mutex_;  // guards everything below, and the store
  std::map<log::TreeName, Tree> trees_;
};

}  // namespace kontor::checkpoints
