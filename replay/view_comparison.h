#pragma once

#include <cstdint>

#include "projections/view_store.h"

namespace kontor::replay {

/// Walks both stores entry by entry. The count of entries; ViewsDiffer naming the first one that is missing,
/// too much or different; Rebuilding when `stored` cannot be read. Views that were stopped on their way
/// through a large group hold rows of it that nobody is shown: those are passed over.
[[nodiscard]] Result<std::uint64_t> compare_views(const views::ViewStore& derived,
                                                  const views::ViewStore& stored);

}  // namespace kontor::replay
