#pragma once

#include <memory>

#include "projections/sorted_bytes.h"
#include "projections/view_store.h"

namespace kontor::views {

/// The view store over any sorted bytes. Layout of the keys: docs/views.md.
[[nodiscard]] std::unique_ptr<ViewStore> sorted_view_store(std::unique_ptr<SortedBytes> bytes);

}  // namespace kontor::views
