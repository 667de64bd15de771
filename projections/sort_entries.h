#pragma once
// Entries of a batch in the order of their keys. Pure; any thread.

#include <span>

#include "projections/sorted_bytes.h"

namespace kontor::views {

/// Sorts; of equal keys the one that came last is last.
void sort_entries(std::span<BytesView> entries);

}  // namespace kontor::views
