#pragma once

#include <vector>

#include "events/access.h"

namespace kontor::test {

/// One event of group access of each kind.
[[nodiscard]] std::vector<access::Event> access_events();

}  // namespace kontor::test
