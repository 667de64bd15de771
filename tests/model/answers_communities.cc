// QB8 to QB10 (DOMAIN 3.6).

#include <algorithm>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

No pool(const Communities& c, const CommunityId& id, wire::CommunityPool::Builder out) {
  const Community* found = nullptr;
  for (const Community& each : c.all)
    if (each.opened.community == id) found = &each;
  if (found == nullptr) return Reason::NotFound;
  std::uint64_t staying = 0;
  std::uint64_t leaving = 0;
  for (const CommunitySeat& each : c.seats)
    if (each.active && each.community == id) ++(each.release_at ? leaving : staying);
  out.setCommunity(id.value);
  out.setTimeZone(found->opened.time_zone);
  out.setOccupied(staying);
  out.setPendingRelease(leaving);
  if (!found->pool) return {};
  out.setPool(found->pool->size ? wire::Pool::LIMITED : wire::Pool::UNLIMITED);
  if (!found->pool->size) return {};
  const std::uint64_t size = *found->pool->size;
  out.setSize(size);
  out.setFreeNow(size - staying - leaving);
  out.setFreeTomorrow(size - staying);
  return {};
}

/// The period named; or the next one: the earliest that begins after the active one and is not over.
const Period* period_to_try(const Seats& s, const Campus& campus, const std::string& wanted, Instant at) {
  if (!wanted.empty()) return s.period(campus.opened.campus, PeriodId(wanted));
  const Period* active = s.period(campus.opened.campus, campus.active);
  const Period* next = nullptr;
  for (const Period& each : s.periods) {
    if (each.campus != campus.opened.campus || each.booked.to <= at) continue;
    if (active != nullptr && each.booked.from <= active->booked.from) continue;
    if (next == nullptr || each.booked.from < next->booked.from) next = &each;
  }
  return next;
}

No preview(const Known& k, wire::PreviewQuestion::Reader q, wire::RolloverPreview::Builder out) {
  const Seats& s = k.world.seats;
  const Campus* campus = s.campus(CampusId(std::string(q.getCampus().cStr())));
  if (campus == nullptr) return Reason::NotFound;
  const CampusId& id = campus->opened.campus;
  const Period* next = period_to_try(s, *campus, q.getPeriod().cStr(), k.at);
  const bool named = q.getPeriod().size() != 0;
  if (next == nullptr && (named || q.getSize() == 0)) return Reason::NotFound;
  // One that is not booked yet would follow the active one.
  const Period* active = s.period(id, campus->active);
  Instant at = k.at;
  if (next != nullptr) at = std::max(k.at, next->booked.from);
  if (next == nullptr && active != nullptr) at = std::max(k.at, active->booked.to);
  const std::uint64_t contingent = q.getSize() != 0 ? q.getSize() : Seats::capacity(*next, at);

  std::vector<const CampusSeat*> held;
  for (const CampusSeat& each : s.campus_seats)
    if (each.active && each.campus == id) held.push_back(&each);
  std::sort(held.begin(), held.end(),
            [](const CampusSeat* a, const CampusSeat* b) { return a->number < b->number; });
  std::uint64_t carried = 0;
  auto rows = out.initSeats(static_cast<unsigned>(held.size()));
  for (unsigned i = 0; i < held.size(); ++i) {
    rows[i].setSeat(held[i]->number);
    rows[i].setPerson(held[i]->person.value);
    rows[i].setGrantingCourse(held[i]->course.value);
    rows[i].setFate(wire::RolloverFate::RELEASED);
    const Course* living = s.living_course(*held[i], at, nullptr);
    if (living == nullptr) continue;
    ++carried;
    rows[i].setCourse(living->id.value);
    rows[i].setFate(living->id == held[i]->course ? wire::RolloverFate::GRANTING_COURSE_LIVES
                                                  : wire::RolloverFate::OTHER_COURSE_LIVES);
  }
  out.setCampus(id.value);
  if (next != nullptr) out.setPeriod(next->booked.period.value);
  out.setAt(at.ns);
  out.setContingent(contingent);
  out.setCarriedOver(carried);
  out.setReleased(held.size() - carried);
  out.setOverflow(carried > contingent ? carried - contingent : 0);
  return {};
}

/// Days begun, in elapsed time. Answers ask no calendar (TB3): an hour more is taken for that of the clocks.
std::int64_t days_between(Instant from, Instant to) {
  constexpr std::int64_t kHour = 3'600 * kNanosecondsPerSecond;
  const std::int64_t ns = to.ns - from.ns - kHour;
  return ns <= 0 ? 1 : (ns + 24 * kHour - 1) / (24 * kHour);
}

std::int64_t tier_price(const Period& period, std::uint32_t size) {
  const seats::PriceTier* found = nullptr;
  for (const seats::PriceTier& each : period.booked.tiers)
    if (each.from_size <= size && (found == nullptr || each.from_size > found->from_size)) found = &each;
  return found == nullptr ? 0 : found->unit_price.value;
}

No hint(const Known& k, const CourseId& id, wire::CheaperSeatHint::Builder out) {
  constexpr std::int64_t kFourMonths = 123;  // days: the longest four months
  const Seats& s = k.world.seats;
  const Course* course = s.course(id);
  if (course == nullptr) return Reason::NotFound;
  out.setCourse(id.value);
  const bool longer = days_between(course->start, course->end) > kFourMonths;
  out.setMonths(longer ? wire::CourseLength::LONGER : wire::CourseLength::UP_TO_FOUR_MONTHS);
  out.setAdvice(longer ? wire::SeatAdvice::CAMPUS_SEAT : wire::SeatAdvice::COURSE_SEAT);
  const Instant from = std::max(course->start, k.at);
  const std::int64_t blocks = from < course->end ? (days_between(from, course->end) + 29) / 30 : 0;
  out.setPlannedBlocks(static_cast<std::uint64_t>(blocks));
  const Period* now = s.in_force(course->campus, k.at);
  if (now == nullptr) return {};
  const std::uint32_t size = Seats::size_at(*now, k.at);
  const std::int64_t price = tier_price(*now, size);
  const std::int64_t cost = price * blocks;
  out.setCurrency(std::string(now->booked.currency.text()));
  out.setUnitPrice(price);
  out.setCourseSeatCost(cost);
  if (now->booked.price.value == 0) return {};
  const std::int64_t share = now->booked.price.value / size;
  out.setCampusSeatShare(share);
  out.setAdvice(cost > share ? wire::SeatAdvice::CAMPUS_SEAT : wire::SeatAdvice::COURSE_SEAT);
  return {};
}

}  // namespace

bool answer_communities(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out,
                        No& no) {
  using Q = wire::Query::Question;
  switch (q.which()) {
    case Q::COMMUNITY_POOL:
      no = pool(k.world.communities, CommunityId(std::string(q.getCommunityPool().getCommunity().cStr())),
                out.initCommunityPool());
      break;
    case Q::ROLLOVER_PREVIEW: no = preview(k, q.getRolloverPreview(), out.initRolloverPreview()); break;
    case Q::CHEAPER_SEAT_HINT:
      no = hint(k, CourseId(std::string(q.getCheaperSeatHint().getCourse().cStr())),
                out.initCheaperSeatHint());
      break;
    default: return false;
  }
  return true;
}

}  // namespace kontor::model
