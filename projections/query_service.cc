#include "projections/query_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/thread_name.h"

namespace kontor::views {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// A question on its way to its answer.
struct Waiting {
  TenantId tenant;
  capnp::MallocMessageBuilder query;
  SteadyTime until;
  QueryService::Done done;
  std::function<void()> ready;  // instead of an answer; empty: it is answered
  Position needs = 0;           // the views must have this position
  bool ticking = false;         // the writer has been asked to fire what is due
  bool taken = false;           // somebody is answering it, or has
};
using Job = std::shared_ptr<Waiting>;  // shared with the tick's completion, which may come after the expiry

wire::Query::Reader query_of(const Job& job) { return job->query.getRoot<wire::Query>().asReader(); }

bool goes_by_time(wire::Query::Reader query) { return query.getAsOf().isTime() || query.getKnownTime() != 0; }

// A question that waits no longer, and why it has no answer if it has none.
struct Taken {
  Job job;
  std::optional<AnswerOutcome> no;
};

rules::Refusal too_late(const Waiting& job, Position head) {
  if (job.ticking)
    return {Reason::DeadlineExceeded,
            "what is due by the asked time has not been recorded in time",
            {rules::fact("head", head)},
            {}};
  return {Reason::DeadlineExceeded,
          fmt::format("the views have not reached position {} in time", job.needs),
          {rules::fact("head", head), rules::fact("asked", job.needs)},
          {}};
}

class ThreadedQueryService final : public QueryService {
 public:
  ThreadedQueryService(const LiveViews& views, TickSource tick, QueryLimits limits,
                       const keys::KeyStore* secrets, NowSource now, std::function<void()> hurry)
      : views_(views),
        secrets_(secrets),
        tick_(std::move(tick)),
        now_(std::move(now)),
        hurry_(std::move(hurry)),
        limits_(limits),
        thread_([this] {
          name_this_thread("answers");
          run();
        }) {}
  ~ThreadedQueryService() override { close(); }

  void ask(const TenantId& tenant, wire::Query::Reader query, std::chrono::milliseconds patience,
           Done done) override {
    take_on(new_job(tenant, query, patience, std::move(done)), query);
  }

  void wait(const TenantId& tenant, wire::Query::Reader query, std::chrono::milliseconds patience,
            std::function<void(std::optional<AnswerOutcome> no)> done) override {
    const Job job = new_job(tenant, query, patience, [done](AnswerOutcome no) { done(std::move(no)); });
    job->ready = [done = std::move(done)] { done(std::nullopt); };
    take_on(job, query);
  }

  void advanced() override {
    {
      const std::lock_guard lock(mutex_);
      ++changes_;
      if (jobs_.empty()) return;  // nobody waits
    }
    changed_.notify_all();
  }

  void views_failed(Error error) override {
    change([&] { failure_ = std::move(error); });
  }
  void views_recovered() override {
    change([this] { failure_.reset(); });
  }

  void close() override {
    change([&] { closing_ = true; });
    if (thread_.joinable()) thread_.join();
  }

 private:
  template <class Work>
  void change(const Work& work) {
    {
      const std::lock_guard lock(mutex_);
      work();
      ++changes_;
    }
    changed_.notify_all();
  }

  static Job new_job(const TenantId& tenant, wire::Query::Reader query, std::chrono::milliseconds patience,
                     Done done) {
    auto job = std::make_shared<Waiting>();
    job->tenant = tenant;
    job->query.setRoot(query);
    job->until = std::chrono::steady_clock::now() + patience;
    job->needs = query.getWaitPosition();
    job->done = std::move(done);
    return job;
  }

  void take_on(const Job& job, wire::Query::Reader query) {
    if (std::optional<Error> refused = admit(job)) return job->done(*std::move(refused));
    if (goes_by_time(query)) settle(job, query);
  }

  std::optional<Error> admit(const Job& job) {
    const std::lock_guard lock(mutex_);
    if (closing_) return Error{Reason::SessionEnded, "the server is shutting down"};
    if (failure_) return failure_;
    if (jobs_.size() >= limits_.waiting_max)
      return Error{Reason::Overloaded,
                   fmt::format("{} questions are waiting, at most {}", jobs_.size(), limits_.waiting_max)};
    jobs_.push_back(job);
    // From the first moment: the answering thread must not answer before the timers have fired.
    job->ticking = goes_by_time(query_of(job));
    ++changes_;
    changed_.notify_all();
    return std::nullopt;
  }

