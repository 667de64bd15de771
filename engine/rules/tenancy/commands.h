#pragma once
// Commands about a tenant as a whole. Pure values.

#include <variant>

#include "events/tenancy.h"

namespace kontor::rules::tenancy {

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

using Command = std::variant<CreateTenant, FinishHistory>;

}  // namespace kontor::rules::tenancy
