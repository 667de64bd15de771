#pragma once
// One event of each kind of the billing domain. Any thread.

#include <vector>

#include "events/billing.h"

namespace kontor::test {

[[nodiscard]] std::vector<billing::Event> billing_events();

}  // namespace kontor::test
