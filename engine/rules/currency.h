#pragma once
// The one thing that all prices share, whatever they are for. Pure; any thread.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "engine/rules/decision.h"
#include "events/core/money.h"

namespace kontor::rules {

/// What is said of XXX, by the rules and at the door.
constexpr std::string_view kIsNoCurrency = "is the code for no currency: nothing has a price in it";

/// The refusal of a price in no currency (InvalidArgument).
[[nodiscard]] inline std::optional<Refusal> no_currency(const Currency& currency) {
  if (currency != kNoCurrency) return std::nullopt;
  const std::string code(currency.text());
  return refuse(Reason::InvalidArgument, fmt::format("{} {}", code, kIsNoCurrency), {fact("currency", code)})
      .value();
}

}  // namespace kontor::rules
