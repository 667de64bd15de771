#pragma once
// A fixed way to write state down for hashing: numbers as 8 bytes little-endian, texts with their length
// first. One thread.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
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
    put({bytes.data(), bytes.size()});
  }
  void add(Instant at) { add(at.ns); }
  void add(MinorUnits money) { add(money.value); }
  void add(std::string_view text) {
    add(text.size());
    put(text);
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
  void put(std::string_view bytes) {
    if (buffer_.size() - size_ < bytes.size()) flush();
    if (buffer_.size() < bytes.size()) return sha_.update(bytes_of(bytes));
    std::ranges::copy(bytes, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }
  void flush() {
    sha_.update(bytes_of(std::string_view(buffer_.data(), size_)));
    size_ = 0;
  }

  Sha256 sha_;
  std::array<char, 16'384> buffer_;
  std::size_t size_ = 0;  // of what waits in it
};

}  // namespace kontor::rules
