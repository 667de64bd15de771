#pragma once
// Who is in which course and holds which campus seat: behind SeatOf and CoursesOf.

#include "projections/projection.h"

namespace kontor::views {

class People final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "people"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
