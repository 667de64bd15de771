#include "projections/projector.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace kontor::views {
namespace {

std::size_t events_of(const log::Group& group) {
  std::size_t events = 0;
  for (const log::TenantSlice& slice : group.slices) events += slice.count;
  return events;
}

class ThreadedProjector final : public Projector {
 public:
  ThreadedProjector(Runner& runner, ProjectorLimits limits, std::function<void()> advanced,
                    std::function<void(const Error&)> failed)
      : runner_(runner),
        limits_(limits),
        advanced_(std::move(advanced)),
        failed_callback_(std::move(failed)),
        applied_at_start_(runner.checkpoint().group) {
    thread_ = std::thread([this] { run(); });
  }
  ~ThreadedProjector() override { close(); }

  void observe(const std::shared_ptr<const log::Group>& group) override {
    if (group->number <= applied_at_start_) return;
    const std::size_t events = events_of(*group);
    std::unique_lock lock(mutex_);
    // A group larger than the limit is taken when nothing else waits.
    changed_.wait(lock, [&] {
      return stopped_ || queued_events_ == 0 || queued_events_ + events <= limits_.queued_events_max;
    });
    if (stopped_) return;
    queued_events_ += events;
    queue_.push_back(group);
    changed_.notify_all();
  }

  void close() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    while (const std::shared_ptr<const log::Group> first = next(Wait::Yes)) {
      if (const Status applied = apply_all(first); !applied) {
        stop();
        if (failed_callback_) failed_callback_(applied.error());
        return;
      }
      if (advanced_) advanced_();
    }
    stop();
  }

  // What has queued up is written at once: one write for many groups costs little more than one for one.
  Status apply_all(std::shared_ptr<const log::Group> group) {
    for (; group; group = runner_.full() ? nullptr : next(Wait::No)) {
      if (Status added = runner_.add(*group); !added) return added;
    }
    return runner_.flush();
  }

  enum class Wait : std::uint8_t { No, Yes };
  std::shared_ptr<const log::Group> next(Wait wait) {
    std::unique_lock lock(mutex_);
    if (wait == Wait::Yes) changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return nullptr;
    std::shared_ptr<const log::Group> group = std::move(queue_.front());
    queue_.pop_front();
    queued_events_ -= events_of(*group);
    changed_.notify_all();
    return group;
  }

  // Nobody waits for a projector that has stopped: commands go on without views.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    queue_.clear();
    changed_.notify_all();
  }

  Runner& runner_;
  const ProjectorLimits limits_;
  const std::function<void()> advanced_;
  const std::function<void(const Error&)> failed_callback_;
  const std::uint64_t applied_at_start_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const log::Group>> queue_;
  std::size_t queued_events_ = 0;  // in the queue
  bool closing_ = false;
  bool stopped_ = false;

  std::thread thread_;
};

}  // namespace

std::unique_ptr<Projector> Projector::start(Runner& runner, ProjectorLimits limits,
                                            std::function<void()> advanced,
                                            std::function<void(const Error&)> failed) {
  return std::make_unique<ThreadedProjector>(runner, limits, std::move(advanced), std::move(failed));
}

}  // namespace kontor::views
