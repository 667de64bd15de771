// One function per command: first every refusal in its order, then what happens.
#include <algorithm>
#include <initializer_list>

#include "events/core/assert.h"
#include "tests/simulation/seats_model.h"

namespace kontor::simulation {

using rules::seats::CampusKind;
using rules::seats::CourseSeatReissue;
using rules::seats::CourseSeatTypes;
using rules::seats::SeatType;
using rules::seats::SeatTypeOption;

namespace {

bool one_of(const Actor& actor, std::initializer_list<Role> roles) {
  return std::ranges::find(roles, actor.role) != roles.end();
}

bool manages(const Actor& actor) { return one_of(actor, {Role::CampusManager, Role::CourseManager}); }

bool size_is_fine(std::uint32_t size) { return size >= 1 && size <= 1'000'000; }

bool future(Instant start, Instant end, Instant now) { return start < end && now < end; }

}  // namespace

SeatsModel::Answer SeatsModel::on(const rules::seats::OpenCampus& c, const Actor& actor, Instant) {
  if (!one_of(actor, {Role::Backend})) return Reason::ForbiddenRole;
  if (campuses_.contains(c.campus.value)) return Reason::AlreadyExists;
  const auto zone = find_zone(c.time_zone);
  if (!zone) return Reason::InvalidArgument;
  campuses_[c.campus.value] = Campus{.kind = c.kind, .zone = *zone};
  return std::nullopt;
}

std::optional<Reason> SeatsModel::bad_prices(const Campus& campus, const rules::seats::BookFlat& c) {
  if (c.prices.size() > 100) return Reason::InvalidArgument;
  for (std::size_t i = 0; i < c.prices.size(); ++i) {
    const std::int64_t price = c.prices[i].unit_price.value;
    if (price < 0 || price > 1'000'000'000) return Reason::AmountOutOfRange;
    if (i == 0) continue;
    if (c.prices[i].from_size <= c.prices[i - 1].from_size) return Reason::InvalidArgument;
    if (price > c.prices[i - 1].unit_price.value) return Reason::InvalidArgument;
  }
  if (campus.kind == CampusKind::Flat && (c.prices.empty() || c.prices.front().from_size > c.size))
    return Reason::PriceTierMissing;
  if (!c.prices.empty() && campus.currency && !(*campus.currency == c.currency))
    return Reason::InvalidArgument;
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::BookFlat& c, const Actor& actor, Instant now) {
  if (!one_of(actor, {Role::ContractDesk})) return Reason::ForbiddenRole;
  if (!campuses_.contains(c.campus.value)) return Reason::NotFound;
  Campus& campus = campuses_.at(c.campus.value);
  if (find_period(c.campus, c.period) != nullptr) return Reason::AlreadyExists;
  if (!size_is_fine(c.size)) return Reason::InvalidArgument;
  if (!future(c.from, c.to, now)) return Reason::CourseDatesInvalid;
  if (!is_midnight(campus.zone, c.from) || !is_midnight(campus.zone, c.to)) return Reason::InvalidArgument;
  for (const Period& other : campus.periods)
    if (other.from < c.to && c.from < other.to) return Reason::BookingPeriodOverlap;
  if (const auto bad = bad_prices(campus, c)) return bad;

  campus.periods.push_back({.name = c.period.value,
                            .from = c.from,
                            .to = c.to,
                            .sizes = {{c.from, c.size}},
                            .tiers = c.prices,
                            .rounding = c.rounding});
  if (!c.prices.empty()) campus.currency = c.currency;
  if (c.from <= now) activate_or_wait(c.campus.value, campus.periods.size() - 1, now);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::ResizeFlat& c, const Actor& actor, Instant now) {
  if (!one_of(actor, {Role::ContractDesk})) return Reason::ForbiddenRole;
  if (!campuses_.contains(c.campus.value)) return Reason::NotFound;
  Period* period = find_period(c.campus, c.period);
  if (period == nullptr) return Reason::NotFound;
  if (!size_is_fine(c.size)) return Reason::InvalidArgument;
  if (period->phase == PeriodPhase::Past || period->to <= now) return Reason::InvalidArgument;
  const Instant from = c.from ? *c.from : std::max(now, period->from);
  if (from < now || from < period->from || from >= period->to) return Reason::InvalidArgument;
  if (size_at(*period, from) == c.size) return Reason::InvalidArgument;
  const Campus& campus = campuses_.at(c.campus.value);
  if (campus.kind == CampusKind::Flat && period->tiers.front().from_size > c.size)
    return Reason::PriceTierMissing;
  if (period->phase == PeriodPhase::Active && seats_in_use(c.campus.value) > c.size)
    return Reason::ContingentBelowUsage;

  std::erase_if(period->sizes, [&](const auto& change) { return change.first == from; });
  period->sizes.emplace_back(from, c.size);
  std::ranges::sort(period->sizes);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::ActivateBookingPeriod& c, const Actor& actor,
                                  Instant now) {
  if (!one_of(actor, {Role::Backend, Role::ContractDesk})) return Reason::ForbiddenRole;
  if (!campuses_.contains(c.campus.value)) return Reason::NotFound;
  Period* period = find_period(c.campus, c.period);
  if (period == nullptr) return Reason::NotFound;
  Campus& campus = campuses_.at(c.campus.value);
  if (period->phase == PeriodPhase::Past || period->to <= now) return Reason::InvalidArgument;
  if (period->phase == PeriodPhase::Active) return Reason::InvalidArgument;
  if (period->from > now)
    return in_force(campus, now) != nullptr ? Reason::BookingPeriodOverlap : Reason::InvalidArgument;
  const auto fate = rollover_of(c.campus.value, now);
  const auto carried = std::ranges::count_if(fate, [](const auto& one) { return one.second.has_value(); });
  if (static_cast<std::uint64_t>(carried) > smallest_from(*period, now))
    return Reason::RolloverExceedsContingent;

  activate(c.campus.value, static_cast<std::size_t>(period - campus.periods.data()), now);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::EnableBothSeatTypes& c, const Actor& actor, Instant) {
  if (!one_of(actor, {Role::Support})) return Reason::ForbiddenRole;
  if (!campuses_.contains(c.campus.value)) return Reason::NotFound;
  Campus& campus = campuses_.at(c.campus.value);
  const bool both = c.option == SeatTypeOption::BothSeatTypes;
  if (campus.both_types == both) return Reason::InvalidArgument;
  campus.both_types = both;
  return std::nullopt;
}

std::optional<Reason> SeatsModel::no_course_seats(const Campus& campus) {
  if (!campus.both_types) return Reason::CourseSeatsNotEnabled;
  if (campus.kind == CampusKind::Package) return Reason::CourseSeatsRequireFlat;
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::CreateCourse& c, const Actor& actor, Instant now) {
  if (!manages(actor)) return Reason::ForbiddenRole;
  if (!campuses_.contains(c.campus.value)) return Reason::NotFound;
  if (courses_.contains(c.course.value)) return Reason::AlreadyExists;
  if (!future(c.start, c.end, now)) return Reason::CourseDatesInvalid;
  const bool course_seats = c.seat_types == CourseSeatTypes::CampusAndCourse;
  if (course_seats)
    if (const auto no = no_course_seats(campuses_.at(c.campus.value))) return no;

  Course course;
  course.campus = c.campus.value;
  course.start = c.start;
  course.end = c.end;
  course.course_seats_allowed = course_seats;
  course.phase = c.start <= now ? Phase::Running : Phase::Planned;
  courses_[c.course.value] = course;
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::EditCourse& c, const Actor& actor, Instant now) {
  if (!manages(actor)) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  Course& course = courses_.at(c.course.value);
  const Instant start = c.start.value_or(course.start);
  const Instant end = c.end.value_or(course.end);
  const bool moved = start != course.start || end != course.end;
  if (moved && course.phase == Phase::Inactive) return Reason::CourseInactive;
  if (moved && course.phase == Phase::Running && start != course.start) return Reason::CourseDatesInvalid;
  if (moved && !future(start, end, now)) return Reason::CourseDatesInvalid;
  const bool course_seats =
      c.seat_types ? *c.seat_types == CourseSeatTypes::CampusAndCourse : course.course_seats_allowed;
  if (course_seats && !course.course_seats_allowed)
    if (const auto no = no_course_seats(campuses_.at(course.campus))) return no;
  if (!moved && course_seats == course.course_seats_allowed) return Reason::InvalidArgument;

  course.start = start;
  course.end = end;
  course.course_seats_allowed = course_seats;
  if (course.phase == Phase::Planned && start <= now) start_run(course, now);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::SetCourseSeatLimits& c, const Actor& actor, Instant) {
  if (!one_of(actor, {Role::CampusManager})) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  Course& course = courses_.at(c.course.value);
  if (course.campus_seats_max == c.campus_seats && course.course_seats_max == c.course_seats)
    return Reason::InvalidArgument;
  course.campus_seats_max = c.campus_seats;
  course.course_seats_max = c.course_seats;
  return std::nullopt;
}

// --- members (decision table of DOMAIN 3.5) ---

SeatsModel::Member* SeatsModel::active_member(const std::string& course, const std::string& person) {
  const auto at = members_.find({course, person});
  if (at == members_.end()) return nullptr;
  const Course& of = courses_.at(course);
  const bool active =
      at->second.phase == MemberPhase::Joined && at->second.run == of.run && of.phase != Phase::Inactive;
  return active ? &at->second : nullptr;
}

/// Rows 11 to 13.
std::optional<Reason> SeatsModel::no_campus_seat(const Course& course, const std::string& id,
                                                 Instant now) const {
  const Period* period = in_force(campuses_.at(course.campus), now);
  if (period == nullptr) return Reason::NoActiveBookingPeriod;
  if (course.campus_seats_max && seats_attributed(id) >= *course.campus_seats_max)
    return Reason::CourseCampusSeatLimitReached;
  if (seats_in_use(course.campus) >= smallest_from(*period, now)) return Reason::NoCampusSeatsLeft;
  return std::nullopt;
}

void SeatsModel::grant_campus_seat(const Course& course, const std::string& id, const std::string& person) {
  campus_seats_[person] = {course.campus, id};
}

void SeatsModel::grant_course_seat(Course& course, const std::string& person, Instant now) {
  course.seats.push_back({.person = person});
  if (course.phase == Phase::Running) start_seat(course, course.seats.back(), now);
}

SeatsModel::Answer SeatsModel::on(const rules::seats::InviteToCourse& c, const Actor& actor, Instant now) {
  if (!manages(actor)) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  const std::string& id = c.course.value;
  const std::string& person = c.person.value;
  Course& course = courses_.at(id);
  const Campus& campus = campuses_.at(course.campus);
  const bool wants_course_seat = c.seat_type == SeatType::Course;
  const bool holds_campus_seat = campus_seats_.contains(person);

  if (course.phase == Phase::Inactive) return Reason::CourseInactive;                 // 1
  if (active_member(id, person) != nullptr) return Reason::AlreadyCourseMember;       // 2
  if (wants_course_seat && !campus.both_types) return Reason::CourseSeatsNotEnabled;  // 3
  if (wants_course_seat && campus.kind == CampusKind::Package)                        // 4
    return Reason::CourseSeatsRequireFlat;
  if (wants_course_seat && !course.course_seats_allowed)  // 5
    return Reason::SeatTypeNotAllowedInCourse;
  if (campus.both_types && course.course_seats_allowed && !c.seat_type)  // 6
    return Reason::SeatTypeRequired;
  if (wants_course_seat && holds_campus_seat) return Reason::CourseSeatNotAllowedWithCampusSeat;  // 7
  if (wants_course_seat && course.course_seats_max && course.seats.size() >= *course.course_seats_max)
    return Reason::CourseCourseSeatLimitReached;  // 8
  const bool needs_campus_seat = !wants_course_seat && !holds_campus_seat;
  if (needs_campus_seat)
    if (const auto no = no_campus_seat(course, id, now)) return no;  // 11-13

  members_[{id, person}] = {.phase = MemberPhase::Joined,
                            .carried_by = wants_course_seat ? SeatType::Course : SeatType::Campus,
                            .role = c.role,
                            .run = course.run,
                            .order = ++invitations_};
  if (wants_course_seat) grant_course_seat(course, person, now);  // 9
  if (needs_campus_seat) grant_campus_seat(course, id, person);   // 14; otherwise 10
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::AddCampusSeat& c, const Actor& actor, Instant now) {
  if (!one_of(actor, {Role::CampusManager})) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  const Course& course = courses_.at(c.course.value);
  if (course.phase == Phase::Inactive) return Reason::CourseInactive;
  if (active_member(c.course.value, c.person.value) == nullptr) return Reason::NotCourseMember;
  if (campus_seats_.contains(c.person.value)) return Reason::InvalidArgument;
  if (const auto no = no_campus_seat(course, c.course.value, now)) return no;
  grant_campus_seat(course, c.course.value, c.person.value);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::EndCourseMembership& c, const Actor& actor,
                                  Instant now) {
  const bool self = actor.role == Role::Member && actor.id == c.person.value;
  if (!self && !manages(actor)) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  const auto member = members_.find({c.course.value, c.person.value});
  if (member == members_.end() || member->second.phase == MemberPhase::Ended) return Reason::NotCourseMember;

  Course& course = courses_.at(c.course.value);
  const bool was_active = active_member(c.course.value, c.person.value) != nullptr;
  member->second.phase = MemberPhase::Ended;
  const auto seat = std::ranges::find(course.seats, c.person.value, &CourseSeat::person);
  if (seat != course.seats.end())
    end_seat(course, static_cast<std::size_t>(seat - course.seats.begin()), now);
  if (was_active) give_back(c.course.value, c.person.value, now);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::TransferSeat&, const Actor&, Instant) {
  return Reason::SeatNotTransferable;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::RecordContribution& c, const Actor& actor, Instant) {
  if (!one_of(actor, {Role::Backend})) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  if (courses_.at(c.course.value).phase == Phase::Inactive) return Reason::CourseInactive;
  const auto member = members_.find({c.course.value, c.person.value});
  if (member == members_.end() || member->second.phase == MemberPhase::Ended) return Reason::NotCourseMember;
  if (active_member(c.course.value, c.person.value) == nullptr) return Reason::MemberReadOnly;
  return std::nullopt;
}

/// What the generator asks for names no seat.
SeatsModel::Answer SeatsModel::on(const rules::seats::CorrectSeat& c, const Actor& actor, Instant) {
  if (!one_of(actor, {Role::Support})) return Reason::ForbiddenRole;
  if (c.reason.empty()) return Reason::ReasonRequired;
  return Reason::NotFound;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::ChangeRole& c, const Actor& actor, Instant) {
  if (!manages(actor)) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  const auto member = members_.find({c.course.value, c.person.value});
  if (member == members_.end() || member->second.phase == MemberPhase::Ended) return Reason::NotCourseMember;
  if (member->second.role == c.role) return Reason::InvalidArgument;
  member->second.role = c.role;
  return std::nullopt;
}

// --- runs ---

SeatsModel::Answer SeatsModel::on(const rules::seats::EndCourseRun& c, const Actor& actor, Instant now) {
  if (!manages(actor)) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  if (courses_.at(c.course.value).phase != Phase::Running) return Reason::CourseInactive;
  end_run(c.course.value, now);
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::SettleCourse& c, const Actor& actor, Instant) {
  if (!one_of(actor, {Role::Billing})) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  if (c.invoice_ref.empty() || c.invoice_ref.size() > 100) return Reason::InvalidArgument;
  Course& course = courses_.at(c.course.value);
  const auto settlement = course.settlements.find(c.run);
  if (settlement == course.settlements.end()) return Reason::NotFound;
  if (settlement->second == Settlement::Settled) return Reason::LineAlreadyBilled;
  settlement->second = Settlement::Settled;
  return std::nullopt;
}

SeatsModel::Answer SeatsModel::on(const rules::seats::ReactivateCourse& c, const Actor& actor, Instant now) {
  if (!manages(actor)) return Reason::ForbiddenRole;
  if (!courses_.contains(c.course.value)) return Reason::NotFound;
  const std::string& id = c.course.value;
  Course& course = courses_.at(id);
  const auto settlement = course.settlements.find(course.run);
  if (settlement != course.settlements.end() && settlement->second == Settlement::Open)
    return Reason::SettlementPending;
  if (course.phase != Phase::Inactive) return Reason::CourseAlreadyActive;
  if (!future(c.start, c.end, now)) return Reason::CourseDatesInvalid;
  const bool reissue = c.reissue == CourseSeatReissue::Yes;
  std::vector<std::pair<std::string, SeatType>> resumed;
  for (const auto& [key, member] : members_) {
    if (key.first != id || member.phase != MemberPhase::Joined) continue;
    if (campus_seats_.contains(key.second)) {
      resumed.emplace_back(key.second, SeatType::Campus);
    } else if (member.carried_by == SeatType::Course && reissue) {
      resumed.emplace_back(key.second, SeatType::Course);
    }
  }
  const auto seats = std::ranges::count(resumed, SeatType::Course, &std::pair<std::string, SeatType>::second);
  if (seats > 0) {
    if (const auto no = no_course_seats(campuses_.at(course.campus))) return no;
    if (!course.course_seats_allowed) return Reason::SeatTypeNotAllowedInCourse;
    if (course.course_seats_max && seats > *course.course_seats_max)
      return Reason::CourseCourseSeatLimitReached;
  }

  ++course.run;
  course.start = c.start;
  course.end = c.end;
  course.phase = c.start <= now ? Phase::Running : Phase::Planned;
  for (const auto& [person, by] : resumed) {
    Member& member = members_.at({id, person});
    member.run = course.run;
    member.carried_by = by;
    if (by == SeatType::Course) grant_course_seat(course, person, now);
  }
  return std::nullopt;
}

}  // namespace kontor::simulation
