#pragma once

#include "engine/rules/journal.h"
#include "events/core/actor.h"
#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::rules {

/// Where a stream stands: what an expected version compares with and what a refusal points at.
struct StreamHead {
  Version version = 0;
  Position position = 0;
};

/// Head of every stream of one tenant.
using Streams = Index<std::string, StreamHead, TextHash>;

/// All that a decision may know beside the state. Time comes in; nothing here reads a clock.
struct Context {
  Instant now;
  Actor actor;
};

/// The earliest thing that is due. `key` belongs to the domain that returned it.
struct Timer {
  Instant due;
  std::string_view stream;  // ties of `due` are broken by it (DOMAIN TB7)
};

}  // namespace kontor::rules
