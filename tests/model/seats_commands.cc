// Which commands about seats are accepted, and what follows (DOMAIN 3.3, 3.5).

#include <algorithm>
#include <set>

#include "tests/model/world.h"
#include "tests/model/zone.h"

namespace kontor::model {
namespace {

constexpr std::uint32_t kLargestFlat = 1'000'000;
constexpr std::int64_t kHighestContract = 1'000'000'000'000;
constexpr std::int64_t kHighestPrice = 1'000'000'000;

/// The last of these conditions that a price list breaks, in the order in which it is checked.
No price_list_refused(const rules::seats::BookFlat& c, seats::CampusKind kind) {
  if (c.prices.size() > 100) return Reason::InvalidArgument;
  for (std::size_t i = 0; i < c.prices.size(); ++i) {
    const seats::PriceTier& tier = c.prices[i];
    if (tier.unit_price.value < 0 || tier.unit_price.value > kHighestPrice) return Reason::AmountOutOfRange;
    if (i > 0 && tier.from_size <= c.prices[i - 1].from_size) return Reason::InvalidArgument;
    if (i > 0 && tier.unit_price > c.prices[i - 1].unit_price) return Reason::InvalidArgument;
  }
  if (c.price.value < 0 || c.price.value > kHighestContract) return Reason::AmountOutOfRange;
  if (kind == seats::CampusKind::Flat && (c.prices.empty() || c.prices.front().from_size > c.size))
    return Reason::PriceTierMissing;
  return {};
}

/// One overload a command.
struct Deciding {
  Draft& draft;

  [[nodiscard]] const Seats& known() const { return draft.world.seats; }
  [[nodiscard]] bool is(Role role) const { return draft.actor.role == role; }
  [[nodiscard]] bool manager() const { return is(Role::CampusManager) || is(Role::CourseManager); }
  void add(seats::Event event) const { draft.add(Event(std::move(event))); }

  No operator()(const rules::seats::OpenCampus& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    if (known().campus(c.campus) != nullptr) return Reason::AlreadyExists;
    if (!zone_exists(c.time_zone)) return Reason::InvalidArgument;
    add(seats::CampusOpened{c.campus, c.kind, c.time_zone});
    return {};
  }

  No operator()(const rules::seats::BookFlat& c) const {
    if (!is(Role::ContractDesk)) return Reason::ForbiddenRole;
    const Campus* campus = known().campus(c.campus);
    if (campus == nullptr) return Reason::NotFound;
    if (known().period(c.campus, c.period) != nullptr) return Reason::AlreadyExists;
    if (c.size < 1 || c.size > kLargestFlat) return Reason::InvalidArgument;
    if (c.from >= c.to || c.to <= draft.now) return Reason::CourseDatesInvalid;
    const std::string& zone = campus->opened.time_zone;
    if (!at_midnight(zone, c.from) || !at_midnight(zone, c.to)) return Reason::InvalidArgument;
    for (const Period& each : known().periods)
      if (each.campus == c.campus && c.from < each.booked.to && each.booked.from < c.to)
        return Reason::BookingPeriodOverlap;
    if (const No no = price_list_refused(c, campus->opened.kind)) return no;
    const Currency currency = known().currency(c.campus);
    const bool money = !c.prices.empty() || c.price.value != 0;
    if (money && c.currency == kNoCurrency) return Reason::InvalidArgument;
    if (money && currency != kNoCurrency && currency != c.currency) return Reason::InvalidArgument;
    add(seats::FlatBooked{c.campus, c.period, c.size, c.from, c.to, c.currency, c.prices, c.rounding,
                          c.price});
    std::uint32_t needed = 0;
    if (c.from <= draft.now && !activate(draft, c.campus, c.period, needed))
      pend(draft, {c.campus, c.period, c.size, needed});
    return {};
  }

