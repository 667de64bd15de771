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
/// The same history with everything that was said, by a writer that is restored from its own snapshot before
/// every so many commands (0: never).
struct Told {
  std::vector<log::Group> groups;
  std::vector<std::string> said;
  std::string state;  // the writer's, as a snapshot has it
};
[[nodiscard]] Told all_domains_told(std::uint64_t seed, int steps, std::uint64_t restored_every);

/// All groups of both, by the time at which they were recorded, numbered anew.
[[nodiscard]] std::vector<log::Group> merged(const std::vector<log::Group>& one,
                                             const std::vector<log::Group>& other);
/// Their events, decoded.
[[nodiscard]] std::vector<RecordedEvent> recorded_events(const std::vector<log::Group>& groups);

}  // namespace kontor::test
