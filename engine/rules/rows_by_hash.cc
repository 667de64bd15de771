#include "engine/rules/rows_by_hash.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "events/core/assert.h"

namespace kontor::rules {
namespace {

constexpr std::size_t kSlotsMin = 8;
// A look into memory takes as long as so many insertions.
constexpr std::size_t kAhead = 16;

}  // namespace

void RowsByHash::insert(Hash hash, Row row) {
  table_of(hash).put({row, hash});
  if (!parts_ && whole_.count > kWholeMax) split(whole_.count);
}

void RowsByHash::insert_all(Row first, std::span<const Hash> hashes) {
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) {
      const Table& table = table_of(hashes[i + kAhead]);
      if (!table.slots.empty()) __builtin_prefetch(&table.slots[table.home(hashes[i + kAhead])], 1);
    }
    insert(hashes[i], first++);
  }
}

void RowsByHash::erase(Hash hash, Row row) {
  Table& table = table_of(hash);
  KONTOR_ASSERT(table.count != 0);
  std::size_t free = table.home(hash);
  while (table.slots[free].row != row) {
    KONTOR_ASSERT(table.slots[free].row != kNone);
    free = table.next(free);
  }
  // Whoever lies behind the gap and would not be found beyond it moves into it.
  const std::size_t mask = table.slots.size() - 1;
  for (std::size_t at = table.next(free); table.slots[at].row != kNone; at = table.next(at)) {
    const std::size_t from_home = (at - table.home(table.slots[at].hash)) & mask;
    const std::size_t from_gap = (at - free) & mask;
    if (from_home < from_gap) continue;
    table.slots[free] = table.slots[at];
    free = at;
  }
  table.slots[free] = {};
  --table.count;
}

void RowsByHash::reserve(std::size_t count) {
  if (count <= kWholeMax) return whole_.reserve(count);
  split(count);
}

void RowsByHash::split(std::size_t count) {
  auto parts = std::make_unique<Parts>();
  // Some get more than their share.
  for (Table& table : *parts) table.reserve(count / parts->size() * 5 / 4);
  const Table whole = std::exchange(whole_, {});
  parts_ = std::move(parts);
  for (const Slot& slot : whole.slots)
    if (slot.row != kNone) table_of(slot.hash).put(slot);
}

void RowsByHash::Table::put(Slot slot) {
  if (count + 1 > slots.size() / 4 * 3) reserve(count + 1);
  std::size_t at = home(slot.hash);
  while (slots[at].row != kNone) at = next(at);
  slots[at] = slot;
  ++count;
}

void RowsByHash::Table::reserve(std::size_t rows) {
  const std::size_t size = std::bit_ceil(std::max(kSlotsMin, rows + (rows + 2) / 3));
  if (size <= slots.size()) return;
  const std::vector<Slot> before = std::exchange(slots, std::vector<Slot>(size));
  shift = static_cast<unsigned>(64 - std::countr_zero(size));
  count = 0;
  for (const Slot& slot : before)
    if (slot.row != kNone) put(slot);
}

}  // namespace kontor::rules
