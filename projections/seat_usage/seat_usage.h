#pragma once
// Contracts, courses and their counts: behind RemainingSeats, UsageStatistics and UsageDetail.

#include "projections/projection.h"

namespace kontor::views {

class SeatUsage final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "seat_usage"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
