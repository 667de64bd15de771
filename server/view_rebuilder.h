#pragma once
// The thread on which views are built anew beside the live ones (docs/views.md, "Built anew"). It gives way
// to everybody else: a lower priority, and a rest after every step while commands are being
// written.

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "engine/clock.h"
#include "projections/live_views.h"
#include "projections/projector.h"
#include "projections/rebuild.h"
#include "projections/view_shelf.h"
#include "server/protocol/rebuild_frames.h"

namespace kontor::server {

class ViewRebuilder {
 public:
  /// All of it outlives the rebuilder.
  struct Services {
    log::EventLog& log;
    views::LiveViews& live;
    views::ViewShelf& shelf;
    views::Projector& projector;
    Clock& clock;
    std::span<const views::Projection* const> projections;
    std::function<void(std::string_view)> note;  // one line for each change of state
    std::function<void()> adopted;               // on the projector's thread: other views are live
  };
  using Done = std::function<void(Result<protocol::RebuildInfo>)>;

  /// Starts the thread, which does nothing until it is asked to.
  [[nodiscard]] static std::unique_ptr<ViewRebuilder> start(Services services);
  virtual ~ViewRebuilder() = default;

  /// Answers once what was asked for is done: for `Begin` when the work has begun, for `Adopt` when the new
  /// views are live. ViewsBusy when that does not fit where the rebuild stands, SessionEnded after `close`.
  /// `done` is called on the rebuilder's thread or this one.
  virtual void handle(protocol::RebuildRequest request, Done done) = 0;

  /// The log has more groups. Any thread; quick.
  virtual void durable() = 0;

  /// Gives up what is under way and stops the thread. Idempotent. Before the projector is closed.
  virtual void close() = 0;
};

}  // namespace kontor::server
