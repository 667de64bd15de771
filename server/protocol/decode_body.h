#pragma once

#include "engine/rules/catalog.h"
#include "events/core/result.h"
#include "server/protocol/commands.capnp.h"

namespace kontor::protocol {

/// The command itself, one branch per kind. Unsupported for a kind this server does not know. Pure.
[[nodiscard]] Result<rules::Command> decode_body(wire::CommandContent::Body::Reader body);

}  // namespace kontor::protocol
