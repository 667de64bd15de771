// How each event changes the state. Nothing here decides: what does not fit is a broken invariant.
#include <algorithm>
#include <string>

#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/rules.h"
#include "engine/rules/seats/timer_keys.h"
#include "events/core/assert.h"

namespace kontor::rules::seats {
namespace {

namespace ev = kontor::seats;

class Evolution {
 public:
  Evolution(State& state, const Envelope& envelope)
      : s_(state), at_(envelope.position), effective_at_(envelope.effective_at) {}

  void operator()(const ev::CampusOpened& e) {
    const Row row = s_.campus_ids.intern(e.campus.value);
    KONTOR_ASSERT(row == s_.campuses.size());
    s_.campuses.append({.stream = s_.streams.intern("campus/" + e.campus.value),
                        .time_zone = s_.names.intern(e.time_zone),
                        .kind = e.kind,
                        .opened_at = at_});
  }

  void operator()(const ev::FlatBooked& e) {
    const Row campus_row = campus(e.campus);
    const Row name = s_.names.intern(e.period.value);
    const Row size = s_.sizes.append({.from = e.from, .size = e.size, .changed_at = at_});
    const Row first_tier = s_.tiers.size();
    for (const auto& tier : e.tiers) s_.tiers.append(tier);
    const Row row = s_.periods.append({.campus = campus_row,
                                       .name = name,
                                       .rounding = e.rounding,
                                       .from = e.from,
                                       .to = e.to,
                                       .first_tier = first_tier,
                                       .tier_count = static_cast<std::uint32_t>(e.tiers.size()),
                                       .first_size = size,
                                       .booked_at = at_});
    s_.period_of.put(pair_key(campus_row, name), row);
    Campus& campus = s_.campuses.edit(campus_row);
    if (!e.tiers.empty() || e.price.value != 0) campus.currency = e.currency;
    if (campus.last_period == kNone) {
      campus.first_period = row;
    } else {
      s_.periods.edit(campus.last_period).next = row;
    }
    campus.last_period = row;
    s_.timers.insert(activation_timer(s_, row));
  }

  void operator()(const ev::FlatResized& e) {
    const Row period_row = period(campus(e.campus), e.period);
    Row before = s_.periods[period_row].first_size;
    KONTOR_ASSERT(s_.sizes[before].from <= e.from);
    while (s_.sizes[before].next != kNone && s_.sizes[s_.sizes[before].next].from <= e.from)
      before = s_.sizes[before].next;
    if (s_.sizes[before].from == e.from) {
      SizeChange& same = s_.sizes.edit(before);
      same.size = e.size;
      same.changed_at = at_;
    } else {
      const Row row =
          s_.sizes.append({.from = e.from, .size = e.size, .next = s_.sizes[before].next, .changed_at = at_});
      s_.sizes.edit(before).next = row;
    }
  }

  void operator()(const ev::BookingPeriodActivated& e) {
    const Row campus_row = campus(e.campus);
    const Row row = period(campus_row, e.period);
    leave_planned(row);
    Campus& campus = s_.campuses.edit(campus_row);
    for (const Row old : {campus.active_period, campus.pending_period})
      if (old != kNone && old != row) s_.periods.edit(old).phase = PeriodPhase::Past;
    campus.active_period = row;
    campus.pending_period = kNone;
    set_phase(row, PeriodPhase::Active);
  }

  void operator()(const ev::BookingPeriodPending& e) {
    const Row campus_row = campus(e.campus);
    const Row row = period(campus_row, e.period);
    leave_planned(row);
    Campus& campus = s_.campuses.edit(campus_row);
    if (campus.pending_period != kNone) s_.periods.edit(campus.pending_period).phase = PeriodPhase::Past;
    campus.pending_period = row;
    set_phase(row, PeriodPhase::Pending);
  }

  void operator()(const ev::SeatTypeOptionChanged& e) {
    Campus& campus = s_.campuses.edit(this->campus(e.campus));
    campus.option = e.option;
    campus.option_at = at_;
  }

