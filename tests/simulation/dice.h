#pragma once
// Where every choice of a simulation comes from: one seed, the same numbers on every machine and compiler
// (xoshiro256** seeded by splitmix64). The standard library's distributions are not: they may differ.

#include <array>
#include <cstddef>
#include <cstdint>

namespace kontor::simulation {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) {
    for (std::uint64_t& word : words_) {
      seed += 0x9E3779B97F4A7C15ULL;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
      mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
      word = mixed ^ (mixed >> 31);
    }
  }

  [[nodiscard]] std::uint64_t next() {
    const std::uint64_t result = rotate(words_[1] * 5, 7) * 9;
    const std::uint64_t shifted = words_[1] << 17;
    words_[2] ^= words_[0];
    words_[3] ^= words_[1];
    words_[1] ^= words_[2];
    words_[0] ^= words_[3];
    words_[2] ^= shifted;
    words_[3] = rotate(words_[3], 45);
    return result;
  }

  /// From 0 to bound - 1. The slight unevenness of the remainder does not matter here.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// From `low` to `high`, both included.
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  [[nodiscard]] bool percent(unsigned chance) { return below(100) < chance; }
  [[nodiscard]] bool per_mille(unsigned chance) { return below(1000) < chance; }
  /// One of the elements of a container that is not empty.
  [[nodiscard]] const auto& pick(const auto& from) {
    return from[static_cast<std::size_t>(below(from.size()))];
  }

 private:
  [[nodiscard]] static std::uint64_t rotate(std::uint64_t value, int by) {
    return (value << by) | (value >> (64 - by));
  }

  std::array<std::uint64_t, 4> words_{};
};

}  // namespace kontor::simulation
