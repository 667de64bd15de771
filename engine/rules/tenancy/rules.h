#pragma once
// The rules of a tenant as a whole. Pure but for the state that evolve is given. A tenant that was never
// created knows one command only, CreateTenant; an imported history ends with FinishHistory. The plan says
// which features the tenant has bought.

#include <optional>
#include <string>
#include <string_view>

#include "engine/rules/context.h"
#include "engine/rules/decision.h"
#include "engine/rules/tenancy/commands.h"
#include "engine/rules/tenancy/state.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::tenancy {

using Event = kontor::tenancy::Event;

/// Refuses with ForbiddenRole, UnknownTenant, AlreadyExists, TimelineMode, InvalidArgument (nothing would
/// change).
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const Event& event, const Envelope& envelope);
/// FeatureNotLicensed while the plan does not contain group access (G-02), or the credit system (C-01).
[[nodiscard]] std::optional<Refusal> group_access_refused(const State& state);
[[nodiscard]] std::optional<Refusal> credits_refused(const State& state);
/// As rules::stream_of and rules::type_name (engine/rules/catalog.h).
[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
/// Everything in the state, in a fixed order.
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::tenancy
