#pragma once
// The model's own calendar, directly on the time-zone library. Any thread.

#include <cstdint>
#include <string>

#include "events/core/instant.h"

namespace kontor::model {

[[nodiscard]] bool zone_exists(const std::string& zone);
/// The same time of day `days` calendar days later; what does not exist is the instant of the change, what
/// exists twice the earlier one (TB1, TB2).
[[nodiscard]] Instant local_days_later(const std::string& zone, Instant start, int days);
[[nodiscard]] bool at_midnight(const std::string& zone, Instant at);
/// The first local midnight after `at` (TB6).
[[nodiscard]] Instant next_midnight(const std::string& zone, Instant at);

}  // namespace kontor::model