  void operator()(const ev::CampusSeatGranted& e) {
    const Row campus_row = campus(e.campus);
    const Row person_row = person(e.person);
    const Row course_row = course(e.granting_course);
    KONTOR_ASSERT(s_.people[person_row].campus_seat == kNone);  // INV-10
    KONTOR_ASSERT(e.seat == s_.campus_seats.size() + 1);
    Campus& campus = s_.campuses.edit(campus_row);
    const Row row = s_.campus_seats.append({.campus = campus_row,
                                            .person = person_row,
                                            .granting_course = course_row,
                                            .period = period(campus_row, e.period),
                                            .previous = campus.last_seat,
                                            .changed_at = at_,
                                            .granted_at = at_,
                                            .granted_effective = effective_at_});
    if (campus.last_seat == kNone) {
      campus.first_seat = row;
    } else {
      s_.campus_seats.edit(campus.last_seat).next = row;
    }
    campus.last_seat = row;
    ++campus.seats_used;
    s_.people.edit(person_row).campus_seat = row;
    ++s_.courses.edit(course_row).campus_seats;
  }

  void operator()(const ev::CampusSeatCarriedOver& e) {
    const Row row = active_campus_seat(e.seat, e.person);
    attribute(row, course(e.granting_course));
    s_.campus_seats.edit(row).period = period(campus(e.campus), e.period);
  }

  void operator()(const ev::CampusSeatReleased& e) {
    const Row row = active_campus_seat(e.seat, e.person);
    CampusSeat& seat = s_.campus_seats.edit(row);
    seat.phase = CampusSeatPhase::Released;
    seat.changed_at = at_;
    Campus& campus = s_.campuses.edit(seat.campus);
    KONTOR_ASSERT(campus.seats_used > 0);
    --campus.seats_used;
    (seat.previous == kNone ? campus.first_seat : s_.campus_seats.edit(seat.previous).next) = seat.next;
    (seat.next == kNone ? campus.last_seat : s_.campus_seats.edit(seat.next).previous) = seat.previous;
    s_.people.edit(seat.person).campus_seat = kNone;
    --s_.courses.edit(seat.granting_course).campus_seats;
  }

  void operator()(const ev::CampusSeatReattributed& e) {
    attribute(active_campus_seat(e.seat, e.person), course(e.to_course));
  }

  void operator()(const ev::HomeCampusSet& e) {
    s_.people.edit(person(e.person)).home_campus = campus(e.campus);
  }

  void operator()(const ev::CourseCreated& e) {
    const Row row = s_.course_ids.intern(e.course.value);
    KONTOR_ASSERT(row == s_.courses.size());
    s_.courses.append({.stream = s_.streams.intern("course/" + e.course.value),
                       .campus = campus(e.campus),
                       .seat_types = e.seat_types,
                       .start = e.start,
                       .end = e.end,
                       .created_at = at_,
                       .seat_types_at = at_});
    s_.timers.insert(run_start_timer(s_, row));
    s_.timers.insert(run_end_timer(s_, row));
  }

  void operator()(const ev::CourseSeatTypesChanged& e) {
    Course& course = s_.courses.edit(this->course(e.course));
    course.seat_types = e.seat_types;
    course.seat_types_at = at_;
  }

  void operator()(const ev::CourseRescheduled& e) {
    const Row row = course(e.course);
    const bool planned = s_.courses[row].phase == CoursePhase::Planned;
    KONTOR_ASSERT(s_.courses[row].phase != CoursePhase::Inactive);
    s_.timers.erase(run_end_timer(s_, row));
    if (planned) s_.timers.erase(run_start_timer(s_, row));
    Course& course = s_.courses.edit(row);
    course.start = e.start;
    course.end = e.end;
    s_.timers.insert(run_end_timer(s_, row));
    if (planned) s_.timers.insert(run_start_timer(s_, row));
  }

