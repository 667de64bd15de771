#include "engine/rules/tenancy/rules.h"

#include "engine/rules/canonical.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"

namespace kontor::rules::tenancy {
namespace {

using kontor::tenancy::HistoryFinished;
using kontor::tenancy::TenantCreated;

Decision<Event> decide_create(const Tenant& tenant, const CreateTenant& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Operator})) return forbidden(ctx, {Role::Operator});
  if (tenant.timeline)
    return refuse(Reason::AlreadyExists, "the tenant exists already", {}, {tenant.created_at});
  return std::vector<Event>{TenantCreated{command.timeline}};
}

Decision<Event> decide_finish(const Tenant& tenant, const Context& ctx) {
  if (!allowed(ctx, {Role::Operator})) return forbidden(ctx, {Role::Operator});
  if (!tenant.timeline) return refuse(Reason::UnknownTenant, "the tenant was never created");
  if (*tenant.timeline == Timeline::Live) {
    const Position because = tenant.history_finished_at != 0 ? tenant.history_finished_at : tenant.created_at;
    return refuse(Reason::TimelineMode, "the tenant lives by the server's clock already", {}, {because});
  }
  return std::vector<Event>{HistoryFinished{}};
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  if (const auto* create = std::get_if<CreateTenant>(&command))
    return decide_create(state.tenant.get(), *create, ctx);
  return decide_finish(state.tenant.get(), ctx);
}

void evolve(State& state, const Event& event, const Envelope& envelope) {
  Tenant tenant = state.tenant.get();
  if (const auto* created = std::get_if<TenantCreated>(&event)) {
    KONTOR_ASSERT(!tenant.timeline.has_value());
    tenant.timeline = created->timeline;
    tenant.created_at = envelope.position;
    tenant.created_effective = envelope.effective_at;
  } else {
    KONTOR_ASSERT(tenant.timeline == Timeline::History);
    tenant.timeline = Timeline::Live;
    tenant.history_finished_at = envelope.position;
  }
  state.tenant.set(tenant);
}

std::string stream_of(const Command&) { return "tenant"; }

std::string_view type_name(const Command& command) {
  return std::holds_alternative<CreateTenant>(command) ? "CreateTenant" : "FinishHistory";
}

void describe(const State& state, Canonical& out) {
  const Tenant& tenant = state.tenant.get();
  out.add_all(tenant.timeline, tenant.created_at, tenant.created_effective, tenant.history_finished_at);
}

}  // namespace kontor::rules::tenancy
