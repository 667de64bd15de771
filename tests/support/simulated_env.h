#pragma once
// Time and background work of a simulated machine. Nothing happens by itself: the clock moves when somebody
// sleeps or the test says so, jobs of the storage library run when the test says so, on the test's own
// thread.

#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>

#include "tests/support/simulated_file_system.h"

namespace kontor::test {

/// Begins at 2027-01-01T00:00:00Z. Any thread.
class SimulatedClock final : public rocksdb::SystemClock {
 public:
  static const char* kClassName() { return "SimulatedClock"; }
  const char* Name() const override { return kClassName(); }

  void advance(std::uint64_t microseconds) { now_ += microseconds; }

  std::uint64_t NowMicros() override { return now_; }
  void SleepForMicroseconds(int microseconds) override { now_ += static_cast<std::uint64_t>(microseconds); }
  rocksdb::Status GetCurrentTime(std::int64_t* seconds) override;
  std::string TimeToString(std::uint64_t seconds) override { return std::to_string(seconds); }

 private:
  std::atomic<std::uint64_t> now_{1'798'761'600'000'000ULL};
};

class SimulatedEnv final : public rocksdb::EnvWrapper {
 public:
  SimulatedEnv(std::shared_ptr<SimulatedFileSystem> file_system, std::shared_ptr<SimulatedClock> clock);

  [[nodiscard]] std::size_t waiting_jobs() const { return jobs_.size(); }
  /// Runs the job that waits longest. False when none waits.
  bool run_one_job();
  /// Runs jobs until none waits, also those that jobs ask for. Do this before closing a log: closing waits
  /// for work that nobody else would do.
  void run_all_jobs();

  void Schedule(void (*function)(void* argument), void* argument, Priority priority, void* tag,
                void (*unschedule)(void* argument)) override;
  int UnSchedule(void* tag, Priority priority) override;
  void StartThread(void (*function)(void* argument), void* argument) override;
  void WaitForJoin() override {}
  unsigned int GetThreadPoolQueueLen(Priority priority) const override;
  void SetBackgroundThreads(int, Priority) override {}
  int GetBackgroundThreads(Priority) override { return 1; }
  void IncBackgroundThreadsIfNeeded(int, Priority) override {}
  std::string GenerateUniqueId() override;
  std::uint64_t NowMicros() override { return system_clock_->NowMicros(); }
  std::uint64_t NowNanos() override { return system_clock_->NowNanos(); }
  void SleepForMicroseconds(int microseconds) override { system_clock_->SleepForMicroseconds(microseconds); }
  rocksdb::Status GetCurrentTime(std::int64_t* seconds) override {
    return system_clock_->GetCurrentTime(seconds);
  }

 private:
  struct Job {
    void (*function)(void*);
    void* argument;
    Priority priority;
    void* tag;
    void (*unschedule)(void*);
  };

  std::deque<Job> jobs_;
  std::uint64_t unique_ids_ = 0;
};

}  // namespace kontor::test
