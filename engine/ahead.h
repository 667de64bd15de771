#pragma once
// Work in two steps: batches are prepared by whoever has time, the next ones while one is being taken, and
// taken by one thread in the order in which they came. So what is taken, and in which order, does not depend
// on how many threads there are or which was faster.

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "engine/crew.h"

namespace kontor {

/// `Batch` has `std::size_t pieces() const` and `void prepare(std::size_t piece)`, which may be called for
/// several pieces at once and touches nothing but its piece. One thread.
template <class Batch>
class Ahead {
 public:
  static constexpr std::size_t kBatches = 3;  // that wait, beside the one that is taken

  /// Gets each batch when all of it is prepared, in order; false: no more are wanted.
  using Take = std::function<bool(Batch&)>;
  Ahead(Crew& crew, Take take) : crew_(crew), take_(std::move(take)) {}
  /// Batches that were not taken are dropped.
  ~Ahead() {
    for (Waiting& waiting : waiting_) crew_.drop(*waiting.job);
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// Whether more are wanted; a batch that was put behind that is dropped.
  bool put(std::unique_ptr<Batch> batch) {
    if (ended_) return false;
    Batch& one = *batch;
    auto job = crew_.begin(one.pieces(), [&one](std::size_t piece) { one.prepare(piece); });
    waiting_.push_back({std::move(batch), std::move(job)});
    if (waiting_.size() > kBatches) take_first();
    return !ended_;
  }
  /// Takes what waits. Whether all of it was wanted.
  bool finish() {
    while (!waiting_.empty() && !ended_) take_first();
    return !ended_;
  }

 private:
  struct Waiting {
    std::unique_ptr<Batch> batch;
    std::shared_ptr<Crew::Job> job;
  };

  void take_first() {
    const Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    crew_.finish(*first.job);
    ended_ = !take_(*first.batch);
  }

  Crew& crew_;
  const Take take_;
  std::deque<Waiting> waiting_;
  bool ended_ = false;
};

}  // namespace kontor
