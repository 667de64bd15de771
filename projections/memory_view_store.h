#pragma once

#include <memory>

#include "projections/view_store.h"

namespace kontor::views {

/// Views in memory: for tests, and for the auditor who derives all of them anew.
[[nodiscard]] std::unique_ptr<ViewStore> memory_view_store();

}  // namespace kontor::views
