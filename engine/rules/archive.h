#pragma once
// How state is written into a snapshot and read back (docs/storage-format.md, "Snapshots"). Rows are plain
// structs: Boost.PFR walks their fields, so a field that is added is written, read and part of the shape
// without anybody listing it. Containers know how to save and load themselves (journal.h); a domain lists its
// containers once (State::containers).
//
// Numbers take as few bytes as they need; "no row" takes one. The same state gives the same bytes on every
// machine: nothing is written in the order of a hash.

#include <algorithm>
#include <array>
#include <bit>
#include <boost/pfr.hpp>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/rules/journal.h"
#include "events/core/assert.h"
#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::rules {

namespace archive {

template <class T>
constexpr bool kIsTextId = false;
template <class Tag>
constexpr bool kIsTextId<TextId<Tag>> = true;
template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
constexpr bool kIsVector = false;
template <class T>
constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
constexpr bool kIsPair = false;
template <class A, class B>
constexpr bool kIsPair<std::pair<A, B>> = true;
template <class T>
constexpr bool kIsBytes = false;
template <std::size_t N>
constexpr bool kIsBytes<std::array<std::uint8_t, N>> = true;
template <std::size_t N>
constexpr bool kIsBytes<std::array<char, N>> = true;

/// Signed numbers near zero become small unsigned ones.
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t n) {
  return static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t n) {
  return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
}

/// Rows that may be read apart from others.
constexpr std::size_t kRowsAPart = 8'192;

/// The number whose eight bytes lie there, the lowest first.
[[nodiscard]] inline std::uint64_t little_endian(const char* at) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t n = 0;
  std::memcpy(&n, at, sizeof(n));
  return n;
}

/// Seven bits of each byte, close together.
[[nodiscard]] constexpr std::uint64_t without_marks(std::uint64_t bytes) {
  bytes = (bytes & 0x007F'007F'007F'007F) | (bytes & 0x7F00'7F00'7F00'7F00) >> 1;
  bytes = (bytes & 0x0000'3FFF'0000'3FFF) | (bytes & 0x3FFF'0000'3FFF'0000) >> 2;
  return (bytes & 0x0000'0000'0FFF'FFFF) | (bytes & 0x0FFF'FFFF'0000'0000) >> 4;
}

}  // namespace archive

/// One thread. What `use_texts` is given must live as long as it is used.
class ArchiveWriter {
 public:
  /// `sink` gets everything, in pieces of about kPieceBytes.
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  explicit ArchiveWriter(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}

  /// Texts that are written as their number in `texts` from here on: those that refer to an interner.
  void use_texts(const Interner& texts) { texts_ = &texts; }

  void number(std::uint64_t n) {
    char bytes[10];
    std::size_t size = 0;
    for (; n >= 0x80; n >>= 7) bytes[size++] = static_cast<char>(n | 0x80);
    bytes[size++] = static_cast<char>(n);
    raw({bytes, size});
  }
  void raw(std::string_view bytes) {
    buffer_.append(bytes);
    if (buffer_.size() >= kPieceBytes) flush();
  }
  void text(std::string_view text) {
    number(text.size());
    raw(text);
  }

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      number(static_cast<std::uint64_t>(value));
    } else if constexpr (std::same_as<T, Row>) {
      number(static_cast<Row>(value + 1));  // kNone is the largest number: it becomes 0
    } else if constexpr (std::unsigned_integral<T>) {
      number(value);
    } else if constexpr (std::signed_integral<T>) {
      number(archive::zigzag(value));
    } else if constexpr (std::same_as<T, Instant>) {
      std::array<char, 8> bytes{};
      for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value.ns) >> (8 * i) & 0xFF);
      raw({bytes.data(), bytes.size()});
    } else if constexpr (std::same_as<T, std::string>) {
      text(value);
    } else if constexpr (std::same_as<T, std::string_view>) {
      KONTOR_ASSERT(texts_ != nullptr);
      const Row row = texts_->find(value);
      KONTOR_ASSERT(row != kNone);
      put(row);
    } else if constexpr (archive::kIsTextId<T>) {
      text(value.value);
    } else if constexpr (archive::kIsBytes<T>) {
      raw({reinterpret_cast<const char*>(value.data()), value.size()});
    } else if constexpr (archive::kIsOptional<T>) {
      put(value.has_value());
      if (value) put(*value);
    } else if constexpr (archive::kIsVector<T>) {
      number(value.size());
      for (const auto& one : value) put(one);
    } else if constexpr (archive::kIsPair<T>) {
      put(value.first);
      put(value.second);
    } else {
      boost::pfr::for_each_field(value, [this](const auto& field) { put(field); });
    }
  }

  /// What `write` puts into the writer it is given, behind its size: whoever reads may put it off.
  void part(const auto& write) {
    std::string bytes;
    ArchiveWriter inner([&bytes](std::string_view piece) { bytes.append(piece); });
    inner.texts_ = texts_;
    write(inner);
    inner.flush();
    text(bytes);
  }

  /// How many rows there are, and the rows in parts: `write` puts those from `first` up to `end` into the
  /// writer it is given.
  void rows(std::size_t count, const auto& write) {
    number(count);
    for (std::size_t first = 0; first < count; first += archive::kRowsAPart)
      part([&](ArchiveWriter& inner) { write(inner, first, std::min(count, first + archive::kRowsAPart)); });
  }

  /// Hands over what is left.
  void flush() {
    if (!buffer_.empty()) sink_(buffer_);
    buffer_.clear();
  }

 private:
  std::function<void(std::string_view)> sink_;
  std::string buffer_;
  const Interner* texts_ = nullptr;
};

