#pragma once
// The rules' state of one tenant, folded from its events as they are stored. One thread.

#include <string_view>

#include "engine/rules/catalog.h"
#include "events/core/result.h"
#include "events/envelope.h"

namespace kontor::replay {

/// Whether an event names the stream it belongs to. Pure; any thread.
enum class StreamName : std::uint8_t { Another, Its };
[[nodiscard]] StreamName stream_name(const RecordedEvent& event);

class TenantFold {
 public:
  explicit TenantFold(TenantId tenant) : tenant_(std::move(tenant)) {}

  /// Whether this event may come next: it is this tenant's, its position and the version of its stream
  /// follow, and its clocks do not go back. StoreDamaged or PositionGap otherwise.
  [[nodiscard]] Status follows(const RecordedEvent& event) const {
    return follows(event, stream_name(event));
  }
  [[nodiscard]] Status follows(const RecordedEvent& event, StreamName stream) const;
  /// Takes in an event that follows. One that does not fit the state stops the process (STYLE 6), which is
  /// why tools do this in a process of its own.
  void take(const RecordedEvent& event);

  [[nodiscard]] const TenantId& tenant() const { return tenant_; }
  [[nodiscard]] const rules::State& state() const { return state_; }
  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] Instant effective_at() const { return effective_at_; }
  [[nodiscard]] Instant recorded_at() const { return recorded_at_; }

 private:
  TenantId tenant_;
  rules::State state_;
  Position position_ = 0;
  Instant effective_at_;
  Instant recorded_at_;
};

}  // namespace kontor::replay