  No operator()(const rules::seats::ResizeFlat& c) const {
    if (!is(Role::ContractDesk)) return Reason::ForbiddenRole;
    if (known().campus(c.campus) == nullptr) return Reason::NotFound;
    const Period* period = known().period(c.campus, c.period);
    if (period == nullptr) return Reason::NotFound;
    if (c.size < 1 || c.size > kLargestFlat) return Reason::InvalidArgument;
    const Instant from = c.from.value_or(std::max(draft.now, period->booked.from));
    if (from < draft.now || from < period->booked.from || from >= period->booked.to)
      return Reason::InvalidArgument;
    if (Seats::size_at(*period, from) == c.size) return Reason::InvalidArgument;
    if (known().campus(c.campus)->opened.kind == seats::CampusKind::Flat &&
        period->booked.tiers.front().from_size > c.size)
      return Reason::PriceTierMissing;
    if (known().in_force(c.campus, draft.now) == period) {
      Period after = *period;
      after.sizes.push_back({from, c.size});
      if (Seats::capacity(after, draft.now) < known().used(c.campus)) return Reason::ContingentBelowUsage;
    }
    add(seats::FlatResized{c.campus, c.period, c.size, from});
    return {};
  }

  No operator()(const rules::seats::ActivateBookingPeriod& c) const {
    if (!is(Role::ContractDesk) && !is(Role::Backend)) return Reason::ForbiddenRole;
    if (known().campus(c.campus) == nullptr) return Reason::NotFound;
    const Period* period = known().period(c.campus, c.period);
    if (period == nullptr) return Reason::NotFound;
    if (period->activated) return Reason::InvalidArgument;
    if (draft.now >= period->booked.to) return Reason::InvalidArgument;
    if (known().in_force(c.campus, draft.now) != nullptr) return Reason::BookingPeriodOverlap;
    if (draft.now < period->booked.from) return Reason::InvalidArgument;
    std::uint32_t needed = 0;
    if (!activate(draft, c.campus, c.period, needed)) return Reason::RolloverExceedsContingent;
    return {};
  }

  No operator()(const rules::seats::EnableBothSeatTypes& c) const {
    if (!is(Role::Support)) return Reason::ForbiddenRole;
    const Campus* campus = known().campus(c.campus);
    if (campus == nullptr) return Reason::NotFound;
    if (campus->option == c.option) return Reason::InvalidArgument;
    add(seats::SeatTypeOptionChanged{c.campus, c.option});
    return {};
  }

  /// Whether a course of this campus may have course seats.
  No seat_types_refused(const CampusId& id, seats::CourseSeatTypes types) const {
    if (types == seats::CourseSeatTypes::CampusOnly) return {};
    const Campus* campus = known().campus(id);
    if (campus->option == seats::SeatTypeOption::CampusSeatsOnly) return Reason::CourseSeatsNotEnabled;
    if (campus->opened.kind == seats::CampusKind::Package) return Reason::CourseSeatsRequireFlat;
    return {};
  }

  No operator()(const rules::seats::CreateCourse& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    if (known().campus(c.campus) == nullptr) return Reason::NotFound;
    if (known().course(c.course) != nullptr) return Reason::AlreadyExists;
    if (c.start >= c.end || c.end <= draft.now) return Reason::CourseDatesInvalid;
    if (const No no = seat_types_refused(c.campus, c.seat_types)) return no;
    add(seats::CourseCreated{c.course, c.campus, c.start, c.end, c.seat_types});
    if (c.start <= draft.now) start_run(draft, c.course);
    return {};
  }

  No operator()(const rules::seats::EditCourse& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    const Course* found = known().course(c.course);
    if (found == nullptr) return Reason::NotFound;
    const Course course = *found;
    const Instant start = c.start.value_or(course.start);
    const Instant end = c.end.value_or(course.end);
    const auto types = c.seat_types.value_or(course.types);
    const bool moved = start != course.start || end != course.end;
    if (!moved && types == course.types) return Reason::InvalidArgument;
    const bool over = course.state != CourseState::Planned && course.state != CourseState::Running;
    if (moved && over) return Reason::CourseInactive;
    if (start != course.start && course.state == CourseState::Running) return Reason::CourseDatesInvalid;
    if (moved && (start >= end || end <= draft.now)) return Reason::CourseDatesInvalid;
    if (types != course.types)
      if (const No no = seat_types_refused(course.campus, types)) return no;
    if (moved) add(seats::CourseRescheduled{c.course, start, end});
    if (types != course.types) add(seats::CourseSeatTypesChanged{c.course, types});
    if (course.state == CourseState::Planned && start <= draft.now) start_run(draft, c.course);
    return {};
  }

