#pragma once
// Money is whole minor units of one currency; there is no floating point anywhere near it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/core/result.h"

namespace kontor {

/// An ISO 4217 code: three capital letters.
struct Currency {
  std::array<char, 3> code{'E', 'U', 'R'};

  [[nodiscard]] static Result<Currency> parse(std::string_view text);
  [[nodiscard]] std::string_view text() const { return {code.data(), code.size()}; }
  friend bool operator==(const Currency&, const Currency&) = default;
};

/// ISO 4217's code for "no currency involved": the currency of a sum in which nothing ever had a price.
constexpr Currency kNoCurrency{{'X', 'X', 'X'}};

/// Minor units (cents). Every operation is checked; nullopt means the sum does not fit 64 bits.
struct MinorUnits {
  std::int64_t value = 0;

  friend auto operator<=>(const MinorUnits&, const MinorUnits&) = default;
  friend bool operator==(const MinorUnits&, const MinorUnits&) = default;
};

[[nodiscard]] std::optional<MinorUnits> checked_add(MinorUnits a, MinorUnits b);
[[nodiscard]] std::optional<MinorUnits> checked_multiply(MinorUnits a, std::uint64_t times);

}  // namespace kontor
