#pragma once
// The events that several commands and timers have in common. Each function appends to `out` what happens at
// `at`; nothing here refuses. Pure; the thread that owns the state.

#include <vector>

#include "engine/rules/seats/rules.h"

namespace kontor::rules::seats {

using Events = std::vector<Event>;

/// AlertRequested when a block that starts now in the course has no price, unless the course has waited for
/// prices before (PB2).
void alert_without_price(const State& state, Row course, Instant at, Events& out);

/// A course seat that is about to start: it need not be in the state yet.
struct StartingSeat {
  Row course = kNone;
  SeatNumber number = 0;
  const PersonId& person;
};
/// CourseSeatStarted and its first block. The caller sees to the alert, once for all that start together.
void start_course_seat(const State& state, const StartingSeat& seat, Instant at, Events& out);
/// The block after the newest one of a running seat, with an alert when it has no price.
void start_next_block(const State& state, Row seat, Events& out);
/// CourseSeatEnded with what is billed, or CourseSeatCancelledBeforeStart, if the seat is reserved or
/// running.
void end_course_seat(const State& state, Row seat, Instant at, Events& out);

/// CampusSeatGranted and HomeCampusSet, in the campus's period in force. Requires one.
void grant_campus_seat(const State& state, Row course, const PersonId& person, Instant at, Events& out);
/// CampusSeatReleased, and MembershipUnseated for each membership elsewhere that it carried and that lives
/// (B5).
void release_campus_seat(const State& state, Row seat, kontor::seats::ReleaseCause cause, Instant at,
                         Events& out);
/// A membership that carried a package campus's seat is over: another course takes the seat over, or it is
/// free (S-37, B16). Nothing for other campuses, or when the seat is attributed to another course.
void give_back_package_seat(const State& state, const Membership& membership,
                            kontor::seats::ReleaseCause cause, Instant at, Events& out);

/// CourseRunStarted; every reserved seat starts.
void start_run(const State& state, Row course, Instant at, Events& out);
/// CourseRunEnded … CourseSettlementOpened: seats end, memberships become read-only.
void end_run(const State& state, Row course, kontor::seats::RunEndCause cause, Instant at, Events& out);

}  // namespace kontor::rules::seats
