#pragma once

#include "events/core/instant.h"

namespace kontor {

/// Where time comes from. Injected: only `main` creates the real one.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// The wall clock. May jump; the writer's timeline does not follow it backwards. Any thread.
  [[nodiscard]] virtual Instant now() = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override;
};

}  // namespace kontor
