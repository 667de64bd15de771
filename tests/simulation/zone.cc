#include "tests/simulation/zone.h"

#include <array>

namespace kontor::simulation {
namespace {

constexpr std::int64_t kHour = 3'600 * kSecond;

/// Rounds towards the past, also before 1970.
std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

bool leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

/// Days from 1970-01-01 to the last day of `month` (1 = January).
std::int64_t last_day_of(std::int64_t year, std::size_t month) {
  constexpr std::array<std::int64_t, 13> kBefore{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  std::int64_t days = (year - 1970) * 365;
  days += (year - 1969) / 4 - (year - 1901) / 100 + (year - 1601) / 400;  // leap days of the years before
  return days + kBefore[month] + (month >= 2 && leap(year) ? 1 : 0) - 1;
}

/// 01:00 UTC of the last Sunday of a month with 31 days.
Instant change_in(std::int64_t year, std::size_t month) {
  const std::int64_t last = last_day_of(year, month);
  const std::int64_t weekday = (last + 4) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
  return Instant{(last - weekday) * kDay + kHour};
}

std::int64_t year_of(Instant at) {
  std::int64_t year = 1970 + floor_divide(at.ns, 366 * kDay);
  while (last_day_of(year, 12) * kDay + kDay <= at.ns) ++year;
  return year;
}

std::int64_t offset(Zone zone, Instant at) {
  if (zone == Zone::Utc) return 0;
  const std::int64_t year = year_of(at);
  return at >= change_in(year, 3) && at < change_in(year, 10) ? 2 * kHour : kHour;
}

}  // namespace

std::optional<Zone> find_zone(std::string_view name) {
  if (name == "UTC") return Zone::Utc;
  if (name == "Europe/Berlin") return Zone::Berlin;
  return std::nullopt;
}

std::int64_t local_time(Zone zone, Instant at) { return at.ns + offset(zone, at); }

Instant instant_of(Zone zone, std::int64_t local) {
  if (zone == Zone::Utc) return Instant{local};
  const Instant in_summer{local - 2 * kHour};
  if (offset(zone, in_summer) == 2 * kHour) return in_summer;  // the earlier one, if it exists twice
  const Instant in_winter{local - kHour};
  if (offset(zone, in_winter) == kHour) return in_winter;
  return change_in(year_of(in_winter), 3);  // the clock jumped over it
}

Instant days_later(Zone zone, Instant start, std::int64_t days) {
  if (days == 0) return start;
  return instant_of(zone, local_time(zone, start) + days * kDay);
}

bool is_midnight(Zone zone, Instant at) { return local_time(zone, at) % kDay == 0; }

Instant midnight_before(Zone zone, Instant at) {
  return instant_of(zone, floor_divide(local_time(zone, at), kDay) * kDay);
}

}  // namespace kontor::simulation
