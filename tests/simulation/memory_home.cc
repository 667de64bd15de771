#include <vector>

#include "engine/log/memory/memory_log.h"
#include "events/core/assert.h"
#include "tests/simulation/home.h"

namespace kontor::simulation {
namespace {

class MemoryHome final : public Home {
 public:
  explicit MemoryHome(std::uint64_t seed) : dice_(seed) {}

  [[nodiscard]] Result<std::unique_ptr<log::EventLog>> open(
      const std::function<void(const log::Group&)>& on_group) override;

  void cut_power_at(std::uint64_t operation) override { left_ = operation; }
  void spare() override { left_ = 0; }
  [[nodiscard]] bool dark() const override { return dark_; }
  void kill() override {}
  void restart() override { dark_ = false; }
  void work(log::EventLog&) override {}
  [[nodiscard]] std::uint64_t trace() const override { return operations_; }

  [[nodiscard]] log::AppendOutcome append(log::MemoryLog& log, const log::Group& group) {
    const bool cut = strike();
    if (dark_ && !(cut && dice_.percent(50))) return log::AppendOutcome::Unknown;
    groups_.push_back(group);
    if (dark_) return log::AppendOutcome::Unknown;
    return log.append(group);
  }

 private:
  /// True when the power is cut at this very operation.
  bool strike() {
    ++operations_;
    if (dark_ || left_ == 0 || --left_ != 0) return false;
    dark_ = true;
    return true;
  }

  Dice dice_;
  std::vector<log::Group> groups_;
  std::uint64_t left_ = 0;
  std::uint64_t operations_ = 0;
  bool dark_ = false;
};

class LogAtHome final : public log::EventLog {
 public:
  explicit LogAtHome(MemoryHome& home) : home_(home) {}

  [[nodiscard]] log::AppendOutcome append(const log::Group& group) override {
    return home_.append(log_, group);
  }
  [[nodiscard]] Status scan(std::uint64_t first, const log::GroupVisitor& visit) override {
    return log_.scan(first, visit);
  }
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override {
    return log_.read(tenant, first, count_max);
  }
  Result<std::vector<log::SliceRange>> slices(std::uint64_t first, std::uint64_t events_min) override {
    return log_.slices(first, events_min);
  }
  const log::Trees& trees() const override { return log_.trees(); }
  [[nodiscard]] log::LogHead head() const override { return log_.head(); }
  void idle() override {}

  log::MemoryLog& inner() { return log_; }

 private:
  MemoryHome& home_;
  log::MemoryLog log_;
};

Result<std::unique_ptr<log::EventLog>> MemoryHome::open(
    const std::function<void(const log::Group&)>& on_group) {
  if (strike()) return fail(Reason::StoreDamaged, "the power was cut");
  auto log = std::make_unique<LogAtHome>(*this);
  for (const log::Group& group : groups_) {
    const auto kept = log->inner().append(group);
    KONTOR_ASSERT(kept == log::AppendOutcome::Appended);
    on_group(group);
  }
  return log;
}

}  // namespace

std::unique_ptr<Home> memory_home(std::uint64_t seed) { return std::make_unique<MemoryHome>(seed); }

}  // namespace kontor::simulation
