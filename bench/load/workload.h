#pragma once
// What the load generator sends: a tenant of its own with one course a connection, and invitations with
// course seats.

#include <capnp/message.h>

#include <cstdint>
#include <string>
#include <vector>

#include "server/protocol/wire.capnp.h"

namespace kontor::bench {

using Bytes = std::string;

/// A frame in standard stream framing.
[[nodiscard]] Bytes frame_bytes(capnp::MessageBuilder& message);

[[nodiscard]] Bytes hello(const std::string& tenant);

/// The commands that open the tenant, the campus and `courses` courses, one frame each, in order.
[[nodiscard]] std::vector<Bytes> opening(std::uint64_t seed, std::int64_t now_ns, std::size_t courses);

/// Invites person number `person` to course number `course`. `request` comes back in the answer.
[[nodiscard]] Bytes invitation(std::uint64_t seed, std::size_t course, std::uint64_t person,
                               std::uint64_t request);

/// Asks for the usage of a campus.
[[nodiscard]] Bytes question(const std::string& campus, std::uint64_t request);

}  // namespace kontor::bench
