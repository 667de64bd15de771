#include "server/view_rebuilder.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/thread_name.h"

namespace kontor::server {
namespace {

using protocol::RebuildInfo;
using protocol::RebuildRequest;
using views::Rebuild;
using views::RebuildReport;
using views::RebuildState;

// New views that wait to be adopted follow the log so often, however many groups it gets.
constexpr std::chrono::milliseconds kFollowEvery{20};
// Beside somebody who wants the same processor this is about a quarter of it.
constexpr int kNiceness = 5;

/// This thread alone: on Linux niceness belongs to threads. Where it cannot be set nothing but speed is lost.
void give_way() { static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNiceness)); }

wire::RebuildState wire_state(RebuildState state) {
  switch (state) {
    case RebuildState::None: return wire::RebuildState::NONE;
    case RebuildState::Running: return wire::RebuildState::RUNNING;
    case RebuildState::Level: return wire::RebuildState::LEVEL;
    case RebuildState::Failed: return wire::RebuildState::FAILED;
    case RebuildState::Adopted: return wire::RebuildState::ADOPTED;
  }
  return wire::RebuildState::NONE;
}

RebuildInfo info_of(const RebuildReport& report) {
  return {.state = wire_state(report.state),
          .group = report.group,
          .of_group = report.of_group,
          .events = report.events,
          .of_events = report.of_events,
          .compared_group = report.compared_group,
          .entries_compared = report.entries_compared,
          .entries_differing = report.entries_differing,
          .first_difference = report.first_difference,
          .tenant = report.tenant,
          .position = report.position,
          .failure = report.failure,
          .started_at = report.started_at,
          .ended_at = report.ended_at};
}

std::string found_text(const RebuildReport& report) {
  if (report.entries_differing == 0)
    return fmt::format("{} entries compared with the live ones at group {}, all equal",
                       report.entries_compared, report.compared_group);
  return fmt::format("{} entries compared with the live ones at group {}, {} differ; the first: {}",
                     report.entries_compared, report.compared_group, report.entries_differing,
                     report.first_difference);
}

/// The line for the log when the state has become another one.
std::string state_line(const RebuildReport& report) {
  switch (report.state) {
    case RebuildState::None: return "the views that were built anew are discarded";
    case RebuildState::Running:
      return fmt::format("views are being built anew from {} events in {} groups", report.of_events,
                         report.of_group);
    case RebuildState::Level: return "views were built anew: " + found_text(report);
    case RebuildState::Failed: return "views could not be built anew: " + report.failure;
    case RebuildState::Adopted:
      return fmt::format("views that were built anew are live from group {} on", report.group);
  }
  return {};
}

class ThreadedRebuilder final : public ViewRebuilder {
 public:
  explicit ThreadedRebuilder(Services services)
      : services_(std::move(services)),
        rebuild_({.log = services_.log,
                  .live = services_.live,
                  .shelf = services_.shelf,
                  .projections = services_.projections,
                  .watch = [this](const RebuildReport& report) { return watch(report); }}) {
    services_.shelf.when_given_up([this] { change([this] { given_up_ = true; }); });
    thread_ = std::thread([this] {
      name_this_thread("rebuilder");
      run();
    });
  }
  ~ThreadedRebuilder() override { close(); }

