#pragma once

#include <memory>

#include "projections/sorted_bytes.h"
#include "projections/view_store.h"

namespace kontor::views {

/// Views in memory: for tests, and for the auditor who derives all of them anew.
[[nodiscard]] std::unique_ptr<ViewStore> memory_view_store();
/// What it lies on.
[[nodiscard]] std::unique_ptr<SortedBytes> memory_bytes();

}  // namespace kontor::views
