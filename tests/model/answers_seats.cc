// QB1 to QB7 (DOMAIN 3.6).

#include <algorithm>
#include <set>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

constexpr std::int64_t kNone = 0;

std::string name(const auto& id) { return id.value; }

void count(wire::SeatCount::Builder out, std::optional<std::uint64_t> limit, std::uint64_t used) {
  out.setUsed(used);
  if (!limit) return;
  out.setTally(wire::Tally::LIMITED);
  out.setLimit(*limit);
  out.setLeft(*limit > used ? *limit - used : 0);
}

void period(const Period& from, Instant at, wire::BookingPeriod::Builder out) {
  out.setPeriod(name(from.booked.period));
  out.setFrom(from.booked.from.ns);
  out.setTo(from.booked.to.ns);
  out.setSize(Seats::size_at(from, at));
}

wire::SeatCount::Reader smaller(wire::SeatCount::Reader a, wire::SeatCount::Reader b) {
  if (a.getTally() == wire::Tally::UNLIMITED) return b;
  if (b.getTally() == wire::Tally::UNLIMITED) return a;
  return a.getLeft() < b.getLeft() ? a : b;
}

No remaining_seats(const Known& k, const CourseId& id, wire::RemainingSeats::Builder out) {
  const Seats& s = k.world.seats;
  const Course* course = s.course(id);
  if (course == nullptr) return Reason::NotFound;
  out.setCourse(name(id));
  out.setCampus(name(course->campus));
  count(out.initCourseCampusSeats(), course->campus_limit, s.granted_in(id));
  count(out.initCourseSeats(), course->course_limit, s.course_seats_in(id));
  const Period* now = s.in_force(course->campus, k.at);
  count(out.initCampusSeats(), now == nullptr ? 0 : Seats::capacity(*now, k.at), s.used(course->campus));
  if (now != nullptr) period(*now, k.at, out.initBookingPeriod());
  out.setEffectiveLeft(smaller(out.asReader().getCourseCampusSeats(), out.asReader().getCampusSeats()));
  return {};
}

No usage_statistics(const Known& k, const CampusId& id, wire::UsageStatistics::Builder out) {
  const Seats& s = k.world.seats;
  if (s.campus(id) == nullptr) return Reason::NotFound;
  out.setCampus(name(id));
  const std::uint64_t used = s.used(id);
  if (const Period* now = s.in_force(id, k.at)) {
    period(*now, k.at, out.initBookingPeriod());
    out.setContingent(Seats::size_at(*now, k.at));
    const std::uint64_t capacity = Seats::capacity(*now, k.at);
    out.setAvailableCampusSeats(capacity > used ? capacity - used : 0);
  }
  out.setOccupiedCampusSeats(used);
  std::uint64_t course_seats = 0;
  for (const Course& course : s.courses)
    if (course.campus == id) course_seats += s.course_seats_in(course.id);
  out.setOccupiedCourseSeats(course_seats);
  return {};
}

template <class T>
std::vector<const T*> sorted(const std::vector<T>& list, auto test, auto key) {
  std::vector<const T*> found;
  for (const T& each : list)
    if (test(each)) found.push_back(&each);
  std::stable_sort(found.begin(), found.end(), [&](const T* a, const T* b) { return key(*a) < key(*b); });
  return found;
}

void course_usage(const Seats& s, const Course& course, wire::CourseUsage::Builder out) {
  out.setCourse(name(course.id));
  out.setRun(course.run);
  out.setState(static_cast<wire::CourseState>(course.state));
  out.setStart(course.start.ns);
  out.setEnd(course.end.ns);
  std::set<std::string> seen;
  std::uint64_t members = 0;
  std::uint64_t participants = 0;
  for (const Member& each : s.members) {
    if (each.course != course.id || !seen.insert(each.person.value).second) continue;
    const Member& newest = *s.newest(course.id, each.person);
    if (newest.state == MemberState::Ended) continue;
    ++members;
    if (newest.role == seats::MemberRole::Participant) ++participants;
  }
  out.setMembers(members);
  out.setParticipants(participants);
  std::set<std::string> artefacts;
  for (const auto& each : s.contributions)
    if (each.course == course.id) artefacts.insert(each.artefact);
  out.setContributions(artefacts.size());
  out.setActiveCampusSeats(s.granted_in(course.id));
  out.setActiveCourseSeats(s.course_seats_in(course.id));
}

