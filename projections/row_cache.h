#pragma once
// The newest version of rows that were read or written lately, so that a counter is changed without a look at
// the store. Rows lie side by side in memory that is used again: a row that comes and goes costs no
// allocation. One thread.

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "events/core/ids.h"
#include "projections/batch_bytes.h"
#include "projections/row_words.h"

namespace kontor::views {

class RowCache {
 public:
  /// What is remembered of a row: its words, none when it is known that there is no such row; nullopt when
  /// nothing is known. The words are good until the row is put again, or rows are forgotten.
  [[nodiscard]] std::optional<Words> find(std::string_view key);

  /// Remembers what a look into the store found: no words when there is no such row.
  Words add(std::string_view key, Words words);
  /// Remembers a row that is written at `position`.
  void put(std::string_view key, Words words, Position position);

  /// Whether the row was written at `position`, and it was known that there was none before.
  [[nodiscard]] bool is_new(std::string_view key, Position position) const;

  /// More rows were touched lately than need be.
  [[nodiscard]] bool full() const { return lately().rows.size() > kRowsMax; }
  /// Forgets the rows that were not touched since the last time.
  void forget_untouched();
  void clear();

 private:
  static constexpr std::size_t kRowsMax = 100'000;
  struct HashOfKey {
    using is_avalanching = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  struct Row {
    std::uint64_t* words = nullptr;
    std::uint32_t size = 0;
    std::uint32_t room = 0;
    Position first = 0;  // its first version, where it was known that there was none before
  };
  struct Rows {
    boost::unordered_flat_map<std::string_view, Row, HashOfKey> rows;
    BatchBytes bytes;  // of keys and words

    Row& add(std::string_view key, Words words);
    void write(Row& row, Words words);
    void clear();
  };
  [[nodiscard]] Row* touch(std::string_view key);
  [[nodiscard]] Rows& lately() { return halves_[lately_]; }
  [[nodiscard]] const Rows& lately() const { return halves_[lately_]; }
  [[nodiscard]] Rows& before() { return halves_[1 - lately_]; }

  // One holds what was touched lately, the other what was not since they changed places.
  std::array<Rows, 2> halves_;
  std::size_t lately_ = 0;
};

}  // namespace kontor::views
