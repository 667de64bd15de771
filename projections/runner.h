#pragma once
// Feeds groups of the log to the projections: old ones at start, new ones as they are published. One thread.

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "engine/log/event_log.h"
#include "projections/projection.h"
#include "projections/view_store.h"
#include "projections/view_writer.h"

namespace kontor::views {

/// What a start found.
enum class Start : std::uint8_t {
  Continued,     // the views belong to this log and were behind it or level with it
  Empty,         // there were none
  Damaged,       // they could not be read: dropped and derived again
  Ahead,         // they had seen groups the log does not have: dropped and derived again
  OtherHistory,  // they belong to another log: dropped and derived again
};
[[nodiscard]] std::string_view start_name(Start start);

struct CatchUp {
  Start start = Start::Continued;
  std::string reason;        // why they had to be dropped; empty when they had not
  std::uint64_t groups = 0;  // applied now
  std::uint64_t events = 0;
};

/// Told the number of the last applied group while catching up.
using CatchUpProgress = std::function<void(std::uint64_t group)>;

class Runner {
 public:
  /// All must outlive the runner.
  Runner(ViewStore& store, std::span<const Projection* const> projections);

  /// Brings the views level with the log. Afterwards `apply` takes the groups after `log.head()`.
  [[nodiscard]] Result<CatchUp> catch_up(log::EventLog& log, const CatchUpProgress& progress);

  /// Applies the next group; one that is already applied is passed over. A gap is a bug. After a failure the
  /// views must not be asked or written any more until they have caught up again.
  [[nodiscard]] Status apply(const log::Group& group);

  [[nodiscard]] const Checkpoint& checkpoint() const { return checkpoint_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  struct Finding {
    Start start = Start::Continued;
    std::string reason;
  };
  [[nodiscard]] Result<Finding> compare(log::EventLog& log);
  [[nodiscard]] Status drop();
  [[nodiscard]] Status apply_from(log::EventLog& log, const CatchUpProgress& progress);
  [[nodiscard]] Status apply_slice(const log::TenantSlice& slice);

  ViewStore& store_;
  std::span<const Projection* const> projections_;
  ViewWriter writer_;
  Checkpoint checkpoint_;
  std::uint64_t events_ = 0;
};

/// Tells groups apart: SHA-256 over number, tenants, positions and stored bytes.
[[nodiscard]] Digest fingerprint(const log::Group& group);

}  // namespace kontor::views
