#include "engine/rules/seats/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/assert.h"

namespace kontor::rules::seats {

Row membership_row(const State& state, Row course, std::string_view person) {
  const Row person_row = state.person_ids.find(person);
  if (person_row == kNone) return kNone;
  const Row* found = state.membership_of.find(pair_key(course, person_row));
  return found == nullptr ? kNone : *found;
}

Row campus_seat_of(const State& state, std::string_view person) {
  const Row row = state.person_ids.find(person);
  return row == kNone ? kNone : state.people[row].campus_seat;
}

bool is_active(const State& state, const Membership& membership) {
  const Course& course = state.courses[membership.course];
  return membership.phase == MembershipPhase::Joined && course.phase != CoursePhase::Inactive &&
         membership.run == course.run;
}

bool lives(const Course& course, Instant now) {
  return course.phase != CoursePhase::Inactive && course.end > now;
}

Row course_that_carries(const State& state, const Person& person, CarryingCourse wanted, Instant now) {
  Row first = kNone;
  for (Row row = person.first_membership; row != kNone; row = state.memberships[row].next_of_person) {
    const Membership& membership = state.memberships[row];
    const Course& course = state.courses[membership.course];
    if (course.campus != wanted.campus || membership.course == wanted.except) continue;
    if (!is_active(state, membership) || !lives(course, now)) continue;
    if (membership.course == wanted.preferred) return wanted.preferred;
    if (first == kNone) first = membership.course;
  }
  return first;
}

Row period_in_force(const State& state, const Campus& campus, Instant at) {
  if (campus.active_period == kNone) return kNone;
  const Period& period = state.periods[campus.active_period];
  return period.from <= at && at < period.to ? campus.active_period : kNone;
}

std::uint32_t size_at(const State& state, const Period& period, Instant at) {
  std::uint32_t size = state.sizes[period.first_size].size;
  for (Row row = period.first_size; row != kNone && state.sizes[row].from <= at; row = state.sizes[row].next)
    size = state.sizes[row].size;
  return size;
}

std::uint32_t capacity_from(const State& state, const Period& period, Instant from) {
  std::uint32_t capacity = size_at(state, period, from);
  for (Row row = period.first_size; row != kNone; row = state.sizes[row].next)
    if (state.sizes[row].from > from) capacity = std::min(capacity, state.sizes[row].size);
  return capacity;
}

namespace {

std::optional<kontor::seats::BlockPrice> price_in(const State& state, const Period& period, Instant at) {
  const std::uint32_t size = size_at(state, period, at);
  std::optional<kontor::seats::BlockPrice> price;
  for (Row tier = period.first_tier; tier < period.first_tier + period.tier_count; ++tier) {
    if (state.tiers[tier].from_size > size) break;
    price = kontor::seats::BlockPrice{.period = PeriodId(state.names.text(period.name)),
                                      .flat_size = size,
                                      .tier_from = state.tiers[tier].from_size,
                                      .unit_price = state.tiers[tier].unit_price,
                                      .currency = state.campuses[period.campus].currency,
                                      .rounding = period.rounding};
  }
  return price;
}

}  // namespace

std::optional<kontor::seats::BlockPrice> price_at(const State& state, Row campus, Instant at) {
  const Row row = period_in_force(state, state.campuses[campus], at);
  if (row == kNone) return std::nullopt;
  return price_in(state, state.periods[row], at);
}

std::optional<kontor::seats::BlockPrice> price_as_booked(const State& state, Row campus, Instant at) {
  for (Row row = state.campuses[campus].first_period; row != kNone; row = state.periods[row].next) {
    const Period& period = state.periods[row];
    if (period.from <= at && at < period.to) return price_in(state, period, at);
  }
  return std::nullopt;
}

bool counts_on_bill(const State& state, Row block) {
  const CourseSeat& seat = state.course_seats[state.blocks[block].seat];
  return seat.phase != CourseSeatPhase::Ended || seat.last_block != block || seat.last_finished ||
         seat.last_rounding == Rounding::Started;
}

tl::unexpected<Refusal> not_found(std::string_view kind, std::string_view id) {
  return refuse(Reason::NotFound, fmt::format("there is no {} {}", kind, id), {fact(kind, id)});
}

tl::unexpected<Refusal> nothing_to_change(std::string_view what) {
  return refuse(Reason::InvalidArgument, fmt::format("nothing to change: {}", what));
}

}  // namespace kontor::rules::seats
