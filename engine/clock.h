#pragma once

#include <cstdint>

#include "events/core/instant.h"

namespace kontor {

/// Whether it is worth waiting for a clock. One that is set by hand shows the same time until somebody sets
/// it and says so (`Ledger::status` fires what is due by then).
enum class Passing : std::uint8_t { ByItself, ByHand };

/// Where time comes from. Injected: only `main` creates the real one.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// The wall clock. May jump; the writer's timeline does not follow it backwards. Any thread.
  [[nodiscard]] virtual Instant now() = 0;
  /// Never changes. Any thread.
  [[nodiscard]] virtual Passing passing() const { return Passing::ByItself; }
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override;
};

}  // namespace kontor
