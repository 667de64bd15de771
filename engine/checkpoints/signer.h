#pragma once
// The key a store signs with, and how it is found, made and changed (docs/proofs.md, "Keys"). Never changes
// once made; any thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoints/checkpoint_store.h"
#include "engine/checkpoints/key_file.h"
#include "engine/keys/randomness.h"
#include "events/core/ed25519.h"
#include "events/core/instant.h"
#include "events/proof/note.h"

namespace kontor::checkpoints {

class Signer {
 public:
  /// A key that has been handed over from, and until when it signs as well.
  struct Retiring {
    SigningKey key;
    Instant until;
  };

  Signer(std::string name, SigningKey key, std::optional<Retiring> before = std::nullopt)
      : name_(std::move(name)), key_(std::move(key)), before_(std::move(before)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The key in force.
  [[nodiscard]] proof::NoteKey key() const { return {name_, proof::KeyType::Ed25519, key_.public_key()}; }
  /// All that sign at this moment, the one in force first.
  [[nodiscard]] std::vector<proof::NoteKey> keys(Instant now) const;
  [[nodiscard]] proof::Note sign(std::string text, Instant now) const;

 private:
  std::string name_;
  SigningKey key_;
  std::optional<Retiring> before_;
};

/// Where the key lies and what it is called.
struct KeyPlace {
  enum class Chosen : std::uint8_t { ByDefault, ByOperator };

  std::string file;  // beside it, while keys change: file.next and file.retiring
  Chosen chosen = Chosen::ByDefault;
  std::string name;  // "<configured name>/<store id>"
};

struct OpenedSigner {
  std::unique_ptr<Signer> signer;
  std::string said;  // what an operator should know; empty when there is nothing
};

/// The key that this store has signed with before. One is made when none was ever used and the operator named
/// no file. SigningKey (8013): it is missing, unusable, another one, or of another name. Finishes a change of
/// keys that was cut short.
[[nodiscard]] Result<OpenedSigner> open_signer(const KeyPlace& place, CheckpointStore& store,
                                               keys::Randomness& randomness);

struct KeyChange {
  proof::NoteKey from;
  proof::NoteKey to;
};
/// Makes a new key and hands over to it, by a statement that is kept and signed by both. No server may run on
/// the store meanwhile. SigningKey as for `open_signer`; the key has to be there already.
[[nodiscard]] Result<KeyChange> rotate_key(const KeyPlace& place, CheckpointStore& store,
                                           keys::Randomness& randomness, Instant now);

}  // namespace kontor::checkpoints
