#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "projections/view_store.h"

namespace kontor::replay {

/// Walks both stores entry by entry. The count of entries; ViewsDiffer naming the first one that is missing,
/// too much or different; Rebuilding when `stored` cannot be read. Views that were stopped on their way
/// through a large group hold rows of it that nobody is shown: those are passed over.
[[nodiscard]] Result<std::uint64_t> compare_views(const views::ViewStore& derived,
                                                  const views::ViewStore& stored);

/// What an entry is for, in words: "CourseUsage of tenant t: c-1 k-1, at position 57".
[[nodiscard]] std::string entry_name(std::string_view key);

}  // namespace kontor::replay
