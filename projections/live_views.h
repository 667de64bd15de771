#pragma once
// The views that questions are asked of. They can be changed for others that were built anew beside them
// (docs/views.md, "Built anew"): a question that has begun ends on the views it began with.

#include <memory>
#include <mutex>
#include <utility>

#include "projections/view_store.h"

namespace kontor::views {

class LiveViews {
 public:
  explicit LiveViews(std::shared_ptr<const ViewStore> views) : views_(std::move(views)) {}

  /// Any thread. Who answers a question takes them once and asks nothing else until its end: they stay open
  /// for as long as they are held. Not to be held longer than a question takes.
  [[nodiscard]] std::shared_ptr<const ViewStore> current() const {
    const std::lock_guard lock(mutex_);
    return views_;
  }

  /// From now on these. Any thread; they must have every position that those before have.
  void adopt(std::shared_ptr<const ViewStore> views) {
    {
      const std::lock_guard lock(mutex_);
      views_.swap(views);
    }
    // Whoever was last with the old ones gives them back here, outside of the lock.
  }

 private:
  mutable std::mutex mutex_;  // guards views_
  std::shared_ptr<const ViewStore> views_;
};

}  // namespace kontor::views
