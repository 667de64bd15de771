#pragma once
// The log that forgets: for tests, simulation of everything above the log, and trying things out. Remembers
// as long as it lives; survives nothing.

#include <deque>
#include <shared_mutex>
#include <unordered_map>

#include "engine/log/continuity.h"
#include "engine/log/event_log.h"

namespace kontor::log {

/// `append` and `idle` from one thread; the rest from any.
class MemoryLog final : public EventLog {
 public:
  MemoryLog();

  [[nodiscard]] AppendOutcome append(const Group& group) override;
  [[nodiscard]] Status scan(std::uint64_t first, const GroupVisitor& visit) override;
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override;
  [[nodiscard]] Result<std::vector<SliceRange>> slices(std::uint64_t first,
                                                       std::uint64_t events_min) override;
  [[nodiscard]] LogHead head() const override;
  [[nodiscard]] const Trees& trees() const override { return continuity_.trees(); }
  void idle() override {}

 private:
  struct SliceRef {
    Position first;
    const TenantSlice* slice;
  };

  mutable std::shared_mutex mutex_;  // guards everything below; a group never changes once it is in groups_
  std::deque<Group> groups_;         // a deque, so that growing does not move what readers look at
  std::unordered_map<TenantId, std::vector<SliceRef>> slices_;
  Continuity continuity_;
  LogHead head_;
};

}  // namespace kontor::log
