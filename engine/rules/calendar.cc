#include "engine/rules/calendar.h"

#include <date/tz.h>

#include <chrono>
#include <stdexcept>

namespace kontor::rules {
namespace {

using Ns = std::chrono::nanoseconds;

const date::time_zone* find_zone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone));
  } catch (const std::runtime_error&) {
    return nullptr;  // the library's way to say "no such zone"
  }
}

date::sys_time<Ns> sys(Instant at) { return date::sys_time<Ns>{Ns{at.ns}}; }

constexpr date::year kFirstUnknown{2037};

/// The library knows the changes of clocks only as far as the system's tables list them one by one: to 2037.
/// Where clocks are changed by a rule of months and weekdays, a later year has the same changes as the newest
/// known year with the same calendar. What has to be taken away from a day of `year` to get there: whole
/// weeks.
date::days to_known_year(const date::time_zone& zone, date::year year) {
  if (year < kFirstUnknown) return date::days{0};
  const auto summer = date::sys_days{date::year{2036} / 7 / 1};
  const auto info = zone.get_info(summer);
  if (info.end - info.begin > date::days{366}) return date::days{0};  // this zone's clocks never change
  const date::sys_days first{year / 1 / 1};
  for (date::year known = kFirstUnknown - date::years{1};; --known) {
    const date::sys_days same{known / 1 / 1};
    if (known.is_leap() == year.is_leap() && date::weekday{same} == date::weekday{first}) return first - same;
  }
}

template <class Time>
date::year year_of(Time time) {
  return date::year_month_day{date::floor<date::days>(time)}.year();
}

date::local_time<Ns> to_local(const date::time_zone& zone, date::sys_time<Ns> time) {
  const date::days back = to_known_year(zone, year_of(time));
  return zone.to_local(time - back) + back;
}

date::sys_time<Ns> to_sys(const date::time_zone& zone, date::local_time<Ns> time,
                          date::choose which = date::choose::earliest) {
  const date::days back = to_known_year(zone, year_of(time));
  return zone.to_sys(time - back, which) + back;
}

}  // namespace

bool known_time_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

Instant add_local_days(std::string_view zone, Instant start, std::int64_t days) {
  if (days == 0) return start;
  const auto& tz = *find_zone(zone);
  const auto local = to_local(tz, sys(start)) + date::days{days};
  return Instant{to_sys(tz, local).time_since_epoch().count()};
}

Instant next_local_midnight(std::string_view zone, Instant at) {
  const auto& tz = *find_zone(zone);
  const date::local_time<Ns> midnight = date::floor<date::days>(to_local(tz, sys(at))) + date::days{1};
  auto next = to_sys(tz, midnight);
  // Clocks that go back across midnight show it twice; the first may be over.
  if (next <= sys(at)) next = to_sys(tz, midnight, date::choose::latest);
  return Instant{next.time_since_epoch().count()};
}

bool begins_local_day(std::string_view zone, Instant at) {
  const auto& tz = *find_zone(zone);
  return to_sys(tz, date::floor<date::days>(to_local(tz, sys(at)))) == sys(at);
}

}  // namespace kontor::rules
