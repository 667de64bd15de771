#include "replay/export/cell_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kontor::exports {

unsigned minor_digits(std::string_view currency) {
  constexpr std::array<std::string_view, 16> kNone{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                   "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF"};
  constexpr std::array<std::string_view, 7> kThree{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::ranges::find(kNone, currency) != kNone.end() || currency == "XPF") return 0;
  return std::ranges::find(kThree, currency) != kThree.end() ? 3 : 2;
}

std::string amount_text(std::int64_t minor_units, unsigned digits, char decimal_sign) {
  // The smallest number has no positive counterpart: as an unsigned number it has.
  const bool negative = minor_units < 0;
  std::uint64_t size = static_cast<std::uint64_t>(minor_units);
  if (negative) size = ~size + 1;
  std::string text = fmt::format("{:0{}}", size, digits + 1);
  if (digits != 0) text.insert(text.size() - digits, 1, decimal_sign);
  return negative ? "-" + text : text;
}

std::string sortable_moment(Instant at) {
  constexpr std::size_t kSeconds = 19;  // 2027-03-28T01:00:00
  constexpr std::size_t kDecimals = 9;
  std::string text = at.text();
  std::string decimals = text.size() > kSeconds + 1 ? text.substr(kSeconds + 1) : std::string();
  if (!decimals.empty()) decimals.pop_back();  // Z
  decimals.resize(kDecimals, '0');
  return text.substr(0, kSeconds) + "." + decimals + "Z";
}

std::string defused(std::string_view text) {
  constexpr std::string_view kDangerous = "=+-@\t\r\n'";
  if (text.empty() || kDangerous.find(text.front()) == std::string_view::npos) return std::string(text);
  return "'" + std::string(text);
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

}  // namespace kontor::exports