No usage_detail(const Known& k, const CampusId& id, wire::UsageDetail::Builder out) {
  const Seats& s = k.world.seats;
  if (s.campus(id) == nullptr) return Reason::NotFound;
  out.setCampus(name(id));
  const auto courses = sorted(
      s.courses, [&](const Course& c) { return c.campus == id; }, [](const Course& c) { return c.id; });
  auto rows = out.initCourses(static_cast<unsigned>(courses.size()));
  for (unsigned i = 0; i < courses.size(); ++i) course_usage(s, *courses[i], rows[i]);
  return {};
}

void block(const Block& from, wire::SeatBlock::Builder out) {
  out.setNumber(from.started.block);
  out.setStartsAt(from.started.starts_at.ns);
  out.setEndsAt(from.started.next_block_at.ns);
  if (from.taken_back) out.setStanding(wire::BlockStanding::VOIDED);
  if (!from.price) return;
  out.setTier(from.price->flat_size);
  out.setUnitPrice(from.price->unit_price.value);
  out.setCurrency(std::string(from.price->currency.text()));
  out.setRounding(static_cast<wire::BlockRounding>(from.price->rounding));
}

void seat_period(const Seats& s, const CourseSeat& seat, wire::CourseSeatPeriod::Builder out) {
  const Course& course = *s.course(seat.course);
  out.setCourse(name(seat.course));
  out.setSeat(seat.number);
  out.setPerson(name(seat.person));
  out.setRun(seat.run);
  out.setStatus(static_cast<wire::CourseSeatStatus>(seat.state));
  const bool started = seat.state == SeatState::Active || seat.state == SeatState::Ended;
  if (seat.state != SeatState::Cancelled) {  // that never was and never will be active
    out.setFrom(started ? seat.started.ns : course.start.ns);
    out.setTo(seat.state == SeatState::Ended ? seat.ended.ended_at.ns : course.end.ns);
  }
  auto blocks = out.initBlocks(static_cast<unsigned>(seat.blocks.size()));
  std::string currency;
  for (unsigned i = 0; i < seat.blocks.size(); ++i) {
    block(seat.blocks[i], blocks[i]);
    if (seat.blocks[i].price) currency = std::string(seat.blocks[i].price->currency.text());
  }
  if (seat.state == SeatState::Ended && seat.ended.currency != kNoCurrency)
    currency = std::string(seat.ended.currency.text());
  out.setCurrency(currency);
  out.setNextBlockAt(kNone);
  if (seat.state == SeatState::Active) {
    const Instant next = seat.blocks.empty() ? seat.started : seat.blocks.back().started.next_block_at;
    if (next < course.end) out.setNextBlockAt(next.ns);
  }
  if (seat.state == SeatState::Reserved) out.setNextBlockAt(course.start.ns);
}

No seat_periods(const Known& k, wire::SeatPeriodsQuestion::Reader q, wire::CourseSeatPeriods::Builder out) {
  const Seats& s = k.world.seats;
  const CampusId campus(std::string(q.getCampus().cStr()));
  const CourseId course(std::string(q.getCourse().cStr()));
  if (campus.value.empty() == course.value.empty()) return Reason::InvalidArgument;
  if (!campus.value.empty() && s.campus(campus) == nullptr) return Reason::NotFound;
  if (!course.value.empty() && s.course(course) == nullptr) return Reason::NotFound;
  const auto found = sorted(
      s.course_seats,
      [&](const CourseSeat& seat) {
        return course.value.empty() ? s.course(seat.course)->campus == campus : seat.course == course;
      },
      [](const CourseSeat& seat) { return std::pair(seat.course, seat.number); });
  auto rows = out.initSeats(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < found.size(); ++i) seat_period(s, *found[i], rows[i]);
  return {};
}

const CommunitySeat* community_seat(const Known& k, const PersonId& person) {
  for (const CommunitySeat& each : k.world.communities.seats)
    if (each.active && each.person == person) return &each;
  return nullptr;
}

bool heard_of(const World& world, const PersonId& person) {
  const auto is = [&](const auto& each) { return each.person == person; };
  const auto any = [&](const auto& list) { return std::any_of(list.begin(), list.end(), is); };
  return any(world.seats.members) || any(world.seats.campus_seats) || any(world.communities.seats);
}

