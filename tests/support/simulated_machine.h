#pragma once
// One simulated computer with a store on it: disk, clock, background work, and all randomness from one seed.
//
//   SimulatedMachine machine(seed);
//   machine.arm_power_cut_within(200);                  // somewhere in the next 200 changes of the disk
//   auto log = RocksDbLog::open(machine.log_options());   // may be cut already here: then it is an error
//   ... append, machine.run_background_jobs(), ...          // Unknown once the power is gone
//   machine.close(log);
//   machine.restore_power();                            // what a power cut leaves; open again
//
// Everything on one thread. Between two opens of the same store it must be closed by `close`.

#include <memory>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "tests/support/simulated_env.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/simulated_random.h"

namespace kontor::test {

class SimulatedMachine {
 public:
  explicit SimulatedMachine(std::uint64_t seed);

  [[nodiscard]] SimulatedRandom& random() { return random_; }
  [[nodiscard]] SimulatedFileSystem& disk() { return *file_system_; }
  [[nodiscard]] SimulatedClock& clock() { return *clock_; }
  [[nodiscard]] rocksdb::Env* env() { return &env_; }

  /// Settings under which a run depends on nothing but the seed: HEAD written inline, one background job at a
  /// time, no compression, buffers so large that nothing is flushed unless `RocksDbLog::flush` is called.
  [[nodiscard]] log::RocksDbLogOptions log_options();

  /// Cuts the power at one of the next `changes` changes of the disk.
  void arm_power_cut_within(std::uint64_t changes) { file_system_->arm_power_cut(random_.below(changes)); }
  [[nodiscard]] bool power_is_on() const { return file_system_->power_is_on(); }
  void run_background_jobs() { env_.run_all_jobs(); }
  bool run_one_background_job() { return env_.run_one_job(); }
  /// Asks for a flush, which becomes background jobs. Does nothing while jobs wait: with too many buffers
  /// unflushed the library blocks the next write until a background thread has flushed one, and there is
  /// none.
  void start_flush(log::RocksDbLog& log);
  /// Finishes background work and destroys the log, with or without power.
  void close(std::unique_ptr<log::RocksDbLog>& log);
  /// Before: no log is open. The disk is left as a power cut may leave it, and can be used again.
  void restore_power();

 private:
  SimulatedRandom random_;
  DirectoryLoss directory_loss_;  // drawn once: a property of the machine's disk
  std::shared_ptr<SimulatedFileSystem> file_system_ = std::make_shared<SimulatedFileSystem>();
  std::shared_ptr<SimulatedClock> clock_ = std::make_shared<SimulatedClock>();
  SimulatedEnv env_{file_system_, clock_};
};

}  // namespace kontor::test
