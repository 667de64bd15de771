#pragma once
// The file of a signing key (docs/storage-format.md, "The signing key"). Nothing of it is ever printed. Any
// thread, one at a time per file.

#include <string>
#include <string_view>

#include "engine/keys/secret.h"
#include "events/core/ed25519.h"
#include "events/core/result.h"
#include "events/proof/note.h"

namespace kontor::checkpoints {

struct StoredKey {
  std::string name;  // of the key: "ledger.example.org/7f3a9c…"
  keys::Secret seed;

  [[nodiscard]] SigningKey signing_key() const;
  [[nodiscard]] proof::NoteKey note_key() const;
};

[[nodiscard]] std::string key_file_text(const StoredKey& key);
/// SigningKey (8013) unless it is what `key_file_text` writes.
[[nodiscard]] Result<StoredKey> parse_key_file(std::string_view text);

enum class KeyFile : std::uint8_t { Absent, Present };
[[nodiscard]] KeyFile look_for_key(const std::string& path);

/// SigningKey when it cannot be read, others than the owner may read it, or it is no key.
[[nodiscard]] Result<StoredKey> read_key_file(const std::string& path);
/// A new file of mode 0400, whole and durable, or none. SigningKey when it cannot be made.
[[nodiscard]] Status write_key_file(const std::string& path, const StoredKey& key);
/// Durable when it returns; replaces what had the name.
[[nodiscard]] Status rename_key_file(const std::string& from, const std::string& to);

}  // namespace kontor::checkpoints
