#pragma once
// Storms: worlds with random commands, one after the other, until enough commands were sent or a difference
// was found, which is then made as short as possible. Same seed, same storm.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/model/pair.h"

namespace kontor::model {

struct Found {
  std::uint64_t seed = 0;
  std::size_t step = 0;
  std::string text;  // everything a person needs
};

/// One world from its seed. Adds to the tally.
[[nodiscard]] std::optional<Found> storm(std::uint64_t seed, Tally& tally);

/// One world played to its end, for tests that look at it afterwards.
[[nodiscard]] std::unique_ptr<Pair> played_world(std::uint64_t seed);

/// What was seen, as text; names the reasons and events of the domain that were not.
[[nodiscard]] std::string summary(const Tally& tally);

}  // namespace kontor::model
