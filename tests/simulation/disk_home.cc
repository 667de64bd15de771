#include <algorithm>
#include <utility>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "engine/snapshots/snapshot_maker.h"
#include "tests/simulation/home.h"
#include "tests/support/simulated_machine.h"

namespace kontor::simulation {
namespace {

class DiskHome final : public Home {
 public:
  enum class Snapshots : std::uint8_t { None, NowAndThen };
  explicit DiskHome(std::uint64_t seed, Snapshots snapshots = Snapshots::None)
      : machine_(seed), snapshots_(snapshots) {}

  [[nodiscard]] Result<std::unique_ptr<log::EventLog>> open(
      const std::function<void(const log::Group&)>& on_group) override;

  void cut_power_at(std::uint64_t operation) override { machine_.disk().arm_power_cut(operation - 1); }
  void spare() override { machine_.disk().disarm_power_cut(); }
  [[nodiscard]] bool dark() const override { return !machine_.power_is_on(); }
  void kill() override {
    killed_ = true;
    machine_.disk().cut_power();
  }
  void restart() override {
    if (killed_) {
      machine_.disk().restart_process();
    } else if (dark()) {
      machine_.restore_power();
    }
    killed_ = false;
  }
  void work(log::EventLog& log) override;
  [[nodiscard]] std::optional<WriterState> start() override { return std::exchange(start_, std::nullopt); }
  [[nodiscard]] std::uint64_t trace() const override { return machine_.disk().trace_hash(); }

  [[nodiscard]] test::SimulatedMachine& machine() { return machine_; }

 private:
  [[nodiscard]] std::unique_ptr<snapshots::SnapshotShelf> shelf() {
    return std::make_unique<snapshots::SnapshotShelf>(machine_.env(), "/snapshots", [](std::string_view) {});
  }
  void make_snapshot(log::RocksDbLog& log);

  mutable test::SimulatedMachine machine_;
  const Snapshots snapshots_;
  std::optional<WriterState> start_;
  bool killed_ = false;
};

/// Closes in the way the simulated machine needs.
class LogOnDisk final : public log::EventLog {
 public:
  LogOnDisk(DiskHome& home, std::unique_ptr<log::RocksDbLog> log) : home_(home), log_(std::move(log)) {}
  ~LogOnDisk() override { home_.machine().close(log_); }

  [[nodiscard]] log::AppendOutcome append(const log::Group& group) override { return log_->append(group); }
  [[nodiscard]] Status scan(std::uint64_t first, const log::GroupVisitor& visit) override {
    return log_->scan(first, visit);
  }
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override {
    return log_->read(tenant, first, count_max);
  }
  Result<std::vector<log::SliceRange>> slices(std::uint64_t first, std::uint64_t events_min) override {
    return log_->slices(first, events_min);
  }
  const log::Trees& trees() const override { return log_->trees(); }
  [[nodiscard]] log::LogHead head() const override { return log_->head(); }
  void idle() override { log_->idle(); }

  [[nodiscard]] log::RocksDbLog& inner() { return *log_; }

 private:
  DiskHome& home_;
  std::unique_ptr<log::RocksDbLog> log_;
};

Result<std::unique_ptr<log::EventLog>> DiskHome::open(
    const std::function<void(const log::Group&)>& on_group) {
  log::RocksDbLogOptions options = machine_.log_options();
  const auto snapshots = shelf();
  if (snapshots_ == Snapshots::None)
    options.on_group = on_group;
  else
    options.starts = snapshots.get();
  auto opened = log::RocksDbLog::open(std::move(options));
  if (!opened) {
    machine_.run_background_jobs();
    return fail(opened.error());
  }
  if (snapshots_ != Snapshots::None) {
    start_ = (*opened)->unread() ? snapshots->take() : std::nullopt;
    // What the opening did not read is there, too.
    const Status scanned = (*opened)->scan(1, [&on_group](const log::Group& group) {
      on_group(group);
      return true;
    });
    if (!scanned) {
      machine_.close(*opened);
      return fail(scanned.error());
    }
  }
  return std::make_unique<LogOnDisk>(*this, *std::move(opened));
}

void DiskHome::work(log::EventLog& log) {
  if (snapshots_ != Snapshots::None && machine_.random().one_in(4))
    make_snapshot(static_cast<LogOnDisk&>(log).inner());
  // A second flush before the first is done would make the next append wait for work that nobody does.
  if (machine_.run_one_background_job() || !machine_.random().one_in(6)) return;
  // A flush that fails for want of power is told by the next append.
  static_cast<void>(static_cast<LogOnDisk&>(log).inner().flush(log::RocksDbLog::FlushWait::Start));
}

/// As of any group: also of one that HEAD does not know of yet, and that a power cut may take back. Without
/// power it fails, and leaves what it leaves.
void DiskHome::make_snapshot(log::RocksDbLog& log) {
  const std::uint64_t last = log.head().group;
  if (last == 0 || !machine_.power_is_on()) return;
  const std::uint64_t group = last - machine_.random().below(std::min<std::uint64_t>(last, 3));
  const auto snapshots = shelf();
  static_cast<void>(
      snapshots::make_snapshot(log, log.store_id(), *snapshots, group, snapshots::Base::Newest, [] {
        return false;
      }).has_value());
}

}  // namespace

std::unique_ptr<Home> snapshot_home(std::uint64_t seed) {
  return std::make_unique<DiskHome>(seed, DiskHome::Snapshots::NowAndThen);
}

std::unique_ptr<Home> disk_home(std::uint64_t seed) { return std::make_unique<DiskHome>(seed); }

std::unique_ptr<Home> lying_disk_home(std::uint64_t seed) {
  auto home = std::make_unique<DiskHome>(seed);
  home->machine().disk().plant_lying_sync(".log");
  return home;
}

}  // namespace kontor::simulation