  No operator()(const rules::seats::SetCourseSeatLimits& c) const {
    if (!is(Role::CampusManager)) return Reason::ForbiddenRole;
    const Course* course = known().course(c.course);
    if (course == nullptr) return Reason::NotFound;
    if (course->campus_limit == c.campus_seats && course->course_limit == c.course_seats)
      return Reason::InvalidArgument;
    add(seats::CourseSeatLimitsSet{c.course, c.campus_seats, c.course_seats});
    return {};
  }

  /// Rows 11 to 14.
  No grant_campus_seat(const CourseId& course, const PersonId& person, bool invited,
                       seats::MemberRole role) const {
    const CampusId campus = known().course(course)->campus;
    const Period* period = known().in_force(campus, draft.now);
    if (period == nullptr) return Reason::NoActiveBookingPeriod;
    const auto limit = known().course(course)->campus_limit;
    if (limit && known().granted_in(course) >= *limit) return Reason::CourseCampusSeatLimitReached;
    if (known().used(campus) >= Seats::capacity(*period, draft.now)) return Reason::NoCampusSeatsLeft;
    seats::SeatNumber number = 1;
    for (const CampusSeat& each : known().campus_seats) number = std::max(number, each.number + 1);
    const PeriodId name = period->booked.period;
    if (invited) add(seats::CourseMemberInvited{course, person, role, seats::SeatType::Campus});
    add(seats::CampusSeatGranted{campus, number, person, course, name});
    add(seats::HomeCampusSet{person, campus});
    return {};
  }

  No operator()(const rules::seats::InviteToCourse& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    const Course* found = known().course(c.course);
    if (found == nullptr) return Reason::NotFound;
    const Course course = *found;
    const Campus& campus = *known().campus(course.campus);
    const bool option_on = campus.option == seats::SeatTypeOption::BothSeatTypes;
    const bool wants_course_seat = c.seat_type == seats::SeatType::Course;
    const bool both = course.types == seats::CourseSeatTypes::CampusAndCourse;
    if (course.state == CourseState::Ended || course.state == CourseState::Settled)
      return Reason::CourseInactive;
    if (known().active_member(c.course, c.person)) return Reason::AlreadyCourseMember;
    if (!option_on && wants_course_seat) return Reason::CourseSeatsNotEnabled;
    if (campus.opened.kind == seats::CampusKind::Package && wants_course_seat)
      return Reason::CourseSeatsRequireFlat;
    if (option_on && !both && wants_course_seat) return Reason::SeatTypeNotAllowedInCourse;
    if (option_on && both && !c.seat_type) return Reason::SeatTypeRequired;
    const CampusSeat* held = known().held_by(c.person);
    if (wants_course_seat && held != nullptr) return Reason::CourseSeatNotAllowedWithCampusSeat;
    if (wants_course_seat) return invite_by_course_seat(c, course);
    if (held == nullptr) return grant_campus_seat(c.course, c.person, true, c.role);
    const seats::ExistingCampusSeatUsed used{c.course, c.person, held->campus, held->number};
    add(seats::CourseMemberInvited{c.course, c.person, c.role, seats::SeatType::Campus});
    add(used);
    return {};
  }

  No invite_by_course_seat(const rules::seats::InviteToCourse& c, const Course& course) const {
    if (course.course_limit && known().course_seats_in(c.course) >= *course.course_limit)
      return Reason::CourseCourseSeatLimitReached;
    add(seats::CourseMemberInvited{c.course, c.person, c.role, seats::SeatType::Course});
    const seats::SeatNumber number = next_course_seat(known(), c.course);
    if (course.state == CourseState::Running)
      start_seat(draft, c.course, number, c.person);
    else
      add(seats::CourseSeatReserved{c.course, number, c.person, course.start});
    return {};
  }