  void handle(RebuildRequest request, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      if (!closing_ && request != RebuildRequest::Status) {
        requests_.push_back({request, std::move(done)});
        changed_.notify_all();
        return;
      }
    }
    // The answer to `Status` does not wait for the step under way.
    done(request == RebuildRequest::Status ? Result<RebuildInfo>(published()) : ended());
  }

  void durable() override {
    if (!wants_groups_.load(std::memory_order_relaxed)) return;
    change([this] { moved_ = true; });
  }

  void close() override {
    change([this] { closing_ = true; });
    if (!thread_.joinable()) return;
    thread_.join();
    services_.shelf.when_given_up({});
  }

 private:
  struct Asked {
    RebuildRequest request;
    Done done;
  };

  static Result<RebuildInfo> ended() { return fail(Reason::SessionEnded, "the server is stopping"); }

  template <class Work>
  void change(const Work& work) {
    {
      const std::lock_guard lock(mutex_);
      work();
    }
    changed_.notify_all();
  }

  RebuildInfo published() const {
    const std::lock_guard lock(mutex_);
    RebuildInfo info = info_of(published_);
    if (published_.state != RebuildState::Running && published_.state != RebuildState::Level) return info;
    const log::LogHead head = services_.log.head();
    info.of_group = head.group;
    info.of_events = head.events;
    return info;
  }

  void publish(const RebuildReport& report) {
    bool news = false;
    {
      const std::lock_guard lock(mutex_);
      news = std::exchange(published_, report).state != report.state;
    }
    wants_groups_.store(report.state == RebuildState::Running || report.state == RebuildState::Level,
                        std::memory_order_relaxed);
    if (news && services_.note) services_.note(state_line(report));
  }

  views::Scan watch(const RebuildReport& report) {
    publish(report);
    const std::lock_guard lock(mutex_);
    return closing_ ? views::Scan::Stop : views::Scan::Continue;
  }

  void run() {
    give_way();
    Rebuild::Left left = Rebuild::Left::Nothing;
    std::unique_lock lock(mutex_);
    while (!closing_) {
      if (!requests_.empty()) {
        Asked asked = std::move(requests_.front());
        requests_.pop_front();
        lock.unlock();
        serve(asked);
        left = Rebuild::Left::Work;
        lock.lock();
      } else if (std::exchange(given_up_, false)) {
        lock.unlock();
        services_.shelf.clear_away();
        lock.lock();
      } else if (left == Rebuild::Left::Work) {
        left = work(lock);
      } else {
        left = wait(lock, left);
      }
    }
    std::deque<Asked> unanswered = std::exchange(requests_, {});
    lock.unlock();
    for (Asked& asked : unanswered) asked.done(ended());
    static_cast<void>(rebuild_.discard());  // what is adopted stays
  }

  // A step, and while commands are being written a rest as long as the step: the log's disk, the caches and
  // the processors are theirs first.
  Rebuild::Left work(std::unique_lock<std::mutex>& lock) {
    moved_ = false;
    lock.unlock();
    const auto begun = std::chrono::steady_clock::now();
    const Rebuild::Left left = rebuild_.step(services_.clock.now());
    publish(rebuild_.report());
    const auto took = std::chrono::steady_clock::now() - begun;
    lock.lock();
    if (moved_) changed_.wait_for(lock, took, [this] { return closing_ || !requests_.empty(); });
    return left;
  }

  Rebuild::Left wait(std::unique_lock<std::mutex>& lock, Rebuild::Left left) {
    const auto called = [this] { return closing_ || given_up_ || !requests_.empty(); };
    if (left == Rebuild::Left::Nothing) {
      changed_.wait(lock, called);
      return left;
    }
    changed_.wait_for(lock, kFollowEvery, called);
    if (!called()) changed_.wait(lock, [&] { return called() || moved_; });
    return moved_ ? Rebuild::Left::Work : left;
  }

  void serve(Asked& asked) {
    const Status served = act(asked.request);
    publish(rebuild_.report());
    if (served)
      asked.done(published());
    else
      asked.done(fail(served.error()));
  }

  Status act(RebuildRequest request) {
    switch (request) {
      case RebuildRequest::Status: return {};
      case RebuildRequest::Begin: return rebuild_.begin(services_.clock.now());
      case RebuildRequest::Discard: return rebuild_.discard();
      case RebuildRequest::Adopt: return adopt();
    }
    return {};
  }

  // The switch itself is made by the projector, between two writes: so nobody writes the old views meanwhile,
  // and the new ones miss no group.
  Status adopt() {
    if (Status prepared = rebuild_.prepare_adoption(); !prepared) return prepared;
    Status adopted;
    const Status replaced = services_.projector.replace([&]() -> std::shared_ptr<views::Runner> {
      auto runner = rebuild_.adopt(services_.clock.now());
      if (!runner) {
        adopted = fail(runner.error());
        return nullptr;
      }
      if (services_.adopted) services_.adopted();
      return *std::move(runner);
    });
    return replaced ? adopted : replaced;
  }

  const Services services_;
  Rebuild rebuild_;  // the rebuilder's thread; the projector's while it adopts

  mutable std::mutex mutex_;  // guards everything below but the last two
  std::condition_variable changed_;
  std::deque<Asked> requests_;
  RebuildReport published_;
  bool moved_ = false;     // groups have become durable since the last step
  bool given_up_ = false;  // there is something to clear away
  bool closing_ = false;

  std::atomic<bool> wants_groups_ = false;  // spares the committer the lock while nothing is being built
  std::thread thread_;
};

}  // namespace

std::unique_ptr<ViewRebuilder> ViewRebuilder::start(Services services) {
  return std::make_unique<ThreadedRebuilder>(std::move(services));
}

}  // namespace kontor::server
