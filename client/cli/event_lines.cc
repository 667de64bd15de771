#include "client/cli/event_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "client/cli/output.h"

namespace kontor::cli {
namespace {

constexpr std::string_view kLeftOut[] = {"tenant",    "version", "recordedAt",  "actor",
                                         "commandId", "history", "correlation", "payloadDigest"};
constexpr std::string_view kColumns[] = {"position", "effectiveAt", "stream", "type"};

template <class List>
bool among(const List& list, std::string_view key) {
  return std::ranges::find(list, key) != std::end(list);
}

std::string says(const boost::json::object& event) {
  boost::json::object rest;
  for (const auto& [key, value] : event)
    if (!among(kLeftOut, key) && !among(kColumns, key)) rest[key] = value;
  return in_one_line(rest);
}

std::string field(const boost::json::object& event, std::string_view name) {
  const auto* value = event.if_contains(name);
  return value == nullptr ? "" : cell(*value);
}

/// "2026-11-21 08:58:41.007" of 2026-11-21T08:58:41.007123Z.
std::string to_the_millisecond(const std::string& at) {
  constexpr std::size_t kSeconds = 19;
  if (at.size() <= kSeconds) return at;
  std::string out = at.substr(0, kSeconds);
  out[10] = ' ';
  std::string decimals = at[kSeconds] == '.' ? at.substr(kSeconds + 1) : "";
  decimals.erase(std::ranges::find(decimals, 'Z'), decimals.end());
  decimals.resize(3, '0');
  return out + "." + decimals;
}

}  // namespace

boost::json::object short_form(const boost::json::object& event) {
  boost::json::object row;
  for (const auto& [key, value] : event)
    if (among(kColumns, key)) row[key] = value;
  row["says"] = says(event);
  return row;
}

std::string event_line(const boost::json::object& event) {
  std::string line = fmt::format("{:<8}  {}  {:<22}  rev {:>4}  {:<28}  {}", field(event, "position"),
                                 to_the_millisecond(field(event, "recordedAt")), field(event, "stream"),
                                 field(event, "version"), field(event, "type"), says(event));
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace kontor::cli