  void operator()(const ev::CourseSeatLimitsSet& e) {
    Course& course = s_.courses.edit(this->course(e.course));
    course.campus_seats_max = e.campus_seats;
    course.course_seats_max = e.course_seats;
    course.limits_at = at_;
  }

  void operator()(const ev::CourseMemberInvited& e) {
    const Row course_row = course(e.course);
    const Row person_row = person(e.person);
    Course& course = s_.courses.edit(course_row);
    Person& person = s_.people.edit(person_row);
    const Row row = s_.memberships.append({.course = course_row,
                                           .person = person_row,
                                           .role = e.role,
                                           .carried_by = e.seat_type,
                                           .run = course.run,
                                           .changed_at = at_});
    if (course.last_member == kNone) {
      course.first_member = row;
    } else {
      s_.memberships.edit(course.last_member).next_in_course = row;
    }
    if (person.last_membership == kNone) {
      person.first_membership = row;
    } else {
      s_.memberships.edit(person.last_membership).next_of_person = row;
    }
    course.last_member = row;
    person.last_membership = row;
    s_.membership_of.put(pair_key(course_row, person_row), row);
  }

  void operator()(const ev::ExistingCampusSeatUsed& e) {
    KONTOR_ASSERT(s_.people[person(e.person)].campus_seat == e.seat - 1);
  }

  void operator()(const ev::CourseSeatReserved& e) {
    append_course_seat(course(e.course), e.seat, e.person, CourseSeatPhase::Reserved);
  }

  void operator()(const ev::CourseSeatStarted& e) {
    const Row course_row = course(e.course);
    Row row = s_.memberships[membership(course_row, e.person)].course_seat;
    const bool reserved = row != kNone && s_.course_seats[row].phase == CourseSeatPhase::Reserved;
    if (!reserved) row = append_course_seat(course_row, e.seat, e.person, CourseSeatPhase::Running);
    KONTOR_ASSERT(s_.course_seats[row].number == e.seat);
    CourseSeat& seat = s_.course_seats.edit(row);
    seat.phase = CourseSeatPhase::Running;
    seat.start = e.started_at;
    seat.changed_at = at_;
  }

  void operator()(const ev::CourseSeatBlockStarted& e) {
    const Row row = running_course_seat(e.course, e.person, e.seat);
    KONTOR_ASSERT(e.block == s_.course_seats[row].blocks + 1);  // INV-13
    KONTOR_ASSERT(e.next_block_at > e.starts_at);
    if (e.block > 1) s_.timers.erase(block_timer(s_, row));
    CourseSeat& seat = s_.course_seats.edit(row);
    seat.blocks = e.block;
    seat.next_block_at = e.next_block_at;
    seat.last_priced = e.price.has_value();
    seat.last_price = e.price ? e.price->unit_price : MinorUnits{};
    seat.last_rounding = e.price ? e.price->rounding : Rounding::Started;
    if (!e.price) ++seat.unpriced;
    if (!e.price) ++s_.courses.edit(seat.course).unpriced_blocks;
    seat.last_block = s_.blocks.append({.seat = row,
                                        .previous = seat.last_block,
                                        .number = e.block,
                                        .priced = e.price.has_value(),
                                        .unit_price = seat.last_price,
                                        .starts_at = e.starts_at,
                                        .started_at = at_});
    const auto amount = checked_add(seat.amount, seat.last_price);
    KONTOR_ASSERT(amount.has_value());
    seat.amount = *amount;
    s_.timers.insert(block_timer(s_, row));
  }

