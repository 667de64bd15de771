#include "replay/export/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kontor::exports {
namespace {

std::string key_of(std::string_view course, std::uint64_t number) {
  return fmt::format("{}/{}", course, number);
}

}  // namespace

struct History::Reader {
  History& history;
  const Envelope& envelope;

  void end(std::map<std::uint32_t, Grant>& held, std::uint32_t seat) const {
    const auto found = held.find(seat);
    if (found == held.end()) return;
    found->second.to = envelope.effective_at;
    found->second.ended = envelope.position;
    history.ended_.push_back(std::move(found->second));
    held.erase(found);
  }
  [[nodiscard]] SeatEvents& course_seat(const CourseId& course, std::uint32_t seat) const {
    return history.course_seats_[key_of(course.value, seat)];
  }
  [[nodiscard]] RunEvents& run(const CourseId& course, std::uint32_t number) const {
    return history.runs_[key_of(course.value, number)];
  }
  void granted(const CourseId& course, std::uint32_t seat) const {
    SeatEvents& events = course_seat(course, seat);
    if (events.granted == 0) events.granted = envelope.position;
  }

  void operator()(const seats::CampusSeatGranted& e) const {
    history.campus_[e.seat] = {.granted = envelope.position,
                               .kind = "campus",
                               .place = e.campus.value,
                               .course = e.granting_course.value,
                               .seat = e.seat,
                               .person = e.person.value,
                               .from = envelope.effective_at,
                               .to = {}};
  }
  void operator()(const seats::CampusSeatCarriedOver& e) const {
    history.campus_[e.seat].course = e.granting_course.value;
  }
  void operator()(const seats::CampusSeatReattributed& e) const {
    history.campus_[e.seat].course = e.to_course.value;
  }
  void operator()(const seats::CampusSeatReleased& e) const { end(history.campus_, e.seat); }
  void operator()(const communities::CommunitySeatGranted& e) const {
    history.community_[e.seat] = {.granted = envelope.position,
                                  .kind = "community",
                                  .place = e.community.value,
                                  .course = e.group.value,
                                  .seat = e.seat,
                                  .person = e.person.value,
                                  .from = envelope.effective_at,
                                  .to = {}};
  }
  void operator()(const communities::CommunitySeatReleased& e) const { end(history.community_, e.seat); }
  void operator()(const seats::CourseSeatReserved& e) const { granted(e.course, e.seat); }
  void operator()(const seats::CourseSeatStarted& e) const { granted(e.course, e.seat); }
  void operator()(const seats::CourseSeatEnded& e) const {
    course_seat(e.course, e.seat).ended = envelope.position;
  }
  void operator()(const seats::CourseSeatCancelledBeforeStart& e) const {
    course_seat(e.course, e.seat).ended = envelope.position;
  }
  void operator()(const seats::CourseRunEnded& e) const { run(e.course, e.run).ended_at = e.ended_at; }
  void operator()(const seats::CourseSettlementOpened& e) const {
    run(e.course, e.run).opened = envelope.position;
  }
  void operator()(const seats::CourseSettled& e) const {
    RunEvents& events = run(e.course, e.run);
    events.settled = envelope.position;
    events.settled_at = envelope.effective_at;
    events.invoice_ref = e.invoice_ref;
  }
  template <class Other>
  void operator()(const Other&) const {}  // says nothing about seats and settlements
};

void History::take(const RecordedEvent& event) {
  const Reader reader{*this, event.envelope};
  if (const auto* of_seats = std::get_if<seats::Event>(&event.body))
    std::visit(reader, static_cast<const seats::Event::variant&>(*of_seats));
  if (const auto* of_communities = std::get_if<communities::Event>(&event.body))
    std::visit(reader, static_cast<const communities::Event::variant&>(*of_communities));
}

std::vector<Grant> History::take_ended() { return std::exchange(ended_, {}); }

std::vector<Grant> History::held() const {
  std::vector<Grant> all;
  for (const auto* seats : {&campus_, &community_})
    for (const auto& [number, grant] : *seats) all.push_back(grant);
  std::ranges::sort(all, {}, &Grant::granted);
  return all;
}

SeatEvents History::course_seat(std::string_view course, std::uint64_t seat) const {
  const auto found = course_seats_.find(key_of(course, seat));
  return found == course_seats_.end() ? SeatEvents() : found->second;
}

RunEvents History::run(std::string_view course, std::uint64_t run) const {
  const auto found = runs_.find(key_of(course, run));
  return found == runs_.end() ? RunEvents() : found->second;
}

}  // namespace kontor::exports
