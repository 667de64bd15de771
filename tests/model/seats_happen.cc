// What happens to seats: by itself, or as part of a command.

#include <algorithm>

#include "tests/model/world.h"
#include "tests/model/zone.h"

namespace kontor::model {
namespace {

std::optional<seats::BlockPrice> price_of(const Seats& seats, const CampusId& campus, Instant at) {
  const Period* period = seats.in_force(campus, at);
  if (period == nullptr) return {};
  const std::uint32_t size = Seats::size_at(*period, at);
  std::optional<seats::BlockPrice> price;
  for (const seats::PriceTier& tier : period->booked.tiers)
    if (tier.from_size <= size)
      price = seats::BlockPrice{period->booked.period,   size,
                                tier.from_size,          tier.unit_price,
                                period->booked.currency, period->booked.rounding};
  return price;
}

/// Memberships on other campuses that were carried by this seat become unseated.
void unseat_elsewhere(Draft& draft, const CampusSeat& seat) {
  const Seats before = draft.world.seats;
  std::vector<CourseId> done;
  for (const Member& each : before.members) {
    if (each.person != seat.person || each.state != MemberState::Active) continue;
    if (each.carrier != seats::SeatType::Campus) continue;
    if (before.course(each.course)->campus == seat.campus) continue;
    draft.add(seats::Event(seats::MembershipUnseated{each.course, each.person, seat.campus}));
  }
}

}  // namespace

seats::SeatNumber next_course_seat(const Seats& seats, const CourseId& course) {
  seats::SeatNumber highest = 0;
  for (const CourseSeat& each : seats.course_seats)
    if (each.course == course) highest = std::max(highest, each.number);
  return highest + 1;
}

void start_block(Draft& draft, const CourseId& course, seats::SeatNumber number, Instant starts_at) {
  for (const CourseSeat& seat : draft.world.seats.course_seats) {
    if (seat.course != course || seat.number != number) continue;
    const CampusId& campus = draft.world.seats.course(course)->campus;
    const std::string& zone = draft.world.seats.campus(campus)->opened.time_zone;
    seats::CourseSeatBlockStarted block;
    block.course = course;
    block.seat = number;
    block.person = seat.person;
    block.block = static_cast<std::uint32_t>(seat.blocks.size()) + 1;
    block.starts_at = starts_at;
    block.next_block_at = local_days_later(zone, seat.started, 30 * static_cast<int>(block.block));
    block.price = price_of(draft.world.seats, campus, starts_at);
    bool first = !block.price;  // of this course without a price
    for (const CourseSeat& each : draft.world.seats.course_seats)
      for (const Block& other : each.blocks)
        if (each.course == course && !other.price && !other.taken_back) first = false;
    draft.add(seats::Event(block));
    if (first) draft.unpriced = course;
    return;
  }
}

void pend(Draft& draft, const seats::BookingPeriodPending& pending) {
  draft.add(seats::Event(pending));
  draft.add(Event(effects::Event(effects::AlertRequested{
      effects::AlertKind::BookingPeriodPending, "campus/" + pending.campus.value, {}})));
}

void start_seat(Draft& draft, const CourseId& course, seats::SeatNumber seat, const PersonId& person) {
  draft.add(seats::Event(seats::CourseSeatStarted{course, seat, person, draft.at}));
  start_block(draft, course, seat, draft.at);
}

void end_seat(Draft& draft, const CourseId& course, seats::SeatNumber number) {
  for (const CourseSeat& seat : draft.world.seats.course_seats) {
    if (seat.course != course || seat.number != number) continue;
    if (seat.state == SeatState::Reserved) {
      draft.add(seats::Event(seats::CourseSeatCancelledBeforeStart{course, number, seat.person}));
      return;
    }
    seats::CourseSeatEnded end;
    end.course = course;
    end.seat = number;
    end.person = seat.person;
    end.ended_at = draft.at;
    end.currency = draft.world.seats.currency(draft.world.seats.course(course)->campus);
    for (const Block& block : seat.blocks) {
      ++end.blocks;
      if (block.taken_back) continue;
      const bool unfinished = block.started.next_block_at > draft.at;
      if (unfinished && block.price && block.price->rounding == seats::Rounding::Full) continue;
      ++end.billed_blocks;
      if (block.price)
        end.amount.value += block.price->unit_price.value;
      else
        ++end.unpriced_blocks;
    }
    draft.add(seats::Event(end));
    return;
  }
}

void start_run(Draft& draft, const CourseId& id) {
  const Course course = *draft.world.seats.course(id);
  draft.add(seats::Event(seats::CourseRunStarted{id, course.run, draft.at}));
  const std::vector<CourseSeat> before = draft.world.seats.course_seats;
  for (const CourseSeat& seat : before)
    if (seat.course == id && seat.state == SeatState::Reserved)
      start_seat(draft, id, seat.number, seat.person);
}

void give_back_package_seat(Draft& draft, const CampusSeat& given, seats::ReleaseCause cause,
                            const CourseId& left) {
  const CampusSeat seat = given;
  if (const Course* other = draft.world.seats.living_course(seat, draft.at, &left)) {
    draft.add(seats::Event(
        seats::CampusSeatReattributed{seat.campus, seat.number, seat.person, seat.course, other->id}));
    return;
  }
  draft.add(
      seats::Event(seats::CampusSeatReleased{seat.campus, seat.number, seat.person, seat.course, cause}));
  unseat_elsewhere(draft, seat);
}

void end_run(Draft& draft, const CourseId& id, seats::RunEndCause cause) {
  const Course course = *draft.world.seats.course(id);
  const std::vector<CourseSeat> before = draft.world.seats.course_seats;
  draft.add(seats::Event(seats::CourseRunEnded{id, course.run, draft.at, cause}));
  draft.add(seats::Event(seats::CourseDeactivated{id, course.run}));
  for (const CourseSeat& seat : before)
    if (seat.course == id && (seat.state == SeatState::Active || seat.state == SeatState::Reserved))
      end_seat(draft, id, seat.number);
  if (draft.world.seats.campus(course.campus)->opened.kind == seats::CampusKind::Package) {
    // In the order of their invitations.
    const Seats known = draft.world.seats;
    for (const Member& member : known.members)
      if (member.course == id && known.newest(id, member.person) == &member)
        for (const CampusSeat& seat : known.campus_seats)
          if (seat.active && seat.course == id && seat.person == member.person)
            give_back_package_seat(draft, seat, seats::ReleaseCause::CourseCompleted, id);
  }
  seats::CourseSettlementOpened sums;
  sums.course = id;
  sums.run = course.run;
  sums.currency = draft.world.seats.currency(course.campus);
  for (const CourseSeat& seat : draft.world.seats.course_seats) {
    if (seat.course != id || seat.run != course.run || seat.state != SeatState::Ended) continue;
    ++sums.seats;
    sums.blocks += seat.ended.blocks;
    sums.billed_blocks += seat.ended.billed_blocks;
    sums.unpriced_blocks += seat.ended.unpriced_blocks;
    sums.amount.value += seat.ended.amount.value;
  }
  draft.add(seats::Event(sums));
}

bool activate(Draft& draft, const CampusId& campus, const PeriodId& id, std::uint32_t& needed) {
  const Seats before = draft.world.seats;
  const Period& period = *before.period(campus, id);
  seats::BookingPeriodActivated done{campus, id, Seats::size_at(period, draft.at), 0, 0};
  for (const CampusSeat& seat : before.campus_seats) {
    if (!seat.active || seat.campus != campus) continue;
    if (before.living_course(seat, draft.at, nullptr) != nullptr)
      ++done.carried_over;
    else
      ++done.released;
  }
  needed = done.carried_over;
  if (done.carried_over > Seats::capacity(period, draft.at)) return false;
  draft.add(seats::Event(done));
  const auto seats_of_campus = [&](const auto& visit) {
    for (const CampusSeat& seat : before.campus_seats)
      if (seat.active && seat.campus == campus) visit(seat, before.living_course(seat, draft.at, nullptr));
  };
  seats_of_campus([&](const CampusSeat& seat, const Course* living) {
    if (living != nullptr)
      draft.add(seats::Event(seats::CampusSeatCarriedOver{campus, seat.number, seat.person, living->id, id}));
  });
  seats_of_campus([&](const CampusSeat& seat, const Course* living) {
    if (living != nullptr) return;
    draft.add(seats::Event(seats::CampusSeatReleased{campus, seat.number, seat.person, seat.course,
                                                     seats::ReleaseCause::Rollover}));
    unseat_elsewhere(draft, seat);
  });
  return true;
}

void collect_due(const Seats& s, std::vector<Due>& due) {
  for (std::size_t i = 0; i < s.courses.size(); ++i) {
    const Course& course = s.courses[i];
    const std::string stream = "course/" + course.id.value;
    if (course.state == CourseState::Planned)
      due.push_back({course.start, course.start, stream, Due::What::StartRun, i});
    if (course.state == CourseState::Running)
      due.push_back({course.end, course.end, stream, Due::What::EndRun, i});
  }
  for (std::size_t i = 0; i < s.course_seats.size(); ++i) {
    const CourseSeat& seat = s.course_seats[i];
    if (seat.state != SeatState::Active) continue;
    const Instant next = seat.blocks.back().started.next_block_at;
    due.push_back({{next.ns + 1}, next, "course/" + seat.course.value, Due::What::Block, i});
  }
  for (std::size_t i = 0; i < s.periods.size(); ++i) {
    const Period& period = s.periods[i];
    if (!period.activated && !period.pending)
      due.push_back(
          {period.booked.from, period.booked.from, "campus/" + period.campus.value, Due::What::Activate, i});
  }
}

void happen_to_seats(Draft& draft, const Due& due) {
  const Seats before = draft.world.seats;
  switch (due.what) {
    case Due::What::StartRun: start_run(draft, before.courses[due.row].id); break;
    case Due::What::EndRun: end_run(draft, before.courses[due.row].id, seats::RunEndCause::EndReached); break;
    case Due::What::Block: {
      const CourseSeat& seat = before.course_seats[due.row];
      start_block(draft, seat.course, seat.number, due.at);
      break;
    }
    case Due::What::Activate: {
      const Period& period = before.periods[due.row];
      std::uint32_t needed = 0;
      if (!activate(draft, period.campus, period.booked.period, needed))
        pend(draft, {period.campus, period.booked.period, Seats::capacity(period, draft.at), needed});
      break;
    }
    default: break;
  }
}

}  // namespace kontor::model