  void operator()(const ev::CourseSeatEnded& e) {
    const Row row = running_course_seat(e.course, e.person, e.seat);
    KONTOR_ASSERT(e.blocks == s_.course_seats[row].blocks);
    KONTOR_ASSERT(e.billed_blocks <= e.blocks - s_.course_seats[row].voided);
    s_.timers.erase(block_timer(s_, row));
    CourseSeat& seat = s_.course_seats.edit(row);
    seat.phase = CourseSeatPhase::Ended;
    seat.last_finished = e.ended_at >= seat.next_block_at;
    seat.billed_blocks = e.billed_blocks;
    seat.billed_unpriced = e.unpriced_blocks;
    seat.billed_amount = e.amount;
    seat.changed_at = at_;
    Course& course = s_.courses.edit(seat.course);
    KONTOR_ASSERT(course.course_seats > 0);
    --course.course_seats;
    RunTotals& totals = course.totals;
    ++totals.seats;
    totals.blocks += e.blocks;
    totals.billed_blocks += e.billed_blocks;
    totals.unpriced_blocks += e.unpriced_blocks;
    const auto amount = checked_add(totals.amount, e.amount);
    KONTOR_ASSERT(amount.has_value());
    totals.amount = *amount;
  }

  void operator()(const ev::CourseSeatCancelledBeforeStart& e) {
    const Row course_row = course(e.course);
    const Row row = s_.memberships[membership(course_row, e.person)].course_seat;
    KONTOR_ASSERT(row != kNone);
    KONTOR_ASSERT(s_.course_seats[row].number == e.seat);
    KONTOR_ASSERT(s_.course_seats[row].phase == CourseSeatPhase::Reserved);
    CourseSeat& seat = s_.course_seats.edit(row);
    seat.phase = CourseSeatPhase::Cancelled;
    seat.changed_at = at_;
    --s_.courses.edit(course_row).course_seats;
  }

  void operator()(const ev::CourseMembershipEnded& e) {
    Membership& member = s_.memberships.edit(membership(course(e.course), e.person));
    KONTOR_ASSERT(member.phase != MembershipPhase::Ended);
    member.phase = MembershipPhase::Ended;
    member.changed_at = at_;
  }

  void operator()(const ev::MembershipUnseated& e) {
    Membership& member = s_.memberships.edit(membership(course(e.course), e.person));
    KONTOR_ASSERT(member.phase == MembershipPhase::Joined);
    member.phase = MembershipPhase::Unseated;
    member.changed_at = at_;
  }

  void operator()(const ev::CourseRunStarted& e) {
    const Row row = course(e.course);
    KONTOR_ASSERT(s_.courses[row].phase == CoursePhase::Planned);
    KONTOR_ASSERT(s_.courses[row].run == e.run);
    s_.timers.erase(run_start_timer(s_, row));
    Course& course = s_.courses.edit(row);
    course.phase = CoursePhase::Running;
    course.phase_at = at_;
  }

  void operator()(const ev::CourseRunEnded& e) {
    const Row row = course(e.course);
    KONTOR_ASSERT(s_.courses[row].phase == CoursePhase::Running);
    KONTOR_ASSERT(s_.courses[row].run == e.run);
    s_.timers.erase(run_end_timer(s_, row));
    s_.courses.edit(row).end = e.ended_at;  // earlier than planned, if it was ended by hand
  }

  void operator()(const ev::CourseDeactivated& e) {
    Course& course = s_.courses.edit(this->course(e.course));
    course.phase = CoursePhase::Inactive;
    course.phase_at = at_;
  }

  void operator()(const ev::CourseSettlementOpened& e) {
    Course& course = s_.courses.edit(this->course(e.course));
    KONTOR_ASSERT(course.settlement == SettlementPhase::None);
    KONTOR_ASSERT(e.seats == course.totals.seats);
    KONTOR_ASSERT(e.billed_blocks == course.totals.billed_blocks);
    KONTOR_ASSERT(e.amount == course.totals.amount);
    course.settlement = SettlementPhase::Open;
    course.settlement_at = at_;
  }

  void operator()(const ev::CourseSettled& e) {
    Course& course = s_.courses.edit(this->course(e.course));
    KONTOR_ASSERT(course.settlement == SettlementPhase::Open);  // INV-14: settled once
    KONTOR_ASSERT(course.run == e.run);
    course.settlement = SettlementPhase::Settled;
    course.settlement_at = at_;
  }

