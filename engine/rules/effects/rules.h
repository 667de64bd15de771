#pragma once
// The rules of effects (DOMAIN 2.7, 4.6): a request stays open until the outside has confirmed it; a failure
// is recorded and leaves it open. Pure but for the state that evolve is given.

#include <string>
#include <string_view>

#include "engine/rules/context.h"
#include "engine/rules/decision.h"
#include "engine/rules/effects/commands.h"
#include "engine/rules/effects/state.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::effects {

/// Refuses with ForbiddenRole, NotFound (no such request is open).
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const kontor::effects::Event& event, const Envelope& envelope);

[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::effects
