#include "tests/support/simulated_env.h"

#include <fmt/format.h>

#include <utility>

namespace kontor::test {

rocksdb::Status SimulatedClock::GetCurrentTime(std::int64_t* seconds) {
  *seconds = static_cast<std::int64_t>(now_ / 1'000'000);
  return rocksdb::Status::OK();
}

SimulatedEnv::SimulatedEnv(std::shared_ptr<SimulatedFileSystem> file_system,
                           std::shared_ptr<SimulatedClock> clock)
    : EnvWrapper(rocksdb::NewCompositeEnv(file_system)) {
  file_system_ = std::move(file_system);
  system_clock_ = std::move(clock);
}

bool SimulatedEnv::run_one_job() {
  if (jobs_.empty()) return false;
  const Job job = jobs_.front();
  jobs_.pop_front();
  job.function(job.argument);
  return true;
}

void SimulatedEnv::run_all_jobs() {
  while (run_one_job()) {
  }
}

void SimulatedEnv::Schedule(void (*function)(void*), void* argument, Priority priority, void* tag,
                            void (*unschedule)(void*)) {
  jobs_.push_back({function, argument, priority, tag, unschedule});
}

int SimulatedEnv::UnSchedule(void* tag, Priority priority) {
  int removed = 0;
  for (auto job = jobs_.begin(); job != jobs_.end();) {
    if (job->tag != tag || job->priority != priority) {
      ++job;
      continue;
    }
    const Job gone = *job;
    job = jobs_.erase(job);
    if (gone.unschedule != nullptr) gone.unschedule(gone.argument);
    ++removed;
  }
  return removed;
}

void SimulatedEnv::StartThread(void (*function)(void*), void* argument) {
  jobs_.push_back({function, argument, Priority::LOW, nullptr, nullptr});
}

unsigned int SimulatedEnv::GetThreadPoolQueueLen(Priority) const {
  return static_cast<unsigned int>(jobs_.size());
}

std::string SimulatedEnv::GenerateUniqueId() { return fmt::format("simulated-{:026}", ++unique_ids_); }

}  // namespace kontor::test
