#pragma once
// The rules of persons (DOMAIN 1.3, 1.5). Pure but for the state that evolve is given.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rules/context.h"
#include "engine/rules/decision.h"
#include "engine/rules/people/commands.h"
#include "engine/rules/people/state.h"
#include "events/envelope.h"

namespace kontor::rules {
class Canonical;
}

namespace kontor::rules::people {

/// Refuses in this order with ForbiddenRole, NotFound or AlreadyExists, SubjectErased, ReasonRequired,
/// EmailInvalid, AlreadyMember (two persons would collide), InvalidArgument (nothing would change).
[[nodiscard]] Decision<Event> decide(const State& state, const Command& command, const Context& ctx);
/// Never refuses; an event that does not fit the state is a broken invariant.
void evolve(State& state, const kontor::people::Event& event, const Envelope& envelope);

/// The person that an e-mail stands for (G-18, G-19). Appends PersonRegistered for a person that was not
/// known, ExistingPersonLinked otherwise. `nth` tells apart the persons that one command registers. Requires
/// that the contact has a look-up key.
[[nodiscard]] PersonId person_for(const State& state, const Contact& contact, const Context& ctx,
                                  std::uint64_t nth, std::vector<Event>& events);
/// The refusal of a contact without a look-up key (EmailInvalid): says where its e-mail goes wrong, and
/// nothing of what it says.
[[nodiscard]] std::optional<Refusal> email_refused(const Contact& contact);
/// The person with this e-mail, if one is known.
[[nodiscard]] std::optional<PersonId> find(const State& state, const Digest& lookup);
/// The refusal when the person was erased (SubjectErased).
[[nodiscard]] std::optional<Refusal> erased(const State& state, const PersonId& person);

/// Persons who are known and not erased, in the order in which they became known.
[[nodiscard]] std::vector<PersonId> living(const State& state);

[[nodiscard]] std::string stream_of(const Command& command);
[[nodiscard]] std::string_view type_name(const Command& command);
void describe(const State& state, Canonical& out);

}  // namespace kontor::rules::people
