#pragma once
// Accounts with their transactions, orders with their history, packages: behind the questions about credits.

#include "projections/projection.h"

namespace kontor::views {

class Credits final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "credits"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