  void operator()(const ev::CourseReactivated& e) {
    const Row row = course(e.course);
    KONTOR_ASSERT(s_.courses[row].settlement == SettlementPhase::Settled);
    KONTOR_ASSERT(e.run == s_.courses[row].run + 1);
    Course& course = s_.courses.edit(row);
    course.phase = CoursePhase::Planned;
    course.settlement = SettlementPhase::None;
    course.run = e.run;
    course.start = e.start;
    course.end = e.end;
    course.first_seat_of_run = kNone;
    course.totals = {};
    course.phase_at = at_;
    s_.timers.insert(run_start_timer(s_, row));
    s_.timers.insert(run_end_timer(s_, row));
  }

  void operator()(const ev::CourseMembershipResumed& e) {
    const Row course_row = course(e.course);
    Membership& member = s_.memberships.edit(membership(course_row, e.person));
    KONTOR_ASSERT(member.phase == MembershipPhase::Joined);
    member.run = s_.courses[course_row].run;
    member.carried_by = e.seat_type;
    member.changed_at = at_;
  }

  void operator()(const ev::CourseRoleChanged& e) {
    s_.memberships.edit(membership(course(e.course), e.person)).role = e.role;
  }

  void operator()(const ev::ContributionRecorded& e) {
    KONTOR_ASSERT(is_active(s_, s_.memberships[membership(course(e.course), e.person)]));
  }

  void operator()(const ev::SeatGrantReversed&) {}  // says why; what changes follows

  void operator()(const ev::CourseSeatBlockVoided& e) {
    Block& block = correct(e.of, e.block);
    block.voided = true;
    CourseSeat& seat = s_.course_seats.edit(block.seat);
    ++seat.voided;
    if (!block.priced) --s_.courses.edit(seat.course).unpriced_blocks;
    if (e.standing == ev::BillStanding::Settled) return;  // INV-14
    if (seat.phase != CourseSeatPhase::Ended) {
      KONTOR_ASSERT(seat.amount >= e.amount);
      seat.amount.value -= e.amount.value;
      seat.unpriced -= e.unpriced_blocks;
      return;
    }
    KONTOR_ASSERT(seat.billed_blocks >= e.billed_blocks);
    seat.billed_blocks -= e.billed_blocks;
    seat.billed_unpriced -= e.unpriced_blocks;
    seat.billed_amount.value -= e.amount.value;
    RunTotals& totals = s_.courses.edit(seat.course).totals;
    totals.billed_blocks -= e.billed_blocks;
    totals.unpriced_blocks -= e.unpriced_blocks;
    totals.amount.value -= e.amount.value;
  }

  void operator()(const ev::CourseSeatBlockPriced& e) {
    Block& block = correct(e.of, e.block);
    CourseSeat& seat = s_.course_seats.edit(block.seat);
    KONTOR_ASSERT(!block.priced);
    block.priced = true;
    block.unit_price = e.price.unit_price;
    --s_.courses.edit(seat.course).unpriced_blocks;
    if (e.block == seat.blocks) {
      seat.last_priced = true;
      seat.last_price = e.price.unit_price;
      seat.last_rounding = e.price.rounding;
    }
    if (e.standing == ev::BillStanding::Settled) return;  // INV-14
    if (seat.phase != CourseSeatPhase::Ended) {
      seat.amount = sum(seat.amount, e.amount);
      --seat.unpriced;
      return;
    }
    seat.billed_blocks -= 1 - e.billed_blocks;
    --seat.billed_unpriced;
    seat.billed_amount = sum(seat.billed_amount, e.amount);
    RunTotals& totals = s_.courses.edit(seat.course).totals;
    totals.billed_blocks -= 1 - e.billed_blocks;
    --totals.unpriced_blocks;
    totals.amount = sum(totals.amount, e.amount);
  }

