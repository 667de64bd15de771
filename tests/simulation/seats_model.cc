// Timers, counting and what several commands have in common. The commands: seats_model_commands.cc.
#include "tests/simulation/seats_model.h"

#include <algorithm>

#include "events/core/assert.h"

namespace kontor::simulation {

using rules::seats::CampusKind;
using rules::seats::Rounding;
using rules::seats::SeatType;

SeatsModel::Answer SeatsModel::decide(const rules::seats::Command& command, const Actor& actor, Instant now) {
  return std::visit([&](const auto& c) { return on(c, actor, now); }, command);
}

// --- timers (DOMAIN 6, TB7) ---

std::optional<SeatsModel::Timer> SeatsModel::next_timer() const {
  std::optional<Timer> next;
  const auto offer = [&next](Timer timer) {
    if (!next || timer < *next) next = std::move(timer);
  };
  for (const auto& [id, campus] : campuses_)
    for (std::size_t i = 0; i < campus.periods.size(); ++i)
      if (campus.periods[i].phase == PeriodPhase::Planned)
        offer({campus.periods[i].from, false, "campus/" + id, 0, id, i});
  for (const auto& [id, course] : courses_) {
    if (course.phase == Phase::Inactive) continue;
    const std::string stream = "course/" + id;
    if (course.phase == Phase::Planned) {
      offer({course.start, false, stream, 1, id, 0});
      continue;
    }
    offer({course.end, false, stream, 2, id, 0});
    for (std::size_t i = 0; i < course.seats.size(); ++i)
      if (course.seats[i].running) offer({course.seats[i].next_block_at, true, stream, 3, id, i});
  }
  return next;
}

std::optional<Instant> SeatsModel::next_due() const {
  const auto timer = next_timer();
  if (!timer) return std::nullopt;
  return timer->due();
}

Instant SeatsModel::fire_one() {
  const auto timer = next_timer();
  KONTOR_ASSERT(timer.has_value());
  const Instant at = timer->effective_at;
  switch (timer->kind) {
    case 0: activate_or_wait(timer->name, timer->index, at); break;
    case 1: start_run(courses_.at(timer->name), at); break;
    case 2: end_run(timer->name, at); break;
    default: {
      Course& course = courses_.at(timer->name);
      start_block(course, course.seats[timer->index], at);
    }
  }
  return at;
}

// --- contingents ---

const SeatsModel::Period* SeatsModel::in_force(const Campus& campus, Instant at) {
  if (!campus.active) return nullptr;
  const Period& period = campus.periods[*campus.active];
  return period.from <= at && at < period.to ? &period : nullptr;
}

std::uint32_t SeatsModel::size_at(const Period& period, Instant at) {
  std::uint32_t size = period.sizes.front().second;
  for (const auto& [from, next] : period.sizes)
    if (from <= at) size = next;
  return size;
}

std::uint32_t SeatsModel::smallest_from(const Period& period, Instant at) {
  std::uint32_t smallest = size_at(period, at);
  for (const auto& [from, next] : period.sizes)
    if (from > at) smallest = std::min(smallest, next);
  return smallest;
}

std::optional<SeatsModel::Price> SeatsModel::price_at(const Campus& campus, Instant at) {
  const Period* period = in_force(campus, at);
  if (period == nullptr) return std::nullopt;
  const std::uint32_t size = size_at(*period, at);
  std::optional<Price> price;
  for (const auto& tier : period->tiers)
    if (tier.from_size <= size) price = Price{tier.unit_price.value, period->rounding};
  return price;
}

SeatsModel::Period* SeatsModel::find_period(const CampusId& campus, const PeriodId& period) {
  for (Period& known : campuses_.at(campus.value).periods)
    if (known.name == period.value) return &known;
  return nullptr;
}

std::uint32_t SeatsModel::seats_in_use(const std::string& campus) const {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(campus_seats_, [&](const auto& seat) { return seat.second.campus == campus; }));
}

std::uint32_t SeatsModel::seats_attributed(const std::string& course) const {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(campus_seats_, [&](const auto& seat) { return seat.second.course == course; }));
}

// --- booking periods change (S-34, B4-B6, TB8) ---

/// An active membership in a course of the campus that is not over at `now`.
bool SeatsModel::carries(const MemberKey& key, const Member& member, const std::string& campus,
                         Instant now) const {
  const Course& course = courses_.at(key.first);
  return course.campus == campus && member.phase == MemberPhase::Joined && member.run == course.run &&
         course.phase != Phase::Inactive && course.end > now;
}

std::optional<std::string> SeatsModel::carrying_course(const std::string& person, const std::string& campus,
                                                       const std::string& preferred,
                                                       const std::string& except, Instant now) const {
  std::optional<std::string> first;
  std::uint64_t first_order = 0;
  for (const auto& [key, member] : members_) {
    if (key.second != person || key.first == except || !carries(key, member, campus, now)) continue;
    if (key.first == preferred) return preferred;
    if (first && member.order > first_order) continue;
    first = key.first;
    first_order = member.order;
  }
  return first;
}

/// Every holder of a seat of the campus with the course that carries it on; nullopt means release.
std::map<std::string, std::optional<std::string>> SeatsModel::rollover_of(const std::string& campus,
                                                                          Instant now) const {
  std::map<std::string, std::optional<std::string>> fate;
  for (const auto& [person, seat] : campus_seats_)
    if (seat.campus == campus) fate[person] = carrying_course(person, campus, seat.course, "", now);
  return fate;
}

