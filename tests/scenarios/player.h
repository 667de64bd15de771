#pragma once
// Plays the scenarios of a script, each on a store of its own, and tells what was not as written. One thread.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scenarios/script.h"

namespace kontor::scenarios {

/// A line of the script that did not come true: what was expected and what came.
struct Failure {
  std::size_t line = 0;
  std::string expected;
  std::string got;
};

struct PlayOptions {
  std::filesystem::path folder;                    // for the stores; emptied by nobody but the caller
  std::function<void(std::string_view)> say = {};  // every step and what came of it
};

/// The failures of one scenario, in order; none when all came true. After a command that was not answered as
/// written, and after trouble with the server, the scenario ends.
[[nodiscard]] std::vector<Failure> play(const Script& script, const Scenario& scenario,
                                        const PlayOptions& options);

}  // namespace kontor::scenarios
