#pragma once
// Finds the row of a key that lies in the row itself. The table holds eight bytes a row: its number and 32
// bits of the hash of its key, so a search seldom looks at a row that is not the one, and growing at none.
// A row lies at the place its hash names or in the next free one behind it: mostly one look into memory.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace kontor::rules {

/// Number of a row. kNone means "no row".
using Row = std::uint32_t;
constexpr Row kNone = 0xFFFFFFFF;

/// Keys are told apart by whoever asks. Never gone through: nothing depends on its order. One thread.
class RowsByHash {
 public:
  using Hash = std::uint32_t;
  /// Both halves of a hash.
  [[nodiscard]] static Hash narrow(std::size_t hash) {
    return static_cast<Hash>(hash) ^ static_cast<Hash>(std::uint64_t{hash} >> 32);
  }

  /// The row for which `is` says yes, of those whose key has this hash; kNone when there is none.
  template <class Is>
  [[nodiscard]] Row find(Hash hash, const Is& is) const {
    const Table& table = table_of(hash);
    if (table.count == 0) return kNone;
    std::size_t at = table.home(hash);
    for (; table.slots[at].row != kNone; at = table.next(at))
      if (table.slots[at].hash == hash && is(table.slots[at].row)) return table.slots[at].row;
    return kNone;
  }
  /// Before: no row of this key is there.
  void insert(Hash hash, Row row);
  /// Before: this row is there, with this hash.
  void erase(Hash hash, Row row);

  /// Room for so many, of an empty one.
  void reserve(std::size_t count);
  /// The rows `first`, `first` + 1 and so on, of keys with these hashes: for many, a fraction of what they
  /// cost one by one. `kAtOnce` of them at a time are enough for that.
  void insert_all(Row first, std::span<const Hash> hashes);
  static constexpr std::size_t kAtOnce = std::size_t{1} << 16;

 private:
  struct Slot {
    Row row = kNone;  // none: free
    Hash hash = 0;
  };
  /// Never more than three quarters full.
  struct Table {
    std::vector<Slot> slots;
    std::size_t count = 0;

    /// Where the search for a hash begins. The upper bits chose the table, the next ones are the fraction of
    /// it at which the place lies: rows are in the order of these bits, however many slots there are.
    [[nodiscard]] std::size_t home(Hash hash) const {
      return static_cast<std::size_t>((mixed(hash) << kPartsBits >> 32) * slots.size() >> 32);
    }
    [[nodiscard]] std::size_t next(std::size_t at) const { return at + 1 == slots.size() ? 0 : at + 1; }
    /// How far `at` lies behind `from`.
    [[nodiscard]] std::size_t behind(std::size_t from, std::size_t at) const {
      return at >= from ? at - from : at + slots.size() - from;
    }
    void put(Slot slot);
    void reserve(std::size_t rows);
  };

  // Growing a table moves all that it has, while nobody is answered: a large one is many, and one grows.
  static constexpr unsigned kPartsBits = 6;
  static constexpr std::size_t kWholeMax = 1u << 16;  // moving so many takes about a millisecond
  using Parts = std::array<Table, std::size_t{1} << kPartsBits>;

  [[nodiscard]] static std::uint64_t mixed(Hash hash) { return hash * 0x9E37'79B9'7F4A'7C15U; }
  [[nodiscard]] const Table& table_of(Hash hash) const {
    return parts_ ? (*parts_)[mixed(hash) >> (64 - kPartsBits)] : whole_;
  }
  [[nodiscard]] Table& table_of(Hash hash) {
    return parts_ ? (*parts_)[mixed(hash) >> (64 - kPartsBits)] : whole_;
  }
  void split(std::size_t count);

  Table whole_;
  std::unique_ptr<Parts> parts_;  // instead of it
};

}  // namespace kontor::rules
