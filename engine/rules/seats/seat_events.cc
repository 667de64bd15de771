#include "engine/rules/seats/seat_events.h"

#include <fmt/format.h>

#include "engine/rules/calendar.h"
#include "engine/rules/seats/lookup.h"
#include "events/core/assert.h"

namespace kontor::rules::seats {
namespace {

namespace ev = kontor::seats;

constexpr std::int64_t kBlockDays = 30;

struct Bill {
  std::uint32_t blocks = 0;
  std::uint32_t unpriced = 0;
  MinorUnits amount;
};

/// What of the started blocks is billed when the seat ends at `at`. Only the newest block can be unfinished,
/// and it is its own price list that says whether an unfinished block counts (B1).
Bill bill_of(const State& state, const CourseSeat& seat, Instant at) {
  const bool last_voided = seat.last_block != kNone && state.blocks[seat.last_block].voided;
  Bill bill{seat.blocks - seat.voided, seat.unpriced, seat.amount};
  if (seat.last_rounding == Rounding::Started || at >= seat.next_block_at) return bill;
  if (last_voided) return bill;  // taken away already
  KONTOR_ASSERT(seat.blocks > 0);
  KONTOR_ASSERT(seat.last_priced);
  --bill.blocks;
  bill.amount.value -= seat.last_price.value;
  return bill;
}

ev::CourseSeatBlockStarted block_of(const State& state, const StartingSeat& seat, std::uint32_t number,
                                    Instant start, Instant starts_at) {
  const Row campus = state.courses[seat.course].campus;
  return {.course = CourseId(course_id(state, seat.course)),
          .seat = seat.number,
          .person = seat.person,
          .block = number,
          .starts_at = starts_at,
          // From the original start, so that clock changes never add up (TB1).
          .next_block_at = add_local_days(zone_of(state, state.campuses[campus]), start, kBlockDays * number),
          .price = price_at(state, campus, starts_at)};
}

void add(RunTotals& totals, const CourseSeat& seat, const Bill& bill) {
  ++totals.seats;
  totals.blocks += seat.blocks;
  totals.billed_blocks += bill.blocks;
  totals.unpriced_blocks += bill.unpriced;
  const auto sum = checked_add(totals.amount, bill.amount);
  KONTOR_ASSERT(sum.has_value());  // limits.h keeps it in range
  totals.amount = *sum;
}

}  // namespace

void alert_without_price(const State& state, Row course, Instant at, Events& out) {
  if (state.courses[course].unpriced_blocks > 0 || price_at(state, state.courses[course].campus, at)) return;
  out.emplace_back(
      kontor::effects::AlertRequested{.kind = kontor::effects::AlertKind::PriceTierMissing,
                                      .subject = fmt::format("course/{}", course_id(state, course)),
                                      .address = {}});
}

void start_course_seat(const State& state, const StartingSeat& seat, Instant at, Events& out) {
  out.emplace_back(ev::CourseSeatStarted{.course = CourseId(course_id(state, seat.course)),
                                         .seat = seat.number,
                                         .person = seat.person,
                                         .started_at = at});
  out.emplace_back(block_of(state, seat, 1, at, at));
}

void start_next_block(const State& state, Row row, Events& out) {
  const CourseSeat& seat = state.course_seats[row];
  const PersonId person(person_id(state, seat.person));
  const StartingSeat starting{.course = seat.course, .number = seat.number, .person = person};
  out.emplace_back(block_of(state, starting, seat.blocks + 1, seat.start, seat.next_block_at));
  alert_without_price(state, seat.course, seat.next_block_at, out);
}

void end_course_seat(const State& state, Row row, Instant at, Events& out) {
  const CourseSeat& seat = state.course_seats[row];
  CourseId course(course_id(state, seat.course));
  PersonId person(person_id(state, seat.person));
  if (seat.phase == CourseSeatPhase::Reserved) {
    out.emplace_back(ev::CourseSeatCancelledBeforeStart{
        .course = course, .seat = seat.number, .person = std::move(person)});
  } else if (seat.phase == CourseSeatPhase::Running) {
    const Bill bill = bill_of(state, seat, at);
    out.emplace_back(
        ev::CourseSeatEnded{.course = std::move(course),
                            .seat = seat.number,
                            .person = std::move(person),
                            .ended_at = at,
                            .blocks = seat.blocks,
                            .billed_blocks = bill.blocks,
                            .unpriced_blocks = bill.unpriced,
                            .amount = bill.amount,
                            .currency = state.campuses[state.courses[seat.course].campus].currency});
  }
}

void grant_campus_seat(const State& state, Row course, const PersonId& person, Instant at, Events& out) {
  const Row campus = state.courses[course].campus;
  const Row period = period_in_force(state, state.campuses[campus], at);
  KONTOR_ASSERT(period != kNone);
  const CampusId id(campus_id(state, campus));
  out.emplace_back(ev::CampusSeatGranted{.campus = id,
                                         .seat = state.campus_seats.size() + 1,
                                         .person = person,
                                         .granting_course = CourseId(course_id(state, course)),
                                         .period = PeriodId(state.names.text(state.periods[period].name))});
  out.emplace_back(ev::HomeCampusSet{.person = person, .campus = id});
}

void release_campus_seat(const State& state, Row row, ev::ReleaseCause cause, Instant at, Events& out) {
  const CampusSeat& seat = state.campus_seats[row];
  const Person& person = state.people[seat.person];
  const CampusId home(campus_id(state, seat.campus));
  const PersonId id(person_id(state, seat.person));
  out.emplace_back(ev::CampusSeatReleased{.campus = home,
                                          .seat = row + 1,
                                          .person = id,
                                          .granting_course = CourseId(course_id(state, seat.granting_course)),
                                          .cause = cause});
  for (Row m = person.first_membership; m != kNone; m = state.memberships[m].next_of_person) {
    const Membership& membership = state.memberships[m];
    const Course& course = state.courses[membership.course];
    if (membership.carried_by != SeatType::Campus || course.campus == seat.campus) continue;
    if (!is_active(state, membership) || !lives(course, at)) continue;
    out.emplace_back(ev::MembershipUnseated{
        .course = CourseId(course_id(state, membership.course)), .person = id, .home_campus = home});
  }
}

void give_back_package_seat(const State& state, const Membership& membership, ev::ReleaseCause cause,
                            Instant at, Events& out) {
  const Person& person = state.people[membership.person];
  if (person.campus_seat == kNone) return;
  const CampusSeat& seat = state.campus_seats[person.campus_seat];
  if (state.campuses[seat.campus].kind != CampusKind::Package || seat.granting_course != membership.course)
    return;
  const Row next =
      course_that_carries(state, person, {.campus = seat.campus, .except = membership.course}, at);
  if (next == kNone) return release_campus_seat(state, person.campus_seat, cause, at, out);
  out.emplace_back(ev::CampusSeatReattributed{.campus = CampusId(campus_id(state, seat.campus)),
                                              .seat = person.campus_seat + 1,
                                              .person = PersonId(person_id(state, membership.person)),
                                              .from_course = CourseId(course_id(state, membership.course)),
                                              .to_course = CourseId(course_id(state, next))});
}

void start_run(const State& state, Row row, Instant at, Events& out) {
  const Course& course = state.courses[row];
  out.emplace_back(
      ev::CourseRunStarted{.course = CourseId(course_id(state, row)), .run = course.run, .started_at = at});
  std::uint32_t started = 0;
  for (Row s = course.first_seat_of_run; s != kNone; s = state.course_seats[s].next) {
    const CourseSeat& seat = state.course_seats[s];
    if (seat.phase != CourseSeatPhase::Reserved) continue;
    const PersonId person(person_id(state, seat.person));
    start_course_seat(state, {.course = row, .number = seat.number, .person = person}, at, out);
    ++started;
  }
  if (started > 0) alert_without_price(state, row, at, out);
}

void end_run(const State& state, Row row, ev::RunEndCause cause, Instant at, Events& out) {
  const Course& course = state.courses[row];
  const CourseId id(course_id(state, row));
  out.emplace_back(ev::CourseRunEnded{.course = id, .run = course.run, .ended_at = at, .cause = cause});
  out.emplace_back(ev::CourseDeactivated{.course = id, .run = course.run});
  RunTotals totals = course.totals;
  for (Row s = course.first_seat_of_run; s != kNone; s = state.course_seats[s].next) {
    const CourseSeat& seat = state.course_seats[s];
    if (seat.phase != CourseSeatPhase::Running) continue;
    end_course_seat(state, s, at, out);
    add(totals, seat, bill_of(state, seat, at));
  }
  const Campus& campus = state.campuses[course.campus];
  if (campus.kind == CampusKind::Package) {
    for (Row m = course.first_member; m != kNone; m = state.memberships[m].next_in_course) {
      if (!is_active(state, state.memberships[m])) continue;
      give_back_package_seat(state, state.memberships[m], ev::ReleaseCause::CourseCompleted, at, out);
    }
  }
  out.emplace_back(ev::CourseSettlementOpened{.course = id,
                                              .run = course.run,
                                              .seats = totals.seats,
                                              .blocks = totals.blocks,
                                              .billed_blocks = totals.billed_blocks,
                                              .unpriced_blocks = totals.unpriced_blocks,
                                              .amount = totals.amount,
                                              .currency = campus.currency});
}

}  // namespace kontor::rules::seats
