#pragma once
// The rules of credits (DOMAIN 4; in words: README.md beside this file). Pure but for the state that evolve
// is given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rules/context.h"
#include "engine/rules/credits/commands.h"
#include "engine/rules/credits/state.h"
#include "engine/rules/decision.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::credits {

/// Requires that all timers due at or before ctx.now have fired. `unlicensed` is the refusal of a tenant
/// whose plan does not contain the credit system, and nothing otherwise (C-01).
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx,
                                     const std::optional<Refusal>& unlicensed);
/// What marks an order as invoiced when a billing run is closed: as MarkOrderInvoiced does, but asking for no
/// role, and also while the feature is off. Refuses with NotFound, InvalidStatusTransition.
[[nodiscard]] Decision<Event> invoiced_by_run(const State& state, const OrderId& order,
                                              const std::string& ref);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const kontor::credits::Event& event, const Envelope& envelope);
/// The reservation that expires next.
[[nodiscard]] std::optional<Timer> next_timer(const State& state);
/// The events of the earliest timer; once they have evolved, it is gone.
[[nodiscard]] std::vector<Event> fire(const State& state, const Timer& timer);
/// As rules::stream_of and rules::type_name (engine/rules/catalog.h).
[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
/// Whether a command may be true since earlier: points that are given (DOMAIN 1.2).
[[nodiscard]] bool is_correction(const Command& command);
/// Everything in the state, in a fixed order.
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::credits
