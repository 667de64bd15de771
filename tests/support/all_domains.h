#pragma once
// A tenant in which everything happens at random: seats, communities, groups, credits, billing runs.

#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "events/envelope.h"

namespace kontor::test {

/// The same for the same seed; starts with 2026.
[[nodiscard]] std::vector<log::Group> all_domains(std::uint64_t seed, int steps,
                                                  const TenantId& tenant = TenantId("t"));
/// All groups of both, by the time at which they were recorded, numbered anew.
[[nodiscard]] std::vector<log::Group> merged(const std::vector<log::Group>& one,
                                             const std::vector<log::Group>& other);
/// Their events, decoded.
[[nodiscard]] std::vector<RecordedEvent> recorded_events(const std::vector<log::Group>& groups);

}  // namespace kontor::test
