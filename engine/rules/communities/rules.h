#pragma once
// The rules of community seats (DOMAIN 3, B15-B19; in words: README.md beside this file). Pure but for the
// state that evolve is given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rules/communities/commands.h"
#include "engine/rules/communities/state.h"
#include "engine/rules/context.h"
#include "engine/rules/decision.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::communities {

constexpr std::uint32_t kPoolSizeMax = 1'000'000;

/// Refuses with ForbiddenRole, NotFound, AlreadyExists, InvalidArgument, AmountOutOfRange,
/// ContingentBelowUsage, GroupInactive, AlreadyMember, NoCommunitySeatsLeft, NotGroupMember. Requires that
/// all timers due at or before ctx.now have fired.
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const kontor::communities::Event& event, const Envelope& envelope);
/// The earliest timer.
[[nodiscard]] std::optional<Timer> next_timer(const State& state);
/// The events of the earliest timer; once they have evolved, it is gone.
[[nodiscard]] std::vector<Event> fire(const State& state, const Timer& timer);

/// As rules::stream_of and rules::type_name (engine/rules/catalog.h).
[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
/// Everything in the state, in a fixed order.
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::communities
