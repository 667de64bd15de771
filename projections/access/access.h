#pragma once
// Groups and their participants, tags, orders and rosters: behind GroupOverview, GroupRoster, GroupsOfLeader,
// CanOpenGroup, CheckoutQuote, ImportReport, AccessOf and OrdersInPeriod.

#include "projections/projection.h"

namespace kontor::views {

class Access final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "access"; }
  void apply(const RecordedEvent& event, ViewWriter& rows) const override;
};

}  // namespace kontor::views
