#pragma once
// Signed checkpoints, of the bundle and of the auditor's folder, and the roots they claim. One thread.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/proof/bundle.h"
#include "events/proof/checkpoint.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

struct SignedRoot {
  Digest root{};
  std::string note;            // as it was signed
  std::uint64_t count = 1;     // how many notes say so
  bool of_this_epoch = false;  // one of them is of the epoch that the bundle claims to be of
};
/// By size; of one tree.
using SignedRoots = std::map<std::uint64_t, SignedRoot>;
/// What a note or a folder came to, other than being added.
using Trouble = std::optional<std::variant<Finding, Unusable>>;

/// Which tree of a log; empty: the store's.
[[nodiscard]] inline std::string tree_of(const proof::Origin& origin) {
  return origin.tenant ? origin.tenant->value : std::string();
}

class Notes {
 public:
  /// `scope` is the origin that the bundle's header claims; notes are good when this key has signed them, or
  /// one to which it has handed over.
  Notes(const proof::NoteKey& key, proof::Origin scope) : keys_{key}, scope_(std::move(scope)) {}

  /// A statement of the bundle about a change of keys, which stands at this offset; before all notes.
  [[nodiscard]] Trouble add_rotation(std::string_view encoded, std::uint64_t offset);
  /// All statements are known.
  [[nodiscard]] Trouble follow_rotations();
  /// All notes below the folder, which need not exist.
  [[nodiscard]] Trouble add_folder(const std::filesystem::path& folder);
  /// A note of the bundle, which stands at this offset.
  [[nodiscard]] Trouble add(std::string_view encoded, std::uint64_t offset);

  /// The pinned key and those that may sign after it.
  [[nodiscard]] const std::vector<proof::NoteKey>& keys() const { return keys_; }
  [[nodiscard]] const SignedRoots& of(const std::string& tree) { return roots_[tree]; }
  [[nodiscard]] const std::map<std::string, SignedRoots>& all() const { return roots_; }
  /// Notes in the folder that are of other logs or other trees, and notes of keys that handed over before the
  /// pinned one.
  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  enum class Signed : std::uint8_t { ByTrusted, ByRetired, ByNobody };
  [[nodiscard]] Signed signed_by(const proof::Note& note) const;
  [[nodiscard]] bool in_scope(const proof::Origin& origin) const;
  [[nodiscard]] Trouble keep(const proof::Checkpoint& checkpoint, std::string_view encoded);

  std::vector<proof::NoteKey> keys_;
  std::vector<proof::NoteKey> retired_;  // that handed over, by way of others maybe, to the pinned one
  std::vector<proof::Note> statements_;
  proof::Origin scope_;
  std::map<std::string, SignedRoots> roots_;
  std::uint64_t others_ = 0;
};

/// Folder of the notes of one tree, whoever keeps them.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& kept, const proof::Origin& origin);

/// A whole file of at most that many bytes; nullopt when it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& file,
                                                   std::uint64_t bytes_max);

}  // namespace kontor::verifier
