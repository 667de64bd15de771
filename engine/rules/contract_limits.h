#pragma once
// What contract items may cost: flats, packages, pools; and how they are referred to. Pure constants.

#include <cstddef>
#include <cstdint>

namespace kontor::rules {

constexpr std::int64_t kContractPriceMax = 1'000'000'000'000;  // minor units
constexpr std::size_t kInvoiceRefBytesMax = 100;               // of course runs and of billing runs

}  // namespace kontor::rules
