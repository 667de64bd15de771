#include "engine/rules/tenancy/rules.h"

#include <array>

#include "engine/rules/canonical.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"

namespace kontor::rules::tenancy {
namespace {

using kontor::tenancy::HistoryFinished;
using kontor::tenancy::suite_name;
using kontor::tenancy::TenantCreated;
using kontor::tenancy::TenantPlanChanged;

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

std::string_view option_name(CreditsOption option) {
  return option == CreditsOption::Included ? "included" : "excluded";
}

/// The event that made the plan what it is.
std::vector<Position> because_of_plan(const Tenant& tenant) {
  return {tenant.plan_changed_at != 0 ? tenant.plan_changed_at : tenant.created_at};
}

Decision<Event> decide_plan(const Tenant& tenant, const ChangeTenantPlan& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Operator})) return forbidden(ctx, {Role::Operator});
  if (!tenant.timeline) return refuse(Reason::UnknownTenant, "the tenant was never created");
  const TenantPlanChanged plan{command.suite, command.credits.value_or(tenant.plan.credits)};
  if (plan == tenant.plan)
    return refuse(Reason::InvalidArgument, "the plan is that already",
                  {fact("suite", suite_name(plan.suite)), fact("credits", option_name(plan.credits))},
                  because_of_plan(tenant));
  return std::vector<Event>{plan};
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  const Tenant& tenant = state.tenant.get();
  if (const auto* create = std::get_if<CreateTenant>(&command)) return decide_create(tenant, *create, ctx);
  if (const auto* change = std::get_if<ChangeTenantPlan>(&command)) return decide_plan(tenant, *change, ctx);
  return decide_finish(tenant, ctx);
}

std::optional<Refusal> group_access_refused(const State& state) {
  const Tenant& tenant = state.tenant.get();
  if (tenant.plan.suite >= Suite::ExpertSuitePlus) return std::nullopt;
  return refuse(Reason::FeatureNotLicensed, "the tenant's plan does not contain group access",
                {fact("suite", suite_name(tenant.plan.suite)),
                 fact("needed", suite_name(Suite::ExpertSuitePlus))},
                because_of_plan(tenant))
      .value();
}

std::optional<Refusal> credits_refused(const State& state) {
  const Tenant& tenant = state.tenant.get();
  if (tenant.plan.credits == CreditsOption::Included) return std::nullopt;
  return refuse(Reason::FeatureNotLicensed, "the tenant's plan does not contain the credit system",
                {fact("credits", option_name(tenant.plan.credits))}, because_of_plan(tenant))
      .value();
}

void evolve(State& state, const Event& event, const Envelope& envelope) {
  Tenant tenant = state.tenant.get();
  if (const auto* created = std::get_if<TenantCreated>(&event)) {
    KONTOR_ASSERT(!tenant.timeline.has_value());
    tenant.timeline = created->timeline;
    tenant.created_at = envelope.position;
    tenant.created_effective = envelope.effective_at;
  } else if (const auto* plan = std::get_if<TenantPlanChanged>(&event)) {
    KONTOR_ASSERT(tenant.timeline.has_value());
    tenant.plan = *plan;
    tenant.plan_changed_at = envelope.position;
  } else {
    KONTOR_ASSERT(tenant.timeline == Timeline::History);
    tenant.timeline = Timeline::Live;
    tenant.history_finished_at = envelope.position;
  }
  state.tenant.set(tenant);
}

std::string stream_of(const Command&) { return "tenant"; }

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "CreateTenant", "FinishHistory", "ChangeTenantPlan"};
  return kNames[command.index()];
}

void describe(const State& state, Canonical& out) {
  const Tenant& tenant = state.tenant.get();
  out.add_all(tenant.timeline, tenant.created_at, tenant.created_effective, tenant.history_finished_at,
              tenant.plan.suite, tenant.plan.credits, tenant.plan_changed_at);
}

}  // namespace kontor::rules::tenancy
