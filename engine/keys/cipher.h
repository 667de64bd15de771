#pragma once
// The two primitives all secrets rest on: HMAC-SHA-256 and AES-256-GCM. Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/keys/secret.h"
#include "events/core/digest.h"

namespace kontor::keys {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

/// Used once with a key, never again.
using Nonce = std::array<std::uint8_t, kNonceBytes>;

[[nodiscard]] Digest hmac_sha256(const Secret& key, std::string_view message);
/// A secret for one purpose made from another one; neither tells the other.
[[nodiscard]] Secret derive(const Secret& root, std::string_view purpose);
/// Equal, in a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(Bytes a, Bytes b);

/// The encrypted text, as long as `clear`, and the tag behind it. `bound` is authenticated and not stored.
[[nodiscard]] std::string encrypt(const Secret& key, const Nonce& nonce, std::string_view bound,
                                  std::string_view clear);
/// nullopt unless key, nonce, `bound` and every byte are those of `encrypt`.
[[nodiscard]] std::optional<std::string> decrypt(const Secret& key, const Nonce& nonce,
                                                 std::string_view bound, std::string_view encrypted);

}  // namespace kontor::keys
