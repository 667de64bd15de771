#pragma once
// Derives all views anew beside the live ones, compares both, and hands the new ones over (docs/views.md,
// "Built anew"). Driven by calls, each of which does a bounded piece of work; one thread at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/log/event_log.h"
#include "events/core/instant.h"
#include "projections/live_views.h"
#include "projections/runner.h"
#include "projections/view_difference.h"
#include "projections/view_shelf.h"

namespace kontor::views {

enum class RebuildState : std::uint8_t {
  None,
  Running,  // reads the log, or compares
  Level,    // compared, and follows the log
  Failed,   // the new views are gone
  Adopted,  // they are the live ones
};
[[nodiscard]] std::string_view state_name(RebuildState state);

struct RebuildReport {
  RebuildState state = RebuildState::None;
  std::uint64_t group = 0;  // the new views have read it
  std::uint64_t of_group = 0;
  std::uint64_t events = 0;  // likewise
  std::uint64_t of_events = 0;
  std::uint64_t compared_group = 0;  // both had read it when they were compared; 0: not yet
  std::uint64_t entries_compared = 0;
  std::uint64_t entries_differing = 0;
  std::string first_difference;  // in words; empty: none was found
  TenantId tenant;               // of the first diverging event
  Position position = 0;         // 0: what differs is of no event, or the live ones could not be read
  std::string failure;
  Instant started_at;
  Instant ended_at;  // level, failed or adopted since
};

struct RebuildLimits {
  std::uint64_t step_events = 32'768;  // read in one step, or more: a group is taken as a whole
};

class Rebuild {
 public:
  /// All of it outlives this object.
  struct Parts {
    log::EventLog& log;
    LiveViews& live;
    ViewShelf& shelf;
    std::span<const Projection* const> projections;
    /// Told how far a long step has come; Stop ends it, and the next one begins where it did.
    std::function<Scan(const RebuildReport&)> watch = {};
  };
  explicit Rebuild(Parts parts, RebuildLimits limits = {});

  /// ViewsBusy while one is on its way or waits to be adopted.
  [[nodiscard]] Status begin(Instant now);

  enum class Left : std::uint8_t {
    Nothing,  // until `begin`
    Work,     // call again
    Groups,   // call again when the log has more of them
  };
  /// Does a piece of the work. What fails shows in the report.
  Left step(Instant now);

  /// Forgets the new views. ViewsBusy when there are none, or they have been adopted.
  [[nodiscard]] Status discard();

  /// What can be prepared of `adopt` while the live views go on being written. ViewsBusy unless Level.
  [[nodiscard]] Status prepare_adoption();
  /// Makes the new views the live ones, for questions and for the next start; gives who writes them from now
  /// on. Nobody may write the old ones meanwhile. On failure the old ones stay, and those that were built
  /// anew are gone.
  [[nodiscard]] Result<std::shared_ptr<Runner>> adopt(Instant now);

  [[nodiscard]] const RebuildReport& report() const { return report_; }

 private:
  [[nodiscard]] Result<Left> work();
  [[nodiscard]] Result<Left> approach();
  [[nodiscard]] Result<Left> compare();
  [[nodiscard]] Result<Left> follow_log();
  [[nodiscard]] Status read_to(std::uint64_t group, std::uint64_t events_max);
  [[nodiscard]] Status take_in(const ViewDifference& difference);
  [[nodiscard]] Status name_first(const ViewDifference& difference);
  void live_unreadable(const Error& error);
  void refresh();
  void fail_with(const Error& error, Instant now);
  void forget();

  const Parts parts_;
  const RebuildLimits limits_;
  RebuildReport report_;

  std::shared_ptr<ViewStore> fresh_;
  std::shared_ptr<Runner> runner_;
  // The live views as they were when the new ones had come close, with what holds them open. Gone once
  // compared.
  struct Original {
    std::shared_ptr<const ViewStore> live;
    std::unique_ptr<ViewStore> frozen;
    std::uint64_t group = 0;
  };
  std::optional<Original> original_;
  bool compared_ = false;
};

}  // namespace kontor::views
