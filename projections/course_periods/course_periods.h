#pragma once
// Course seats, their blocks, and the sums of a run: behind CourseSeatPeriods and CourseSettlement.

#include "projections/projection.h"

namespace kontor::views {

class CoursePeriods final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "course_periods"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
