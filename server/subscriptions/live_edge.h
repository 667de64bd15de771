#pragma once
// How far each tenant's durable events reach: told by the committer's thread, looked at by the sessions'.
// Nobody is handed the events themselves. Who follows a tenant reads the log, whether what it reads is a year
// old or a millisecond, so that history and present need not meet anywhere.

#include <functional>
#include <map>
#include <mutex>

#include "engine/log/event_log.h"

namespace kontor::server {

class LiveEdge {
 public:
  using Heads = std::map<TenantId, Position>;

  /// From now on `wake` is called when heads have moved since the last `take_moved`; from any thread, once
  /// for any number of groups, and not before somebody has asked for a head. With nothing it is called no
  /// more.
  void wake_with(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }

  /// A tenant whose events up to `last` were durable before the first group that `durable` is told of.
  void begin(const TenantId& tenant, Position last) {
    const std::lock_guard lock(mutex_);
    heads_[tenant] = last;
  }

  /// A GroupObserver: these events are durable. Any thread, in order of groups.
  void durable(const log::Group& group) {
    const std::lock_guard lock(mutex_);
    const bool was_empty = moved_.empty();
    for (const log::TenantSlice& slice : group.slices) {
      const Position last = heads_[slice.tenant] = slice.first + slice.count - 1;
      if (followed_) moved_[slice.tenant] = last;
    }
    if (was_empty && !moved_.empty() && wake_) wake_();
  }

  /// Last durable position; 0 for an unknown tenant. Who follows a tenant asks for it first: what becomes
  /// durable afterwards moves. Any thread.
  [[nodiscard]] Position head(const TenantId& tenant) {
    const std::lock_guard lock(mutex_);
    followed_ = true;
    const auto found = heads_.find(tenant);
    return found == heads_.end() ? 0 : found->second;
  }

  /// The heads that have moved since the last call.
  [[nodiscard]] Heads take_moved() {
    const std::lock_guard lock(mutex_);
    return std::exchange(moved_, {});
  }

 private:
  std::mutex mutex_;  // guards everything below
  std::function<void()> wake_;
  Heads heads_;
  Heads moved_;
  bool followed_ = false;  // most servers are never asked: nobody is woken for nothing
};

}  // namespace kontor::server
