#pragma once
// A hash of rows' keys for tables in memory; it is never stored. Pure; any thread.

#include <cstdint>
#include <cstring>
#include <string_view>

namespace kontor::views {

/// The library's own goes byte by byte or calls out of line, for fifty bytes several times an event. Here
/// sixteen bytes are multiplied at once. `seed` is nobody's to guess: names come from outside, and must not
/// be chosen to be alike.
[[nodiscard]] inline std::uint64_t key_hash(std::string_view key, std::uint64_t seed) {
  __extension__ using Product = unsigned __int128;
  constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const auto folded = [](std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<Product>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const auto word = [](const char* at, std::size_t bytes) {
    std::uint64_t read = 0;
    std::memcpy(&read, at, bytes);
    return read;
  };
  const char* at = key.data();
  std::size_t left = key.size();
  std::uint64_t hash = seed ^ (key.size() * kOdd);
  for (; left > 2 * kWord; at += 2 * kWord, left -= 2 * kWord)
    hash = folded(word(at, kWord) ^ seed, word(at + kWord, kWord) ^ hash);
  if (key.size() > 2 * kWord) {  // the last sixteen, some of them for the second time
    at = key.data() + key.size() - 2 * kWord;
    left = 2 * kWord;
  }
  const std::uint64_t first = left > kWord ? word(at, kWord) : 0;
  const std::uint64_t last = left > kWord ? word(at + left - kWord, kWord) : word(at, left);
  hash = folded(first ^ seed, last ^ hash);
  return folded(hash ^ kOdd, seed | 1);
}

}  // namespace kontor::views
