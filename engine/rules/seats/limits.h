#pragma once
// The largest numbers the rules of seats accept. Chosen so that the total of a course run always fits 64
// bits: a seat has fewer than 3,000 blocks between 1970 and 2200, so a run bills less than 3,000 * 10^6 seats
// * 10^9.

#include <cstddef>
#include <cstdint>

namespace kontor::rules::seats {

constexpr std::uint32_t kFlatSizeMax = 1'000'000;
constexpr std::uint32_t kCourseSeatsMax = 1'000'000;   // ever, of one course
constexpr std::int64_t kUnitPriceMax = 1'000'000'000;  // minor units per block
constexpr std::size_t kPriceTiersMax = 100;
constexpr std::size_t kBecauseMax = 20;  // positions a refusal points at

}  // namespace kontor::rules::seats