  // Timers are facts: what is due by the asked moment must have happened before the question can be answered,
  // and what was recorded by the time that says what is known must be in the views.
  void settle(const Job& job, wire::Query::Reader query) {
    const Result<TenantMark> mark = views_.current()->tenant(job->tenant);
    Instant at{query.getAsOf().isTime() ? query.getAsOf().getTime() : 0};
    const Instant known{query.getKnownTime()};
    // What cannot be read, or is no time: the answering says so.
    if (!mark || !at.valid() || !known.valid()) return ticked(job, Position{0});
    // Beyond the asked moment already: nothing is due.
    if (mark->effective_at > at) at = {};
    if (at.ns == 0 && known.ns == 0) return ticked(job, Position{0});
    Tick tick{job->tenant, at,
              [this, job](std::variant<Position, rules::Refusal> outcome) {
                if (auto* refusal = std::get_if<rules::Refusal>(&outcome))
                  return refuse(job, std::move(*refusal));
                ticked(job, std::get<Position>(outcome));
              },
              known};
    if (const Status accepted = tick_(std::move(tick)); !accepted) refuse(job, accepted.error());
  }

  void ticked(const Job& job, Position position) {
    change([&] {
      job->needs = std::max(job->needs, position);
      job->ticking = false;
    });
  }

  void refuse(const Job& job, AnswerOutcome outcome) {
    {
      const std::lock_guard lock(mutex_);
      if (job->taken) return;
      job->taken = true;
      jobs_.remove(job);
    }
    job->done(std::move(outcome));
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      const std::uint64_t seen = changes_;
      std::vector<Taken> taken = take();
      if (!taken.empty()) {
        lock.unlock();
        for (Taken& one : taken) finish(one);
        lock.lock();
        continue;
      }
      if (closing_) return;
      if (!jobs_.empty() && hurry_) {
        lock.unlock();
        hurry_();
        lock.lock();
      }
      const auto changed = [&] { return changes_ != seen; };
      if (const std::optional<SteadyTime> until = first_expiry()) {
        changed_.wait_until(lock, *until, changed);
      } else {
        changed_.wait(lock, changed);
      }
    }
  }

  // Takes out what can be answered or can wait no longer. The mutex is held.
  std::vector<Taken> take() {
    std::vector<Taken> taken;
    std::map<TenantId, Position> heads;
    const SteadyTime now = std::chrono::steady_clock::now();
    for (auto at = jobs_.begin(); at != jobs_.end();) {
      const Job job = *at;
      std::optional<Taken> one = judge(job, head_of(job->tenant, heads), now);
      if (!one) {
        ++at;
        continue;
      }
      job->taken = true;
      taken.push_back(*std::move(one));
      at = jobs_.erase(at);
    }
    return taken;
  }

  // How far a tenant's views are; read once a pass, since many questions may wait for the same tenant.
  Position head_of(const TenantId& tenant, std::map<TenantId, Position>& heads) const {
    const auto known = heads.find(tenant);
    if (known != heads.end()) return known->second;
    const Result<TenantMark> mark = views_.current()->tenant(tenant);
    // What cannot be read is reported by the answer, for which nothing needs to be waited for.
    return heads.emplace(tenant, mark ? mark->position : std::numeric_limits<Position>::max()).first->second;
  }

  std::optional<Taken> judge(const Job& job, Position head, SteadyTime now) const {
    if (failure_) return Taken{job, AnswerOutcome(*failure_)};
    if (!job->ticking && head >= job->needs) return Taken{job, std::nullopt};
    if (closing_)
      return Taken{job, AnswerOutcome(Error{Reason::SessionEnded, "the server is shutting down"})};
    if (now >= job->until) return Taken{job, AnswerOutcome(too_late(*job, head))};
    return std::nullopt;
  }

  void finish(Taken& one) const {
    if (one.no) return one.job->done(*std::move(one.no));
    if (one.job->ready) return one.job->ready();
    const auto now = now_ ? std::optional(now_()) : std::nullopt;
    const std::shared_ptr<const ViewStore> views = views_.current();  // to the end of this question
    one.job->done(answer(*views, one.job->tenant, query_of(one.job), secrets_, now));
  }

  [[nodiscard]] std::optional<SteadyTime> first_expiry() const {
    std::optional<SteadyTime> first;
    for (const Job& job : jobs_)
      if (!first || job->until < *first) first = job->until;
    return first;
  }

  const LiveViews& views_;
  const keys::KeyStore* const secrets_;
  const TickSource tick_;
  const NowSource now_;
  const std::function<void()> hurry_;
  const QueryLimits limits_;

  std::mutex mutex_;  // guards everything below, and the jobs' progress
  std::condition_variable changed_;
  std::list<Job> jobs_;        // in order of asking
  std::uint64_t changes_ = 0;  // counts what could make a question ready
  std::optional<Error> failure_;
  bool closing_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<QueryService> QueryService::start(const LiveViews& views, TickSource tick, QueryLimits limits,
                                                  const keys::KeyStore* secrets, NowSource now,
                                                  std::function<void()> hurry) {
  return std::make_unique<ThreadedQueryService>(views, std::move(tick), limits, secrets, std::move(now),
                                                std::move(hurry));
}

}  // namespace kontor::views
