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

}  // namespace

bool known_time_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

Instant add_local_days(std::string_view zone, Instant start, std::int64_t days) {
  if (days == 0) return start;
  const auto* tz = find_zone(zone);
  const auto local = tz->to_local(sys(start)) + date::days{days};
  return Instant{tz->to_sys(local, date::choose::earliest).time_since_epoch().count()};
}

bool is_local_midnight(std::string_view zone, Instant at) {
  const auto local = find_zone(zone)->to_local(sys(at));
  return date::floor<date::days>(local) == local;
}

}  // namespace kontor::rules
