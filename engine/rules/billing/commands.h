#pragma once
// Commands about billing runs (DOMAIN 7). Pure values; ids are valid id texts, instants lie in the range of
// Instant::valid (both checked at the door). The rules in words: engine/rules/billing/README.md.

#include <optional>
#include <string>
#include <variant>

#include "events/billing.h"
#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::rules::billing {

using kontor::billing::Scope;

/// Freezes what the run bills: all that lies before `cutoff` and in no other run. Billing only.
struct OpenBillingRun {
  BillingRunId run;
  Scope scope = Scope::All;
  Instant cutoff;
  friend bool operator==(const OpenBillingRun&, const OpenBillingRun&) = default;
};

/// Makes the lines of a run final and settles the course runs in it. Billing only.
struct CloseBillingRun {
  BillingRunId run;
  std::string invoice_ref;           // may be empty
  std::optional<Digest> lines_hash;  // of the lines the caller has seen
  friend bool operator==(const CloseBillingRun&, const CloseBillingRun&) = default;
};

/// Gives the lines of an open run back, for a later run. Billing only.
struct AbandonBillingRun {
  BillingRunId run;
  std::string reason;
  friend bool operator==(const AbandonBillingRun&, const AbandonBillingRun&) = default;
};

/// From now on nothing can be back-dated to before `until`. Billing only.
struct SealPeriod {
  Instant until;
  friend bool operator==(const SealPeriod&, const SealPeriod&) = default;
};

using Command = std::variant<OpenBillingRun, CloseBillingRun, AbandonBillingRun, SealPeriod>;

}  // namespace kontor::rules::billing
