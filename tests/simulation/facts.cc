#include "tests/simulation/facts.h"

#include <fmt/format.h>

namespace kontor::simulation {
namespace {

std::string text(const RunCount& run) {
  return fmt::format("seats {} blocks {} billed {} unpriced {} amount {}", run.seats, run.blocks,
                     run.billed_blocks, run.unpriced_blocks, run.amount);
}

std::string text(const CourseCount& course) {
  std::string out = fmt::format("campus seats {} course seats {} members {} blocks {}", course.campus_seats,
                                course.course_seats, course.members, course.blocks_started);
  for (const auto& [number, run] : course.runs) out += fmt::format("; run {}: {}", number, text(run));
  for (const auto& [number, state] : course.settlements)
    out += fmt::format("; settlement {}: {}", number, static_cast<int>(state));
  return out;
}

}  // namespace

std::string difference(const Counts& model, const Counts& facts) {
  if (model == facts) return "";
  for (const auto& [campus, used] : facts.campus_seats) {
    const auto at = model.campus_seats.find(campus);
    if (at == model.campus_seats.end()) return fmt::format("campus {} is unknown to the model", campus);
    if (at->second != used)
      return fmt::format("campus {}: {} seats in use, the model says {}", campus, used, at->second);
  }
  for (const auto& [course, count] : facts.courses) {
    const auto at = model.courses.find(course);
    if (at == model.courses.end()) return fmt::format("course {} is unknown to the model", course);
    if (!(at->second == count))
      return fmt::format("course {}: {}, the model says {}", course, text(count), text(at->second));
  }
  return "the model knows of a campus or a course that no event tells of";
}

std::string Facts::take(const RecordedEvent& event) {
  const Envelope& envelope = event.envelope;
  complaint_.clear();
  require(envelope.position == last_ + 1, "positions have a gap (INV-1)");
  require(envelope.version == version_of(envelope.stream) + 1, "a stream's versions have a gap");
  require(envelope.effective_at >= timeline_at_, "effective time goes back (INV-7)");
  require(envelope.recorded_at >= recorded_at_, "recorded time goes back");
  require(envelope.effective_at <= envelope.recorded_at, "an event takes effect in the future");
  require((envelope.actor.role == Role::Scheduler) == envelope.command_id.is_zero(),
          "a timer's event carries a command id, or a command's none");
  last_ = envelope.position;
  timeline_at_ = envelope.effective_at;
  recorded_at_ = envelope.recorded_at;
  versions_[envelope.stream] = envelope.version;
  std::visit([this](const auto& domain) { count(domain); }, event.body);
  if (complaint_.empty()) return "";
  return fmt::format("tenant {} position {} {}: {}", envelope.tenant.value, envelope.position,
                     type_name(event.body), complaint_);
}

Version Facts::version_of(const std::string& stream) const {
  const auto at = versions_.find(stream);
  return at == versions_.end() ? 0 : at->second;
}

void Facts::require(bool holds, const char* what) {
  if (!holds && complaint_.empty()) complaint_ = what;
}

void Facts::count(const tenancy::Event& event) {
  require(std::holds_alternative<tenancy::TenantCreated>(event) == (last_ == 1),
          "a tenant is created with its first event and never again");
}

void Facts::count(const seats::Event& event) {
  std::visit([this](const auto& e) { on(e); }, event);
}

void Facts::on(const seats::CampusSeatGranted& e) {
  require(!seat_of_.contains(e.person.value), "a second campus seat for one person (I2)");
  require(!campus_seats_.contains(e.seat), "a seat number twice");
  campus_seats_[e.seat] = {e.person.value, e.granting_course.value};
  seat_of_[e.person.value] = e.seat;
  ++counts_.campus_seats[e.campus.value];
  ++counts_.courses[e.granting_course.value].campus_seats;
}

void Facts::on(const seats::CampusSeatCarriedOver& e) {
  require(campus_seats_.contains(e.seat), "a seat that nobody has is carried over");
  CampusSeat& seat = campus_seats_[e.seat];
  --counts_.courses[seat.course].campus_seats;
  seat.course = e.granting_course.value;
  ++counts_.courses[seat.course].campus_seats;
}

void Facts::on(const seats::CampusSeatReleased& e) {
  require(campus_seats_.contains(e.seat), "a seat that nobody has is released");
  --counts_.campus_seats[e.campus.value];
  --counts_.courses[campus_seats_[e.seat].course].campus_seats;
  campus_seats_.erase(e.seat);
  seat_of_.erase(e.person.value);
}

void Facts::on(const seats::CampusSeatReattributed& e) {
  require(campus_seats_.contains(e.seat), "a seat that nobody has is re-attributed");
  CampusSeat& seat = campus_seats_[e.seat];
  require(seat.course == e.from_course.value, "a seat is taken from a course that does not carry it");
  --counts_.courses[seat.course].campus_seats;
  seat.course = e.to_course.value;
  ++counts_.courses[seat.course].campus_seats;
}

void Facts::join(const CourseId& course, const PersonId& person) {
  const bool added = members_.insert({course.value, person.value}).second;
  require(added, "a member joins twice");
  if (added) ++counts_.courses[course.value].members;
}

void Facts::leave(const CourseId& course, const PersonId& person) {
  if (members_.erase({course.value, person.value}) != 0) --counts_.courses[course.value].members;
}

void Facts::on(const seats::CourseMemberInvited& e) {
  // Somebody who is a read-only member of an earlier run may be invited again.
  leave(e.course, e.person);
  join(e.course, e.person);
}
void Facts::on(const seats::CourseMembershipEnded& e) { leave(e.course, e.person); }
void Facts::on(const seats::MembershipUnseated& e) { leave(e.course, e.person); }
void Facts::on(const seats::CourseMembershipResumed& e) {
  leave(e.course, e.person);
  join(e.course, e.person);
}

std::uint32_t Facts::run_of(const std::string& course) const {
  const auto at = run_of_.find(course);
  return at == run_of_.end() ? 1 : at->second;
}

Facts::CourseSeat& Facts::seat(const CourseId& course, std::uint32_t number) {
  const auto at = course_seats_.find({course.value, number});
  require(at != course_seats_.end(), "there is no such course seat");
  return at == course_seats_.end() ? course_seats_[{course.value, number}] : at->second;
}

void Facts::on(const seats::CourseSeatReserved& e) {
  const bool added =
      course_seats_.try_emplace({e.course.value, e.seat}, CourseSeat{.run = run_of(e.course.value)}).second;
  require(added, "a course seat number twice");
  ++counts_.courses[e.course.value].course_seats;
}

void Facts::on(const seats::CourseSeatStarted& e) {
  const auto [at, added] = course_seats_.try_emplace({e.course.value, e.seat});
  if (added) {
    at->second.run = run_of(e.course.value);
    ++counts_.courses[e.course.value].course_seats;
  }
  require(!at->second.started, "a course seat starts twice");
  at->second.started = true;
}

void Facts::on(const seats::CourseSeatBlockStarted& e) {
  CourseSeat& of = seat(e.course, e.seat);
  require(of.started, "a block of a seat that has not started");
  require(e.block == of.blocks + 1, "blocks have a gap (I5)");
  ++of.blocks;
  if (e.price) of.amount += e.price->unit_price.value;
  ++counts_.courses[e.course.value].blocks_started;
}

void Facts::on(const seats::CourseSeatEnded& e) {
  const CourseSeat of = seat(e.course, e.seat);
  require(of.started, "a seat ends that has not started");
  require(e.blocks == of.blocks, "an ended seat miscounts its blocks");
  require(e.amount.value <= of.amount, "an ended seat bills more than its blocks");
  course_seats_.erase({e.course.value, e.seat});
  CourseCount& course = counts_.courses[e.course.value];
  --course.course_seats;
  RunCount& run = course.runs[of.run];
  ++run.seats;
  run.blocks += e.blocks;
  run.billed_blocks += e.billed_blocks;
  run.unpriced_blocks += e.unpriced_blocks;
  run.amount += e.amount.value;
}

void Facts::on(const seats::CourseSeatCancelledBeforeStart& e) {
  require(!seat(e.course, e.seat).started, "a seat that has started is cancelled");
  course_seats_.erase({e.course.value, e.seat});
  --counts_.courses[e.course.value].course_seats;
}

void Facts::on(const seats::CourseSettlementOpened& e) {
  CourseCount& course = counts_.courses[e.course.value];
  const RunCount said{e.seats, e.blocks, e.billed_blocks, e.unpriced_blocks, e.amount.value};
  require(course.runs[e.run] == said, "a settlement is not the sum of its seats");
  require(course.course_seats == 0, "a run is settled while a course seat is not over");
  course.settlements[e.run] = Settlement::Open;
}

void Facts::on(const seats::CourseSettled& e) {
  CourseCount& course = counts_.courses[e.course.value];
  const RunCount& run = course.runs[e.run];
  require(course.settlements[e.run] == Settlement::Open, "a run is billed that is not open (I5)");
  require(run.seats == e.seats && run.billed_blocks == e.billed_blocks && run.amount == e.amount.value,
          "a bill is not the sum of its seats");
  course.settlements[e.run] = Settlement::Settled;
}

}  // namespace kontor::simulation
