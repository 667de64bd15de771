#include "projections/projector.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/thread_name.h"
#include "engine/thread_turn.h"
#include "projections/polite_turn.h"

namespace kontor::views {
namespace {

constexpr std::size_t kFewEvents = 16;

PoliteTurn::Time now() {
  return std::chrono::duration_cast<PoliteTurn::Time>(std::chrono::steady_clock::now().time_since_epoch());
}

class ThreadedProjector final : public Projector {
 public:
  ThreadedProjector(std::shared_ptr<Runner> runner, ProjectorLimits limits, std::function<void()> advanced,
                    std::function<void(const Error&)> failed)
      : runner_(std::move(runner)),
        limits_(limits),
        worth_a_step_(std::min(limits.worth_a_step, limits.queued_events_max)),
        advanced_(std::move(advanced)),
        failed_callback_(std::move(failed)),
        applied_at_start_(runner_->checkpoint().group) {
    thread_ = std::thread([this] {
      name_this_thread("projector");
      {
        const std::lock_guard lock(mutex_);
        thread_turn_.emplace();
      }
      run();
    });
  }
  ~ThreadedProjector() override { close(); }

  void observe(const std::shared_ptr<const log::Group>& group) override {
    if (group->number <= applied_at_start_) return;
    const std::size_t events = log::events_in(*group);
    std::unique_lock lock(mutex_);
    // A group larger than the limit is taken when nothing else waits.
    changed_.wait(lock, [&] {
      return passes_over_ || queued_events_ == 0 || queued_events_ + events <= limits_.queued_events_max;
    });
    if (passes_over_) return;
    queued_events_ += events;
    queue_.push_back(group);
    polite_.handed_over(now(), following());
    // One who rests wakes up by itself.
    if (!resting_ || worth_a_step()) to_projector_.notify_one();
  }

  void hurry() override {
    {
      const std::lock_guard lock(mutex_);
      hurried_ = true;
      polite_.hurry();
      if (!resting_) return;
    }
    to_projector_.notify_one();
  }

  Status replace(const Replacement& replacement) override {
    Request request{replacement, false};
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || request_ == nullptr; });
    if (!ended_) {
      request_ = &request;
      to_projector_.notify_one();
      changed_.wait(lock, [&] { return ended_ || request.done; });
    }
    if (!request.done) return fail(Reason::OutOfOrder, "the views are kept no more");
    return {};
  }

  void close() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    to_projector_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Request {
    const Replacement& replacement;
    bool done = false;
  };

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      to_projector_.wait(lock, [this] { return closing_ || request_ != nullptr || !queue_.empty(); });
      rest(lock);
      if (request_ != nullptr) {
        serve(lock);
      } else if (const std::shared_ptr<const log::Group> first = begin_step()) {
        lock.unlock();
        apply(first);
        lock.lock();
        polite_.step_ended(now(), queue_.size());
      } else {
        break;  // closing, and everything is applied
      }
    }
    ended_ = true;
    pass_over();
  }

  void rest(std::unique_lock<std::mutex>& lock) {
    resting_ = true;
    to_projector_.wait_for(lock, limits_.rest,
                           [this] { return closing_ || request_ != nullptr || hurried_ || worth_a_step(); });
    resting_ = false;
  }
  // The mutex is held.
  std::shared_ptr<const log::Group> begin_step() {
    const bool hurried = std::exchange(hurried_, false);
    if (!queue_.empty()) polite_.step_begins(now(), hurried ? Following::Behind : following());
    return next();
  }
  [[nodiscard]] Following following() const {
    return worth_a_step() ? Following::Behind : Following::Closely;
  }
  [[nodiscard]] bool worth_a_step() const { return queued_events_ >= worth_a_step_; }

  void serve(std::unique_lock<std::mutex>& lock) {
    Request& request = *request_;
    // From here on groups queue up: what the new runner has read already it passes over itself.
    const bool passed_over = std::exchange(passes_over_, false);
    lock.unlock();
    std::shared_ptr<Runner> other = request.replacement();
    const bool replaced = other != nullptr;
    if (replaced) runner_.swap(other);
    other.reset();  // may close a store
    if (replaced && advanced_) advanced_();
    lock.lock();
    if (!replaced && passed_over) pass_over();
    request_ = nullptr;
    request.done = true;
    changed_.notify_all();
  }

  void apply(const std::shared_ptr<const log::Group>& first) {
    if (const Status applied = apply_all(first); !applied) {
      {
        const std::lock_guard lock(mutex_);
        pass_over();
      }
      if (failed_callback_) failed_callback_(applied.error());
      return;
    }
    if (advanced_) advanced_();
  }

  // What has queued up is written at once: one write for many groups costs little more than one for one.
  // While one batch is written the next one is taken in.
  Status apply_all(std::shared_ptr<const log::Group> group) {
    for (; group; group = next_unless_asked()) {
      if (Status added = runner_->add(group); !added) return added;
      // Somebody waits for each such group to become durable, perhaps for this processor.
      if (log::events_in(*group) <= kFewEvents) std::this_thread::yield();
      if (!runner_->full()) continue;
      if (Status handed = runner_->hand_over(); !handed) return handed;
      if (advanced_) advanced_();  // to the batch before
    }
    return runner_->flush();
  }

  std::shared_ptr<const log::Group> next_unless_asked() {
    const std::lock_guard lock(mutex_);
    return request_ == nullptr ? next() : nullptr;
  }
  // The mutex is held.
  std::shared_ptr<const log::Group> next() {
    if (queue_.empty()) return nullptr;
    std::shared_ptr<const log::Group> group = std::move(queue_.front());
    queue_.pop_front();
    queued_events_ -= log::events_in(*group);
    changed_.notify_all();
    return group;
  }

  // Nobody waits for a projector that has failed or ended: commands go on without views. The mutex is held.
  void pass_over() {
    passes_over_ = true;
    queue_.clear();
    queued_events_ = 0;
    changed_.notify_all();
  }

  std::shared_ptr<Runner> runner_;  // the projector's thread
  const ProjectorLimits limits_;
  const std::size_t worth_a_step_;
  const std::function<void()> advanced_;
  const std::function<void(const Error&)> failed_callback_;
  const std::uint64_t applied_at_start_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable to_projector_;
  std::condition_variable changed_;  // for everybody else
  std::deque<std::shared_ptr<const log::Group>> queue_;
  std::size_t queued_events_ = 0;  // in the queue
  Request* request_ = nullptr;     // of somebody who waits in `replace`
  bool resting_ = false;
  bool hurried_ = false;
  bool closing_ = false;
  bool passes_over_ = false;  // groups are not taken
  bool ended_ = false;
  std::optional<ThreadTurn> thread_turn_;  // once the thread runs
  PoliteTurn polite_{[this](Turn turn) {
    if (thread_turn_ && !ended_) thread_turn_->ask_for(turn);
  }};

  std::thread thread_;
};

}  // namespace

std::unique_ptr<Projector> Projector::start(std::shared_ptr<Runner> runner, ProjectorLimits limits,
                                            std::function<void()> advanced,
                                            std::function<void(const Error&)> failed) {
  return std::make_unique<ThreadedProjector>(std::move(runner), limits, std::move(advanced),
                                             std::move(failed));
}

}  // namespace kontor::views
