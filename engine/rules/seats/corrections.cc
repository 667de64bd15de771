// Mistakes taken back, and blocks priced after the fact (DOMAIN 3.3 B22, PB2).
#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/roles.h"
#include "engine/rules/seats/decisions.h"
#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/seat_events.h"
#include "events/core/assert.h"

namespace kontor::rules::seats {
namespace {

namespace ev = kontor::seats;

/// What the event at a position granted: at most one row is set.
struct Granted {
  Row block = kNone;
  Row course_seat = kNone;
  Row campus_seat = kNone;
};

/// The row whose event was recorded at `position`. Rows of a kind lie in the order of the log.
template <class T>
Row row_at(const Table<T>& table, Position position, Position T::*at) {
  Row low = 0;
  for (Row count = table.size(); count > 0;) {
    const Row half = count / 2;
    if (table[low + half].*at < position) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low < table.size() && table[low].*at == position ? low : kNone;
}

Granted granted_at(const State& state, Position position) {
  if (const Row row = row_at(state.blocks, position, &Block::started_at); row != kNone) return {.block = row};
  if (const Row row = row_at(state.course_seats, position, &CourseSeat::granted_at); row != kNone)
    return {.course_seat = row};
  if (const Row row = row_at(state.campus_seats, position, &CampusSeat::granted_at); row != kNone)
    return {.campus_seat = row};
  // The start of a reserved seat is followed by its first block.
  if (const Row row = row_at(state.blocks, position + 1, &Block::started_at);
      row != kNone && state.blocks[row].number == 1)
    return {.course_seat = state.blocks[row].seat};
  return {};
}

ev::BillStanding standing_of(const State& state, const CourseSeat& seat) {
  const Course& course = state.courses[seat.course];
  const bool open = seat.run == course.run && course.settlement != SettlementPhase::Settled;
  return open ? ev::BillStanding::Open : ev::BillStanding::Settled;
}

ev::SeatGrantReversed reversed(const State& state, const CourseSeat& seat, const CorrectSeat& command) {
  return {.of = command.event,
          .seat_type = SeatType::Course,
          .campus = CampusId(campus_id(state, state.courses[seat.course].campus)),
          .course = CourseId(course_id(state, seat.course)),
          .seat = seat.number,
          .person = PersonId(person_id(state, seat.person)),
          .reason = command.reason};
}

void void_block(const State& state, Row row, Events& out) {
  const Block& block = state.blocks[row];
  const CourseSeat& seat = state.course_seats[block.seat];
  const bool counts = counts_on_bill(state, row);
  out.emplace_back(
      ev::CourseSeatBlockVoided{.of = block.started_at,
                                .course = CourseId(course_id(state, seat.course)),
                                .run = seat.run,
                                .seat = seat.number,
                                .person = PersonId(person_id(state, seat.person)),
                                .block = block.number,
                                .starts_at = block.starts_at,
                                .amount = counts ? block.unit_price : MinorUnits{},
                                .currency = state.campuses[state.courses[seat.course].campus].currency,
                                .billed_blocks = counts ? 1u : 0u,
                                .unpriced_blocks = counts && !block.priced ? 1u : 0u,
                                .standing = standing_of(state, seat)});
}

/// The rest of a seat's life: nothing of it is billed, and the membership that it carried is over.
void take_back(const State& state, Row row, Instant now, Events& out) {
  const CourseSeat& seat = state.course_seats[row];
  std::vector<Row> blocks;
  for (Row b = seat.last_block; b != kNone; b = state.blocks[b].previous)
    if (!state.blocks[b].voided) blocks.push_back(b);
  std::ranges::reverse(blocks);
  for (const Row block : blocks) void_block(state, block, out);
  const CourseId course(course_id(state, seat.course));
  const PersonId person(person_id(state, seat.person));
  if (seat.phase == CourseSeatPhase::Reserved)
    out.emplace_back(
        ev::CourseSeatCancelledBeforeStart{.course = course, .seat = seat.number, .person = person});
  if (seat.phase == CourseSeatPhase::Running)
    out.emplace_back(
        ev::CourseSeatEnded{.course = course,
                            .seat = seat.number,
                            .person = person,
                            .ended_at = now,
                            .blocks = seat.blocks,
                            .billed_blocks = 0,
                            .unpriced_blocks = 0,
                            .amount = {},
                            .currency = state.campuses[state.courses[seat.course].campus].currency});
  const Membership& member = state.memberships[membership_row(state, seat.course, person.value)];
  if (member.course_seat == row && member.carried_by == SeatType::Course &&
      member.phase != MembershipPhase::Ended)
    out.emplace_back(ev::CourseMembershipEnded{.course = course, .person = person});
}

tl::unexpected<Refusal> not_yet(const CorrectSeat& command, Instant granted, const Context& ctx) {
  return refuse(Reason::InvalidArgument, "a correction takes effect no earlier than what it corrects",
                {fact("effective_at", ctx.effective_at), fact("corrected", granted)}, {command.event});
}

Decision<Event> price_block(const State& state, Row row, const CorrectSeat& command) {
  const Block& block = state.blocks[row];
  const CourseSeat& seat = state.course_seats[block.seat];
  const auto price = price_as_booked(state, state.courses[seat.course].campus, block.starts_at);
  if (!price)
    return refuse(Reason::PriceTierMissing,
                  "the block has no price, and no flat is booked for the moment at which it started",
                  {fact("starts_at", block.starts_at)}, {command.event});
  const bool newest = seat.last_block == row;
  const bool ended = seat.phase == CourseSeatPhase::Ended;
  const bool counts = !(newest && ended && !seat.last_finished && price->rounding == Rounding::Full);
  return Events{ev::CourseSeatBlockPriced{.of = block.started_at,
                                          .course = CourseId(course_id(state, seat.course)),
                                          .run = seat.run,
                                          .seat = seat.number,
                                          .person = PersonId(person_id(state, seat.person)),
                                          .block = block.number,
                                          .starts_at = block.starts_at,
                                          .price = *price,
                                          .amount = counts ? price->unit_price : MinorUnits{},
                                          .billed_blocks = counts ? 1u : 0u,
                                          .standing = standing_of(state, seat),
                                          .reason = command.reason}};
}

Decision<Event> correct_block(const State& state, Row row, const CorrectSeat& command, const Context& ctx) {
  const Block& block = state.blocks[row];
  if (ctx.effective_at < block.starts_at) return not_yet(command, block.starts_at, ctx);
  if (block.voided) return nothing_to_change("the block is void already");
  if (!block.priced) return price_block(state, row, command);
  Events events;
  events.emplace_back(reversed(state, state.course_seats[block.seat], command));
  void_block(state, row, events);
  return events;
}

Decision<Event> correct_course_seat(const State& state, Row row, const CorrectSeat& command,
                                    const Context& ctx) {
  const CourseSeat& seat = state.course_seats[row];
  if (ctx.effective_at < seat.granted_effective) return not_yet(command, seat.granted_effective, ctx);
  if (seat.phase == CourseSeatPhase::Cancelled) return nothing_to_change("the seat was cancelled already");
  if (seat.phase == CourseSeatPhase::Ended && seat.voided == seat.blocks)
    return nothing_to_change("all blocks of the seat are void already");
  Events events;
  events.emplace_back(reversed(state, seat, command));
  take_back(state, row, ctx.now, events);
  return events;
}

Decision<Event> correct_campus_seat(const State& state, Row row, const CorrectSeat& command,
                                    const Context& ctx) {
  const CampusSeat& seat = state.campus_seats[row];
  if (ctx.effective_at < seat.granted_effective) return not_yet(command, seat.granted_effective, ctx);
  if (seat.phase == CampusSeatPhase::Released) return nothing_to_change("the seat is free already");
  const CampusId campus(campus_id(state, seat.campus));
  const CourseId course(course_id(state, seat.granting_course));
  const PersonId person(person_id(state, seat.person));
  Events events;
  events.emplace_back(ev::SeatGrantReversed{.of = command.event,
                                            .seat_type = SeatType::Campus,
                                            .campus = campus,
                                            .course = course,
                                            .seat = row + 1,
                                            .person = person,
                                            .reason = command.reason});
  events.emplace_back(ev::CampusSeatReleased{.campus = campus,
                                             .seat = row + 1,
                                             .person = person,
                                             .granting_course = course,
                                             .cause = ev::ReleaseCause::Corrected});
  const Person& holder = state.people[seat.person];
  for (Row m = holder.first_membership; m != kNone; m = state.memberships[m].next_of_person) {
    const Membership& membership = state.memberships[m];
    if (membership.carried_by != SeatType::Campus || !is_active(state, membership)) continue;
    events.emplace_back(ev::MembershipUnseated{
        .course = CourseId(course_id(state, membership.course)), .person = person, .home_campus = campus});
  }
  return events;
}

}  // namespace

Decision<Event> decide_one(const State& state, const CorrectSeat& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Support})) return forbidden(ctx, {Role::Support});
  if (command.reason.empty()) return refuse(Reason::ReasonRequired, "a correction needs a reason");
  const Granted granted = granted_at(state, command.event);
  if (granted.block != kNone) return correct_block(state, granted.block, command, ctx);
  if (granted.course_seat != kNone) return correct_course_seat(state, granted.course_seat, command, ctx);
  if (granted.campus_seat != kNone) return correct_campus_seat(state, granted.campus_seat, command, ctx);
  return refuse(Reason::NotFound,
                fmt::format("no seat was granted and no block started at position {}", command.event),
                {fact("event", command.event)});
}

}  // namespace kontor::rules::seats
