#pragma once
// The newest version of rows that were read or written lately, so that a counter is changed without a look at
// the store. Rows lie side by side in memory that is used again: a row that comes and goes costs no
// allocation. One thread.

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "events/core/ids.h"
#include "projections/batch_bytes.h"
#include "projections/row_words.h"

namespace kontor::views {

class RowCache {
 public:
  /// What is remembered of a row. It stays where it is until rows are forgotten.
  class Row {
   public:
    /// None when it is known that there is no such row. Good until the row is put again.
    [[nodiscard]] Words words() const { return {words_, size_}; }

   private:
    friend class RowCache;
    // Behind the row lies its key.
    [[nodiscard]] std::string_view key() const {
      return {reinterpret_cast<const char*>(this) + sizeof(Row), key_size_};
    }

    std::uint64_t* words_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t room_ = 0;
    Position first_ = 0;  // its first version, where it was known that there was none before
    std::size_t key_size_ = 0;
  };

  /// Null when nothing is known.
  [[nodiscard]] Row* find(std::string_view key) { return touch(sought(key)); }

  /// Remembers what a look into the store found, when nothing was known: no words when there is no such row.
  Row& add(std::string_view key, Words words) { return lately().add(sought(key), words); }
  /// Remembers a row that is written at `position`.
  void put(std::string_view key, Words words, Position position);
  /// The same of a row that was found, or added, since rows were forgotten the last time.
  void put(Row& row, Words words, Position position);

  /// Whether the row was written at `position`, and it was known that there was none before.
  [[nodiscard]] bool is_new(std::string_view key, Position position) const;

  /// More rows were touched lately than need be.
  [[nodiscard]] bool full() const { return lately().rows.size() > kRowsMax; }
  /// Forgets the rows that were not touched since the last time.
  void forget_untouched();
  void clear();

 private:
  static constexpr std::size_t kRowsMax = 100'000;
  struct Sought {
    std::string_view key;
    std::uint64_t hash = 0;
  };
  // The hash beside the row: most that are not sought are passed over without fetching them.
  struct Slot {
    std::uint64_t hash = 0;
    Row* row = nullptr;
  };
  struct HashOfSlot {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const Slot& slot) const { return slot.hash; }
    std::size_t operator()(const Sought& sought) const { return sought.hash; }
  };
  struct SameKey {
    using is_transparent = void;
    bool operator()(const Slot& a, const Slot& b) const { return a.row == b.row; }
    bool operator()(const Sought& a, const Slot& b) const {
      return a.hash == b.hash && a.key == b.row->key();
    }
    bool operator()(const Slot& a, const Sought& b) const { return (*this)(b, a); }
  };
  struct Rows {
    boost::unordered_flat_set<Slot, HashOfSlot, SameKey> rows;
    BatchBytes bytes;  // of rows with their keys and words

    [[nodiscard]] Row* find(const Sought& sought) const;
    Row& add(const Sought& sought, Words words);
    void write(Row& row, Words words);
    void clear();
  };
  [[nodiscard]] Sought sought(std::string_view key) const;
  [[nodiscard]] Row* touch(const Sought& sought);
  [[nodiscard]] Rows& lately() { return halves_[lately_]; }
  [[nodiscard]] const Rows& lately() const { return halves_[lately_]; }
  [[nodiscard]] Rows& before() { return halves_[1 - lately_]; }

  // One holds what was touched lately, the other what was not since they changed places.
  std::array<Rows, 2> halves_;
  std::size_t lately_ = 0;
};

}  // namespace kontor::views
