#pragma once
// The largest numbers the rules of credits accept. Chosen so that neither a balance nor the price of all
// orders can leave 64 bits: a balance stays below 10^15 points, and 10^9 orders of 10^9 minor units are
// 10^18.

#include <cstddef>
#include <cstdint>

#include "events/credits.h"

namespace kontor::rules::credits {

constexpr kontor::credits::Points kPointsMax = 1'000'000'000;  // of one package, start balance, transaction
constexpr kontor::credits::Balance kBalanceMax = 1'000'000'000'000'000;  // either way
constexpr std::int64_t kPackagePriceMax = 1'000'000'000;                 // minor units
constexpr std::size_t kPackageNameBytesMax = 200;
constexpr std::size_t kAutoAccountsMax = 100;  // types of users
constexpr kontor::credits::Points kPointsOfAPublication = 1;
constexpr std::int64_t kReservationNanoseconds = 86'400 * kNanosecondsPerSecond;  // beyond `at`, by default

}  // namespace kontor::rules::credits
