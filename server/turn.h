#pragma once
// Whose turn it is to touch the sessions and their sockets: one thread at a time. It is the door's thread's
// nearly always, and for a moment that of a thread which brings the only answer that anybody waits for.

#include <condition_variable>
#include <mutex>
#include <utility>

namespace kontor::server {

/// Any thread; not the one that has it.
class Turn {
 public:
  /// Waits for it.
  void begin() {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [this] { return !taken_; });
    taken_ = true;
  }
  /// False at once when somebody has it, be it this thread.
  [[nodiscard]] bool begin_if_free() {
    const std::lock_guard lock(mutex_);
    return !std::exchange(taken_, true);
  }
  void end() {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    free_.notify_one();
  }

 private:
  std::mutex mutex_;  // guards the flag, not the turn
  std::condition_variable free_;
  bool taken_ = false;
};

/// What the handler does, in a turn of its own.
template <class Handler>
[[nodiscard]] auto in_turn(Turn& turn, Handler handler) {
  return [&turn, handler = std::move(handler)](auto&&... what) mutable {
    turn.begin();
    handler(std::forward<decltype(what)>(what)...);
    turn.end();
  };
}

}  // namespace kontor::server
