#pragma once
// What was asked of the outside and has no answer yet, and which tags should be and are: behind
// IntegrationBacklog and TagDrift.

#include "projections/projection.h"

namespace kontor::views {

class Effects final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "effects"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
