#pragma once
// The checkpoints that an auditor or a client keeps: a folder with a file per signed note, so named that
// sizes sort. Whoever remembers a checkpoint finds out when the log it was of is rewritten
// (docs/evidence.md).
//
//   FOLDER/ledger.example.org_7f3a9c…_1_tenant_acme/00000000000000048131.note
//   FOLDER/ledger.example.org_7f3a9c…_1_tenant_acme/00000000000000048131.conflict   contradicts what is kept
//
// Nothing is ever changed or removed. One thread; several processes may keep notes in one folder.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/core/ids.h"
#include "events/core/result.h"
#include "events/proof/checkpoint.h"

namespace kontor::client {

struct KeptCheckpoint {
  proof::Checkpoint checkpoint;
  proof::Note note;
  std::filesystem::path file;
};

/// Whose tree, whatever the epoch: a restore raises that, and must not make anybody forget.
struct Tree {
  std::string log;
  std::optional<TenantId> tenant;  // none: the store's

  [[nodiscard]] static Tree of(const proof::Origin& origin) { return {origin.log, origin.tenant}; }
  /// "tenant acme of ledger.example.org/7f3a9c", for people.
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const Tree&, const Tree&) = default;
  friend bool operator==(const Tree&, const Tree&) = default;
};

class KeptCheckpoints {
 public:
  /// Reads what is kept; the folder is made when the first note is. BundleUnusable names a file that is not
  /// what its name says.
  [[nodiscard]] static Result<KeptCheckpoints> open(std::filesystem::path folder);

  /// The same folder, unread, for who only adds to it.
  [[nodiscard]] static KeptCheckpoints unread(std::filesystem::path folder);

  /// Of one tree, by rising size.
  [[nodiscard]] std::vector<KeptCheckpoint> of(const Tree& tree) const;
  [[nodiscard]] std::vector<Tree> trees() const;
  /// Notes that contradict those kept.
  [[nodiscard]] const std::vector<KeptCheckpoint>& conflicts() const { return conflicts_; }

  /// Keeps a note that says this; durable when it returns. A checkpoint that is kept already is none more.
  /// TwoHistories when another root is kept for the size: this note is kept, too, as a conflict.
  [[nodiscard]] Status keep(const proof::Checkpoint& checkpoint, const proof::Note& note);
  /// Keeps a note that cannot be true together with those kept, and says where.
  [[nodiscard]] Result<std::filesystem::path> keep_conflict(const proof::Checkpoint& checkpoint,
                                                            const proof::Note& note);

 private:
  explicit KeptCheckpoints(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::filesystem::path directory_of(const proof::Origin& origin) const;
  [[nodiscard]] Status read_directory(const std::filesystem::path& directory);
  [[nodiscard]] Status read(const std::filesystem::path& file);

  std::filesystem::path folder_;
  std::vector<KeptCheckpoint> kept_;
  std::vector<KeptCheckpoint> conflicts_;
};

}  // namespace kontor::client