/// One thread. After something could not be read every number is 0, every text empty, and `ok` false.
class ArchiveReader {
 public:
  /// The next piece, which stays in place until the one after it is asked for; empty at the end, and after a
  /// failure, which whoever supplies the pieces knows of.
  using Source = std::function<std::string_view()>;
  /// Gets work that nothing which is read later looks at: filling the hash tables of what was read. It may be
  /// done by other threads, and out of order; whoever gives this sees to it that all of it is done before
  /// what was loaded is used or goes. Empty: it is done at once.
  using Later = std::function<void(std::function<void()>)>;
  explicit ArchiveReader(Source source, Later later = {})
      : source_(std::move(source)), later_(std::move(later)) {}

  void use_texts(const Interner& texts) { texts_ = &texts; }
  void later(std::function<void()> work) {
    if (later_) return later_(std::move(work));
    work();
  }
  /// The bytes of a part, to keep.
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  [[nodiscard]] Block block() {
    Block block;
    block.size = length();
    block.bytes = std::make_unique_for_overwrite<char[]>(block.size);
    raw(block.bytes.get(), block.size);
    if (!ok_) block.size = 0;
    return block;
  }
  /// A part that `read` takes in from the reader it is given, to its end.
  void part(const auto& read) {
    std::string bytes;
    text(bytes);
    if (ok_ && !read_part(bytes, texts_, read)) fail_here();
  }
  /// The same as work for later, of a part that has at least so many bytes. It must stand for itself: nothing
  /// tells it that reading has failed, but everything it reads is 0 then.
  template <class Read>
  void part_later(std::size_t bytes_min, Read read) {
    std::string bytes;
    text(bytes);
    if (bytes.size() < bytes_min) {
      fail_here();
      bytes.clear();
    }
    // Each has a place of its own to say it.
    later([bytes = std::move(bytes), texts = texts_, all = part_fits_, fits = &part_fits_->emplace_back(true),
           read = std::move(read)] { *fits = read_part(bytes, texts, read); });
  }
  /// Rows that were written as such, when their number was read: `take` gets how many the next part has, and
  /// reads it.
  void rows(std::uint64_t count, const auto& take) {
    while (count != 0 && ok_) {
      const std::uint64_t next = std::min<std::uint64_t>(count, archive::kRowsAPart);
      count -= next;
      take(static_cast<std::size_t>(next));
    }
  }
  [[nodiscard]] bool ok() const { return ok_; }
  /// Everything was read, and nothing is left.
  [[nodiscard]] bool at_end() { return ok_ && at_ == end_ && !next_piece(); }
  /// So were the parts, once all later work is done.
  [[nodiscard]] bool parts_fit() const {
    return std::ranges::all_of(*part_fits_, [](bool fits) { return fits; });
  }
  /// The bytes are not what they should be.
  void fail_here() {
    ok_ = false;
    at_ = end_ = nullptr;
  }

