#pragma once
// The asking side of the views: takes questions from any thread, sees that the views are far enough, answers
// from a thread of its own (docs/views.md).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/writer/submission.h"
#include "projections/live_views.h"
#include "projections/queries.h"

namespace kontor::views {

struct QueryLimits {
  std::size_t waiting_max = 4'096;  // questions asked and not answered; beyond: Overloaded at once
};

/// Fires what is due in a tenant: Ledger::tick.
using TickSource = std::function<Status(Tick)>;
/// The server's time, for ages at the head. Any thread.
using NowSource = std::function<Instant()>;

class QueryService {
 public:
  using Done = std::function<void(AnswerOutcome)>;

  /// `views` and `secrets` must outlive the service. Starts the answering thread. Without `now` ages at the
  /// head end at the newest event. `hurry` is called on the answering thread while questions wait for the
  /// views.
  [[nodiscard]] static std::unique_ptr<QueryService> start(const LiveViews& views, TickSource tick,
                                                           QueryLimits limits,
                                                           const keys::KeyStore* secrets = nullptr,
                                                           NowSource now = {},
                                                           std::function<void()> hurry = {});
  virtual ~QueryService() = default;

  /// Answers once the views have `waitPosition` and, for a question about a time, once everything due by then
  /// has fired and been applied. `done` is called exactly once, on the answering thread, the thread that
  /// called `advanced`, or this one. When the views are not far enough within `patience`: DeadlineExceeded,
  /// naming how far they are and what was asked for. Beyond `waiting_max`: Overloaded. The query is copied.
  virtual void ask(const TenantId& tenant, wire::Query::Reader query, std::chrono::milliseconds patience,
                   Done done) = 0;

  /// As `ask`, for work on the views that takes longer than an answer may: when they are far enough, `done`
  /// gets nothing instead of an answer, and must not hold up its thread.
  virtual void wait(const TenantId& tenant, wire::Query::Reader query, std::chrono::milliseconds patience,
                    std::function<void(std::optional<AnswerOutcome> no)> done) = 0;

  /// The views of some tenant have moved on. Called by the projector after each group.
  virtual void advanced() = 0;
  /// The views cannot be trusted any more: everything asked from now on is answered with `error`.
  virtual void views_failed(Error error) = 0;
  /// Others are live now, which can be.
  virtual void views_recovered() = 0;

  /// Answers what is ready, refuses what still waits (SessionEnded) and stops the thread. Idempotent.
  virtual void close() = 0;
};

}  // namespace kontor::views
