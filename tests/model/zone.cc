#include "tests/model/zone.h"

#include <date/tz.h>

#include <chrono>

namespace kontor::model {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

date::sys_time<Nanoseconds> point(Instant at) { return date::sys_time<Nanoseconds>{Nanoseconds{at.ns}}; }

date::local_time<Nanoseconds> local(const std::string& zone, Instant at) {
  return date::locate_zone(zone)->to_local(point(at));
}

Instant instant(const std::string& zone, date::local_time<Nanoseconds> shown) {
  return {date::locate_zone(zone)->to_sys(shown, date::choose::earliest).time_since_epoch().count()};
}

}  // namespace

bool zone_exists(const std::string& zone) {
  for (const auto& each : date::get_tzdb().zones)
    if (each.name() == zone) return true;
  return false;
}

Instant local_days_later(const std::string& zone, Instant start, int days) {
  return days == 0 ? start : instant(zone, local(zone, start) + date::days{days});
}

bool at_midnight(const std::string& zone, Instant at) {
  return instant(zone, date::floor<date::days>(local(zone, at))) == at;
}

Instant next_midnight(const std::string& zone, Instant at) {
  return instant(zone, date::floor<date::days>(local(zone, at)) + date::days{1});
}

}  // namespace kontor::model
