// What support may take back or make good (DOMAIN B22, decision 0088).

#include "tests/model/world.h"

namespace kontor::model {
namespace {

/// One overload per thing that can be corrected.
struct Correcting {
  Draft& draft;
  const rules::seats::CorrectSeat& command;
  Seats before = draft.world.seats;

  void add(seats::Event event) const { draft.add(Event(std::move(event))); }

  [[nodiscard]] Currency currency_of(const CourseSeat& seat) const {
    return before.currency(before.course(seat.course)->campus);
  }
  [[nodiscard]] seats::BillStanding standing(const CourseSeat& seat) const {
    for (const Run& run : before.runs)
      if (run.course == seat.course && run.run == seat.run && run.settled)
        return seats::BillStanding::Settled;
    return seats::BillStanding::Open;
  }

  void reverse(const CourseSeat& seat) const {
    const CampusId campus = before.course(seat.course)->campus;
    add(seats::SeatGrantReversed{command.event, seats::SeatType::Course, campus, seat.course, seat.number,
                                 seat.person, command.reason});
  }

  void take_back(const CourseSeat& seat, const Block& block) const {
    const bool counted = Seats::counts(seat, block);
    seats::CourseSeatBlockVoided gone;
    gone.of = block.position;
    gone.course = seat.course;
    gone.run = seat.run;
    gone.seat = seat.number;
    gone.person = seat.person;
    gone.block = block.started.block;
    gone.starts_at = block.started.starts_at;
    if (counted && block.price) gone.amount = block.price->unit_price;
    gone.currency = currency_of(seat);
    gone.billed_blocks = counted ? 1 : 0;
    gone.unpriced_blocks = counted && !block.price ? 1 : 0;
    gone.standing = standing(seat);
    add(gone);
  }

  /// The price of the flat that is booked by now for the moment of the block's start.
  [[nodiscard]] std::optional<seats::BlockPrice> price_of(const CourseSeat& seat, Instant at) const {
    std::optional<seats::BlockPrice> price;
    for (const Period& period : before.periods) {
      if (period.campus != before.course(seat.course)->campus) continue;
      if (at < period.booked.from || at >= period.booked.to) continue;
      const std::uint32_t size = Seats::size_at(period, at);
      for (const seats::PriceTier& tier : period.booked.tiers)
        if (tier.from_size <= size)
          price = seats::BlockPrice{period.booked.period,   size,
                                    tier.from_size,         tier.unit_price,
                                    period.booked.currency, period.booked.rounding};
    }
    return price;
  }

  No operator()(const CourseSeat& seat, const Block& block) const {
    if (draft.at < block.started.starts_at || block.taken_back) return Reason::InvalidArgument;
    if (block.price) {
      reverse(seat);
      take_back(seat, block);
      return {};
    }
    Block with = block;
    with.price = price_of(seat, block.started.starts_at);
    if (!with.price) return Reason::PriceTierMissing;
    const bool counted = Seats::counts(seat, with);
    seats::CourseSeatBlockPriced priced;
    priced.of = block.position;
    priced.course = seat.course;
    priced.run = seat.run;
    priced.seat = seat.number;
    priced.person = seat.person;
    priced.block = block.started.block;
    priced.starts_at = block.started.starts_at;
    priced.price = *with.price;
    if (counted) priced.amount = with.price->unit_price;
    priced.billed_blocks = counted ? 1 : 0;
    priced.standing = standing(seat);
    priced.reason = command.reason;
    add(priced);
    return {};
  }

  No operator()(const CourseSeat& seat) const {
    if (draft.at < seat.since || seat.state == SeatState::Cancelled) return Reason::InvalidArgument;
    bool any = seat.state != SeatState::Ended;
    for (const Block& block : seat.blocks) any = any || !block.taken_back;
    if (!any) return Reason::InvalidArgument;
    reverse(seat);
    for (const Block& block : seat.blocks)
      if (!block.taken_back) take_back(seat, block);
    if (seat.state == SeatState::Reserved)
      add(seats::CourseSeatCancelledBeforeStart{seat.course, seat.number, seat.person});
    if (seat.state == SeatState::Active) {
      seats::CourseSeatEnded end;
      end.course = seat.course;
      end.seat = seat.number;
      end.person = seat.person;
      end.ended_at = draft.now;
      end.blocks = static_cast<std::uint32_t>(seat.blocks.size());
      end.currency = currency_of(seat);
      add(end);
    }
    const Member* member = before.newest(seat.course, seat.person);
    bool newest = true;
    for (const CourseSeat& other : before.course_seats)
      if (other.course == seat.course && other.person == seat.person && other.number > seat.number)
        newest = false;
    if (newest && member->carrier == seats::SeatType::Course && member->state != MemberState::Ended)
      add(seats::CourseMembershipEnded{seat.course, seat.person});
    return {};
  }

  No operator()(const CampusSeat& seat) const {
    if (draft.at < seat.since || !seat.active) return Reason::InvalidArgument;
    add(seats::SeatGrantReversed{command.event, seats::SeatType::Campus, seat.campus, seat.course,
                                 seat.number, seat.person, command.reason});
    add(seats::CampusSeatReleased{seat.campus, seat.number, seat.person, seat.course,
                                  seats::ReleaseCause::Corrected});
    for (const Member& each : before.members)
      if (each.person == seat.person && each.state == MemberState::Active &&
          each.carrier == seats::SeatType::Campus)
        add(seats::MembershipUnseated{each.course, each.person, seat.campus});
    return {};
  }
};

}  // namespace

No correct_seat(Draft& draft, const rules::seats::CorrectSeat& command) {
  if (draft.actor.role != Role::Support) return Reason::ForbiddenRole;
  if (command.reason.empty()) return Reason::ReasonRequired;
  const Correcting correct{draft, command};
  for (const CampusSeat& seat : correct.before.campus_seats)
    if (seat.granted == command.event) return correct(seat);
  for (const CourseSeat& seat : correct.before.course_seats) {
    for (const Block& block : seat.blocks)
      if (block.position == command.event) return correct(seat, block);
    for (const Position granted : seat.granted)
      if (granted == command.event) return correct(seat);
  }
  return Reason::NotFound;
}

}  // namespace kontor::model
