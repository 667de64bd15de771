#pragma once
// The one place that asks the time-zone database, and only while something is being decided: computed
// instants are stored in the events, so a replay never comes here (DOMAIN TB3, ARCHITECTURE D9).

#include <cstdint>
#include <string>
#include <string_view>

#include "events/core/instant.h"

namespace kontor::rules {

/// True for a name of the IANA database that this machine knows, such as Europe/Berlin.
[[nodiscard]] bool known_time_zone(std::string_view zone);

/// The instant at which a clock in `zone` shows the same time of day as at `start`, `days` calendar days
/// later. A local time that does not exist gives the instant of the change; one that exists twice, the
/// earlier (TB2). `days` 0 is `start` itself. Requires a known zone.
[[nodiscard]] Instant add_local_days(std::string_view zone, Instant start, std::int64_t days);

/// The first midnight in `zone` after `at`: the end of that local day (TB6). Later than `at`, even when `at`
/// is midnight itself. A midnight that does not exist is the instant of the change. Requires a known zone.
[[nodiscard]] Instant next_local_midnight(std::string_view zone, Instant at);

/// True when a day begins in `zone` at `at` (TB5): at midnight, at the earlier one when clocks show it twice,
/// or at the instant of the change when there is none (TB2). Requires a known zone.
[[nodiscard]] bool begins_local_day(std::string_view zone, Instant at);

}  // namespace kontor::rules
