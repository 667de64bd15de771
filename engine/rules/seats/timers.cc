// What becomes true without a command (DOMAIN 3.7, 6).
#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/rollover.h"
#include "events/core/assert.h"

namespace kontor::rules::seats {

namespace ev = kontor::seats;

std::optional<Timer> next_timer(const State& state) {
  const TimerKey* key = state.timers.first();
  if (key == nullptr) return std::nullopt;
  return Timer{.due = key->due,
               .effective_at = key->effective_at,
               .stream = key->stream,
               .kind = static_cast<std::uint8_t>(key->kind),
               .row = key->row};
}

Events fire(const State& state, const Timer& timer) {
  const TimerKey* key = state.timers.first();
  KONTOR_ASSERT(key != nullptr);
  KONTOR_ASSERT(key->due == timer.due);
  KONTOR_ASSERT(key->row == timer.row);
  Events events;
  switch (key->kind) {
    case TimerKind::PeriodActivation: {
      const Period& period = state.periods[timer.row];
      const PeriodId id(state.names.text(period.name));
      activate_or_wait(state,
                       {.campus = period.campus,
                        .period = id,
                        .contingent = size_at(state, period, timer.effective_at),
                        .capacity = capacity_from(state, period, timer.effective_at)},
                       timer.effective_at, events);
      break;
    }
    case TimerKind::RunStart: start_run(state, timer.row, timer.effective_at, events); break;
    case TimerKind::RunEnd:
      end_run(state, timer.row, ev::RunEndCause::EndReached, timer.effective_at, events);
      break;
    case TimerKind::Block: start_next_block(state, timer.row, events); break;
  }
  KONTOR_ASSERT(!events.empty());
  return events;
}

}  // namespace kontor::rules::seats
