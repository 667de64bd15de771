#pragma once
// The model's own calendar: UTC and Central European time by the rule of the European Union (last Sunday of
// March to last Sunday of October, 01:00 UTC), so that it shares no time-zone code with the rules.

#include <optional>
#include <string_view>

#include "events/core/instant.h"

namespace kontor::simulation {

constexpr std::int64_t kSecond = kNanosecondsPerSecond;
constexpr std::int64_t kDay = 86'400 * kSecond;

enum class Zone : std::uint8_t { Utc, Berlin };

/// The zones that the model knows; any other name is one that nobody knows.
[[nodiscard]] std::optional<Zone> find_zone(std::string_view name);

/// What a clock in the zone shows, as nanoseconds since its own 1970-01-01T00:00.
[[nodiscard]] std::int64_t local_time(Zone zone, Instant at);
/// The instant of a local time. One that does not exist: the change of the clock; one that exists twice: the
/// earlier.
[[nodiscard]] Instant instant_of(Zone zone, std::int64_t local);
[[nodiscard]] Instant days_later(Zone zone, Instant start, std::int64_t days);
[[nodiscard]] bool is_midnight(Zone zone, Instant at);
/// The newest local midnight at or before `at`.
[[nodiscard]] Instant midnight_before(Zone zone, Instant at);

}  // namespace kontor::simulation