No seat_of(const Known& k, const PersonId& person, wire::SeatOf::Builder out) {
  const Seats& s = k.world.seats;
  if (!heard_of(k.world, person)) return Reason::NotFound;
  if (const CommunitySeat* held = community_seat(k, person)) {
    auto seat = out.initCommunitySeat();
    seat.setSeat(held->number);
    seat.setCommunity(name(held->community));
    seat.setSince(held->since.ns);
    if (held->release_at) seat.setReleaseAt(held->release_at->ns);
  }
  out.setPerson(name(person));
  for (const Home& home : s.homes)
    if (home.person == person) out.setHomeCampus(name(home.campus));
  if (const CampusSeat* held = s.held_by(person)) {
    auto seat = out.initCampusSeat();
    seat.setSeat(held->number);
    seat.setCampus(name(held->campus));
    seat.setGrantingCourse(name(held->course));
    seat.setPeriod(name(held->period));
    seat.setSince(held->since.ns);
  }
  const auto mine = sorted(
      s.course_seats, [&](const CourseSeat& seat) { return seat.person == person; },
      [](const CourseSeat& seat) { return std::pair(seat.course, seat.number); });
  auto rows = out.initCourseSeats(static_cast<unsigned>(mine.size()));
  for (unsigned i = 0; i < mine.size(); ++i) seat_period(s, *mine[i], rows[i]);
  return {};
}

void membership(const Seats& s, const Member& member, wire::CourseMembership::Builder out) {
  const Course& course = *s.course(member.course);
  constexpr const char* kRoles[] = {"participant", "lecturer", "tutor", "courseManager"};
  out.setCourse(name(member.course));
  out.setCampus(name(course.campus));
  out.setRole(kRoles[static_cast<int>(member.role)]);
  out.setState(static_cast<wire::MembershipState>(member.state));
  out.setRun(member.run);
  out.setInvitation(member.invited);
  out.setSince(member.since.ns);
  out.setUntil(member.until ? member.until->ns : kNone);
  if (member.carried)
    out.setCarriedBy(member.carrier == seats::SeatType::Course ? wire::SeatKind::COURSE_SEAT
                                                               : wire::SeatKind::CAMPUS_SEAT);
}

No courses_of(const Known& k, const PersonId& person, wire::CoursesOf::Builder out) {
  const Seats& s = k.world.seats;
  if (!heard_of(k.world, person)) return Reason::NotFound;
  out.setPerson(name(person));
  const auto mine = sorted(
      s.members,
      [&](const Member& each) { return each.person == person && s.newest(each.course, person) == &each; },
      [](const Member& each) { return each.course; });
  auto rows = out.initCourses(static_cast<unsigned>(mine.size()));
  for (unsigned i = 0; i < mine.size(); ++i) membership(s, *mine[i], rows[i]);
  return {};
}

/// What a seat bills: once ended, what its end said; before, what is certain so far.
struct Bill {
  std::uint64_t blocks = 0;
  std::uint64_t unpriced = 0;
  std::int64_t amount = 0;
  std::string currency;
};
Bill bill_of(const CourseSeat& seat) {
  Bill bill;
  if (seat.state == SeatState::Ended) {
    if (seat.ended.currency != kNoCurrency) bill.currency = std::string(seat.ended.currency.text());
    bill.blocks = seat.ended.billed_blocks;
    bill.unpriced = seat.ended.unpriced_blocks;
    bill.amount = seat.ended.amount.value;
    if (seat.ended.currency != kNoCurrency) bill.currency = std::string(seat.ended.currency.text());
    return bill;
  }
  for (const auto& each : seat.blocks) {
    const bool newest = &each == &seat.blocks.back();
    if (each.taken_back) continue;
    if (newest && each.price && each.price->rounding == seats::Rounding::Full) continue;
    ++bill.blocks;
    if (each.price) bill.currency = std::string(each.price->currency.text());
    if (each.price)
      bill.amount += each.price->unit_price.value;
    else
      ++bill.unpriced;
  }
  return bill;
}

/// What is corrected on a seat beside its settlement: since then, or before on a line of another run.
Bill corrected_apart(const Known& k, const CourseSeat& seat, Bill& settled) {
  Bill apart;
  apart.blocks = static_cast<std::uint64_t>(seat.corrected_blocks);
  apart.amount = seat.corrected_amount;
  for (const Run& run : k.world.seats.runs) {
    if (run.course != seat.course || run.run != seat.run || !run.settled) continue;
    for (const Line& line : k.world.billing.settled_apart(seat.course, seat.run)) {
      if (line.number != seat.number || line.position > run.settled_at) continue;
      const auto blocks = static_cast<std::uint64_t>(std::min<std::int64_t>(line.parts[0].first, 0));
      settled.blocks -= blocks;
      settled.amount -= line.amount;
      apart.blocks += blocks;
      apart.amount += line.amount;
    }
  }
  return apart;
}

