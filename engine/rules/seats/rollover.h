#pragma once
// What the start of a booking period does to the campus seats of a campus (S-06, S-07, S-34; B4, B5, B6,
// B10). Pure; the thread that owns the state.

#include <vector>

#include "engine/rules/seats/seat_events.h"

namespace kontor::rules::seats {

struct Carry {
  Row seat = kNone;
  Row course = kNone;  // what it is attributed to from now on
};

/// Fate of every active seat of a campus, each list by seat number.
struct Rollover {
  std::vector<Carry> carried;
  std::vector<Row> released;
};

[[nodiscard]] Rollover plan_rollover(const State& state, Row campus, Instant now);

/// The period to activate; it need not be in the state yet.
struct NewPeriod {
  Row campus = kNone;
  const PeriodId& period;
  std::uint32_t contingent = 0;  // size at that moment
  std::uint32_t capacity = 0;    // smallest size until its end
};
/// BookingPeriodActivated, and CampusSeatCarriedOver or CampusSeatReleased for every seat.
void activate(const State& state, const NewPeriod& next, const Rollover& plan, Instant now, Events& out);
/// The same, or BookingPeriodPending and an alert when the contingent is too small for the seats to be
/// carried over (TB8).
void activate_or_wait(const State& state, const NewPeriod& next, Instant now, Events& out);

}  // namespace kontor::rules::seats
