#pragma once
// Events of billing runs (DOMAIN 7). Pure values; any thread. What each field means is said once, in
// events/billing.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::billing {

// Numbers of enumerators are stored for ever and equal those of the schema.

enum class Scope : std::uint16_t { All = 0, Access = 1, Seats = 2, Credits = 3 };
enum class SealCause : std::uint16_t { ByHand = 0, ContractPeriodOver = 1 };

struct CurrencyTotal {
  Currency currency;
  std::uint64_t lines = 0;
  MinorUnits amount;
  friend bool operator==(const CurrencyTotal&, const CurrencyTotal&) = default;
};

struct BillingRunOpened {
  BillingRunId run;
  Instant cutoff_effective;
  Position cutoff_position = 0;
  Scope scope = Scope::All;
  std::uint64_t lines = 0;
  std::uint64_t course_runs = 0;
  std::uint64_t unpriced_blocks = 0;
  Position first_position = 0;
  std::vector<CurrencyTotal> totals;
  Digest lines_hash{};
  friend bool operator==(const BillingRunOpened&, const BillingRunOpened&) = default;
};

struct BillingRunClosed {
  BillingRunId run;
  std::uint64_t lines = 0;
  std::string invoice_ref;
  std::vector<CurrencyTotal> totals;
  Digest lines_hash{};
  friend bool operator==(const BillingRunClosed&, const BillingRunClosed&) = default;
};

struct BillingRunAbandoned {
  BillingRunId run;
  std::string reason;
  friend bool operator==(const BillingRunAbandoned&, const BillingRunAbandoned&) = default;
};

struct PeriodSealed {
  Instant until;
  SealCause cause = SealCause::ByHand;
  std::string campus;
  std::string period;
  friend bool operator==(const PeriodSealed&, const PeriodSealed&) = default;
};

/// In the order of the schema's union.
struct Event : std::variant<BillingRunOpened, BillingRunClosed, BillingRunAbandoned, PeriodSealed> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

/// "all", "access", "seats", "credits".
[[nodiscard]] std::string_view scope_name(Scope scope);

}  // namespace kontor::billing
