#pragma once
// A witness: keeps, durably, the newest checkpoint it has seen of each tree, and cosigns one that goes on
// from it (docs/witness.md). One thread; several processes may share a state directory, one at a time acts.
//
//   STATE/newest/…   a file per tree: the three lines of its newest checkpoint
//   STATE/notes/…    the notes that were cosigned, and those that contradict (client/kept_checkpoints.h)

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/kept_checkpoints.h"
#include "client/witness/cosigner_key.h"
#include "client/witness/judge.h"

namespace kontor::witness {

struct Answered {
  Judged judged;
  std::uint64_t size = 0;   // the newest that was seen; before, when nothing was cosigned
  std::string cosignature;  // a line of a note; empty when nothing was cosigned
};

class Witness {
 public:
  Witness(std::filesystem::path state, std::vector<proof::NoteKey> trusted, CosignerKey key);

  /// Judges and, when it is to be cosigned, remembers before it signs with this time. Fails when the state
  /// cannot be read or written: then nothing was signed.
  [[nodiscard]] Result<Answered> add(const AddCheckpoint& request, std::uint64_t unix_seconds);

  /// What was seen last of a tree. BundleUnusable when the state is damaged: a witness that has forgotten is
  /// none, and does not begin anew by itself.
  [[nodiscard]] Result<std::optional<proof::Checkpoint>> newest(const client::Tree& tree) const;

  /// Keeps a note that cannot be true together with what was seen.
  [[nodiscard]] Status keep_conflict(const proof::Checkpoint& checkpoint, const proof::Note& note);

 private:
  [[nodiscard]] std::filesystem::path file_of(const client::Tree& tree) const;

  std::filesystem::path state_;
  std::vector<proof::NoteKey> trusted_;
  CosignerKey key_;
};

}  // namespace kontor::witness
