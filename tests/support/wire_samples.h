#pragma once
// One JSON command of every kind, for tests that walk over all of them.

#include <string>
#include <vector>

namespace kontor::test {

/// Complete and valid; each names every field of its kind.
[[nodiscard]] std::vector<std::string> sample_commands();

}  // namespace kontor::test
