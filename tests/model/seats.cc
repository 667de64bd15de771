#include "tests/model/seats.h"

#include <algorithm>

namespace kontor::model {
namespace {

template <class List, class Test>
auto* first(List& list, Test test) {
  const auto found = std::find_if(list.begin(), list.end(), test);
  return found == list.end() ? nullptr : &*found;
}

/// One overload an event: what it changes in the lists.
struct Taking {
  Seats& s;
  Position position;
  Instant at;

  Campus& campus(const CampusId& id) const { return const_cast<Campus&>(*s.campus(id)); }
  Course& course(const CourseId& id) const { return const_cast<Course&>(*s.course(id)); }
  Period& period(const CampusId& campus, const PeriodId& id) const {
    return const_cast<Period&>(*s.period(campus, id));
  }
  CampusSeat& campus_seat(seats::SeatNumber number) const {
    return *first(s.campus_seats, [&](const auto& seat) { return seat.number == number; });
  }
  CourseSeat& course_seat(const CourseId& id, seats::SeatNumber number) const {
    return *first(s.course_seats,
                  [&](const auto& seat) { return seat.course == id && seat.number == number; });
  }
  /// None: the block starts later than this correction has been true since.
  Block* block(Position started) const {
    for (CourseSeat& seat : s.course_seats)
      for (Block& each : seat.blocks)
        if (each.position == started) return &each;
    return nullptr;
  }
  Member& member(const CourseId& course, const PersonId& person) const {
    return const_cast<Member&>(*s.newest(course, person));
  }

