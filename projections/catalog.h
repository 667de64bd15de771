#pragma once
// The list of projections; nothing else names them all.

#include <span>

#include "projections/projection.h"

namespace kontor::views {

/// All projections, in the order in which they see an event.
[[nodiscard]] std::span<const Projection* const> all_projections();

}  // namespace kontor::views
