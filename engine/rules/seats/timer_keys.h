#pragma once
// Where a timer stands in the order of all timers. Pure; any thread.

#include "engine/rules/seats/state.h"

namespace kontor::rules::seats {

[[nodiscard]] inline TimerKey activation_timer(const State& state, Row period) {
  const Period& p = state.periods[period];
  return {p.from, p.from, state.streams.text(state.campuses[p.campus].stream), TimerKind::PeriodActivation,
          period};
}
[[nodiscard]] inline TimerKey run_start_timer(const State& state, Row course) {
  const Course& c = state.courses[course];
  return {c.start, c.start, state.streams.text(c.stream), TimerKind::RunStart, course};
}
[[nodiscard]] inline TimerKey run_end_timer(const State& state, Row course) {
  const Course& c = state.courses[course];
  return {c.end, c.end, state.streams.text(c.stream), TimerKind::RunEnd, course};
}
/// A block exists only if its start lies strictly before the end of its seat (TB1). So it is due when its
/// first instant is over, after all that may end the seat at that very instant.
[[nodiscard]] inline TimerKey block_timer(const State& state, Row seat) {
  const CourseSeat& s = state.course_seats[seat];
  return {Instant{s.next_block_at.ns + 1}, s.next_block_at,
          state.streams.text(state.courses[s.course].stream), TimerKind::Block, seat};
}
}  // namespace kontor::rules::seats