  No operator()(const rules::seats::AddCampusSeat& c) const {
    if (!is(Role::CampusManager)) return Reason::ForbiddenRole;
    const Course* course = known().course(c.course);
    if (course == nullptr) return Reason::NotFound;
    if (course->state == CourseState::Ended || course->state == CourseState::Settled)
      return Reason::CourseInactive;
    if (!known().active_member(c.course, c.person)) return Reason::NotCourseMember;
    if (known().held_by(c.person) != nullptr) return Reason::InvalidArgument;
    return grant_campus_seat(c.course, c.person, false, seats::MemberRole::Participant);
  }

  No operator()(const rules::seats::EndCourseMembership& c) const {
    const bool self = is(Role::Member) && draft.actor.id == c.person.value;
    if (!manager() && !self) return Reason::ForbiddenRole;
    const Course* course = known().course(c.course);
    if (course == nullptr) return Reason::NotFound;
    const Member* member = known().newest(c.course, c.person);
    if (member == nullptr || member->state == MemberState::Ended) return Reason::NotCourseMember;
    const bool package = known().campus(course->campus)->opened.kind == seats::CampusKind::Package;
    const bool active = member->state == MemberState::Active;
    add(seats::CourseMembershipEnded{c.course, c.person});
    if (const CourseSeat* seat = known().live_seat(c.course, c.person))
      end_seat(draft, c.course, seat->number);
    const CampusSeat* held = known().held_by(c.person);
    if (package && active && held != nullptr && held->course == c.course)
      give_back_package_seat(draft, *held, seats::ReleaseCause::Uninvited, c.course);
    return {};
  }

  No operator()(const rules::seats::EndCourseRun& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    const Course* course = known().course(c.course);
    if (course == nullptr) return Reason::NotFound;
    if (course->state != CourseState::Running) return Reason::CourseInactive;
    end_run(draft, c.course, seats::RunEndCause::EndedEarly);
    return {};
  }

  No operator()(const rules::seats::SettleCourse& c) const {
    if (!is(Role::Billing)) return Reason::ForbiddenRole;
    if (known().course(c.course) == nullptr) return Reason::NotFound;
    if (c.invoice_ref.empty() || c.invoice_ref.size() > 100) return Reason::InvalidArgument;
    const Run* run = nullptr;
    for (const Run& each : known().runs)
      if (each.course == c.course && each.run == c.run) run = &each;
    if (run == nullptr) return Reason::NotFound;
    if (run->settled) return Reason::LineAlreadyBilled;
    Sha256 lines;
    std::uint64_t billed = 0;
    MinorUnits amount;
    for (const CourseSeat& seat : known().course_seats) {
      if (seat.course != c.course || seat.run != c.run || seat.state != SeatState::Ended) continue;
      std::int64_t blocks = seat.ended.billed_blocks;
      std::int64_t sum = seat.ended.amount.value;
      for (const Line& apart : draft.world.billing.settled_apart(c.course, c.run)) {
        if (apart.number != seat.number) continue;
        blocks -= std::min<std::int64_t>(apart.parts[0].first, 0);
        sum -= apart.amount;
      }
      billed += static_cast<std::uint64_t>(blocks);
      amount.value += sum;
      std::string line;
      for (const std::uint64_t number :
           {std::uint64_t{seat.number}, static_cast<std::uint64_t>(blocks), static_cast<std::uint64_t>(sum)})
        for (unsigned byte = 0; byte < 8; ++byte) line += static_cast<char>((number >> (8 * byte)) & 0xFF);
      lines.update(bytes_of(line));
    }
    add(seats::CourseSettled{c.course, c.run, c.invoice_ref, run->sums.seats, billed, amount,
                             known().currency(known().course(c.course)->campus), lines.finish()});
    return {};
  }