  void operator()(const seats::CampusOpened& e) const { s.campuses.push_back({.opened = e, .active = {}}); }
  void operator()(const seats::FlatBooked& e) const {
    s.periods.push_back({.campus = e.campus, .booked = e, .sizes = {{e.from, e.size}}});
  }
  void operator()(const seats::FlatResized& e) const {
    period(e.campus, e.period).sizes.push_back({e.from, e.size});
  }
  void operator()(const seats::BookingPeriodActivated& e) const {
    period(e.campus, e.period).activated = true;
    period(e.campus, e.period).pending = false;
    campus(e.campus).active = e.period;
  }
  void operator()(const seats::BookingPeriodPending& e) const { period(e.campus, e.period).pending = true; }
  void operator()(const seats::SeatTypeOptionChanged& e) const { campus(e.campus).option = e.option; }
  void operator()(const seats::CampusSeatGranted& e) const {
    s.campus_seats.push_back({.number = e.seat,
                              .campus = e.campus,
                              .person = e.person,
                              .course = e.granting_course,
                              .period = e.period,
                              .granted = position,
                              .since = at});
  }
  void operator()(const seats::CampusSeatCarriedOver& e) const {
    campus_seat(e.seat).course = e.granting_course;
    campus_seat(e.seat).period = e.period;
  }
  void operator()(const seats::CampusSeatReleased& e) const {
    campus_seat(e.seat).active = false;
    campus_seat(e.seat).released = position;
  }
  void operator()(const seats::CampusSeatReattributed& e) const { campus_seat(e.seat).course = e.to_course; }
  void operator()(const seats::HomeCampusSet& e) const {
    if (Home* home = first(s.homes, [&](const Home& each) { return each.person == e.person; }))
      home->campus = e.campus;
    else
      s.homes.push_back({e.person, e.campus});
  }
  void operator()(const seats::CourseCreated& e) const {
    s.courses.push_back({.id = e.course,
                         .campus = e.campus,
                         .start = e.start,
                         .end = e.end,
                         .types = e.seat_types,
                         .campus_limit = {},
                         .course_limit = {}});
  }
  void operator()(const seats::CourseSeatTypesChanged& e) const { course(e.course).types = e.seat_types; }
  void operator()(const seats::CourseRescheduled& e) const {
    course(e.course).start = e.start;
    course(e.course).end = e.end;
  }
  void operator()(const seats::CourseSeatLimitsSet& e) const {
    course(e.course).campus_limit = e.campus_seats;
    course(e.course).course_limit = e.course_seats;
  }
  void operator()(const seats::CourseMemberInvited& e) const {
    s.members.push_back({.course = e.course,
                         .person = e.person,
                         .role = e.role,
                         .carrier = e.seat_type,
                         .run = course(e.course).run,
                         .invited = position,
                         .since = at,
                         .until = {}});
  }
  void operator()(const seats::ExistingCampusSeatUsed&) const {}
  void operator()(const seats::CourseSeatReserved& e) const {
    s.course_seats.push_back({.course = e.course,
                              .number = e.seat,
                              .person = e.person,
                              .run = course(e.course).run,
                              .granted = {},
                              .since = at,
                              .started = {},
                              .blocks = {},
                              .ended = {}});
    course_seat(e.course, e.seat).granted = {position};
  }
  void operator()(const seats::CourseSeatStarted& e) const {
    const auto same = [&](const CourseSeat& seat) {
      return seat.course == e.course && seat.number == e.seat;
    };
    if (first(s.course_seats, same) == nullptr)
      (*this)(seats::CourseSeatReserved{e.course, e.seat, e.person, at});
    course_seat(e.course, e.seat).state = SeatState::Active;
    course_seat(e.course, e.seat).started = e.started_at;
    course_seat(e.course, e.seat).granted.push_back(position);
  }
  void operator()(const seats::CourseSeatBlockStarted& e) const {
    course_seat(e.course, e.seat).blocks.push_back({.started = e, .position = position, .price = e.price});
  }
  void operator()(const seats::CourseSeatEnded& e) const {
    course_seat(e.course, e.seat).state = SeatState::Ended;
    course_seat(e.course, e.seat).ended = e;
  }
  void operator()(const seats::CourseSeatCancelledBeforeStart& e) const {
    course_seat(e.course, e.seat).state = SeatState::Cancelled;
  }
  void operator()(const seats::CourseMembershipEnded& e) const {
    member(e.course, e.person).state = MemberState::Ended;
    member(e.course, e.person).until = at;
  }
  /// Laid over a moment before the membership began, or after it had ended, it changes nothing.
  void operator()(const seats::MembershipUnseated& e) const {
    if (!s.active_member(e.course, e.person)) return;
    member(e.course, e.person).state = MemberState::Unseated;
    member(e.course, e.person).carried = false;
  }
  void operator()(const seats::CourseRunStarted& e) const { course(e.course).state = CourseState::Running; }
  void operator()(const seats::CourseRunEnded& e) const {
    course(e.course).state = CourseState::Ended;
    course(e.course).end = e.ended_at;
    for (Member& each : s.members)
      if (each.course == e.course && each.state == MemberState::Active) each.state = MemberState::ReadOnly;
  }
  void operator()(const seats::CourseDeactivated&) const {}
  void operator()(const seats::CourseSettlementOpened& e) const {
    s.runs.push_back({.course = e.course, .run = e.run, .sums = e});
  }
  void operator()(const seats::CourseSettled& e) const {
    for (Run& run : s.runs) {
      if (run.course != e.course || run.run != e.run) continue;
      run.settled = true;
      run.settled_at = position;
    }
    if (course(e.course).run == e.run) course(e.course).state = CourseState::Settled;
  }
  void operator()(const seats::CourseReactivated& e) const {
    Course& back = course(e.course);
    back.run = e.run;
    back.start = e.start;
    back.end = e.end;
    back.state = CourseState::Planned;
  }
  void operator()(const seats::CourseRoleChanged& e) const { member(e.course, e.person).role = e.role; }
  void operator()(const seats::ContributionRecorded& e) const { s.contributions.push_back(e); }
  void operator()(const seats::SeatGrantReversed&) const {}
  void operator()(const seats::CourseSeatBlockVoided& e) const {
    if (Block* gone = block(e.of)) gone->taken_back = true;
    CourseSeat& seat = course_seat(e.course, e.seat);
    if (e.standing == seats::BillStanding::Settled) {
      seat.corrected_blocks -= e.billed_blocks;
      seat.corrected_amount -= e.amount.value;
    }
    if (seat.state != SeatState::Ended) return;
    if (e.currency != kNoCurrency) seat.ended.currency = e.currency;
    if (e.standing == seats::BillStanding::Settled) return;
    seat.ended.billed_blocks -= e.billed_blocks;
    seat.ended.unpriced_blocks -= e.unpriced_blocks;
    seat.ended.amount.value -= e.amount.value;
  }
  void operator()(const seats::CourseSeatBlockPriced& e) const {
    if (Block* priced = block(e.of)) priced->price = e.price;
    CourseSeat& seat = course_seat(e.course, e.seat);
    if (e.standing == seats::BillStanding::Settled) {
      seat.corrected_blocks -= 1 - e.billed_blocks;
      seat.corrected_amount += e.amount.value;
    }
    if (seat.state != SeatState::Ended) return;
    seat.ended.currency = e.price.currency;
    if (e.standing == seats::BillStanding::Settled) return;
    seat.ended.billed_blocks -= 1 - e.billed_blocks;
    seat.ended.unpriced_blocks -= 1;
    seat.ended.amount.value += e.amount.value;
  }
  void operator()(const seats::CourseMembershipResumed& e) const {
    Member& back = member(e.course, e.person);
    back.state = MemberState::Active;
    back.carried = true;
    back.carrier = e.seat_type;
    back.run = course(e.course).run;
  }
};

}  // namespace

void Seats::take(const seats::Event& event, Position position, Instant at) {
  std::visit(Taking{*this, position, at}, event);
}

bool Seats::counts(const CourseSeat& seat, const Block& block) {
  if (block.taken_back) return false;
  if (seat.state != SeatState::Ended || !block.price) return true;
  return block.price->rounding != seats::Rounding::Full || block.started.next_block_at <= seat.ended.ended_at;
}

const Campus* Seats::campus(const CampusId& id) const {
  return first(campuses, [&](const Campus& each) { return each.opened.campus == id; });
}
const Course* Seats::course(const CourseId& id) const {
  return first(courses, [&](const Course& each) { return each.id == id; });
}
const Period* Seats::period(const CampusId& campus, const PeriodId& id) const {
  return first(periods, [&](const Period& p) { return p.campus == campus && p.booked.period == id; });
}
Currency Seats::currency(const CampusId& campus) const {
  const Period* booked = first(periods, [&](const Period& p) {
    return p.campus == campus && (!p.booked.tiers.empty() || p.booked.price.value != 0);
  });
  return booked == nullptr ? kNoCurrency : booked->booked.currency;
}
const Period* Seats::in_force(const CampusId& id, Instant at) const {
  const Campus* where = campus(id);
  const Period* active = where == nullptr ? nullptr : period(id, where->active);
  return active != nullptr && active->booked.from <= at && at < active->booked.to ? active : nullptr;
}

std::uint32_t Seats::size_at(const Period& period, Instant at) {
  const Size* found = &period.sizes.front();
  for (const Size& size : period.sizes)
    if (size.from <= at && size.from >= found->from) found = &size;
  return found->size;
}

std::uint32_t Seats::capacity(const Period& period, Instant at) {
  std::uint32_t smallest = size_at(period, at);
  for (const Size& size : period.sizes)
    if (size.from > at && size.from < period.booked.to)
      smallest = std::min(smallest, size_at(period, size.from));
  return smallest;
}

std::uint32_t Seats::used(const CampusId& campus) const {
  std::uint32_t count = 0;
  for (const CampusSeat& seat : campus_seats)
    if (seat.active && seat.campus == campus) ++count;
  return count;
}
std::uint32_t Seats::granted_in(const CourseId& course) const {
  std::uint32_t count = 0;
  for (const CampusSeat& seat : campus_seats)
    if (seat.active && seat.course == course) ++count;
  return count;
}
std::uint32_t Seats::course_seats_in(const CourseId& course) const {
  std::uint32_t count = 0;
  for (const CourseSeat& seat : course_seats)
    if (seat.course == course && (seat.state == SeatState::Reserved || seat.state == SeatState::Active))
      ++count;
  return count;
}
const CampusSeat* Seats::held_by(const PersonId& person) const {
  return first(campus_seats, [&](const CampusSeat& seat) { return seat.active && seat.person == person; });
}
const CourseSeat* Seats::live_seat(const CourseId& course, const PersonId& person) const {
  return first(course_seats, [&](const CourseSeat& seat) {
    return seat.course == course && seat.person == person &&
           (seat.state == SeatState::Reserved || seat.state == SeatState::Active);
  });
}
const Member* Seats::newest(const CourseId& course, const PersonId& person) const {
  const Member* found = nullptr;
  for (const Member& each : members)
    if (each.course == course && each.person == person) found = &each;
  return found;
}
bool Seats::active_member(const CourseId& course, const PersonId& person) const {
  const Member* found = newest(course, person);
  return found != nullptr && found->state == MemberState::Active;
}

const Course* Seats::living_course(const CampusSeat& seat, Instant at, const CourseId* except) const {
  const Course* earliest = nullptr;
  for (const Member& each : members) {
    if (each.person != seat.person || each.state != MemberState::Active) continue;
    const Course* there = course(each.course);
    if (there->campus != seat.campus || there->end <= at) continue;
    if (there->state != CourseState::Planned && there->state != CourseState::Running) continue;
    if (except != nullptr && there->id == *except) continue;
    if (there->id == seat.course) return there;
    if (earliest == nullptr) earliest = there;
  }
  return earliest;
}

}  // namespace kontor::model
