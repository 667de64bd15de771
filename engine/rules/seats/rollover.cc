#include "engine/rules/seats/rollover.h"

#include <fmt/format.h>

#include "engine/rules/seats/lookup.h"

namespace kontor::rules::seats {

namespace ev = kontor::seats;

Rollover plan_rollover(const State& state, Row campus, Instant now) {
  Rollover plan;
  for (Row row = state.campuses[campus].first_seat; row != kNone; row = state.campus_seats[row].next) {
    const CampusSeat& seat = state.campus_seats[row];
    const Row course = course_that_carries(state, state.people[seat.person],
                                           {.campus = campus, .preferred = seat.granting_course}, now);
    if (course == kNone) {
      plan.released.push_back(row);
    } else {
      plan.carried.push_back({row, course});
    }
  }
  return plan;
}

void activate(const State& state, const NewPeriod& next, const Rollover& plan, Instant now, Events& out) {
  const CampusId campus(campus_id(state, next.campus));
  out.emplace_back(ev::BookingPeriodActivated{.campus = campus,
                                              .period = next.period,
                                              .contingent = next.contingent,
                                              .carried_over = static_cast<std::uint32_t>(plan.carried.size()),
                                              .released = static_cast<std::uint32_t>(plan.released.size())});
  for (const Carry& carry : plan.carried) {
    const CampusSeat& seat = state.campus_seats[carry.seat];
    out.emplace_back(ev::CampusSeatCarriedOver{.campus = campus,
                                               .seat = carry.seat + 1,
                                               .person = PersonId(person_id(state, seat.person)),
                                               .granting_course = CourseId(course_id(state, carry.course)),
                                               .period = next.period});
  }
  for (const Row seat : plan.released) release_campus_seat(state, seat, ev::ReleaseCause::Rollover, now, out);
}

void activate_or_wait(const State& state, const NewPeriod& next, Instant now, Events& out) {
  const Rollover plan = plan_rollover(state, next.campus, now);
  if (plan.carried.size() <= next.capacity) return activate(state, next, plan, now, out);
  out.emplace_back(ev::BookingPeriodPending{.campus = CampusId(campus_id(state, next.campus)),
                                            .period = next.period,
                                            .contingent = next.capacity,
                                            .needed = static_cast<std::uint32_t>(plan.carried.size())});
  out.emplace_back(
      kontor::effects::AlertRequested{.kind = kontor::effects::AlertKind::BookingPeriodPending,
                                      .subject = fmt::format("campus/{}", campus_id(state, next.campus)),
                                      .address = {}});
}

}  // namespace kontor::rules::seats
