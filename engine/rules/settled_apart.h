#pragma once
// What billing tells the seats when a course run is settled. A value; any thread.

#include <cstdint>

#include "events/core/money.h"
#include "events/seats.h"

namespace kontor::rules {

/// A correction of a seat of the course's newest run that is no part of what a settlement confirms, because
/// it is billed elsewhere.
struct SettledApart {
  kontor::seats::SeatNumber seat = 0;
  std::int64_t blocks = 0;  // that the line takes away, as a negative number; pricing one is no new block
  MinorUnits amount;
};

}  // namespace kontor::rules
