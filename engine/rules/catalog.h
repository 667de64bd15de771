#pragma once
// The list of domains: a new one is added here and in catalog.cc, and nowhere else (docs/adding-a-domain.md).
// One tenant's state, and what the writer, the auditor and the simulation do with it. The writer's loop:
//
//   while (auto timer = next_timer(state); timer && timer->due <= now)
//     for (Event& event : fire(state, *timer)) { ...envelope with timer->effective_at...; evolve(state,
//     event, envelope); }
//   auto decision = decide(state, command, {now, actor});
//
// Pure but for the state that evolve is given. One thread per State.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/rules/access/commands.h"
#include "engine/rules/access/state.h"
#include "engine/rules/billing/commands.h"
#include "engine/rules/billing/state.h"
#include "engine/rules/communities/commands.h"
#include "engine/rules/communities/state.h"
#include "engine/rules/context.h"
#include "engine/rules/credits/commands.h"
#include "engine/rules/credits/state.h"
#include "engine/rules/decision.h"
#include "engine/rules/effects/commands.h"
#include "engine/rules/effects/state.h"
#include "engine/rules/journal.h"
#include "engine/rules/people/commands.h"
#include "engine/rules/people/state.h"
#include "engine/rules/seats/commands.h"
#include "engine/rules/seats/state.h"
#include "engine/rules/tenancy/commands.h"
#include "engine/rules/tenancy/state.h"
#include "events/core/digest.h"
#include "events/envelope.h"

namespace kontor::rules {

using Command = std::variant<tenancy::Command, seats::Command, people::Command, effects::Command,
                             access::Command, credits::Command, billing::Command, communities::Command>;

/// Everything known of one tenant. Neither copied nor moved: its containers refer to its journal. Opening the
/// journal, evolving and rolling back leaves no trace (dry runs, all-or-nothing batches).
struct State {
  State()
      : streams(journal),
        tenancy(journal),
        seats(journal),
        people(journal),
        effects(journal),
        access(journal),
        credits(journal),
        billing(journal),
        communities(journal) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Journal journal;
  Streams streams;
  tenancy::State tenancy;
  seats::State seats;
  people::State people;
  effects::State effects;
  access::State access;
  credits::State credits;
  billing::State billing;  // observes the events of all domains
  communities::State communities;
};

/// Whether `command` may take effect at ctx.effective_at, earlier than ctx.now: only a correction by an admin
/// or by support may, never before the tenant began and never inside a closed billing period (DOMAIN 1.2).
[[nodiscard]] std::optional<Refusal> back_dating_refused(const State& state, const Command& command,
                                                         const Context& ctx);

/// The events that `command` leads to at ctx.now, at least one, effective at ctx.effective_at; or the
/// refusal. A tenant that was never created refuses everything but CreateTenant with UnknownTenant. Requires
/// that every timer due at or before ctx.now has fired.
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx);

/// Visits every contact that a command carries, so that look-up keys can be filled in before it is decided:
/// the fields `contact`, and `rows` with a `contact` each.
void each_contact(Command& command, const std::function<void(kontor::people::Contact&)>& visit);

/// Takes an event in. Requires that the envelope's stream is stream_of(event) and its version the next of
/// that stream: anything else, or an event that does not fit the state, is a broken invariant.
void evolve(State& state, const Event& event, const Envelope& envelope);

/// The timer to fire next: earliest due, then by stream.
[[nodiscard]] std::optional<Timer> next_timer(const State& state);

/// The events of exactly `timer`, which must be next_timer(state); at least one. Once they have evolved, the
/// timer is gone, so a loop over next_timer ends.
[[nodiscard]] std::vector<Event> fire(const State& state, const Timer& timer);

/// The stream whose version a command's expected version is compared with: "course/k-1".
[[nodiscard]] std::string stream_of(const Command& command);
/// Where a stream stands; version 0 when it does not exist.
[[nodiscard]] StreamHead head_of(const State& state, std::string_view stream);
/// Name of a command's kind in PascalCase: "InviteToCourse".
[[nodiscard]] std::string_view type_name(const Command& command);

/// SHA-256 over a canonical form of the state of all domains. Equal for equal logs, live or replayed, on
/// every machine; without `recorded_at` of anything.
[[nodiscard]] Digest state_digest(const State& state);

}  // namespace kontor::rules
