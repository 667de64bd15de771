#include "engine/log/continuity.h"

#include <fmt/format.h>

#include <utility>

#include "events/core/assert.h"
#include "events/core/merkle.h"

namespace kontor::log {

Continuity::Continuity(std::unique_ptr<Trees> trees, std::uint64_t last_group,
                       const std::unordered_map<TenantId, Position>& last_positions)
    : trees_(std::move(trees)), next_group_(last_group + 1) {
  for (const auto& [tenant, last] : last_positions) next_positions_.emplace(tenant, last + 1);
}

Status Continuity::accept(const Group& group) {
  if (Status begun = begin(group); !begun) return begun;
  for (std::size_t i = 0; i < group.slices.size(); ++i)
    if (Status status = accept_slice(group, i, nullptr); !status) return status;
  ++next_group_;
  return {};
}

Status Continuity::accept_part(const Group& group, std::size_t first, std::span<const HashedSlice> hashed) {
  KONTOR_ASSERT(first + hashed.size() <= group.slices.size());
  if (first == 0)
    if (Status begun = begin(group); !begun) return begun;
  for (std::size_t i = 0; i < hashed.size(); ++i)
    if (Status status = accept_slice(group, first + i, &hashed[i]); !status) return status;
  if (first + hashed.size() == group.slices.size()) ++next_group_;
  return {};
}

Status Continuity::begin(const Group& group) {
  if (group.number != next_group_)
    return fail(Reason::PositionGap, fmt::format("group {} follows group {}", group.number, next_group_ - 1));
  if (group.slices.empty()) return fail(Reason::StoreDamaged, fmt::format("group {} is empty", group.number));
  if (trees_) trees_->begin_group(group.number);
  return {};
}

Status Continuity::accept_slice(const Group& group, std::size_t number, const HashedSlice* hashed) {
  const TenantSlice& slice = group.slices[number];
  // Slices of one tenant follow one another by position, which is looked at next.
  if (number != 0 && slice.tenant < group.slices[number - 1].tenant)
    return fail(Reason::StoreDamaged, fmt::format("tenants of group {} are not in order", group.number));
  const auto [entry, unknown] = next_positions_.try_emplace(slice.tenant, learning_ ? slice.first : 1);
  if (slice.first != entry->second || slice.first == 0)
    return fail(Reason::PositionGap, fmt::format("positions of tenant {}: {} follows {}", slice.tenant.value,
                                                 slice.first, entry->second - 1));
  const bool whole = hashed != nullptr ? hashed->whole : split_events(slice.bytes, slice.count, events_);
  if (slice.count == 0 || !whole)
    return fail(Reason::StoreDamaged,
                fmt::format("events from position {} of tenant {} are not {} whole messages", slice.first,
                            slice.tenant.value, slice.count));
  entry->second += slice.count;
  if (!trees_) return {};
  if (hashed != nullptr) {
    KONTOR_ASSERT(hashed->leaves.size() == slice.count);
    trees_->append(slice.tenant, hashed->leaves);
    return {};
  }
  leaves_.resize(events_.size());
  leaf_hashes(events_, leaves_);
  trees_->append(slice.tenant, leaves_);
  return {};
}

Position Continuity::next_position(const TenantId& tenant) const {
  const auto entry = next_positions_.find(tenant);
  return entry == next_positions_.end() ? 1 : entry->second;
}

LogHead Continuity::head() const {
  const TreeHead tree = trees().appended();
  return {.group = next_group_ - 1, .events = tree.size, .root = tree.root};
}

Trees& Continuity::trees() const {
  KONTOR_ASSERT(trees_ != nullptr);
  return *trees_;
}

}  // namespace kontor::log
