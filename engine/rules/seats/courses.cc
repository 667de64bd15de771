// Courses and their runs (DOMAIN 3.3 B6, B7, B12-B14).
#include <fmt/format.h>

#include "engine/rules/canonical.h"
#include "engine/rules/contract_limits.h"
#include "engine/rules/roles.h"
#include "engine/rules/seats/decisions.h"
#include "engine/rules/seats/limits.h"
#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/seat_events.h"

namespace kontor::rules::seats {
namespace {

namespace ev = kontor::seats;

constexpr Roles kManagers{Role::CampusManager, Role::CourseManager};

struct Dates {
  Instant start;
  Instant end;
};

tl::unexpected<Refusal> dates_invalid(std::string_view what, Dates dates, Instant now,
                                      std::vector<Position> because = {}) {
  return refuse(Reason::CourseDatesInvalid, std::string(what),
                {fact("start", dates.start), fact("end", dates.end), fact("now", now)}, std::move(because));
}

bool have_future(Dates dates, Instant now) { return dates.end > dates.start && dates.end > now; }

/// Whether a course of this campus may have course seats: the refusal, or nothing.
std::optional<tl::unexpected<Refusal>> refuse_course_seats(const Campus& campus) {
  if (campus.option == SeatTypeOption::CampusSeatsOnly)
    return refuse(Reason::CourseSeatsNotEnabled, "course seats are not enabled on this campus", {},
                  {campus.option_at != 0 ? campus.option_at : campus.opened_at});
  if (campus.kind == CampusKind::Package)
    return refuse(Reason::CourseSeatsRequireFlat, "a package campus has no course seats", {},
                  {campus.opened_at});
  return std::nullopt;
}

/// Fingerprint of what is invoiced: per started seat of the run its number, billed blocks and amount.
Digest lines_hash(const State& state, const Course& course, const std::vector<SettledApart>& elsewhere) {
  Canonical lines;
  for (Row row = course.first_seat_of_run; row != kNone; row = state.course_seats[row].next) {
    const CourseSeat& seat = state.course_seats[row];
    if (seat.phase != CourseSeatPhase::Ended) continue;
    std::int64_t blocks = seat.billed_blocks;
    MinorUnits amount = seat.billed_amount;
    for (const SettledApart& one : elsewhere) {
      if (one.seat != seat.number) continue;
      blocks -= one.blocks;
      amount.value -= one.amount.value;
    }
    lines.add_all(seat.number, static_cast<std::uint64_t>(blocks), amount);
  }
  return lines.finish();
}

/// A member of earlier runs who comes back with the next one, and by which seat.
struct Resumed {
  Row person = kNone;
  SeatType by = SeatType::Campus;
};

/// Who holds a campus seat resumes by it; who had a course seat resumes by a new one, if they are reissued
/// (B20).
std::vector<Resumed> resumed_members(const State& state, Row row, CourseSeatReissue reissue) {
  std::vector<Resumed> resumed;
  for (Row m = state.courses[row].first_member; m != kNone; m = state.memberships[m].next_in_course) {
    const Membership& membership = state.memberships[m];
    const bool newest = *state.membership_of.find(pair_key(row, membership.person)) == m;
    if (!newest || membership.phase != MembershipPhase::Joined) continue;
    if (state.people[membership.person].campus_seat != kNone) {
      resumed.push_back({membership.person, SeatType::Campus});
    } else if (membership.carried_by == SeatType::Course && reissue == CourseSeatReissue::Yes) {
      resumed.push_back({membership.person, SeatType::Course});
    }
  }
  return resumed;
}

std::optional<tl::unexpected<Refusal>> refuse_reissue(const State& state, const Course& course,
                                                      const std::vector<Resumed>& resumed) {
  const auto seats = std::ranges::count(resumed, SeatType::Course, &Resumed::by);
  if (seats == 0) return std::nullopt;  // asked for, but nobody would get one
  if (auto refused = refuse_course_seats(state.campuses[course.campus])) return refused;
  if (course.seat_types == CourseSeatTypes::CampusOnly)
    return refuse(Reason::SeatTypeNotAllowedInCourse, "the course has campus seats only", {},
                  {course.seat_types_at});
  if (course.course_seats_max && seats > *course.course_seats_max)
    return refuse(
        Reason::CourseCourseSeatLimitReached,
        fmt::format("{} course seats would be reissued, the limit is {}", seats, *course.course_seats_max),
        {fact("limit", *course.course_seats_max), fact("requested", seats)}, {course.limits_at});
  if (course.course_seats_ever + seats > kCourseSeatsMax)
    return refuse(
        Reason::AmountOutOfRange, "the course would have too many course seats over all its runs",
        {fact("limit", kCourseSeatsMax), fact("used", course.course_seats_ever), fact("requested", seats)});
  return std::nullopt;
}

void resume(const State& state, Row row, const std::vector<Resumed>& resumed, Dates dates, Instant now,
            Events& out) {
  const CourseId id(course_id(state, row));
  SeatNumber number = state.courses[row].course_seats_ever;
  bool started = false;
  for (const Resumed& member : resumed) {
    const PersonId person(person_id(state, member.person));
    out.emplace_back(ev::CourseMembershipResumed{.course = id, .person = person, .seat_type = member.by});
    if (member.by == SeatType::Campus) continue;
    ++number;
    if (dates.start <= now) {
      start_course_seat(state, {.course = row, .number = number, .person = person}, now, out);
      started = true;
    } else {
      out.emplace_back(
          ev::CourseSeatReserved{.course = id, .seat = number, .person = person, .starts_at = dates.start});
    }
  }
  if (started) alert_without_price(state, row, now, out);
}

}  // namespace

Decision<Event> decide_one(const State& state, const CreateCourse& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row campus = state.campus_ids.find(command.campus.value);
  if (campus == kNone) return not_found("campus", command.campus.value);
  const std::string& id = command.course.value;
  if (const Row known = state.course_ids.find(id); known != kNone)
    return refuse(Reason::AlreadyExists, fmt::format("course {} exists already", id), {fact("course", id)},
                  {state.courses[known].created_at});
  const Dates dates{command.start, command.end};
  if (!have_future(dates, ctx.now))
    return dates_invalid("a course ends after its start and after now", dates, ctx.now);
  if (command.seat_types == CourseSeatTypes::CampusAndCourse)
    if (auto refused = refuse_course_seats(state.campuses[campus])) return *std::move(refused);

  Events events;
  events.emplace_back(ev::CourseCreated{.course = command.course,
                                        .campus = command.campus,
                                        .start = command.start,
                                        .end = command.end,
                                        .seat_types = command.seat_types});
  if (command.start <= ctx.now)
    events.emplace_back(ev::CourseRunStarted{.course = command.course, .run = 1, .started_at = ctx.now});
  return events;
}

Decision<Event> decide_one(const State& state, const EditCourse& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  const Dates dates{command.start.value_or(course.start), command.end.value_or(course.end)};
  const bool moved = dates.start != course.start || dates.end != course.end;
  const auto seat_types = command.seat_types.value_or(course.seat_types);
  if (moved) {
    if (course.phase == CoursePhase::Inactive)
      return refuse(Reason::CourseInactive, "the run has ended; reactivate the course to give it new dates",
                    {fact("run", course.run)}, {course.phase_at});
    if (course.phase == CoursePhase::Running && dates.start != course.start)
      return dates_invalid("the run has started already", dates, ctx.now, {course.phase_at});
    if (!have_future(dates, ctx.now))
      return dates_invalid("a course ends after its start and after now", dates, ctx.now);
  }
  if (seat_types != course.seat_types && seat_types == CourseSeatTypes::CampusAndCourse)
    if (auto refused = refuse_course_seats(state.campuses[course.campus])) return *std::move(refused);
  if (!moved && seat_types == course.seat_types) return nothing_to_change("the course is so already");

  Events events;
  if (moved)
    events.emplace_back(
        ev::CourseRescheduled{.course = command.course, .start = dates.start, .end = dates.end});
  if (seat_types != course.seat_types)
    events.emplace_back(ev::CourseSeatTypesChanged{.course = command.course, .seat_types = seat_types});
  if (course.phase == CoursePhase::Planned && dates.start <= ctx.now) start_run(state, row, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const SetCourseSeatLimits& command, const Context& ctx) {
  if (!allowed(ctx, {Role::CampusManager})) return forbidden(ctx, {Role::CampusManager});
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  if (course.campus_seats_max == command.campus_seats && course.course_seats_max == command.course_seats)
    return nothing_to_change("the limits are so already");
  return std::vector<Event>{ev::CourseSeatLimitsSet{
      .course = command.course, .campus_seats = command.campus_seats, .course_seats = command.course_seats}};
}

Decision<Event> decide_one(const State& state, const EndCourseRun& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  if (course.phase != CoursePhase::Running)
    return refuse(Reason::CourseInactive,
                  fmt::format("run {} of course {} {}", course.run, command.course.value,
                              course.phase == CoursePhase::Planned ? "has not started" : "has ended"),
                  {fact("run", course.run)}, {course.phase_at != 0 ? course.phase_at : course.created_at});
  Events events;
  end_run(state, row, ev::RunEndCause::EndedEarly, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const SettleCourse& command, const Context& ctx) {
  return settle(state, command, ctx, {});
}

Decision<Event> settle(const State& state, const SettleCourse& command, const Context& ctx,
                       const std::vector<SettledApart>& elsewhere) {
  if (!allowed(ctx, {Role::Billing})) return forbidden(ctx, {Role::Billing});
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  if (command.invoice_ref.empty() || command.invoice_ref.size() > kInvoiceRefBytesMax)
    return refuse(Reason::InvalidArgument,
                  fmt::format("an invoice reference has 1 to {} bytes", kInvoiceRefBytesMax));
  const Course& course = state.courses[row];
  const bool earlier = command.run >= 1 && command.run < course.run;  // settled, or there were no later run
  const bool current = command.run == course.run;
  if (earlier || (current && course.settlement == SettlementPhase::Settled))
    return refuse(Reason::LineAlreadyBilled, fmt::format("run {} is settled already", command.run),
                  {fact("run", command.run)}, {course.settlement_at});
  if (!current || course.settlement == SettlementPhase::None)
    return refuse(Reason::NotFound, fmt::format("run {} has no settlement to confirm", command.run),
                  {fact("run", command.run), fact("current_run", course.run)},
                  {course.phase_at != 0 ? course.phase_at : course.created_at});
  std::int64_t blocks_elsewhere = 0;
  std::int64_t amount_elsewhere = 0;
  for (const SettledApart& one : elsewhere) {
    blocks_elsewhere += one.blocks;
    amount_elsewhere += one.amount.value;
  }
  return std::vector<Event>{ev::CourseSettled{
      .course = command.course,
      .run = command.run,
      .invoice_ref = command.invoice_ref,
      .seats = course.totals.seats,
      .billed_blocks = course.totals.billed_blocks - static_cast<std::uint64_t>(blocks_elsewhere),
      .amount = {course.totals.amount.value - amount_elsewhere},
      .currency = state.campuses[course.campus].currency,
      .lines_hash = lines_hash(state, course, elsewhere)}};
}

Decision<Event> decide_one(const State& state, const ReactivateCourse& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.course_ids.find(command.course.value);
  if (row == kNone) return not_found("course", command.course.value);
  const Course& course = state.courses[row];
  if (course.settlement == SettlementPhase::Open)
    return refuse(Reason::SettlementPending, fmt::format("run {} is not settled yet", course.run),
                  {fact("run", course.run), fact("amount", course.totals.amount.value)},
                  {course.settlement_at});
  if (course.phase != CoursePhase::Inactive)
    return refuse(Reason::CourseAlreadyActive, fmt::format("run {} has not ended", course.run),
                  {fact("run", course.run)}, {course.phase_at != 0 ? course.phase_at : course.created_at});
  const Dates dates{command.start, command.end};
  if (!have_future(dates, ctx.now))
    return dates_invalid("a course ends after its start and after now", dates, ctx.now);
  const auto resumed = resumed_members(state, row, command.reissue);
  if (auto refused = refuse_reissue(state, course, resumed)) return *std::move(refused);

  Events events;
  const RunNumber run = course.run + 1;
  events.emplace_back(
      ev::CourseReactivated{.course = command.course, .run = run, .start = dates.start, .end = dates.end});
  if (dates.start <= ctx.now)
    events.emplace_back(ev::CourseRunStarted{.course = command.course, .run = run, .started_at = ctx.now});
  resume(state, row, resumed, dates, ctx.now, events);
  return events;
}

}  // namespace kontor::rules::seats
