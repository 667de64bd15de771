#pragma once
// Helping hands: threads that do pieces of work which do not depend on one another, beside the one that has
// the work. Who does which piece is left to chance; what comes of it is not, because results are taken in
// order by the one that has the work (engine/ahead.h). Where there is one processor there are no helpers, and
// the same work is done by one.

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
  /// Waits for pieces that are being done; those that nobody has begun are left.
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Does one piece, by its number. May be called for several pieces at once, and must not throw.
  using Work = std::function<void(std::size_t piece)>;
  class Job;
  /// Pieces 0, 1, … each done once. What `work` refers to must live until `finish`, or as long as the crew.
  [[nodiscard]] std::shared_ptr<Job> begin(std::size_t pieces, Work work);
  /// Works along until all of the job is done; then sees what was done.
  void finish(Job& job);
  /// Waits for pieces that are being done; no other will be.
  void drop(Job& job);

 private:
  void help(const std::stop_token& stop);
  /// The first piece nobody has begun, of the first job that has one; null: there is none.
  [[nodiscard]] std::shared_ptr<Job> first_waiting();
  void do_piece(Job& job, std::unique_lock<std::mutex>& lock);

  const unsigned helpers_;
  std::mutex mutex_;  // guards the jobs and what is in them
  std::condition_variable_any work_;
  std::condition_variable done_;
  std::deque<std::shared_ptr<Job>> jobs_;  // with pieces nobody has begun, oldest first
  std::vector<std::jthread> threads_;      // last: they end before the rest goes
};

}  // namespace kontor
