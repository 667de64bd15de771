#pragma once
// One event of each kind of credits.

#include <vector>

#include "events/credits.h"

namespace kontor::test {

[[nodiscard]] std::vector<credits::Event> sample_credits_events();

}  // namespace kontor::test
