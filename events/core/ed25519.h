#pragma once
// Signatures of RFC 8032 (Ed25519). Pure; any thread.

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "events/core/digest.h"

namespace kontor {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

[[nodiscard]] bool is_signed(const PublicKey& key, Bytes message, const Signature& signature);

/// A private key. Wiped when it goes; nothing prints it.
class SigningKey {
 public:
  static constexpr std::size_t kSeedBytes = 32;

  /// The key of a seed of 32 bytes that nobody can guess.
  explicit SigningKey(std::span<const std::uint8_t, kSeedBytes> seed);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  [[nodiscard]] Signature sign(Bytes message) const;

 private:
  struct Free {
    void operator()(void* key) const;
  };
  std::unique_ptr<void, Free> key_;
  PublicKey public_{};
};

}  // namespace kontor
