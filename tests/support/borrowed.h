#pragma once

#include <memory>

namespace kontor::test {

/// For who wants to hold something that outlives everybody anyway.
template <class Thing>
[[nodiscard]] std::shared_ptr<Thing> borrowed(Thing& thing) {
  return {std::shared_ptr<void>(), &thing};
}

}  // namespace kontor::test
