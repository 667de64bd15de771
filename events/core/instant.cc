#include "events/core/instant.h"

#include <date/date.h>
#include <fmt/format.h>

#include <chrono>

namespace kontor {
namespace {

using SysNanoseconds = std::chrono::sys_time<std::chrono::nanoseconds>;

constexpr std::int64_t kLastNs = 7'258'118'400LL * kNanosecondsPerSecond;  // 2200-01-01T00:00:00Z

tl::unexpected<Error> not_a_time(std::string_view text) {
  return fail(Reason::InvalidArgument,
              fmt::format("\"{}\" is not a time; write it as 2027-03-01T00:00:00+01:00", text.substr(0, 80)));
}

/// Reads exactly `width` digits at `at`; -1 when they are not there.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

bool Instant::valid() const { return ns >= 0 && ns < kLastNs; }

std::string Instant::text() const {
  const SysNanoseconds time{std::chrono::nanoseconds{ns}};
  const auto day = date::floor<date::days>(time);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss<std::chrono::nanoseconds> clock{time - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(ymd.year()),
                                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto fraction = clock.subseconds().count(); fraction != 0) {
    std::string decimals = fmt::format(".{:09}", fraction);
    while (decimals.back() == '0') decimals.pop_back();
    out += decimals;
  }
  return out + "Z";
}

Result<Instant> Instant::parse(std::string_view text) {
  // 2027-03-01T00:00:00[.123456789](Z|+01:00)
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return not_a_time(text);
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':')
    return not_a_time(text);
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  if (!ymd.ok() || hour > 23 || minute > 59 || second > 59) return not_a_time(text);

  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t scale = kNanosecondsPerSecond;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (scale == 1) return not_a_time(text);
      scale /= 10;
      fraction += (text[at] - '0') * scale;
    }
    if (scale == kNanosecondsPerSecond) return not_a_time(text);
  }

  std::int64_t offset_minutes = 0;
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    const int offset_hour = digits(zone, 1, 2), offset_minute = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return not_a_time(text);
    if (offset_hour < 0 || offset_hour > 23 || offset_minute < 0 || offset_minute > 59)
      return not_a_time(text);
    offset_minutes = (offset_hour * 60 + offset_minute) * (zone[0] == '-' ? -1 : 1);
  }
  const auto days = date::sys_days{ymd}.time_since_epoch().count();
  const std::int64_t seconds =
      static_cast<std::int64_t>(days) * 86'400 + hour * 3'600 + (minute - offset_minutes) * 60 + second;
  if (seconds < 0 || seconds >= kLastNs / kNanosecondsPerSecond)
    return fail(Reason::InvalidArgument,
                fmt::format("{} is outside of the years 1970 to 2199", text.substr(0, 40)));
  return Instant{seconds * kNanosecondsPerSecond + fraction};
}

}  // namespace kontor
