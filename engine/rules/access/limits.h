#pragma once
// The largest numbers the rules of group access accept.

#include <cstddef>
#include <cstdint>

namespace kontor::rules::access {

constexpr std::uint64_t kQuantityMax = 100'000;         // seats of one order or top-up (A11)
constexpr std::size_t kTitleCharactersMax = 200;        // (A11)
constexpr std::int64_t kUnitPriceMax = 10'000'000'000;  // minor units; times all seats it fits 64 bits
constexpr std::uint32_t kCapacityMax = 100'000'000;     // of a group with all its top-ups
constexpr std::size_t kRosterRowsMax = 200'000;
constexpr std::size_t kRowsPerRefusedEvent = 1'000;  // keeps every event small
constexpr std::size_t kLinesNamed = 50;              // in a refusal of a whole file

}  // namespace kontor::rules::access
