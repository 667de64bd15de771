#pragma once
// State of one tenant into a snapshot and back. Pure; one thread per State.

#include <string>

#include "engine/rules/archive.h"
#include "engine/rules/catalog.h"

namespace kontor::rules {

/// To be raised when the same events lead to another state than before without a change of its shape:
/// snapshots of older programs are then passed over. A test on a fixed history says when.
constexpr std::uint32_t kStateRevision = 1;

void save(const State& state, ArchiveWriter& out);
/// Into a state that was just made. What was read counts only if `in` is still ok.
void load(State& state, ArchiveReader& in);

/// Names everything that `save` writes: two programs with the same text and revision understand each other.
[[nodiscard]] std::string state_shape();

}  // namespace kontor::rules
