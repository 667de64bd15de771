#pragma once
// The key a witness cosigns with, as a file holds it: "PRIVATE+KEY+name+id+base64(type ‖ seed)", the form in
// which tools for signed notes write private keys. Pure but for the file; any thread.

#include <filesystem>
#include <string>
#include <string_view>

#include "events/core/ed25519.h"
#include "events/core/result.h"
#include "events/proof/note.h"

namespace kontor::witness {

struct CosignerKey {
  std::string name;
  SigningKey key;

  /// What others pin.
  [[nodiscard]] proof::NoteKey verifier() const;

  /// InvalidArgument says what is wrong.
  [[nodiscard]] static Result<CosignerKey> parse(std::string_view text);
  /// SigningKey when the file is missing, or others may read it.
  [[nodiscard]] static Result<CosignerKey> read(const std::filesystem::path& file);
};

using Seed = std::array<std::uint8_t, SigningKey::kSeedBytes>;

/// What `parse` reads.
[[nodiscard]] std::string private_key_text(const std::string& name, const Seed& seed);

/// Makes a key of the machine's randomness and a file that only its owner may read; never over another one.
[[nodiscard]] Result<CosignerKey> make_key_file(const std::string& name, const std::filesystem::path& file);

}  // namespace kontor::witness
