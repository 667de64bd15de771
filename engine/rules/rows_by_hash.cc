#include "engine/rules/rows_by_hash.h"

#include <boost/sort/spreadsort/integer_sort.hpp>
#include <vector>

namespace kontor::rules {

void RowsByHash::insert_all(Row first, std::span<const Hash> hashes) {
  std::vector<Slot> slots;
  slots.reserve(hashes.size());
  for (const Hash hash : hashes) slots.push_back({first++, hash});
  const auto place = [this](const Slot& slot) {
    return std::uint64_t{slots_.part_of(slot)} << 32 | HashOf()(slot) >> 32;
  };
  boost::sort::spreadsort::integer_sort(
      slots.begin(), slots.end(), [&](const Slot& slot, unsigned offset) { return place(slot) >> offset; },
      [&](const Slot& a, const Slot& b) { return place(a) < place(b); });
  for (const Slot& slot : slots) {
    slots_.of(slot).insert(slot);
    slots_.inserted();
  }
}

}  // namespace kontor::rules
