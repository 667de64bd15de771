#include "tests/scenarios/times.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <regex>
#include <stdexcept>

namespace kontor::scenarios {
namespace {

using Ns = std::chrono::nanoseconds;

const date::time_zone* find_zone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

tl::unexpected<Error> wrong(std::string message) { return fail(Reason::InvalidArgument, std::move(message)); }

int number(const std::ssub_match& match) { return match.matched ? std::stoi(match.str()) : 0; }

Ns fraction(const std::ssub_match& match) {
  if (!match.matched) return Ns{0};
  std::string digits = match.str();
  digits.resize(9, '0');
  return Ns{std::stoll(digits)};
}

}  // namespace

bool known_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

Result<Instant> parse_time(std::string_view text, std::string_view zone) {
  static const std::regex form(
      R"(^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(?: ([A-Za-z]\S*))?$)");
  const std::string whole(text);
  std::smatch part;
  if (!std::regex_match(whole, part, form)) {
    if (auto at = Instant::parse(text)) return at;
    return wrong(fmt::format(
        "\"{}\" is not a time; write 2027-03-01, 2027-03-01 14:30 or 2027-03-01T13:30:00Z", whole));
  }
  const std::string zone_name = part[8].matched ? part[8].str() : std::string(zone);
  const date::time_zone* const where = find_zone(zone_name);
  if (where == nullptr) return wrong(fmt::format("there is no time zone {}", zone_name));
  const date::year_month_day day{date::year{number(part[1])} / number(part[2]) / number(part[3])};
  if (!day.ok() || number(part[4]) > 23 || number(part[5]) > 59 || number(part[6]) > 59)
    return wrong(fmt::format("there is no {}", whole));
  const date::local_time<Ns> local = date::local_days{day} + std::chrono::hours{number(part[4])} +
                                     std::chrono::minutes{number(part[5])} +
                                     std::chrono::seconds{number(part[6])} + fraction(part[7]);
  if (where->get_info(local).result == date::local_info::nonexistent)
    return wrong(fmt::format("no clock in {} ever shows {}: clocks are put forward", zone_name, whole));
  const auto at = where->to_sys(local, date::choose::earliest);
  return Instant{at.time_since_epoch().count()};
}

std::string time_text(Instant at, std::string_view zone) {
  const date::time_zone* const where = find_zone(zone);
  if (where == nullptr) return at.text();
  const date::sys_time<Ns> moment{Ns{at.ns}};
  std::string text = date::format("%F %T", where->to_local(moment));
  if (const auto point = text.find('.'); point != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text + " " + std::string(zone);
}

}  // namespace kontor::scenarios
