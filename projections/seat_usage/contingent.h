#pragma once
// What a campus has booked at a moment, read from its card. Pure; any thread.

#include <cstdint>
#include <optional>

#include "events/core/instant.h"
#include "projections/rows.h"

namespace kontor::views {

/// The booking period in force at a moment; none when the activated one is over.
struct Contingent {
  std::optional<wire::PeriodCard::Reader> period;
  std::uint64_t size = 0;      // in force at the moment
  std::uint64_t capacity = 0;  // what may be occupied now: seats must still fit when the flat becomes smaller
};

[[nodiscard]] Contingent contingent_of(wire::PeriodCard::Reader period, Instant at);
[[nodiscard]] Contingent contingent_at(wire::CampusCard::Reader card, Instant at);

}  // namespace kontor::views
