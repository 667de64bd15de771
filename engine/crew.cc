#include "engine/crew.h"

#include <algorithm>
#include <utility>

#include "events/core/assert.h"

namespace kontor {

class Crew::Job {
 public:
  Job(std::size_t pieces, Work work) : pieces_(pieces), work_(std::move(work)) {}

 private:
  friend class Crew;
  std::size_t pieces_;
  const Work work_;
  std::size_t begun_ = 0;
  std::size_t done_ = 0;
};

unsigned Crew::free_hands() {
  return std::min(std::max(std::thread::hardware_concurrency(), 1U) - 1, kHelpersMax);
}

Crew::~Crew() {
  const std::unique_lock lock(mutex_);
  jobs_.clear();
}

std::shared_ptr<Crew::Job> Crew::begin(std::size_t pieces, Work work) {
  auto job = std::make_shared<Job>(pieces, std::move(work));
  if (pieces == 0) return job;
  const std::unique_lock lock(mutex_);
  jobs_.push_back(job);
  // A single piece is done by the owner as fast as it is handed over.
  if (pieces == 1 && threads_.empty()) return job;
  while (threads_.size() < helpers_)
    threads_.emplace_back([this](const std::stop_token& stop) { help(stop); });
  work_.notify_all();
  return job;
}

void Crew::finish(Job& job) {
  std::unique_lock lock(mutex_);
  while (job.begun_ < job.pieces_) do_piece(job, lock);
  // While a helper is at its last piece, the next job is begun.
  while (job.done_ < job.pieces_) {
    if (const auto next = first_waiting())
      do_piece(*next, lock);
    else
      done_.wait(lock);
  }
}

void Crew::drop(Job& job) {
  std::unique_lock lock(mutex_);
  job.pieces_ = job.begun_;
  std::erase_if(jobs_, [&job](const auto& one) { return one.get() == &job; });
  done_.wait(lock, [&job] { return job.done_ == job.begun_; });
}

void Crew::help(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (work_.wait(lock, stop, [this] { return !jobs_.empty(); })) {
    const std::shared_ptr<Job> job = first_waiting();
    do_piece(*job, lock);
  }
}

std::shared_ptr<Crew::Job> Crew::first_waiting() { return jobs_.empty() ? nullptr : jobs_.front(); }

void Crew::do_piece(Job& job, std::unique_lock<std::mutex>& lock) {
  KONTOR_ASSERT(job.begun_ < job.pieces_);
  const std::size_t piece = job.begun_++;
  if (job.begun_ == job.pieces_) std::erase_if(jobs_, [&job](const auto& one) { return one.get() == &job; });
  lock.unlock();
  job.work_(piece);
  lock.lock();
  if (++job.done_ == job.begun_) done_.notify_all();
}

}  // namespace kontor
