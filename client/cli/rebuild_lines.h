#pragma once
// What people read about views that are built anew. Pure.

#include <cstdint>
#include <string>

#include "server/protocol/wire.capnp.h"

namespace kontor::cli {

/// Whole events a second between two looks; 0 when that cannot be said.
[[nodiscard]] std::uint64_t events_per_second(std::uint64_t before, std::uint64_t now,
                                              std::uint64_t milliseconds);

/// "group 5 120 of 9 000   1 204 000 of 2 000 000 events   312 k events/s   3 s left"; while both are
/// compared how many entries have been.
[[nodiscard]] std::string rebuild_progress(wire::RebuildReport::Reader report, std::uint64_t per_second);

/// "12 345 entries compared at group 9 000, all equal", or how many differ and where it begins.
[[nodiscard]] std::string rebuild_finding(wire::RebuildReport::Reader report);

/// One line for `ls`: the state and what belongs to it.
[[nodiscard]] std::string rebuild_line(wire::RebuildReport::Reader report, std::uint64_t per_second);

}  // namespace kontor::cli
