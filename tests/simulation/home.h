#pragma once
// Where a simulated process keeps its log, and what can happen to that place.

#include <functional>
#include <memory>
#include <optional>

#include "engine/log/event_log.h"
#include "engine/writer/writer_state.h"
#include "tests/simulation/dice.h"

namespace kontor::simulation {

class Home {
 public:
  Home() = default;
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  virtual ~Home() = default;

  /// Opens the log that lies here. `on_group` sees every group of it, in order. Fails when the power is cut
  /// meanwhile; any other failure is a finding.
  [[nodiscard]] virtual Result<std::unique_ptr<log::EventLog>> open(
      const std::function<void(const log::Group&)>& on_group) = 0;

  /// The power is cut at the n-th operation from now on (1 = the next one).
  virtual void cut_power_at(std::uint64_t operation) = 0;
  /// No cut is planned any more.
  virtual void spare() = 0;
  [[nodiscard]] virtual bool dark() const = 0;
  /// The process dies at this moment: nothing it does while its remains are cleared away has any effect.
  virtual void kill() = 0;
  /// The power comes back, or the killed process starts again: what survived is what lies here. The log has
  /// been closed.
  virtual void restart() = 0;
  /// What runs in the background may do a step.
  virtual void work(log::EventLog& log) = 0;
  /// What the last opening went on from instead of the beginning, if it did; can be taken once.
  [[nodiscard]] virtual std::optional<WriterState> start() { return std::nullopt; }
  /// A number that depends on every operation so far, for comparing two runs.
  [[nodiscard]] virtual std::uint64_t trace() const = 0;
};

using MakeHome = std::function<std::unique_ptr<Home>(std::uint64_t seed)>;

/// In memory: a group is there or not, and a cut may fall on either side of an append.
[[nodiscard]] std::unique_ptr<Home> memory_home(std::uint64_t seed);
/// The real log on a simulated disk.
[[nodiscard]] std::unique_ptr<Home> disk_home(std::uint64_t seed);
/// The same, on a disk whose syncs of the write-ahead log are lies: what `sync=false` would be.
[[nodiscard]] std::unique_ptr<Home> lying_disk_home(std::uint64_t seed);
/// The real log and the real snapshots on a simulated disk: made now and then, and gone on from by openings.
[[nodiscard]] std::unique_ptr<Home> snapshot_home(std::uint64_t seed);

}  // namespace kontor::simulation
