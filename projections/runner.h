#pragma once
// Feeds groups of the log to the projections: old ones at start, new ones as they are published. One thread.

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

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

/// Told the number of each group while catching up.
using CatchUpProgress = std::function<void(std::uint64_t group)>;

struct RunnerLimits {
  std::uint64_t batch_events = 32'768;  // taken in, or more: enough for one write
  std::uint64_t piece_events = 32'768;  // a group of more is written in pieces of so many
};

class Runner {
 public:
  /// All must outlive the runner.
  Runner(ViewStore& store, std::span<const Projection* const> projections, RunnerLimits limits = {});
  /// A runner that holds its store.
  [[nodiscard]] static std::shared_ptr<Runner> holding(std::shared_ptr<ViewStore> store,
                                                       std::span<const Projection* const> projections,
                                                       RunnerLimits limits = {});

  /// Brings the views level with the log. Afterwards `apply` takes the groups after `log.head()`.
  [[nodiscard]] Result<CatchUp> catch_up(log::EventLog& log, const CatchUpProgress& progress);

  /// Reads on behind what was written down, up to group `last` of the log, and writes it down. Ends early
  /// once it has read so many events. The views must be empty, or have caught up.
  [[nodiscard]] Status follow(log::EventLog& log, std::uint64_t last, std::uint64_t events_max);

  /// Takes in the next group; one that is already taken in is passed over. A gap is a bug. Rows of a large
  /// group are written down on the way, and seen by nobody before its end is. After a failure the views must
  /// not be asked or written any more until they have caught up again.
  [[nodiscard]] Status add(const log::Group& group);
  /// The same without a copy of what the end of a batch may need.
  [[nodiscard]] Status add(const std::shared_ptr<const log::Group>& group);
  /// Gives what was taken in since the last time to the store, all of it at once, and lets it be written
  /// beside this thread, which may take in more. What was handed over before is stored by then.
  [[nodiscard]] Status hand_over();
  /// Like `hand_over`, and waits until it is stored.
  [[nodiscard]] Status flush();
  /// Enough has been taken in for one write.
  [[nodiscard]] bool full() const { return unwritten_events_ >= limits_.batch_events; }
  [[nodiscard]] Status apply(const log::Group& group);

  /// What has been written down.
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
  enum class Added : std::uint8_t { PassedOver, WithFingerprint, WithoutFingerprint };
  [[nodiscard]] Result<Added> take_in(const log::Group& group);
  [[nodiscard]] Status apply_group(const log::Group& group);
  [[nodiscard]] Status apply_slice(const log::TenantSlice& slice);
  [[nodiscard]] Status write_piece();
  [[nodiscard]] Status settle();
  void adopt_written();
  /// Where the tenant's timeline stands; good until what was not written is forgotten.
  [[nodiscard]] Result<Instant*> timeline_of(const TenantId& tenant);
  void apply_event(const RecordedEvent& event, std::string_view bytes, Instant& timeline);
  void forget_unwritten();

  ViewStore& store_;
  std::span<const Projection* const> projections_;
  ViewWriter writer_;
  const RunnerLimits limits_;

  Checkpoint checkpoint_;
  Checkpoint taken_;             // not yet written down
  Checkpoint handed_;            // on its way to the store, or there
  std::future<Status> writing_;  // of a batch that is written beside this thread
  std::uint64_t writing_events_ = 0;
  log::Group newest_copy_;
  // Taken in; its fingerprint is asked for when it ends a batch. Null: it is known.
  std::shared_ptr<const log::Group> newest_;
  std::uint64_t unwritten_events_ = 0;
  Digest in_pieces_{};              // fingerprint of the group that is being written so; zero: none is
  std::uint64_t piece_events_ = 0;  // of it, taken in since the last piece
  std::uint64_t events_ = 0;
  std::unordered_map<TenantId, Instant> timelines_;  // of the tenants seen since the start
};

}  // namespace kontor::views
