#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "events/core/result.h"

namespace kontor {

/// A moment: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Valid from year 1970 to 2200
/// at the door (`parse`, `valid`); arithmetic inside that range cannot overflow.
struct Instant {
  std::int64_t ns = 0;

  /// Inside the range that commands may name.
  [[nodiscard]] bool valid() const;
  /// RFC 3339 in UTC with as many decimals as needed: 2027-03-28T01:00:00Z.
  [[nodiscard]] std::string text() const;
  /// RFC 3339 with `Z` or an offset; seconds and decimals required as the RFC says, up to nine decimals.
  [[nodiscard]] static Result<Instant> parse(std::string_view text);

  friend auto operator<=>(const Instant&, const Instant&) = default;
  friend bool operator==(const Instant&, const Instant&) = default;
};

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
/// Later than every instant a command may name: "no end".
constexpr Instant kForever{std::numeric_limits<std::int64_t>::max()};

}  // namespace kontor
