#include "engine/rules/rows_by_hash.h"

#include <algorithm>
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
  for (std::size_t at = table.next(free); table.slots[at].row != kNone; at = table.next(at)) {
    if (table.behind(table.home(table.slots[at].hash), at) < table.behind(free, at)) continue;
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
  // Some get more than their share, and all of them some room to grow.
  for (Table& table : *parts) table.reserve(count / parts->size() * 9 / 8);
  const Table whole = std::exchange(whole_, {});
  parts_ = std::move(parts);
  for (const Slot& slot : whole.slots)
    if (slot.row != kNone) table_of(slot.hash).put(slot);
}

void RowsByHash::Table::put(Slot slot) {
  if (count == slots.size() - slots.size() / 4) reserve(count + count / 2 + 1);
  std::size_t at = home(slot.hash);
  while (slots[at].row != kNone) at = next(at);
  slots[at] = slot;
  ++count;
}

void RowsByHash::Table::reserve(std::size_t rows) {
  const std::size_t size = std::max(kSlotsMin, rows + (rows + 2) / 3);
  if (size <= slots.size()) return;
  const std::vector<Slot> before = std::exchange(slots, std::vector<Slot>(size));
  count = 0;
  for (const Slot& slot : before)
    if (slot.row != kNone) put(slot);
}

}  // namespace kontor::rules
