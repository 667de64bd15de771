#pragma once
// The list of projections; nothing else names them all.

#include <cstdint>
#include <span>
#include <string_view>

#include "projections/projection.h"

namespace kontor::views {

/// Shape of the stored rows. Raised with every change of keys, rows or of what a projection writes: views of
/// another shape are dropped and derived again.
constexpr std::uint32_t kShape = 1;

/// All projections, in the order in which they see an event.
[[nodiscard]] std::span<const Projection* const> all_projections();

}  // namespace kontor::views
