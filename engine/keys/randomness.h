#pragma once
// Where keys and nonces come from. Injected, so that a simulation repeats.

#include <cstdint>
#include <memory>
#include <span>

namespace kontor::keys {

class Randomness {
 public:
  virtual ~Randomness() = default;

  /// Fills `out` with bytes that nobody can guess. Any thread. There is no failure: without randomness the
  /// process stops.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// The operating system's, by way of the cryptographic library.
[[nodiscard]] std::unique_ptr<Randomness> system_randomness();

}  // namespace kontor::keys
