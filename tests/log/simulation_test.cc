// INV-17 under power cuts: every acknowledged group is there after every recovery, and no store is refused.

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/support/sample_groups.h"
#include "tests/support/simulated_machine.h"

namespace kontor::test {
namespace {

using log::AppendOutcome;
using log::RocksDbLog;

struct Counters {
  std::uint64_t power_cuts = 0;
  std::uint64_t openings = 0;
  std::uint64_t cut_openings = 0;  // the power went during the opening
  std::uint64_t torn_tails = 0;    // cut off by an opening
  std::uint64_t refusals = 0;
  std::uint64_t groups = 0;
  std::uint64_t losses = 0;
};

/// The life of one store through many power cuts.
class Life {
 public:
  explicit Life(std::uint64_t seed) : machine_(seed) {}

  SimulatedMachine& machine() { return machine_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  void live(std::uint64_t lives) {
    for (std::uint64_t i = 0; i < lives; ++i) {
      machine_.arm_power_cut_within(machine_.random().one_in(3) ? 60 : 400);
      std::unique_ptr<RocksDbLog> log = open();
      if (log) work(*log);
      machine_.close(log);
      if (!machine_.power_is_on()) ++counters_.power_cuts;
      machine_.restore_power();
    }
    machine_.disk().disarm_power_cut();
    std::unique_ptr<RocksDbLog> log = open();
    machine_.close(log);
  }

 private:
  std::unique_ptr<RocksDbLog> open() {
    ++counters_.openings;
    std::vector<log::Group> found;
    log::RocksDbLogOptions options = machine_.log_options();
    options.on_group = [&](const log::Group& group) { found.push_back(group); };
    options.database.note = [&](std::string_view note) {
      if (note.starts_with("cut ")) ++counters_.torn_tails;
    };
    auto opened = RocksDbLog::open(options);
    if (!opened) {
      if (machine_.power_is_on()) {
        ++counters_.refusals;
        ADD_FAILURE() << opened.error().message;
      } else {
        ++counters_.cut_openings;
      }
      return nullptr;
    }
    compare(found);
    return std::move(*opened);
  }

  /// What was acknowledged is there; the group whose outcome was unknown is there or not; nothing else is.
  void compare(const std::vector<log::Group>& found) {
    const bool has_maybe = maybe_ && found.size() == acknowledged_.size() + 1;
    if (has_maybe) acknowledged_.push_back(*maybe_);
    maybe_.reset();
    if (found == acknowledged_) return;
    ++counters_.losses;
    acknowledged_ = found;
  }

  void work(RocksDbLog& log) {
    SampleGroups samples;
    for (const log::Group& group : acknowledged_) samples.adopt(group);
    while (machine_.power_is_on() && acknowledged_.size() < 4000) {
      switch (machine_.random().below(12)) {
        case 0: machine_.start_flush(log); break;
        case 1: machine_.run_background_jobs(); break;
        case 2: machine_.run_one_background_job(); break;
        case 3: log.idle(); break;
        default: append(log, samples);
      }
    }
  }

  void append(RocksDbLog& log, SampleGroups& samples) {
    std::vector<Share> shares;
    for (const char* tenant : {"a", "b", "c"})
      if (machine_.random().one_in(2))
        shares.push_back({tenant, static_cast<std::uint32_t>(machine_.random().between(1, 40))});
    if (shares.empty()) return;
    const log::Group group = samples.next(shares);
    const AppendOutcome outcome = log.append(group);
    if (outcome == AppendOutcome::Appended) {
      acknowledged_.push_back(group);
      ++counters_.groups;
    } else {
      EXPECT_EQ(outcome, AppendOutcome::Unknown);
      if (!maybe_) maybe_ = group;
    }
  }

  SimulatedMachine machine_;
  std::vector<log::Group> acknowledged_;
  std::optional<log::Group> maybe_;
  Counters counters_;
};

TEST(LogSimulation, TheSameSeedIsTheSameRun) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Life first(seed);
    Life second(seed);
    first.live(6);
    second.live(6);
    EXPECT_EQ(first.machine().disk().trace_hash(), second.machine().disk().trace_hash());
    EXPECT_EQ(first.machine().disk().changes(), second.machine().disk().changes());
  }
}

TEST(LogSimulation, PowerCutsLoseNothingAndNothingIsRefused) {
  Counters total;
  const char* seeds = std::getenv("KONTOR_SIMULATION_SEEDS");  // more of them for a long run
  const std::uint64_t last_seed = seeds == nullptr ? 60 : std::strtoull(seeds, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= last_seed; ++seed) {
    Life life(seed);
    life.live(8);
    total.power_cuts += life.counters().power_cuts;
    total.openings += life.counters().openings;
    total.cut_openings += life.counters().cut_openings;
    total.torn_tails += life.counters().torn_tails;
    total.refusals += life.counters().refusals;
    total.groups += life.counters().groups;
    total.losses += life.counters().losses;
    ASSERT_EQ(life.counters().losses, 0U) << "seed " << seed;
    ASSERT_EQ(life.counters().refusals, 0U) << "seed " << seed;
  }
  EXPECT_GT(total.cut_openings, 0U);
  EXPECT_GT(total.torn_tails, 0U);
  std::printf(
      "power cuts %lu, openings %lu of which cut %lu, torn tails %lu, refusals %lu, groups %lu, losses %lu\n",
      total.power_cuts, total.openings, total.cut_openings, total.torn_tails, total.refusals, total.groups,
      total.losses);
}

// A simulator that cannot find a planted fault proves nothing.
TEST(LogSimulation, AFileSystemThatLiesAboutSyncsIsFoundOut) {
  std::uint64_t noticed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    testing::TestPartResultArray failures;
    const testing::ScopedFakeTestPartResultReporter hide(&failures);
    Life life(seed);
    life.machine().disk().plant_lying_sync(".log");
    life.live(4);
    noticed += life.counters().losses + life.counters().refusals;
  }
  EXPECT_GT(noticed, 0U);
}

}  // namespace
}  // namespace kontor::test
