#pragma once
// The rules of billing runs (DOMAIN 7; in words: README.md beside this file). Pure but for the state that
// evolve and observe are given. Closing a run writes events of the domains whose things it bills; the catalog
// asks those domains for them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rules/billing/commands.h"
#include "engine/rules/billing/state.h"
#include "engine/rules/context.h"
#include "engine/rules/decision.h"
#include "engine/rules/settled_apart.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::billing {

/// Refuses with ForbiddenRole, AlreadyExists, CutoffInFuture, AmountOutOfRange (open); NotFound,
/// RunAlreadyClosed, VersionConflict, InvalidArgument (close); ReasonRequired (abandon);
/// EffectiveTimeInFuture, InvalidArgument (seal).
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const kontor::billing::Event& event, const Envelope& envelope);
/// Takes note of what an event of any domain makes billable. Called for every event.
void observe(State& state, const Event& event, const Envelope& envelope);

/// Contract periods whose time of grace is over.
[[nodiscard]] std::optional<Timer> next_timer(const State& state);
[[nodiscard]] std::vector<Event> fire(const State& state, const Timer& timer);

/// A course run that a billing run settles when it is closed.
struct CourseRun {
  std::string_view course;
  std::uint32_t run = 0;
};
/// Corrections of seats of the course's newest run that are not settled with it: lines that are not held by
/// the billing run that holds the course run or, if none does, that some billing run holds.
[[nodiscard]] std::vector<SettledApart> settled_apart(const State& state, const CourseId& course);
/// In the order in which they ended. Requires that the run exists.
[[nodiscard]] std::vector<CourseRun> course_runs_of(const State& state, const BillingRunId& run);

/// Credit orders that a billing run marks as invoiced when it is closed, by position. Requires that the run
/// exists.
[[nodiscard]] std::vector<OrderId> credit_orders_of(const State& state, const BillingRunId& run);

/// The refusal of invoicing a credit order by hand that a billing run holds or has billed
/// (LineAlreadyBilled).
[[nodiscard]] std::optional<Refusal> held_by_a_run(const State& state, const OrderId& order);
/// The refusal of settling a course run by hand that an open billing run holds (LineAlreadyBilled).
[[nodiscard]] std::optional<Refusal> held_by_a_run(const State& state, const CourseId& course,
                                                   std::uint32_t course_run);
/// The refusal of being true since `at` when that time is sealed (EffectiveTimeInClosedPeriod).
[[nodiscard]] std::optional<Refusal> sealed(const State& state, Instant at);

[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::billing
