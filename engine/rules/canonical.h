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
    if (buffer_.size() - size_ < sizeof value) flush();
    for (std::size_t i = 0; i < sizeof value; ++i)
      buffer_[size_ + i] = static_cast<char>(value >> (8 * i) & 0xFF);
    size_ += sizeof value;
  }
  void add(Instant at) { add(at.ns); }
  void add(MinorUnits money) { add(money.value); }
  void add(std::string_view text) {
    add(text.size());
    if (buffer_.size() - size_ < text.size()) flush();
    if (buffer_.size() < text.size()) return sha_.update(bytes_of(text));
    std::ranges::copy(text, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
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
  void flush() {
    sha_.update(bytes_of(std::string_view(buffer_.data(), size_)));
    size_ = 0;
  }

  Sha256 sha_;
  std::array<char, 16'384> buffer_;
  std::size_t size_ = 0;  // of what waits in it
};

}  // namespace kontor::rules
