#pragma once
// A history on its way from the log to whoever folds it: the events of a few groups are decoded, and looked
// at one by one, by all processors, while those before them are folded in order. One thread calls it.

#include <optional>
#include <span>

#include "engine/ahead.h"
#include "engine/log/group_parts.h"
#include "events/envelope.h"
#include "replay/fold.h"

namespace kontor::replay {

/// A stored event, or why it is none.
struct DecodedEvent {
  Result<RecordedEvent> event;
  StreamName stream = StreamName::Another;
  Status looked;  // what the look at it alone has found
};

/// The events of one slice.
struct DecodedSlice {
  const log::TenantSlice* slice = nullptr;
  bool whole = false;  // its bytes are as many whole messages as it says
  std::span<const DecodedEvent> events;
};

class DecodedHistory {
 public:
  /// What can be said of an event without the others. Pure: called by several threads, in any order.
  using Look = std::function<Status(const RecordedEvent&)>;
  /// Gets the groups in order, part by part and one at a time, on any of the threads and some groups behind
  /// the one that was taken last. The first failure is the last group it gets.
  using Visitor = std::function<Status(const log::GroupPart&, std::span<const DecodedSlice>)>;

  /// `only`: of groups without an event of this tenant nothing is shown, of others its slices. `look` may be
  /// empty.
  DecodedHistory(std::optional<TenantId> only, Look look, Visitor visit,
                 unsigned helpers = Crew::free_hands());
  ~DecodedHistory();

  /// The next group. False: no more need be taken, `finish` says why.
  bool take(const log::Group& group);
  /// All that was taken was visited, or the first failure.
  [[nodiscard]] Status finish();

 private:
  class Batch;
  void begin_batch();
  bool put();
  bool visit(Batch& batch);

  const std::optional<TenantId> only_;
  const Look look_;
  const Visitor visit_;
  Status status_;
  log::GroupShelf shelf_;
  Crew crew_;
  std::unique_ptr<Batch> next_;  // gathers slices
  Ahead<Batch> ahead_;
};

}  // namespace kontor::replay