void SeatsModel::activate(const std::string& id, std::size_t index, Instant now) {
  Campus& campus = campuses_.at(id);
  for (Period& period : campus.periods)
    if (period.phase == PeriodPhase::Active || period.phase == PeriodPhase::Pending)
      period.phase = PeriodPhase::Past;
  campus.periods[index].phase = PeriodPhase::Active;
  campus.active = index;
  for (const auto& [person, course] : rollover_of(id, now)) {
    if (course) {
      campus_seats_.at(person).course = *course;
    } else {
      release(person, now);
    }
  }
}

void SeatsModel::activate_or_wait(const std::string& id, std::size_t index, Instant now) {
  Campus& campus = campuses_.at(id);
  const auto fate = rollover_of(id, now);
  const auto carried = std::ranges::count_if(fate, [](const auto& one) { return one.second.has_value(); });
  if (static_cast<std::uint64_t>(carried) <= smallest_from(campus.periods[index], now))
    return activate(id, index, now);
  for (Period& period : campus.periods)
    if (period.phase == PeriodPhase::Pending) period.phase = PeriodPhase::Past;
  campus.periods[index].phase = PeriodPhase::Pending;
}

/// The seat is free; memberships on other campuses that it carried become read-only (B5).
void SeatsModel::release(const std::string& person, Instant now) {
  const std::string home = campus_seats_.at(person).campus;
  campus_seats_.erase(person);
  for (auto& [key, member] : members_) {
    if (key.second != person || member.carried_by != SeatType::Campus) continue;
    const std::string& campus = courses_.at(key.first).campus;
    if (campus != home && carries(key, member, campus, now)) member.phase = MemberPhase::Unseated;
  }
}

/// A membership of a package campus is over: its seat goes to another course of the holder, or is free
/// (S-37, B16).
void SeatsModel::give_back(const std::string& course, const std::string& person, Instant now) {
  const auto seat = campus_seats_.find(person);
  if (seat == campus_seats_.end() || seat->second.course != course) return;
  if (campuses_.at(seat->second.campus).kind != CampusKind::Package) return;
  if (const auto next = carrying_course(person, seat->second.campus, "", course, now)) {
    seat->second.course = *next;
  } else {
    release(person, now);
  }
}

// --- course seats (TB1, TB4, PB1) ---

void SeatsModel::start_seat(Course& course, CourseSeat& seat, Instant at) {
  seat.running = true;
  seat.start = at;
  start_block(course, seat, at);
}

void SeatsModel::start_block(Course& course, CourseSeat& seat, Instant at) {
  const Campus& campus = campuses_.at(course.campus);
  seat.blocks.push_back(price_at(campus, at));
  seat.next_block_at =
      days_later(campus.zone, seat.start, 30 * static_cast<std::int64_t>(seat.blocks.size()));
  ++course.blocks_started;
}

void SeatsModel::end_seat(Course& course, std::size_t index, Instant at) {
  const CourseSeat seat = course.seats[index];
  course.seats.erase(course.seats.begin() + static_cast<std::ptrdiff_t>(index));
  if (!seat.running) return;  // never started: never billed
  RunCount& run = course.runs[course.run];
  ++run.seats;
  run.blocks += seat.blocks.size();
  for (std::size_t i = 0; i < seat.blocks.size(); ++i) {
    const auto& price = seat.blocks[i];
    const bool unfinished = i + 1 == seat.blocks.size() && at < seat.next_block_at;
    if (unfinished && price && price->rounding == Rounding::Full) continue;
    ++run.billed_blocks;
    if (price) {
      run.amount += price->unit;
    } else {
      ++run.unpriced_blocks;
    }
  }
}

void SeatsModel::start_run(Course& course, Instant at) {
  course.phase = Phase::Running;
  for (CourseSeat& seat : course.seats) start_seat(course, seat, at);
}

void SeatsModel::end_run(const std::string& id, Instant at) {
  Course& course = courses_.at(id);
  course.end = at;  // earlier than planned, if it was ended by hand
  course.runs[course.run];
  while (!course.seats.empty()) end_seat(course, 0, at);
  const std::uint32_t run = course.run;
  course.phase = Phase::Inactive;
  course.settlements[run] = Settlement::Open;
  for (const auto& [key, member] : members_)
    if (key.first == id && member.phase == MemberPhase::Joined && member.run == run)
      give_back(id, key.second, at);
}

// --- counting ---

Counts SeatsModel::counts() const {
  Counts counts;
  for (const auto& [id, campus] : campuses_) counts.campus_seats[id] = 0;
  for (const auto& [id, course] : courses_) {
    CourseCount& count = counts.courses[id];
    count.course_seats = static_cast<std::uint32_t>(course.seats.size());
    count.blocks_started = course.blocks_started;
    count.runs = course.runs;
    count.settlements = course.settlements;
  }
  for (const auto& [person, seat] : campus_seats_) {
    ++counts.campus_seats[seat.campus];
    ++counts.courses[seat.course].campus_seats;
  }
  for (const auto& [key, member] : members_)
    if (member.phase == MemberPhase::Joined) ++counts.courses[key.first].members;
  return counts;
}

}  // namespace kontor::simulation
