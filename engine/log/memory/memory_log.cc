#include "engine/log/memory/memory_log.h"

#include <algorithm>
#include <mutex>

#include "events/core/assert.h"

namespace kontor::log {

MemoryLog::MemoryLog() : head_(continuity_.head()) {}

AppendOutcome MemoryLog::append(const Group& group) {
  const std::unique_lock lock(mutex_);
  if (group.number != head_.group + 1) return AppendOutcome::Conflict;
  const Status accepted = continuity_.accept(group);
  KONTOR_ASSERT(accepted.has_value());  // INV-1, INV-2: no gaps
  groups_.push_back(group);
  for (const TenantSlice& slice : groups_.back().slices)
    slices_[slice.tenant].push_back({slice.first, &slice});
  head_ = continuity_.head();
  continuity_.trees().publish();
  return AppendOutcome::Appended;
}

Status MemoryLog::scan(std::uint64_t first, const GroupVisitor& visit) {
  Continuity continuity(std::max<std::uint64_t>(first, 1));
  const std::uint64_t last = head().group;
  while (continuity.next_group() <= last) {
    const Group* group = nullptr;
    {
      const std::shared_lock lock(mutex_);
      group = &groups_[continuity.next_group() - 1];
    }
    if (Status status = continuity.accept(*group); !status) return status;
    if (!visit(*group)) return {};
  }
  return {};
}

Result<std::vector<std::string>> MemoryLog::read(const TenantId& tenant, Position first,
                                                 std::size_t count_max) {
  first = std::max<Position>(first, 1);
  std::vector<std::string> found;
  const std::shared_lock lock(mutex_);
  const auto entry = slices_.find(tenant);
  if (entry == slices_.end()) return found;
  auto ref = std::ranges::upper_bound(entry->second, first, {}, &SliceRef::first);
  if (ref != entry->second.begin()) --ref;
  std::vector<std::string_view> events;
  for (; ref != entry->second.end() && found.size() < count_max; ++ref) {
    const bool whole = split_events(ref->slice->bytes, ref->slice->count, events);
    KONTOR_ASSERT(whole);
    for (std::size_t i = 0; i < events.size() && found.size() < count_max; ++i)
      if (ref->first + i >= first) found.emplace_back(events[i]);
  }
  return found;
}

Result<std::vector<SliceRange>> MemoryLog::slices(std::uint64_t first, std::uint64_t events_min) {
  std::vector<SliceRange> found;
  std::uint64_t events = 0;
  const std::shared_lock lock(mutex_);
  for (std::uint64_t number = std::max<std::uint64_t>(first, 1);
       number <= groups_.size() && events < events_min; ++number)
    for (const TenantSlice& slice : groups_[number - 1].slices) {
      found.push_back({slice.tenant, slice.first, slice.count});
      events += slice.count;
    }
  return found;
}

LogHead MemoryLog::head() const {
  const std::shared_lock lock(mutex_);
  return head_;
}

}  // namespace kontor::log