 private:
  /// The block that started at a position, for a correction.
  Block& correct(Position started_at, std::uint32_t number) {
    Row low = 0;
    for (Row high = s_.blocks.size(); low < high;) {
      const Row middle = low + (high - low) / 2;
      if (s_.blocks[middle].started_at < started_at)
        low = middle + 1;
      else
        high = middle;
    }
    KONTOR_ASSERT(low < s_.blocks.size());
    KONTOR_ASSERT(s_.blocks[low].started_at == started_at);
    KONTOR_ASSERT(s_.blocks[low].number == number);
    KONTOR_ASSERT(!s_.blocks[low].voided);
    return s_.blocks.edit(low);
  }
  static MinorUnits sum(MinorUnits a, MinorUnits b) {
    const auto total = checked_add(a, b);
    KONTOR_ASSERT(total.has_value());
    return *total;
  }
  [[nodiscard]] Row campus(const CampusId& id) const {
    const Row row = s_.campus_ids.find(id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }
  [[nodiscard]] Row course(const CourseId& id) const {
    const Row row = s_.course_ids.find(id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }
  /// People need no opening: they appear with their first event.
  Row person(const PersonId& id) {
    const Row row = s_.person_ids.intern(id.value);
    if (row == s_.people.size()) s_.people.append({});
    return row;
  }
  [[nodiscard]] Row period(Row campus, const PeriodId& id) const {
    const Row* row = s_.period_of.find(pair_key(campus, s_.names.find(id.value)));
    KONTOR_ASSERT(row != nullptr);
    return *row;
  }
  [[nodiscard]] Row membership(Row course, const PersonId& id) const {
    const Row row = membership_row(s_, course, id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }
  [[nodiscard]] Row active_campus_seat(SeatNumber number, const PersonId& id) const {
    KONTOR_ASSERT(number >= 1);
    KONTOR_ASSERT(campus_seat_of(s_, id.value) == number - 1);
    return number - 1;
  }
  [[nodiscard]] Row running_course_seat(const CourseId& course_id, const PersonId& id,
                                        SeatNumber number) const {
    const Row row = s_.memberships[membership(course(course_id), id)].course_seat;
    KONTOR_ASSERT(row != kNone);
    KONTOR_ASSERT(s_.course_seats[row].number == number);
    KONTOR_ASSERT(s_.course_seats[row].phase == CourseSeatPhase::Running);
    return row;
  }

  void leave_planned(Row period) {
    if (s_.periods[period].phase == PeriodPhase::Planned) s_.timers.erase(activation_timer(s_, period));
  }
  void set_phase(Row row, PeriodPhase phase) {
    Period& period = s_.periods.edit(row);
    period.phase = phase;
    period.phase_at = at_;
  }

  /// From now on the seat counts for this course.
  void attribute(Row row, Row course) {
    CampusSeat& seat = s_.campus_seats.edit(row);
    --s_.courses.edit(seat.granting_course).campus_seats;
    ++s_.courses.edit(course).campus_seats;
    seat.granting_course = course;
    seat.changed_at = at_;
  }

  Row append_course_seat(Row course_row, SeatNumber number, const PersonId& id, CourseSeatPhase phase) {
    const Row member = membership(course_row, id);
    Course& course = s_.courses.edit(course_row);
    KONTOR_ASSERT(number == course.course_seats_ever + 1);
    KONTOR_ASSERT(campus_seat_of(s_, id.value) == kNone);  // INV-12
    const Row row = s_.course_seats.append({.course = course_row,
                                            .person = s_.memberships[member].person,
                                            .number = number,
                                            .phase = phase,
                                            .run = course.run,
                                            .changed_at = at_,
                                            .granted_at = at_,
                                            .granted_effective = effective_at_});
    s_.memberships.edit(member).course_seat = row;
    if (course.last_seat == kNone) {
      course.first_seat = row;
    } else {
      s_.course_seats.edit(course.last_seat).next = row;
    }
    if (course.first_seat_of_run == kNone) course.first_seat_of_run = row;
    course.last_seat = row;
    ++course.course_seats_ever;
    ++course.course_seats;
    return row;
  }

  State& s_;
  Position at_;
  Instant effective_at_;
};

}  // namespace

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  std::visit(Evolution{state, envelope}, event);
}

}  // namespace kontor::rules::seats
