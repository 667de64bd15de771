#pragma once
// How cells look as text. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "replay/export/table.h"

namespace kontor::exports {

/// Digits behind the point of a currency (ISO 4217): 2 of most, 0 of some, 3 of a few.
[[nodiscard]] unsigned minor_digits(std::string_view currency);

/// 1234 of a currency with two such digits: "12,34" with ',' as the sign.
[[nodiscard]] std::string amount_text(std::int64_t minor_units, unsigned digits, char decimal_sign);

/// RFC 3339 in UTC with nine decimals always, so that texts sort like the moments.
[[nodiscard]] std::string sortable_moment(Instant at);

/// A text that no spreadsheet takes for a formula: what begins with = + - @, a tab, a line end or an
/// apostrophe gets an apostrophe in front. Whoever takes one apostrophe away from the front of a text that
/// has one gets the text back.
[[nodiscard]] std::string defused(std::string_view text);

/// RFC 4180: in quotes when it has to be.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace kontor::exports
