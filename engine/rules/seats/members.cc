// Who is a member of a course, and by which seat (DOMAIN 3.3 B8-B10, B21; decision table 3.5).
#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/roles.h"
#include "engine/rules/seats/decisions.h"
#include "engine/rules/seats/limits.h"
#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/seat_events.h"

namespace kontor::rules::seats {
namespace {

namespace ev = kontor::seats;

using Refused = std::optional<tl::unexpected<Refusal>>;

constexpr Roles kManagers{Role::CampusManager, Role::CourseManager};

/// A person and the course to be seated in; the person may be unknown.
struct Place {
  Row course_row = kNone;
  const Course& course;
  const Campus& campus;
  const PersonId& person;
};

tl::unexpected<Refusal> course_inactive(const Place& place) {
  return refuse(Reason::CourseInactive, fmt::format("run {} of the course has ended", place.course.run),
                {fact("run", place.course.run)}, {place.course.phase_at});
}

/// Rows 3 to 6: campus setting, course setting, and the invitation agree on the type of seat (S-22).
Refused refuse_seat_type(const Place& place, std::optional<SeatType> wanted) {
  const bool both = place.campus.option == SeatTypeOption::BothSeatTypes;
  const Position option_at = place.campus.option_at != 0 ? place.campus.option_at : place.campus.opened_at;
  if (wanted == SeatType::Course) {
    if (!both)
      return refuse(Reason::CourseSeatsNotEnabled, "course seats are not enabled on this campus", {},
                    {option_at});
    if (place.campus.kind == CampusKind::Package)
      return refuse(Reason::CourseSeatsRequireFlat, "a package campus has no course seats", {},
                    {place.campus.opened_at});
    if (place.course.seat_types == CourseSeatTypes::CampusOnly)
      return refuse(Reason::SeatTypeNotAllowedInCourse, "the course has campus seats only", {},
                    {place.course.seat_types_at});
  }
  if (!wanted && both && place.course.seat_types == CourseSeatTypes::CampusAndCourse)
    return refuse(
        Reason::SeatTypeRequired, "the course has both types of seats: name one", {},
        {std::min(option_at, place.course.seat_types_at), std::max(option_at, place.course.seat_types_at)});
  return std::nullopt;
}

/// Rows 7 and 8. INV-12: row 7.
Refused refuse_course_seat(const State& state, const Place& place) {
  if (const Row row = campus_seat_of(state, place.person.value); row != kNone) {
    const CampusSeat& seat = state.campus_seats[row];
    return refuse(Reason::CourseSeatNotAllowedWithCampusSeat,
                  fmt::format("{} holds a campus seat already", place.person.value),
                  {fact("home_campus", campus_id(state, seat.campus)), fact("seat", row + 1)},
                  {seat.changed_at});
  }
  const Course& course = place.course;
  if (course.course_seats_max && course.course_seats >= *course.course_seats_max)
    return refuse(Reason::CourseCourseSeatLimitReached, "the course has no course seat left",
                  {fact("limit", *course.course_seats_max), fact("used", course.course_seats)},
                  {course.limits_at});
  if (course.course_seats_ever >= kCourseSeatsMax)
    return refuse(Reason::AmountOutOfRange, "the course has had too many course seats over all its runs",
                  {fact("limit", kCourseSeatsMax), fact("used", course.course_seats_ever)});
  return std::nullopt;
}

/// Rows 11 to 13: a new campus seat.
Refused refuse_campus_seat(const State& state, const Place& place, Instant now) {
  const Campus& campus = place.campus;
  const std::string_view id = campus_id(state, place.course.campus);
  const Row period_row = period_in_force(state, campus, now);
  if (period_row == kNone) {
    std::vector<Position> because;
    if (campus.pending_period != kNone) {
      because.push_back(state.periods[campus.pending_period].phase_at);
    } else if (campus.active_period != kNone) {
      because.push_back(state.periods[campus.active_period].booked_at);
    }
    return refuse(Reason::NoActiveBookingPeriod, fmt::format("campus {} has no active booking period", id),
                  {fact("campus", id)}, std::move(because));
  }
  const Course& course = place.course;
  if (course.campus_seats_max && course.campus_seats >= *course.campus_seats_max)
    return refuse(Reason::CourseCampusSeatLimitReached, "the course has no campus seat left",
                  {fact("limit", *course.campus_seats_max), fact("used", course.campus_seats)},
                  {course.limits_at});
  const Period& period = state.periods[period_row];
  const std::uint32_t capacity = capacity_from(state, period, now);
  if (campus.seats_used >= capacity) {  // INV-11
    std::vector<Position> because;
    for (Row row = period.first_size; row != kNone && because.size() < kBecauseMax;
         row = state.sizes[row].next)
      because.push_back(state.sizes[row].changed_at);
    std::ranges::sort(because);
    return refuse(Reason::NoCampusSeatsLeft, fmt::format("campus {} has no campus seat left", id),
                  {fact("capacity", capacity), fact("used", campus.seats_used)}, std::move(because));
  }
  return std::nullopt;
}

void invited(const InviteToCourse& command, SeatType by, Events& out) {
  out.emplace_back(ev::CourseMemberInvited{
      .course = command.course, .person = command.person, .role = command.role, .seat_type = by});
}

/// Row 9: reserved before the run, started during it (S-39, S-40).
void grant_course_seat(const State& state, const Place& place, const CourseId& course, Instant now,
                       Events& out) {
  const SeatNumber number = place.course.course_seats_ever + 1;
  if (place.course.phase == CoursePhase::Running) {
    start_course_seat(state, {.course = place.course_row, .number = number, .person = place.person}, now,
                      out);
    alert_without_price(state, place.course_row, now, out);
  } else {
    out.emplace_back(ev::CourseSeatReserved{
        .course = course, .seat = number, .person = place.person, .starts_at = place.course.start});
  }
}

/// Row of the person's active membership, or kNone.
Row active_membership(const State& state, const Place& place) {
  const Row row = membership_row(state, place.course_row, place.person.value);
  return row != kNone && is_active(state, state.memberships[row]) ? row : kNone;
}

/// `member` is the row of a membership that has ended or is not active any more, or kNone.
tl::unexpected<Refusal> not_a_member(const State& state, Row member, const PersonId& person) {
  std::vector<Position> because;
  if (member != kNone) because.push_back(state.memberships[member].changed_at);
  return refuse(Reason::NotCourseMember, fmt::format("{} is not a member", person.value), {},
                std::move(because));
}

/// Where a transfer would take a seat from: the position of what the person holds, if anything.
std::vector<Position> held_seat(const State& state, const TransferSeat& command) {
  const Row course = state.course_ids.find(command.course.value);
  const Row row = course == kNone ? kNone : membership_row(state, course, command.person.value);
  if (row != kNone && state.memberships[row].carried_by == SeatType::Course)
    return {state.course_seats[state.memberships[row].course_seat].changed_at};
  const Row seat = campus_seat_of(state, command.person.value);
  if (seat != kNone) return {state.campus_seats[seat].changed_at};
  return {};
}

}  // namespace

Decision<Event> decide_one(const State& state, const InviteToCourse& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  const Place place{row, course, state.campuses[course.campus], command.person};
  if (course.phase == CoursePhase::Inactive) return course_inactive(place);  // row 1
  if (const Row member = active_membership(state, place); member != kNone)   // row 2
    return refuse(Reason::AlreadyCourseMember, fmt::format("{} is a member already", command.person.value),
                  {}, {state.memberships[member].changed_at});
  if (auto refused = refuse_seat_type(place, command.seat_type)) return *std::move(refused);  // rows 3-6

  Events events;
  if (command.seat_type == SeatType::Course) {
    if (auto refused = refuse_course_seat(state, place)) return *std::move(refused);  // rows 7-8
    events.reserve(4);
    invited(command, SeatType::Course, events);  // row 9
    grant_course_seat(state, place, command.course, ctx.now, events);
    return events;
  }
  if (const Row seat = campus_seat_of(state, command.person.value); seat != kNone) {  // row 10
    invited(command, SeatType::Campus, events);
    const CampusId home(campus_id(state, state.campus_seats[seat].campus));
    events.emplace_back(ev::ExistingCampusSeatUsed{
        .course = command.course, .person = command.person, .home_campus = home, .seat = seat + 1});
    return events;
  }
  if (auto refused = refuse_campus_seat(state, place, ctx.now)) return *std::move(refused);  // rows 11-13
  events.reserve(3);
  invited(command, SeatType::Campus, events);  // row 14
  grant_campus_seat(state, row, command.person, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const AddCampusSeat& command, const Context& ctx) {
  if (!allowed(ctx, {Role::CampusManager})) return forbidden(ctx, {Role::CampusManager});
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  const Place place{row, course, state.campuses[course.campus], command.person};
  if (course.phase == CoursePhase::Inactive) return course_inactive(place);
  if (active_membership(state, place) == kNone)
    return not_a_member(state, membership_row(state, row, command.person.value), command.person);
  if (campus_seat_of(state, command.person.value) != kNone)
    return nothing_to_change("the person holds a campus seat already");
  if (auto refused = refuse_campus_seat(state, place, ctx.now)) return *std::move(refused);
  Events events;
  grant_campus_seat(state, row, command.person, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const EndCourseMembership& command, const Context& ctx) {
  const bool self = ctx.actor.role == Role::Member && ctx.actor.id == command.person.value;
  if (!self && !allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Row member = membership_row(state, row, command.person.value);
  if (member == kNone || state.memberships[member].phase == MembershipPhase::Ended)
    return not_a_member(state, member, command.person);
  const Membership& membership = state.memberships[member];
  Events events;
  events.emplace_back(ev::CourseMembershipEnded{.course = command.course, .person = command.person});
  if (membership.course_seat != kNone) end_course_seat(state, membership.course_seat, ctx.now, events);
  if (is_active(state, membership))
    give_back_package_seat(state, membership, ev::ReleaseCause::Uninvited, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const ChangeRole& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Row member = membership_row(state, row, command.person.value);
  if (member == kNone || state.memberships[member].phase == MembershipPhase::Ended)
    return not_a_member(state, member, command.person);
  const MemberRole before = state.memberships[member].role;
  if (before == command.role) return nothing_to_change("the member has this role already");
  return Events{ev::CourseRoleChanged{
      .course = command.course, .person = command.person, .before = before, .role = command.role}};
}

Decision<Event> decide_one(const State& state, const RecordContribution& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  const Place place{row, course, state.campuses[course.campus], command.person};
  if (course.phase == CoursePhase::Inactive) return course_inactive(place);
  const Row member = membership_row(state, row, command.person.value);
  if (member == kNone || state.memberships[member].phase == MembershipPhase::Ended)
    return not_a_member(state, member, command.person);
  const Membership& membership = state.memberships[member];
  if (!is_active(state, membership))  // unseated, or of an earlier run (S-13)
    return refuse(Reason::MemberReadOnly, fmt::format("{} may only read", command.person.value),
                  {fact("run", membership.run), fact("current_run", course.run)}, {membership.changed_at});
  return Events{ev::ContributionRecorded{
      .course = command.course, .run = course.run, .person = command.person, .artefact = command.artefact}};
}

Decision<Event> decide_one(const State& state, const TransferSeat& command, const Context&) {
  return refuse(Reason::SeatNotTransferable, "a seat belongs to its person and cannot be handed over",
                {fact("person", command.person.value), fact("to", command.to.value)},
                held_seat(state, command));
}

}  // namespace kontor::rules::seats
