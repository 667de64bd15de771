#pragma once
// What is sealed of each person, as the log holds it: behind PersonDetail. No row holds anything in clear.

#include "projections/projection.h"

namespace kontor::views {

class Persons final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "persons"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
