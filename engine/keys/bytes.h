#pragma once
// Numbers and texts in the files of the key store and in what a sealed part is bound to: little-endian
// numbers, a text behind its length. Pure.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/keys/secret.h"

namespace kontor::keys {

template <std::unsigned_integral Number>
void put_number(std::string& out, std::type_identity_t<Number> number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xFF));
}

inline void put_text(std::string& out, std::string_view text) {
  put_number<std::uint16_t>(out, static_cast<std::uint16_t>(text.size()));
  out.append(text);
}

inline void put_bytes(std::string& out, Bytes bytes) { out.append(bytes.begin(), bytes.end()); }

inline void wipe(std::string& text) {
  wipe(std::span<std::uint8_t>(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
}

/// Reads what the functions above wrote. Once something is missing it is no longer good and gives zeros.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::size_t left() const { return left_.size(); }

  [[nodiscard]] std::string_view bytes(std::size_t count) {
    if (!good_ || left_.size() < count) {
      good_ = false;
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  template <std::unsigned_integral Number>
  [[nodiscard]] Number number() {
    const std::string_view taken = bytes(sizeof(Number));
    std::uint64_t number = 0;
    for (std::size_t i = taken.size(); i > 0; --i)
      number = number << 8 | static_cast<std::uint8_t>(taken[i - 1]);
    return static_cast<Number>(number);
  }
  [[nodiscard]] std::string_view text() { return bytes(number<std::uint16_t>()); }

 private:
  std::string_view left_;
  bool good_ = true;
};

}  // namespace kontor::keys
