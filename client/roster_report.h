#pragma once
// What is said of a roster import at its end, to a person and in a file. Pure but for the file.

#include <string>

#include "client/roster_import.h"

namespace kontor::client {

/// "enrolled 98 960, already members 1 003, refused 37" and a line for each code with its first line.
[[nodiscard]] std::string roster_summary(const RosterResult& result, RosterRun run);

/// Writes each row of the file at `from` with what became of it to `to`; no cell begins like a formula.
[[nodiscard]] Done write_roster_result(const std::string& from, const std::string& to,
                                       const RosterResult& result);

}  // namespace kontor::client
