#pragma once
// Integers in stored bytes, written out so that they are the same on every machine. Pure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::log {

template <class Integer>
void put_little_endian(std::string& out, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

/// Before: at + sizeof(Integer) <= bytes.size().
template <class Integer>
[[nodiscard]] Integer get_little_endian(std::string_view bytes, std::size_t at) {
  Integer value = 0;
  for (std::size_t i = sizeof(Integer); i-- > 0;)
    value = static_cast<Integer>(value << 8 | static_cast<std::uint8_t>(bytes[at + i]));
  return value;
}

inline void put_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
}

/// Before: at + 8 <= bytes.size().
[[nodiscard]] inline std::uint64_t get_big_endian(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace kontor::log
