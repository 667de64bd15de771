#pragma once
// How a verification is told: as one line of JSON, or for people. Pure.

#include <string>

#include "replay/verifier/audit.h"

namespace kontor::verifier {

/// docs/verifier.md, "The report"; ends with a line feed.
[[nodiscard]] std::string to_json(const Outcome& outcome);
[[nodiscard]] std::string to_text(const Outcome& outcome);
/// 0 proven, 1 a contradiction, 2 unusable input.
[[nodiscard]] int exit_code(const Outcome& outcome);
/// What the report does not prove, in sentences.
[[nodiscard]] std::vector<std::string> not_proven(const Report& report);

}  // namespace kontor::verifier