No settlement(const Known& k, wire::SettlementQuestion::Reader q, wire::CourseSettlement::Builder out) {
  const Seats& s = k.world.seats;
  const CourseId id(std::string(q.getCourse().cStr()));
  const Course* course = s.course(id);
  if (course == nullptr) return Reason::NotFound;
  const std::uint32_t number = q.getRun() == 0 ? course->run : q.getRun();
  if (number > course->run) return Reason::NotFound;
  const auto lines = sorted(
      s.course_seats, [&](const CourseSeat& seat) { return seat.course == id && seat.run == number; },
      [](const CourseSeat& seat) { return seat.number; });
  out.setCourse(name(id));
  out.setRun(number);
  out.setSeats(lines.size());
  auto rows = out.initLines(static_cast<unsigned>(lines.size()));
  Bill all;
  Bill corrected;
  for (unsigned i = 0; i < lines.size(); ++i) {
    const CourseSeat& seat = *lines[i];
    Bill bill = bill_of(seat);
    const Bill apart = corrected_apart(k, seat, bill);
    rows[i].setCorrectedBlocks(static_cast<std::int64_t>(apart.blocks));
    rows[i].setCorrectedAmount(apart.amount);
    corrected.blocks += apart.blocks;
    corrected.amount += apart.amount;
    rows[i].setSeat(seat.number);
    rows[i].setPerson(name(seat.person));
    const bool started = seat.state == SeatState::Active || seat.state == SeatState::Ended;
    rows[i].setFrom(started ? seat.started.ns : kNone);
    rows[i].setTo(seat.state == SeatState::Ended ? seat.ended.ended_at.ns : kNone);
    rows[i].setBlocks(bill.blocks);
    rows[i].setAmount(bill.amount);
    all.blocks += bill.blocks;
    all.unpriced += bill.unpriced;
    all.amount += bill.amount;
    if (!bill.currency.empty()) all.currency = bill.currency;
  }
  for (const Run& run : s.runs) {
    if (run.course != id || run.run != number) continue;
    out.setState(run.settled ? wire::SettlementState::SETTLED : wire::SettlementState::OPEN);
    if (number == course->run) out.setReactivationAllowed(run.settled);
    all.currency = run.sums.currency == kNoCurrency ? "" : std::string(run.sums.currency.text());
  }
  out.setCorrectedBlocks(static_cast<std::int64_t>(corrected.blocks));
  out.setCorrectedAmount(corrected.amount);
  out.setBlocks(all.blocks);
  out.setAmount(all.amount);
  out.setUnpricedBlocks(all.unpriced);
  out.setCurrency(all.currency);
  return {};
}

}  // namespace

bool answer_seats(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out, No& no) {
  using Q = wire::Query::Question;
  const auto course = [](auto asked) { return CourseId(std::string(asked.getCourse().cStr())); };
  const auto campus = [](auto asked) { return CampusId(std::string(asked.getCampus().cStr())); };
  const auto person = [](auto asked) { return PersonId(std::string(asked.getPerson().cStr())); };
  switch (q.which()) {
    case Q::REMAINING_SEATS:
      no = remaining_seats(k, course(q.getRemainingSeats()), out.initRemainingSeats());
      break;
    case Q::USAGE_STATISTICS:
      no = usage_statistics(k, campus(q.getUsageStatistics()), out.initUsageStatistics());
      break;
    case Q::USAGE_DETAIL: no = usage_detail(k, campus(q.getUsageDetail()), out.initUsageDetail()); break;
    case Q::COURSE_SEAT_PERIODS:
      no = seat_periods(k, q.getCourseSeatPeriods(), out.initCourseSeatPeriods());
      break;
    case Q::SEAT_OF: no = seat_of(k, person(q.getSeatOf()), out.initSeatOf()); break;
    case Q::COURSES_OF: no = courses_of(k, person(q.getCoursesOf()), out.initCoursesOf()); break;
    case Q::COURSE_SETTLEMENT: no = settlement(k, q.getCourseSettlement(), out.initCourseSettlement()); break;
    default: return false;
  }
  return true;
}

}  // namespace kontor::model
