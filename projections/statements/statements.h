#pragma once
// What can be billed, and the billing runs: behind BillingRuns, BillingLines and BillingStatement. Which
// lines a run holds is not written down: it follows from what can be billed and the order of the runs
// (runs.h).

#include "projections/projection.h"

namespace kontor::views {

class Statements final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "statements"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
