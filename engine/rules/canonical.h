#pragma once
// A fixed way to write state down for hashing: numbers as 8 bytes little-endian, texts with their length
// first. One thread.

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/rules/journal.h"
#include "events/core/digest.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::rules {

class Canonical {
 public:
  template <class T>
  requires std::integral<T> || std::is_enum_v<T>
  void add(T number) {
    const auto value = static_cast<std::uint64_t>(number);
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (8 * i) & 0xFF);
    buffer_.append(bytes.data(), bytes.size());
    if (buffer_.size() >= kBufferBytes) flush();
  }
  void add(Instant at) { add(at.ns); }
  void add(MinorUnits money) { add(money.value); }
  void add(std::string_view text) {
    add(text.size());
    buffer_.append(text);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <class... Ts>
  void add_all(const Ts&... values) {
    (add(values), ...);
  }
  void add(const Interner& texts) {
    add(texts.size());
    for (Row row = 0; row < texts.size(); ++row) add(std::string_view(texts.text(row)));
  }
  /// The digest of everything added; the next one starts empty.
  [[nodiscard]] Digest finish() {
    flush();
    return sha_.finish();
  }

 private:
  static constexpr std::size_t kBufferBytes = 16'384;

  void flush() {
    sha_.update(bytes_of(buffer_));
    buffer_.clear();
  }

  Sha256 sha_;
  std::string buffer_;
};

}  // namespace kontor::rules
