#include "replay/verifier/chain.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::verifier {

Finding Chain::finding(std::string kind, std::string message) const {
  return {std::move(kind), tenant_.value, next(), std::move(message)};
}

std::optional<Finding> Chain::take(const RecordedEvent& event, Instant recorded_before) {
  if (auto found = envelope(event, recorded_before)) return found;
  if (const Objection objection = command(event.envelope)) return finding("command-twice", *objection);
  ++*version_;
  effective_at_ = std::max(effective_at_, event.envelope.effective_at);
  ++position_;
  return std::nullopt;
}

std::optional<Finding> Chain::envelope(const RecordedEvent& event, Instant recorded_before) {
  const Envelope& e = event.envelope;
  if (e.tenant != tenant_) return finding("wrong-tenant", "the event is one of tenant " + e.tenant.value);
  if (e.position != next())
    return finding("position-gap", fmt::format("the event says that it stands at position {}", e.position));
  if (e.stream != stream_of(event.body))
    return finding("wrong-stream", fmt::format("a {} stands in stream {}", type_name(event.body), e.stream));
  version_ = &versions_[e.stream];  // asked for once: most of the work here is finding it
  if (e.version != *version_ + 1)
    return finding("version-gap", fmt::format("version {} of stream {} stands where {} is next", e.version,
                                              e.stream, *version_ + 1));
  if (e.effective_at < effective_at_ && !may_be_back_dated(e))
    return finding("time-back", fmt::format("effective at {}, behind an event effective at {}",
                                            e.effective_at.text(), effective_at_.text()));
  if (e.recorded_at < recorded_before)
    return finding("time-back", fmt::format("recorded at {}, behind an event recorded at {}",
                                            e.recorded_at.text(), recorded_before.text()));
  if (e.effective_at > e.recorded_at)
    return finding("time-back", fmt::format("effective at {}, but recorded at {}", e.effective_at.text(),
                                            e.recorded_at.text()));
  return std::nullopt;
}

Objection Chain::command(const Envelope& envelope) {
  if (envelope.command_id.is_zero() && envelope.actor.role != Role::Scheduler)
    return "an event without a command that no timer wrote";
  if (envelope.command_id == open_) {
    if (!open_.is_zero() && envelope.payload_digest != open_payload_)
      return fmt::format("the events of command {} disagree on what it was", open_.text());
    return std::nullopt;
  }
  if (!open_.is_zero()) finished_.insert(open_);
  open_ = envelope.command_id;
  open_payload_ = envelope.payload_digest;
  if (finished_.contains(open_)) return fmt::format("command {} has acted before", open_.text());
  return std::nullopt;
}

}  // namespace kontor::verifier
