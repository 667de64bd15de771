#pragma once
// What happens when an enrolment or a single access ends. Pure; nothing here refuses.

#include <string>

#include "engine/rules/access/lookup.h"

namespace kontor::rules::access {

struct Leaving {
  kontor::access::SeatFate fate = kontor::access::SeatFate::Freed;
  kontor::access::RemovalCause cause = kontor::access::RemovalCause::ByHand;
  std::string reason;
};

/// ParticipantRemoved, and TagRevokeRequested unless something else entitles the person to the tag (G-34,
/// DOMAIN 2.5). Requires an active member.
void remove_member(const State& state, Row member, const Leaving& leaving, Events& out);

/// TagRevokeRequested when exactly one entitlement to the tag lives: the one that ends now.
void revoke_last(const State& state, const PersonId& person, Row tag, Events& out);

/// IntegrationNotConnected when the platform has no CRM at all; one that is broken only delays the tags
/// (A13).
[[nodiscard]] Refused never_connected(const State& state);

}  // namespace kontor::rules::access
