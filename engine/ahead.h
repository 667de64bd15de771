#pragma once
// Work in two steps: batches are prepared by whoever has time, the next ones while one is being taken, and
// taken one after the other in the order in which they came. So what is taken, and in which order, does not
// depend on how many threads there are or which was faster.

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "engine/crew.h"

namespace kontor {

/// `Batch` has `std::size_t pieces() const`, `void prepare(std::size_t piece)`, which may be called for
/// several pieces at once and touches nothing but its piece, and `void clear()`. One thread calls it.
template <class Batch>
class Ahead {
 public:
  static constexpr std::size_t kBatchesMax = 4;  // that are not over

  /// Gets each batch when all of it is prepared, in order and one at a time, on any thread of the crew;
  /// false: no more are wanted.
  using Take = std::function<bool(Batch&)>;
  Ahead(Crew& crew, Take take) : crew_(crew), take_(std::move(take)) {}
  /// Batches that were not taken are dropped.
  ~Ahead() {
    for (auto waiting = waiting_.rbegin(); waiting != waiting_.rend(); ++waiting) crew_.drop(*waiting->job);
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// One that was taken and cleared, so that what it holds need not be made again; null: there is none.
  [[nodiscard]] std::unique_ptr<Batch> spare() { return std::move(spare_); }
  /// Whether more are wanted, as far as is known. Of batches behind the last one that is wanted nothing
  /// comes.
  bool put(std::unique_ptr<Batch> batch) {
    if (ended_) return false;
    while (waiting_.size() >= kBatchesMax) finish_first();
    Batch& one = *batch;
    auto job = crew_.begin(
        one.pieces(), [&one](std::size_t piece) { one.prepare(piece); },
        [this, &one] {
          if (!ended_ && !take_(one)) ended_ = true;
        });
    waiting_.push_back({std::move(batch), std::move(job)});
    return !ended_;
  }
  /// All that is wanted of what was put is taken.
  void finish() {
    while (!waiting_.empty()) finish_first();
  }

 private:
  struct Waiting {
    std::unique_ptr<Batch> batch;
    std::shared_ptr<Crew::Job> job;
  };

  void finish_first() {
    crew_.finish(*waiting_.front().job);
    spare_ = std::move(waiting_.front().batch);
    spare_->clear();
    waiting_.pop_front();
  }

  Crew& crew_;
  const Take take_;
  std::deque<Waiting> waiting_;
  std::unique_ptr<Batch> spare_;
  std::atomic<bool> ended_ = false;
};

}  // namespace kontor
