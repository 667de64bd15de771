#pragma once

#include <memory>

#include "projections/view_shelf.h"

namespace kontor::views {

/// Views in memory, for tests. `live` is what a start would find; without one there are empty views.
[[nodiscard]] std::unique_ptr<ViewShelf> memory_view_shelf(std::unique_ptr<ViewStore> live = nullptr);

}  // namespace kontor::views
