#pragma once
// Keys and nonces that are the same on every machine. For tests only.

#include "engine/keys/randomness.h"
#include "tests/support/simulated_random.h"

namespace kontor::test {

class SeededRandomness final : public keys::Randomness {
 public:
  explicit SeededRandomness(std::uint64_t seed) : random_(seed) {}

  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random_.next() >> 56);
  }

 private:
  SimulatedRandom random_;
};

}  // namespace kontor::test
