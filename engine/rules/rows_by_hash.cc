#include "engine/rules/rows_by_hash.h"

#include <numeric>
#include <vector>

namespace kontor::rules {
namespace {

// Fewer find their places in the cache anyway.
constexpr std::size_t kWorthOrdering = std::size_t{1} << 16;
// Of a part of the table, in which its rows may come in any order: what lies there fits into the cache.
constexpr unsigned kRegionsBits = 8;

}  // namespace

void RowsByHash::insert_all(Row first, std::span<const Hash> hashes) {
  if (hashes.size() < kWorthOrdering) {
    for (const Hash hash : hashes) insert(hash, first++);
    return;
  }
  const auto region = [this](const Slot& slot) {
    return slots_.part_of(slot) << kRegionsBits | HashOf()(slot) >> (64 - kRegionsBits);
  };
  std::vector<std::uint32_t> begins((std::size_t{1} << (InParts<Slots>::kPartsBits + kRegionsBits)) + 1);
  for (const Hash hash : hashes) ++begins[region({kNone, hash}) + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<Slot> slots(hashes.size());
  for (const Hash hash : hashes) {
    const Slot slot{first++, hash};
    slots[begins[region(slot)]++] = slot;
  }
  for (const Slot& slot : slots) insert(slot.hash, slot.row);
}

}  // namespace kontor::rules
