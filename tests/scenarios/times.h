#pragma once
// Times as people write them: 2027-03-01 00:00 (docs/scenarios.md). Pure.

#include <string>
#include <string_view>

#include "events/core/instant.h"

namespace kontor::scenarios {

/// "2027-03-01", "2027-03-01 14:30", "2027-03-01 14:30:59.5", each with a time zone behind it if it is not
/// `zone`; or RFC 3339. A local time that exists twice is the earlier; one that does not exist is refused.
[[nodiscard]] Result<Instant> parse_time(std::string_view text, std::string_view zone);

[[nodiscard]] bool known_zone(std::string_view zone);

/// The moment as a clock in `zone` shows it.
[[nodiscard]] std::string time_text(Instant at, std::string_view zone);

}  // namespace kontor::scenarios
