#pragma once

#include <cstdint>
#include <memory>

#include "projections/sorted_bytes.h"
#include "projections/view_store.h"

namespace kontor::views {

/// The view store over any sorted bytes, for rows of this shape. Layout of the keys: docs/views.md.
[[nodiscard]] std::unique_ptr<ViewStore> sorted_view_store(std::unique_ptr<SortedBytes> bytes,
                                                           std::uint32_t shape);

}  // namespace kontor::views
