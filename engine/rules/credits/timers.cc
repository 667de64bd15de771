// A reservation that nobody confirmed or cancelled ends by itself (DOMAIN 6).
#include "engine/rules/credits/lookup.h"
#include "engine/rules/credits/rules.h"
#include "events/core/assert.h"

namespace kontor::rules::credits {

std::optional<Timer> next_timer(const State& state) {
  const TimerKey* key = state.timers.first();
  if (key == nullptr) return std::nullopt;
  return Timer{.due = key->due, .effective_at = key->due, .stream = key->stream, .row = key->content};
}

std::vector<Event> fire(const State& state, const Timer& timer) {
  const TimerKey* key = state.timers.first();
  KONTOR_ASSERT(key != nullptr);
  KONTOR_ASSERT(key->due == timer.due);
  KONTOR_ASSERT(key->content == timer.row);
  const Reservation& reservation = reservation_of(state, state.contents[timer.row]);
  KONTOR_ASSERT(reservation.phase == ReservationPhase::Open);
  namespace ev = kontor::credits;
  return {ev::Event(ev::CreditReservationReleased{ContentId(state.content_ids.text(timer.row)),
                                                  PersonId(state.user_ids.text(reservation.user)),
                                                  reservation.points, ev::ReleaseCause::Expired})};
}

}  // namespace kontor::rules::credits
