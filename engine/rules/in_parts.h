#pragma once
// A hash table that grows in parts once it is large. Growing a table moves all that it has: with ten million
// entries nobody would be answered for most of a second. In parts, one growing moves a 64th of that.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace kontor::rules {

/// `Table` is one of Boost's unordered flat ones.
template <class Table>
class InParts {
 public:
  static constexpr std::size_t kWholeMax = 1u << 16;  // moving so many takes about a millisecond

  explicit InParts(Table empty = Table()) : whole_(std::move(empty)) {}

  /// Where this key is, or belongs.
  [[nodiscard]] const Table& of(const auto& key) const { return parts_ ? (*parts_)[part(key)] : whole_; }
  [[nodiscard]] Table& of(const auto& key) { return parts_ ? (*parts_)[part(key)] : whole_; }

  /// To be called after an insertion: what was found before may have moved.
  void inserted() {
    if (!parts_ && whole_.size() > kWholeMax) split(whole_.size());
  }

  /// Room for so many, of an empty one.
  void reserve(std::size_t count) {
    if (count <= kWholeMax) return whole_.reserve(count);
    split(count);
  }

  [[nodiscard]] std::size_t size() const {
    if (!parts_) return whole_.size();
    std::size_t all = 0;
    for (const Table& table : *parts_) all += table.size();
    return all;
  }

  /// In no order at all: whoever lets the outside see something sorts it first.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& element : whole_) visit(element);
    if (!parts_) return;
    for (const Table& table : *parts_)
      for (const auto& element : table) visit(element);
  }

 private:
  static constexpr std::size_t kPartsBits = 6;
  static constexpr std::size_t kParts = std::size_t{1} << kPartsBits;

  static const auto& key_of(const auto& element) {
    if constexpr (requires { typename Table::mapped_type; })
      return element.first;
    else
      return element;
  }

  // By the upper bits after a multiplication: the tables themselves use others.
  [[nodiscard]] std::size_t part(const auto& key) const {
    return (whole_.hash_function()(key) * 0x9E37'79B9'7F4A'7C15U) >> (64 - kPartsBits);
  }

  void split(std::size_t count) {
    auto parts = std::make_unique<std::array<Table, kParts>>();
    Table empty(0, whole_.hash_function(), whole_.key_eq());
    for (Table& table : *parts) {
      table = empty;
      table.reserve(count / kParts * 5 / 4);
    }
    for (const auto& element : whole_) (*parts)[part(key_of(element))].insert(element);
    whole_ = std::move(empty);
    parts_ = std::move(parts);
  }

  Table whole_;
  std::unique_ptr<std::array<Table, kParts>> parts_;
};

}  // namespace kontor::rules
