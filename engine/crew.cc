#include "engine/crew.h"

#include <algorithm>
#include <utility>

#include "engine/thread_name.h"
#include "events/core/assert.h"

namespace kontor {

class Crew::Job {
 public:
  Job(std::size_t pieces, Work work, Then then)
      : pieces_(pieces), work_(std::move(work)), then_(std::move(then)) {}

 private:
  friend class Crew;
  [[nodiscard]] bool prepared() const { return done_ == pieces_; }

  std::size_t pieces_;
  std::size_t begun_ = 0;
  std::size_t done_ = 0;
  bool over_ = false;
  // Until it is over.
  Work work_;
  Then then_;
};

unsigned Crew::free_hands() {
  return std::min(std::max(std::thread::hardware_concurrency(), 1U) - 1, kHelpersMax);
}

Crew::~Crew() {
  Lock lock(mutex_);
  waiting_.clear();
  while (in_then_) done_.wait(lock);
  in_order_.clear();
}

std::shared_ptr<Crew::Job> Crew::begin(std::size_t pieces, Work work, Then then) {
  auto job = std::make_shared<Job>(pieces, std::move(work), std::move(then));
  Lock lock(mutex_);
  if (pieces != 0) waiting_.push_back(job);
  if (job->then_) in_order_.push_back(job);
  if (pieces == 0 && !job->then_) end(*job, lock);
  // A single piece is done by the owner as fast as it is handed over.
  if (pieces <= 1 && waiting_.size() <= 1 && threads_.empty()) return job;
  while (threads_.size() < helpers_)
    threads_.emplace_back([this](const std::stop_token& stop) {
      name_this_thread("crew");
      help(stop);
    });
  work_.notify_all();
  return job;
}

void Crew::finish(Job& job) {
  Lock lock(mutex_);
  while (!job.over_) {
    if (has_work())
      do_some(lock);
    else
      done_.wait(lock);
  }
}

bool Crew::is_over(const Job& job) {
  const Lock lock(mutex_);
  return job.over_;
}

void Crew::work_along() {
  Lock lock(mutex_);
  if (has_work()) do_some(lock);
}

void Crew::drop(Job& job) {
  Lock lock(mutex_);
  const auto is_it = [&job](const auto& one) { return one.get() == &job; };
  const auto in_its_then = [&] { return in_then_ && is_it(in_order_.front()); };
  job.pieces_ = job.begun_;
  std::erase_if(waiting_, is_it);
  if (!in_its_then()) std::erase_if(in_order_, is_it);
  while (job.done_ != job.begun_ || in_its_then()) done_.wait(lock);
}

void Crew::help(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (work_.wait(lock, stop, [this] { return has_work(); })) do_some(lock);
}

bool Crew::has_work() const {
  return !waiting_.empty() || (!in_order_.empty() && !in_then_ && in_order_.front()->prepared());
}

void Crew::do_some(Lock& lock) {
  // What must be done in order is what others may come to wait for.
  if (!in_order_.empty() && !in_then_ && in_order_.front()->prepared())
    do_then(lock);
  else
    do_piece(lock);
}

void Crew::do_piece(Lock& lock) {
  const std::shared_ptr<Job> job = waiting_.front();
  const std::size_t piece = job->begun_++;
  if (job->begun_ == job->pieces_) waiting_.pop_front();
  lock.unlock();
  job->work_(piece);
  lock.lock();
  ++job->done_;
  if (job->prepared() && !job->then_) return end(*job, lock);
  if (job->prepared()) work_.notify_one();
  if (job->done_ == job->begun_) done_.notify_all();
}

void Crew::do_then(Lock& lock) {
  const std::shared_ptr<Job> job = in_order_.front();
  in_then_ = true;
  lock.unlock();
  job->then_();
  lock.lock();
  in_then_ = false;
  in_order_.pop_front();
  end(*job, lock);
}

void Crew::end(Job& job, Lock& lock) {
  job.over_ = true;
  Work work = std::move(job.work_);
  Then then = std::move(job.then_);
  done_.notify_all();
  lock.unlock();
  work = nullptr;  // what it holds may be large
  then = nullptr;
  lock.lock();
}

}  // namespace kontor
