#pragma once
// Helping hands: threads that do pieces of work which do not depend on one another, beside the one that has
// the work, and then, in the order in which it was begun, what comes of the pieces. Who does which piece is
// left to chance; what comes of it is not. Where there is one processor there are no helpers, and the same
// work is done by one.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor {

/// One thread, the owner, calls everything. Helpers are started with the first work that there is to share.
class Crew {
 public:
  static constexpr unsigned kHelpersMax = 3;
  /// As many as there are processors beside the owner's.
  [[nodiscard]] static unsigned free_hands();

  explicit Crew(unsigned helpers = free_hands()) : helpers_(helpers) {}
  /// Waits for what is being done; what nobody has begun is left.
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Does one piece, by its number. May be called for several pieces at once, and must not throw.
  using Work = std::function<void(std::size_t piece)>;
  /// Called once when all pieces are done. All that are given to a crew are called one at a time and in the
  /// order in which they were given, each seeing what those before it have done; by any of its threads.
  using Then = std::function<void()>;
  class Job;
  /// Pieces 0, 1, … each done once. What `work` and `then` refer to must live until `finish` or `drop`, or as
  /// long as the crew.
  [[nodiscard]] std::shared_ptr<Job> begin(std::size_t pieces, Work work, Then then = {});
  /// Works along until all of the job is done; then sees what was done.
  void finish(Job& job);
  /// Whether all of it is done, and seen.
  [[nodiscard]] bool is_over(const Job& job);
  /// Works along for a piece, if one waits.
  void work_along();
  /// Waits for what is being done of it; nothing else of it will be.
  void drop(Job& job);

 private:
  using Lock = std::unique_lock<std::mutex>;
  void help(const std::stop_token& stop);
  /// Whether something could be begun now.
  [[nodiscard]] bool has_work() const;
  /// Requires that it could.
  void do_some(Lock& lock);
  void do_piece(Lock& lock);
  void do_then(Lock& lock);
  void end(Job& job, Lock& lock);

  const unsigned helpers_;
  std::mutex mutex_;  // guards the jobs and what is in them
  std::condition_variable_any work_;
  std::condition_variable done_;
  std::deque<std::shared_ptr<Job>> waiting_;   // with pieces nobody has begun, oldest first
  std::deque<std::shared_ptr<Job>> in_order_;  // whose `then` is not over, oldest first
  bool in_then_ = false;                       // of the first of them
  std::vector<std::jthread> threads_;          // last: they end before the rest goes
};

}  // namespace kontor
