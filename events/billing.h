#pragma once
// Events of billing runs (DOMAIN 7). Pure values; any thread. What each field means is said once, in
// events/billing.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::billing {

struct BillingRunOpened {
  BillingRunId run;
  Instant cutoff_effective;
  Position cutoff_position = 0;
  friend bool operator==(const BillingRunOpened&, const BillingRunOpened&) = default;
};

struct BillingRunClosed {
  BillingRunId run;
  std::uint64_t count = 0;
  friend bool operator==(const BillingRunClosed&, const BillingRunClosed&) = default;
};

using Event = std::variant<BillingRunOpened, BillingRunClosed>;

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::billing