  [[nodiscard]] std::uint64_t number() {
    // Most have one byte.
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) return static_cast<std::uint8_t>(*at_++);
    return long_number();
  }
  void raw(char* to, std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) return raw_at_edge(to, size);
    std::memcpy(to, at_, size);
    at_ += size;
  }
  void text(std::string& to) {
    to.resize(length());
    raw(to.data(), to.size());
    if (!ok_) to.clear();
  }

  template <class T>
  void get(T& value) {
    if constexpr (std::same_as<T, bool>) {
      value = number() != 0;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(number());
    } else if constexpr (std::same_as<T, Row>) {
      value = static_cast<Row>(number()) - 1;
    } else if constexpr (std::unsigned_integral<T>) {
      value = static_cast<T>(number());
    } else if constexpr (std::signed_integral<T>) {
      value = static_cast<T>(archive::unzigzag(number()));
    } else if constexpr (std::same_as<T, Instant>) {
      std::array<char, 8> bytes{};
      raw(bytes.data(), bytes.size());
      value.ns = static_cast<std::int64_t>(archive::little_endian(bytes.data()));
    } else if constexpr (std::same_as<T, std::string>) {
      text(value);
    } else if constexpr (std::same_as<T, std::string_view>) {
      Row row = kNone;
      get(row);
      if (texts_ == nullptr || row >= texts_->size()) return fail_here();
      value = texts_->text(row);
    } else if constexpr (archive::kIsTextId<T>) {
      text(value.value);
    } else if constexpr (archive::kIsBytes<T>) {
      raw(reinterpret_cast<char*>(value.data()), value.size());
    } else if constexpr (archive::kIsOptional<T>) {
      value.reset();
      if (number() != 0) get(value.emplace());
    } else if constexpr (archive::kIsVector<T>) {
      value.clear();
      for (std::uint64_t left = number(); left != 0 && ok_; --left) get(value.emplace_back());
    } else if constexpr (archive::kIsPair<T>) {
      get(value.first);
      get(value.second);
    } else {
      boost::pfr::for_each_field(value, [this](auto& field) { get(field); });
    }
  }

 private:
  static constexpr std::ptrdiff_t kNumberBytesMax = 10;
  static constexpr std::uint64_t kTextBytesMax = std::uint64_t{64} << 20;

  /// Of a text or a part.
  std::size_t length() {
    const std::uint64_t size = number();
    if (size > kTextBytesMax) fail_here();
    return ok_ ? static_cast<std::size_t>(size) : 0;
  }
  /// Whether all of it was read, and no more.
  static bool read_part(std::string_view bytes, const Interner* texts, const auto& read) {
    ArchiveReader inner([&bytes] { return std::exchange(bytes, {}); });
    inner.texts_ = texts;
    read(inner);
    return inner.at_end() && inner.parts_fit();
  }
  bool next_piece() {
    const std::string_view piece = ok_ ? source_() : std::string_view();
    at_ = piece.data();
    end_ = at_ + piece.size();
    return !piece.empty();
  }
  std::uint64_t long_number() {
    if (end_ - at_ < kNumberBytesMax) return number_at_edge();
    // Eight bytes at once: of how many bytes a number is cannot be foreseen, so no branch asks.
    const std::uint64_t eight = archive::little_endian(at_);
    if (const std::uint64_t ends = ~eight & 0x8080'8080'8080'8080; ends != 0) {
      at_ += std::countr_zero(ends) / 8 + 1;
      return archive::without_marks(eight & (ends ^ (ends - 1)));
    }
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      n |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return n;
    }
    fail_here();
    return 0;
  }
  /// The same byte by byte, over the edge of a piece.
  std::uint64_t number_at_edge() {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_ && !next_piece()) break;
      const auto byte = static_cast<std::uint8_t>(*at_++);
      n |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return n;
    }
    fail_here();
    return 0;
  }
  void raw_at_edge(char* to, std::size_t size) {
    while (size != 0) {
      if (at_ == end_ && !next_piece()) return fail_here();
      const std::size_t part = std::min(size, static_cast<std::size_t>(end_ - at_));
      std::memcpy(to, at_, part);
      to += part;
      at_ += part;
      size -= part;
    }
  }

  Source source_;
  Later later_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const Interner* texts_ = nullptr;
  bool ok_ = true;
  std::shared_ptr<std::deque<bool>> part_fits_ = std::make_shared<std::deque<bool>>();
};

/// The shape of stored things as text: "(u4 text ?i8)". Programs whose shapes differ cannot read each other's
/// snapshots, and say so by comparing it.
class ArchiveShape {
 public:
  template <class T>
  void add() {
    if constexpr (std::same_as<T, std::string> || archive::kIsTextId<T>) {
      text_ += "text ";
    } else if constexpr (std::same_as<T, std::string_view>) {
      text_ += "interned ";
    } else if constexpr (std::same_as<T, Instant>) {
      text_ += "instant ";
    } else if constexpr (std::integral<T> || std::is_enum_v<T>) {
      text_ += std::is_enum_v<T> ? 'e' : std::is_signed_v<T> ? 'i' : 'u';
      text_ += std::to_string(sizeof(T)) + ' ';
    } else if constexpr (archive::kIsBytes<T>) {
      text_ += "bytes" + std::to_string(sizeof(T)) + ' ';
    } else if constexpr (archive::kIsOptional<T> || archive::kIsVector<T>) {
      text_ += archive::kIsVector<T> ? '*' : '?';
      add<typename T::value_type>();
    } else if constexpr (archive::kIsPair<T>) {
      add<typename T::first_type>();
      add<typename T::second_type>();
    } else {
      text_ += '(';
      fields<T>(std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
      text_ += ") ";
    }
  }
  void word(std::string_view word) { text_ += std::string(word) + ' '; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  template <class T, std::size_t... I>
  void fields(std::index_sequence<I...>) {
    (add<std::remove_cvref_t<boost::pfr::tuple_element_t<I, T>>>(), ...);
  }

  std::string text_;
};

}  // namespace kontor::rules
