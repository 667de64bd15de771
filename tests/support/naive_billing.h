#pragma once
// Billing told a second time, slowly and from the events alone, to judge the rules and the views by. Any
// thread.

#include <span>
#include <vector>

#include "engine/rules/billing/line.h"
#include "events/envelope.h"

namespace kontor::test {

/// Everything that could ever be billed, from these events.
[[nodiscard]] std::vector<rules::billing::Line> naive_billable(std::span<const RecordedEvent> events);
/// The lines of a run that was opened in these events, in the order of a statement.
[[nodiscard]] std::vector<rules::billing::Line> naive_lines(std::span<const RecordedEvent> events,
                                                            const BillingRunId& run);

}  // namespace kontor::test
