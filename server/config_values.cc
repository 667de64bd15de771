#include "server/config_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::server {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

/// A whole number with one of the units, times its factor; nothing when it is not that or too large.
std::optional<std::uint64_t> number_with_unit(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{}) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  const auto unit = std::ranges::find(units, rest, &Unit::name);
  std::uint64_t total = 0;
  if (unit == units.end() || __builtin_mul_overflow(number, unit->factor, &total)) return std::nullopt;
  return total;
}

constexpr std::array kCountUnits{Unit{"", 1}};
constexpr std::array kSizeUnits{Unit{"", 1}, Unit{"B", 1}, Unit{"KiB", 1u << 10}, Unit{"MiB", 1u << 20}};
constexpr std::array kTimeUnits{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"min", 60'000}, Unit{"h", 3'600'000}};

std::string size_text(std::uint64_t bytes) {
  if (bytes % (1u << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
  return fmt::format("{}KiB", bytes >> 10);
}

}  // namespace

ConfigSetter text_value(std::string& (*place)(Config&)) {
  return [place](Config& config, std::string_view text) -> std::optional<std::string> {
    if (text.empty()) return "a text that is not empty";
    place(config) = text;
    return std::nullopt;
  };
}

ConfigSetter count_value(std::uint64_t least, std::uint64_t most, std::size_t& (*place)(Config&)) {
  return [least, most, place](Config& config, std::string_view text) -> std::optional<std::string> {
    const auto number = number_with_unit(text, kCountUnits);
    if (!number || *number < least || *number > most)
      return fmt::format("a number from {} to {}", least, most);
    place(config) = static_cast<std::size_t>(*number);
    return std::nullopt;
  };
}

ConfigSetter size_value(std::uint64_t least, std::uint64_t most, std::size_t& (*place)(Config&)) {
  return [least, most, place](Config& config, std::string_view text) -> std::optional<std::string> {
    const auto bytes = number_with_unit(text, kSizeUnits);
    if (!bytes || *bytes < least || *bytes > most)
      return fmt::format("a size from {} to {}, such as 512KiB", size_text(least), size_text(most));
    place(config) = static_cast<std::size_t>(*bytes);
    return std::nullopt;
  };
}

ConfigSetter time_value(std::chrono::milliseconds& (*place)(Config&)) {
  return [place](Config& config, std::string_view text) -> std::optional<std::string> {
    constexpr std::uint64_t kLeast = 10, kMost = 86'400'000;
    const auto milliseconds = number_with_unit(text, kTimeUnits);
    if (!milliseconds || *milliseconds < kLeast || *milliseconds > kMost)
      return "a time from 10ms to 24h, such as 5s";
    place(config) = std::chrono::milliseconds(*milliseconds);
    return std::nullopt;
  };
}

ConfigSetter time_or_never_value(std::chrono::milliseconds& (*place)(Config&)) {
  return
      [place, time = time_value(place)](Config& config, std::string_view text) -> std::optional<std::string> {
        if (text == "0") {
          place(config) = std::chrono::milliseconds(0);
          return std::nullopt;
        }
        if (const auto wrong = time(config, text)) return *wrong + ", or 0";
        return std::nullopt;
      };
}

ConfigSetter optional_text_value(std::string& (*place)(Config&)) {
  return [place](Config& config, std::string_view text) -> std::optional<std::string> {
    place(config) = text;
    return std::nullopt;
  };
}

ConfigSetter log_name_value(std::string& (*place)(Config&)) {
  return [place](Config& config, std::string_view text) -> std::optional<std::string> {
    constexpr std::size_t kMost = 100;
    const auto allowed = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
             c == '-';
    };
    if (text.empty() || text.size() > kMost || !std::ranges::all_of(text, allowed))
      return "1 to 100 letters, digits, dots and dashes, such as ledger.example.org";
    place(config) = text;
    return std::nullopt;
  };
}

std::optional<std::size_t> choice_of(const std::vector<std::string>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::string one_of(const std::vector<std::string>& names) {
  return fmt::format("one of {}", fmt::join(names, ", "));
}

}  // namespace kontor::server
