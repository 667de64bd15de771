// For builds with a sanitizer, in which the heap is the sanitizer's.
#include "client/cli/heap/huge_pages.h"

namespace kontor::heap {

void use_huge_pages() {}

GrowingAhead::GrowingAhead() = default;
GrowingAhead::~GrowingAhead() = default;

}  // namespace kontor::heap
