#pragma once
// Commands about a tenant as a whole. Pure values.

#include <optional>
#include <variant>

#include "events/tenancy.h"

namespace kontor::rules::tenancy {

using kontor::tenancy::CreditsOption;
using kontor::tenancy::Suite;
using kontor::tenancy::Timeline;

/// Opens a ledger. Operator only.
struct CreateTenant {
  Timeline timeline = Timeline::Live;
  friend bool operator==(const CreateTenant&, const CreateTenant&) = default;
};

/// From now on the tenant lives by the server's clock. Operator only.
struct FinishHistory {
  friend bool operator==(const FinishHistory&, const FinishHistory&) = default;
};

/// The contract contains something else from now on. Operator only.
struct ChangeTenantPlan {
  Suite suite = Suite::Basic;
  std::optional<CreditsOption> credits;  // absent: as it is
  friend bool operator==(const ChangeTenantPlan&, const ChangeTenantPlan&) = default;
};

using Command = std::variant<CreateTenant, FinishHistory, ChangeTenantPlan>;

}  // namespace kontor::rules::tenancy
