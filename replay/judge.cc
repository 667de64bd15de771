#include "replay/judge.h"

#include <fmt/format.h>

#include <optional>
#include <variant>

#include "engine/rules/seats/lookup.h"

namespace kontor::replay {
namespace {

namespace seat_rules = rules::seats;

tl::unexpected<Error> broken(const Envelope& envelope, std::string what) {
  return fail(Reason::StoreDamaged, fmt::format("tenant {} position {}: {}", envelope.tenant.value,
                                                envelope.position, std::move(what)));
}

// INV-10, INV-12: what may be granted to whom.
std::optional<std::string> grant_objection(const seats::Event& event, const seat_rules::State& state,
                                           Instant at) {
  if (const auto* granted = std::get_if<seats::CampusSeatGranted>(&event)) {
    if (seat_rules::campus_seat_of(state, granted->person.value) != rules::kNone)
      return fmt::format("person {} is granted a second campus seat", granted->person.value);
    const rules::Row campus = state.campus_ids.find(granted->campus.value);
    if (campus == rules::kNone) return "a campus seat of an unknown campus is granted";
    const rules::Row period = seat_rules::period_in_force(state, state.campuses[campus], at);
    if (period == rules::kNone) return "a campus seat is granted without a booking period in force";
    if (state.campuses[campus].seats_used >= seat_rules::capacity_from(state, state.periods[period], at))
      return "a campus seat is granted beyond the contingent";
  }
  if (const auto* invited = std::get_if<seats::CourseMemberInvited>(&event))
    if (invited->seat_type == seats::SeatType::Course &&
        seat_rules::campus_seat_of(state, invited->person.value) != rules::kNone)
      return fmt::format("person {} holds a campus seat and is granted a course seat", invited->person.value);
  return std::nullopt;
}

}  // namespace

// An event that would be stored in another way today says the same and nothing more.
Status Judge::judge_alone(const RecordedEvent& event) {
  std::string again;
  encode(event.envelope, event.body, again);
  const Result<RecordedEvent> twin = decode(again);
  if (!twin || *twin != event) return broken(event.envelope, "the event does not survive being stored again");
  return {};
}

Status Judge::judge(const RecordedEvent& event, const TenantFold& fold) {
  const Envelope& envelope = event.envelope;
  if (envelope.effective_at > envelope.recorded_at)
    return broken(envelope,
                  fmt::format("effective at {}, recorded before that", envelope.effective_at.text()));
  if (Status command = judge_command(envelope, fold); !command) return command;
  if (const auto* seats = std::get_if<seats::Event>(&event.body))
    if (const auto objection = grant_objection(*seats, fold.state().seats, envelope.effective_at))
      return broken(envelope, *objection);
  return {};
}

Status Judge::judge_command(const Envelope& envelope, const TenantFold& fold) {
  if (envelope.command_id.is_zero() && envelope.actor.role != Role::Scheduler)
    return broken(envelope, "an event without a command that no timer wrote");
  if (envelope.command_id == open_) {
    if (!open_.is_zero() && envelope.payload_digest != open_payload_)  // INV-4
      return broken(envelope, "the events of one command disagree on what it was");
    return {};
  }
  if (!open_.is_zero()) finished_.insert(open_);
  open_ = envelope.command_id;
  open_payload_ = envelope.payload_digest;
  if (open_.is_zero()) return {};
  if (finished_.contains(open_))  // INV-4
    return broken(envelope, fmt::format("command {} has acted before", open_.text()));
  const auto timer = rules::next_timer(fold.state());
  if (timer && timer->due <= envelope.effective_at)  // INV-8
    return broken(envelope, fmt::format("decided at {} while a timer of {} due at {} had not fired",
                                        envelope.effective_at.text(), timer->stream, timer->due.text()));
  return {};
}

}  // namespace kontor::replay
