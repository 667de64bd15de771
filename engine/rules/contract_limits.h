#pragma once
// What contract items may cost: flats, packages, pools. Pure constants.

#include <cstdint>

namespace kontor::rules {

constexpr std::int64_t kContractPriceMax = 1'000'000'000'000;  // minor units

}  // namespace kontor::rules
