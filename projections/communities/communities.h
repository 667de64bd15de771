#pragma once
// The pools of communities, and each person's community seat: behind CommunityPool and SeatOf.

#include "projections/projection.h"

namespace kontor::views {

class Communities final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "communities"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
