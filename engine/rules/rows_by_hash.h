#pragma once
// Finds the row of a key that lies in the row itself. The table holds eight bytes a row: its number and 32
// bits of the hash of its key, so a search seldom looks at a row that is not the one, and growing at none.

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/rules/in_parts.h"

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
    const Sought<Is> sought{hash, is};
    const Slots& slots = slots_.of(sought);
    const auto at = slots.find(sought);
    return at == slots.end() ? kNone : at->row;
  }
  /// Before: no row of this key is there.
  void insert(Hash hash, Row row) {
    slots_.of(Slot{row, hash}).insert(Slot{row, hash});
    slots_.inserted();
  }
  void erase(Hash hash, Row row) { slots_.of(Slot{row, hash}).erase(Slot{row, hash}); }

  /// Room for so many, of an empty one.
  void reserve(std::size_t count) { slots_.reserve(count); }
  /// The rows `first`, `first` + 1 and so on, of keys with these hashes: in the order in which the table lies
  /// in memory, which costs far less than one by one. `kAtOnce` of them at a time are enough for that.
  void insert_all(Row first, std::span<const Hash> hashes);
  static constexpr std::size_t kAtOnce = std::size_t{1} << 20;

 private:
  struct Slot {
    Row row;
    Hash hash;
  };
  template <class Is>
  struct Sought {
    Hash hash;
    const Is& is;
  };
  // The table takes the upper bits for the place and the lower ones to tell apart what is there.
  struct HashOf {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const auto& slot) const { return slot.hash * 0xD6E8'FEB8'6659'FD93U; }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const Slot& a, const Slot& b) const { return a.row == b.row; }
    template <class Is>
    bool operator()(const Sought<Is>& sought, const Slot& slot) const {
      return sought.hash == slot.hash && sought.is(slot.row);
    }
    template <class Is>
    bool operator()(const Slot& slot, const Sought<Is>& sought) const {
      return (*this)(sought, slot);
    }
  };
  using Slots = boost::unordered_flat_set<Slot, HashOf, Same>;

  InParts<Slots> slots_;
};

}  // namespace kontor::rules
