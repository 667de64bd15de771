#pragma once
// The thread that keeps the views level with the log (ARCHITECTURE, threads). The committer hands groups
// over; a projector that cannot keep up makes the committer wait, so that memory stays bounded and views
// never fall far behind what is durable. While it is busy with one very large group, others may queue up to
// the same limit: a roster of a hundred thousand people must not hold up every other command.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/log/event_log.h"
#include "projections/runner.h"

namespace kontor::views {

struct ProjectorLimits {
  std::size_t queued_events_max = 100'000;  // handed over and not taken up; beyond: `observe` waits
  /// So long it gathers groups before it takes a step, unless `worth_a_step` events have come or somebody
  /// waits: a step for one small group costs about as much as one for a hundred.
  std::chrono::microseconds rest{10'000};
  std::size_t worth_a_step = 2'000;
};

class Projector {
 public:
  /// `runner` must have caught up; the projector alone uses it from now on. `advanced` is called after each
  /// applied group, `failed` when a group could not be applied, and from then on groups are passed over; both
  /// on the projector's thread.
  [[nodiscard]] static std::unique_ptr<Projector> start(std::shared_ptr<Runner> runner,
                                                        ProjectorLimits limits,
                                                        std::function<void()> advanced,
                                                        std::function<void(const Error&)> failed);
  virtual ~Projector() = default;

  /// A GroupObserver. Groups come in order; those already applied are passed over.
  virtual void observe(const std::shared_ptr<const log::Group>& group) = 0;
  /// Somebody waits for what was handed over, or is about to be: the next step is taken without a rest. Any
  /// thread.
  virtual void hurry() = 0;

  /// Gives another runner, or null; runs on the projector's thread.
  using Replacement = std::function<std::shared_ptr<Runner>()>;
  /// Calls `replacement` between two writes and goes on with the runner it gives, with the one it has if that
  /// is null. The new one must have read the log as far as it was durable at some moment after `replacement`
  /// began: groups that come meanwhile wait, so none is missed, also after a failure. Returns when it is
  /// done; OutOfOrder after `close`. Not from the projector's thread.
  [[nodiscard]] virtual Status replace(const Replacement& replacement) = 0;

  /// Applies what was handed over, then stops the thread. Idempotent.
  virtual void close() = 0;
};

}  // namespace kontor::views
