#pragma once
// Questions the rules ask of the state. Pure; the thread that owns the state.

#include <optional>
#include <string_view>

#include "engine/rules/decision.h"
#include "engine/rules/seats/state.h"

namespace kontor::rules::seats {

/// Row of the newest membership of a person in a course, or kNone.
[[nodiscard]] Row membership_row(const State& state, Row course, std::string_view person);
/// Row of the active campus seat of a person, who may be unknown, or kNone.
[[nodiscard]] Row campus_seat_of(const State& state, std::string_view person);

/// May act in the course: neither ended nor unseated, and the course is planned or running in the same run.
[[nodiscard]] bool is_active(const State& state, const Membership& membership);
/// Not ended, and not about to end at this very instant: what keeps a campus seat with its holder. Asking for
/// the end as well makes the order of timers that are due together irrelevant.
[[nodiscard]] bool lives(const Course& course, Instant now);
/// The course of `campus`, other than `except`, that may carry the person's campus seat on: `preferred` if
/// the person is an active member of it and it lives, else the earliest joined one that lives (B4, B16). Or
/// kNone.
struct CarryingCourse {
  Row campus = kNone;
  Row preferred = kNone;
  Row except = kNone;
};
[[nodiscard]] Row course_that_carries(const State& state, const Person& person, CarryingCourse wanted,
                                      Instant now);

/// The activated period that `at` lies in, or kNone.
[[nodiscard]] Row period_in_force(const State& state, const Campus& campus, Instant at);
/// The flat's size at an instant of its period.
[[nodiscard]] std::uint32_t size_at(const State& state, const Period& period, Instant at);
/// The smallest size between `from` and the end of the period: seats granted now must still fit then.
[[nodiscard]] std::uint32_t capacity_from(const State& state, const Period& period, Instant from);
/// What a block that starts at `at` costs, or nullopt without a flat in force or a tier for its size (PB2).
[[nodiscard]] std::optional<kontor::seats::BlockPrice> price_at(const State& state, Row campus, Instant at);
/// What it costs by what is booked by now for that moment, whether or not it was in force then (PB2).
[[nodiscard]] std::optional<kontor::seats::BlockPrice> price_as_booked(const State& state, Row campus,
                                                                       Instant at);
/// Whether a block that is not void counts on the bill: the newest one of an ended seat may not (B1).
[[nodiscard]] bool counts_on_bill(const State& state, Row block);

[[nodiscard]] inline std::string_view campus_id(const State& state, Row campus) {
  return state.campus_ids.text(campus);
}
[[nodiscard]] inline std::string_view course_id(const State& state, Row course) {
  return state.course_ids.text(course);
}
[[nodiscard]] inline std::string_view person_id(const State& state, Row person) {
  return state.person_ids.text(person);
}
[[nodiscard]] inline std::string_view zone_of(const State& state, const Campus& campus) {
  return state.names.text(campus.time_zone);
}

/// NotFound for a thing with this id.
[[nodiscard]] tl::unexpected<Refusal> not_found(std::string_view kind, std::string_view id);
/// InvalidArgument for a command that every event would leave as it is.
[[nodiscard]] tl::unexpected<Refusal> nothing_to_change(std::string_view what);

}  // namespace kontor::rules::seats
