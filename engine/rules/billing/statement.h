#pragma once
// Which open items a run takes, and what they come to. Pure; any thread that may read the state.

#include <string>
#include <vector>

#include "engine/rules/billing/state.h"

namespace kontor::rules::billing {

/// An item as a line.
[[nodiscard]] Line line_of(const State& state, Row item);

/// Whether a run of this scope and cut-off takes the item, which must be open.
[[nodiscard]] inline bool takes(kontor::billing::Scope scope, Instant cutoff, const Item& item) {
  return covers(scope, item.kind) && falls_before(item.kind, item.effective_at, cutoff);
}
[[nodiscard]] inline bool takes(kontor::billing::Scope scope, Instant cutoff, const Settlement& settlement) {
  return covers(scope, LineKind::CourseSeat) &&
         falls_before(LineKind::CourseSeat, settlement.effective_at, cutoff);
}

/// The event of a run over the items that are open now; nullopt when a sum does not fit 64 bits.
[[nodiscard]] std::optional<kontor::billing::BillingRunOpened> statement_of(const State& state,
                                                                            const BillingRunId& run,
                                                                            kontor::billing::Scope scope,
                                                                            Instant cutoff, Position head);

}  // namespace kontor::rules::billing
