#pragma once
// What is known of a tenant as a whole. Owned by the writer's thread.

#include <optional>
#include <tuple>

#include "engine/rules/journal.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/tenancy.h"

namespace kontor::rules::tenancy {

struct Tenant {
  std::optional<kontor::tenancy::Timeline> timeline;  // nullopt: not created
  Position created_at = 0;
  Instant created_effective;
  Position history_finished_at = 0;
  kontor::tenancy::TenantPlanChanged plan;
  Position plan_changed_at = 0;
};

struct State {
  explicit State(Journal& journal) : tenant(journal) {}

  Cell<Tenant> tenant;

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) { return std::tie(self.tenant); }
};

}  // namespace kontor::rules::tenancy
