#include "events/core/assert.h"

#include <cstdio>
#include <cstdlib>

namespace kontor {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "kontor: broken invariant: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace kontor
