#pragma once
// Signed notes as C2SP defines them: a text, an empty line, and lines "— name base64(key id ‖ signature)". A
// key's name and id, together with the public key, are what an auditor pins. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/ed25519.h"
#include "events/core/result.h"

namespace kontor::proof {

/// What a signature is over; part of the key's id, so that one is never taken for the other.
enum class KeyType : std::uint8_t {
  Ed25519 = 0x01,      // the text
  Cosignature = 0x04,  // "cosignature/v1\ntime T\n" and the text; before the signature, T in 8 bytes
};

/// A key that signatures are checked with. As text: "name+0a1b2c3d+base64(type ‖ public key)".
struct NoteKey {
  std::string name;  // without spaces and '+'
  KeyType type = KeyType::Ed25519;
  PublicKey key{};

  [[nodiscard]] std::uint32_t id() const;  // first four bytes of SHA-256(name ‖ "\n" ‖ type ‖ public key)
  [[nodiscard]] std::string text() const;
  /// InvalidArgument says what is wrong; the id has to be that of the rest.
  [[nodiscard]] static Result<NoteKey> parse(std::string_view text);

  friend bool operator==(const NoteKey&, const NoteKey&) = default;
};

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;  // behind the key id

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

constexpr std::size_t kNoteSignaturesMax = 16;
constexpr std::size_t kNoteBytesMax = 64 * 1024;

struct Note {
  std::string text;  // ends with a newline
  std::vector<NoteSignature> signatures;

  [[nodiscard]] std::string encoded() const;
  /// BundleUnusable: not a note, or one that can be written in another way, too.
  [[nodiscard]] static Result<Note> parse(std::string_view encoded);

  friend bool operator==(const Note&, const Note&) = default;
};

[[nodiscard]] NoteSignature sign_text(std::string_view text, const std::string& name, const SigningKey& key);
/// A cosignature says: seen at that second, and consistent with all I have seen before.
[[nodiscard]] NoteSignature cosign_text(std::string_view text, const std::string& name, const SigningKey& key,
                                        std::uint64_t unix_seconds);

/// The note carries a good signature of this key. Signatures of other keys are passed over; a bad one that
/// claims to be of this key makes it false.
[[nodiscard]] bool is_signed_by(const Note& note, const NoteKey& key);
/// Seconds since 1970 in a good cosignature of this key.
[[nodiscard]] std::optional<std::uint64_t> cosigned_at(const Note& note, const NoteKey& key);

}  // namespace kontor::proof
