#pragma once
// The rules of group access (DOMAIN 2; in words: README.md beside this file). Pure but for the state that
// evolve is given.

#include <string>
#include <string_view>

#include "engine/rules/access/commands.h"
#include "engine/rules/access/state.h"
#include "engine/rules/context.h"
#include "engine/rules/decision.h"
#include "engine/rules/people/state.h"
#include "engine/rules/tenancy/state.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::access {

/// What a decision reads: its own state, who is known, and what the tenant's plan contains.
struct Known {
  const State& access;
  const people::State& people;
  const tenancy::State& tenancy;
};

[[nodiscard]] Decision<Event> decide(const Known& known, const Command& command, const Context& ctx);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const kontor::access::Event& event, const Envelope& envelope);
/// Counts the mails a participant has been sent (A11): notifications are events of effects.
void observe(State& state, const kontor::effects::Event& event);

[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::access