  No operator()(const rules::seats::ReactivateCourse& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    const Course* found = known().course(c.course);
    if (found == nullptr) return Reason::NotFound;
    const Course course = *found;
    if (course.state == CourseState::Planned || course.state == CourseState::Running)
      return Reason::CourseAlreadyActive;
    if (course.state == CourseState::Ended) return Reason::SettlementPending;
    if (c.start >= c.end || c.end <= draft.now) return Reason::CourseDatesInvalid;
    const std::vector<Member> before = known().members;
    std::uint32_t reissued = 0;
    for (const Member& each : before)
      if (each.course == c.course && each.state == MemberState::ReadOnly &&
          known().newest(c.course, each.person)->since == each.since &&
          each.carrier == seats::SeatType::Course && known().held_by(each.person) == nullptr)
        ++reissued;
    if (c.reissue == rules::seats::CourseSeatReissue::Yes && reissued > 0) {
      if (const No no = seat_types_refused(course.campus, seats::CourseSeatTypes::CampusAndCourse)) return no;
      if (course.types == seats::CourseSeatTypes::CampusOnly) return Reason::SeatTypeNotAllowedInCourse;
      if (course.course_limit && reissued > *course.course_limit) return Reason::CourseCourseSeatLimitReached;
    }
    add(seats::CourseReactivated{c.course, course.run + 1, c.start, c.end});
    if (c.start <= draft.now) start_run(draft, c.course);
    for (const Member& each : before) {
      if (each.course != c.course || each.state != MemberState::ReadOnly) continue;
      if (known().newest(c.course, each.person)->since != each.since) continue;
      if (known().held_by(each.person) != nullptr) {
        add(seats::CourseMembershipResumed{c.course, each.person, seats::SeatType::Campus});
      } else if (each.carrier == seats::SeatType::Course &&
                 c.reissue == rules::seats::CourseSeatReissue::Yes) {
        add(seats::CourseMembershipResumed{c.course, each.person, seats::SeatType::Course});
        const seats::SeatNumber number = next_course_seat(known(), c.course);
        if (c.start <= draft.now)
          start_seat(draft, c.course, number, each.person);
        else
          add(seats::CourseSeatReserved{c.course, number, each.person, c.start});
      }
    }
    return {};
  }

  No operator()(const rules::seats::ChangeRole& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    if (known().course(c.course) == nullptr) return Reason::NotFound;
    const Member* member = known().newest(c.course, c.person);
    if (member == nullptr || member->state == MemberState::Ended) return Reason::NotCourseMember;
    if (member->role == c.role) return Reason::InvalidArgument;
    add(seats::CourseRoleChanged{c.course, c.person, member->role, c.role});
    return {};
  }

  No operator()(const rules::seats::RecordContribution& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    const Course* course = known().course(c.course);
    if (course == nullptr) return Reason::NotFound;
    if (course->state == CourseState::Ended || course->state == CourseState::Settled)
      return Reason::CourseInactive;
    const Member* member = known().newest(c.course, c.person);
    if (member == nullptr || member->state == MemberState::Ended) return Reason::NotCourseMember;
    if (member->state != MemberState::Active || member->run != course->run) return Reason::MemberReadOnly;
    add(seats::ContributionRecorded{c.course, course->run, c.person, c.artefact});
    return {};
  }

  No operator()(const rules::seats::CorrectSeat& c) const { return correct_seat(draft, c); }

  No operator()(const rules::seats::TransferSeat&) const { return Reason::SeatNotTransferable; }
};

/// The stream of the thing that a command names.
struct Naming {
  std::string operator()(const rules::seats::OpenCampus& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const rules::seats::BookFlat& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const rules::seats::ResizeFlat& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const rules::seats::ActivateBookingPeriod& c) const {
    return "campus/" + c.campus.value;
  }
  std::string operator()(const rules::seats::EnableBothSeatTypes& c) const {
    return "campus/" + c.campus.value;
  }
  std::string operator()(const rules::seats::CorrectSeat&) const { return "tenant"; }
  std::string operator()(const auto& c) const { return "course/" + c.course.value; }
};

}  // namespace

No decide(Draft& draft, const rules::seats::Command& command) { return std::visit(Deciding{draft}, command); }

std::string stream_named_by(const rules::Command& command) {
  if (std::holds_alternative<rules::tenancy::Command>(command)) return "tenant";
  const auto* seats_command = std::get_if<rules::seats::Command>(&command);
  return seats_command == nullptr ? "" : std::visit(Naming{}, *seats_command);
}

}  // namespace kontor::model
