#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

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

/// 16 random bytes that come with each command, for names that must not be guessed. What is made of them is
/// stored in the events.
using Entropy = std::array<std::uint8_t, 16>;

/// All that a decision may know beside the state. Time and chance come in; nothing here reads a clock.
struct Context {
  Instant now;
  Actor actor;
  /// When the events will be true: `now`, or the earlier moment a correction names.
  Instant effective_at = now;
  Position head = 0;  // the tenant's last position before this command
  Entropy entropy{};
};

/// Something that becomes true at a moment when nobody sends a command (ARCHITECTURE D9, DOMAIN TB7). A timer
/// with `due` <= t must have fired before anything at t is decided; its events carry `effective_at`. The two
/// differ by one nanosecond where a fact holds only if nothing ended at that very instant: see the rules of
/// the domain.
struct Timer {
  Instant due;
  Instant effective_at;
  std::string_view stream;  // ties of both times are broken by it; lives as long as the state
  std::uint8_t kind = 0;    // the domain's own
  Row row = kNone;          // the domain's own
  std::uint8_t domain = 0;  // the catalog's own
};

}  // namespace kontor::rules
