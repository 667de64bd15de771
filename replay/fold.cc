#include "replay/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::replay {

StreamName stream_name(const RecordedEvent& event) {
  return event.envelope.stream == stream_of(event.body) ? StreamName::Its : StreamName::Another;
}

Status TenantFold::follows(const RecordedEvent& event, StreamName stream) const {
  const Envelope& envelope = event.envelope;
  const auto damaged = [&](std::string what) {
    return fail(Reason::StoreDamaged,
                fmt::format("tenant {} position {}: {}", tenant_.value, position_ + 1, std::move(what)));
  };
  if (envelope.tenant != tenant_) return damaged("the event is one of tenant " + envelope.tenant.value);
  if (envelope.position != position_ + 1)
    return fail(Reason::PositionGap, fmt::format("tenant {}: position {} follows {}", tenant_.value,
                                                 envelope.position, position_));
  if (stream == StreamName::Another)
    return damaged(fmt::format("a {} in stream {}", type_name(event.body), envelope.stream));
  const auto* head = state_.streams.find(std::string_view(envelope.stream));
  const Version next = head == nullptr ? 1 : head->version + 1;
  if (envelope.version != next)
    return damaged(
        fmt::format("version {} of stream {} where {} is next", envelope.version, envelope.stream, next));
  if (envelope.effective_at < effective_at_ && !may_be_back_dated(envelope))
    return damaged(
        fmt::format("effective at {}, after {}", envelope.effective_at.text(), effective_at_.text()));
  if (envelope.recorded_at < recorded_at_)
    return damaged(fmt::format("recorded at {}, after {}", envelope.recorded_at.text(), recorded_at_.text()));
  return {};
}

void TenantFold::take(const RecordedEvent& event) {
  rules::evolve(state_, event.body, event.envelope);
  position_ = event.envelope.position;
  effective_at_ = std::max(effective_at_, event.envelope.effective_at);
  recorded_at_ = event.envelope.recorded_at;
}

}  // namespace kontor::replay
