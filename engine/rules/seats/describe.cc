// The state of seats in a fixed order, for its digest. Every field that decides anything is here; row numbers
// are the order of the log and therefore the same everywhere.
#include "engine/rules/canonical.h"
#include "engine/rules/seats/rules.h"

namespace kontor::rules::seats {
namespace {

void describe_row(const Campus& r, Canonical& out) {
  out.add_all(r.stream, r.time_zone, r.kind, r.option, r.currency.text(), r.first_period, r.last_period,
              r.active_period, r.pending_period, r.first_seat, r.last_seat, r.seats_used, r.opened_at,
              r.option_at);
}
void describe_row(const Period& r, Canonical& out) {
  out.add_all(r.campus, r.name, r.phase, r.rounding, r.from, r.to, r.first_tier, r.tier_count, r.first_size,
              r.next, r.booked_at, r.phase_at);
}
void describe_row(const SizeChange& r, Canonical& out) { out.add_all(r.from, r.size, r.next, r.changed_at); }
void describe_row(const kontor::seats::PriceTier& r, Canonical& out) {
  out.add_all(r.from_size, r.unit_price);
}
void describe_row(const Course& r, Canonical& out) {
  out.add_all(r.stream, r.campus, r.phase, r.settlement, r.seat_types, r.run, r.start, r.end,
              r.campus_seats_max, r.course_seats_max, r.campus_seats, r.course_seats, r.course_seats_ever,
              r.unpriced_blocks, r.first_member, r.last_member, r.first_seat, r.last_seat,
              r.first_seat_of_run);
  out.add_all(r.totals.seats, r.totals.blocks, r.totals.billed_blocks, r.totals.unpriced_blocks,
              r.totals.amount, r.created_at, r.seat_types_at, r.limits_at, r.phase_at, r.settlement_at);
}
void describe_row(const Person& r, Canonical& out) {
  out.add_all(r.campus_seat, r.home_campus, r.first_membership, r.last_membership);
}
void describe_row(const Membership& r, Canonical& out) {
  out.add_all(r.course, r.person, r.role, r.carried_by, r.phase, r.run, r.course_seat, r.next_in_course,
              r.next_of_person, r.changed_at);
}
void describe_row(const CampusSeat& r, Canonical& out) {
  out.add_all(r.campus, r.person, r.granting_course, r.period, r.phase, r.previous, r.next, r.changed_at,
              r.granted_at, r.granted_effective);
}
void describe_row(const CourseSeat& r, Canonical& out) {
  out.add_all(r.course, r.person, r.number, r.phase, r.run, r.start, r.next_block_at, r.blocks, r.voided,
              r.unpriced, r.amount, r.last_price, r.last_priced, r.last_rounding, r.billed_blocks,
              r.billed_unpriced, r.billed_amount, r.next, r.changed_at, r.last_block, r.last_finished,
              r.granted_at, r.granted_effective);
}
void describe_row(const Block& r, Canonical& out) {
  out.add_all(r.seat, r.previous, r.number, r.priced, r.voided, r.unit_price, r.starts_at, r.started_at);
}

template <class T>
void describe_table(const Table<T>& table, Canonical& out) {
  out.add(table.size());
  for (Row row = 0; row < table.size(); ++row) describe_row(table[row], out);
}

}  // namespace

void describe(const State& state, Canonical& out) {
  out.add_all(state.names, state.streams, state.campus_ids, state.course_ids, state.person_ids);
  describe_table(state.campuses, out);
  describe_table(state.periods, out);
  describe_table(state.sizes, out);
  describe_table(state.tiers, out);
  describe_table(state.courses, out);
  describe_table(state.people, out);
  describe_table(state.memberships, out);
  describe_table(state.campus_seats, out);
  describe_table(state.course_seats, out);
  describe_table(state.blocks, out);
  // The look-ups hold nothing of their own but their size: each entry names a row that says the same.
  out.add_all(state.period_of.size(), state.membership_of.size(), state.timers.size());
  for (const TimerKey& key : state.timers)
    out.add_all(key.due, key.effective_at, key.stream, key.kind, key.row);
}

}  // namespace kontor::rules::seats
