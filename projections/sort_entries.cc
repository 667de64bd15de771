#include "projections/sort_entries.h"

#include <algorithm>

namespace kontor::views {

void sort_entries(std::span<BytesView> entries) { std::ranges::stable_sort(entries, {}, &BytesView::key); }

}  // namespace kontor::views
