#include "tests/support/simulated_machine.h"

#include "events/core/assert.h"

// The storage library leaks the new memtable when the power goes while it starts a write-ahead log. Asked for
// by the leak sanitizer by this name, and by nobody else.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:rocksdb::DBImpl::SwitchMemtable\n"; }

namespace kontor::test {

SimulatedMachine::SimulatedMachine(std::uint64_t seed)
    : random_(seed), directory_loss_(random_.one_in(2) ? DirectoryLoss::Tail : DirectoryLoss::AnySubset) {}

log::RocksDbLogOptions SimulatedMachine::log_options() {
  return {.path = "/store",
          .second_head_directory = {},
          .head_execution = log::HeadExecution::Inline,
          .env = &env_,
          .database = {.write_buffer_bytes = std::size_t{64} << 20,
                       .compression = log::Compression::None,
                       .background_jobs = log::BackgroundJobs::One}};
}

void SimulatedMachine::start_flush(log::RocksDbLog& log) {
  if (env_.waiting_jobs() != 0) return;
  // Without power it fails, and the next append tells.
  static_cast<void>(log.flush(log::RocksDbLog::FlushWait::Start).has_value());
}

void SimulatedMachine::close(std::unique_ptr<log::RocksDbLog>& log) {
  env_.run_all_jobs();
  log.reset();
  env_.run_all_jobs();
}

void SimulatedMachine::restore_power() {
  KONTOR_ASSERT(env_.waiting_jobs() == 0);
  file_system_->restore_power(random_, directory_loss_);
}

}  // namespace kontor::test
