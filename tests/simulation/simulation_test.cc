// The gate: the real writer and the real log over a simulated disk, power cuts at any operation, and a model
// that judges every answer (docs/simulation.md). A finding prints the line that repeats it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulation/machine.h"

namespace kontor::simulation {
namespace {

constexpr const char* kSeedVariable = "KONTOR_SIMULATION_SEED";
constexpr const char* kSeedsVariable = "KONTOR_SIMULATION_SEEDS";
constexpr const char* kHomeVariable = "KONTOR_SIMULATION_HOME";  // "memory", or the disk

volatile std::sig_atomic_t running_low = 0, running_high = 0, running_in_memory = 0;

std::string how_to_repeat(std::uint64_t seed) {
  return fmt::format(
      "repeat with: {}{}={} build/dev/tests/test_simulation --gtest_also_run_disabled_tests "
      "--gtest_filter=*OneSeed",
      running_in_memory != 0 ? fmt::format("{}=memory ", kHomeVariable) : "", kSeedVariable, seed);
}

/// A broken invariant ends the process; its last words name the seed.
void on_abort(int) {
  const auto seed = static_cast<std::uint64_t>(static_cast<std::uint32_t>(running_high)) << 32 |
                    static_cast<std::uint32_t>(running_low);
  std::fprintf(stderr, "%s\n", how_to_repeat(seed).c_str());
}

RunResult run(std::uint64_t seed, const MakeHome& home, Sabotage sabotage = Sabotage::None,
              Length length = {}) {
  running_low = static_cast<std::sig_atomic_t>(seed);
  running_high = static_cast<std::sig_atomic_t>(seed >> 32);
  std::signal(SIGABRT, on_abort);
  return Machine(seed, length, home, sabotage).run();
}

void print(const char* title, const Counters& c, double seconds, std::uint64_t seeds) {
  fmt::print(
      "[ SIMULATED] {}: {} seeds, {} commands, {} receipts, {} refusals, {} retries, {} dry runs, {} events "
      "({} of timers), {} groups, {} lives, {} power cuts ({} during recovery), {} kills, groups in doubt: "
      "{} kept {} "
      "lost, {:.0f} commands/s\n",
      title, seeds, c.commands_asked, c.tally.receipts, c.tally.refusals, c.retries, c.tally.dry_runs,
      c.tally.events, c.tally.timer_events, c.groups, c.lives, c.cuts, c.cuts_in_recovery, c.kills,
      c.groups_in_doubt_kept, c.groups_in_doubt_lost, static_cast<double>(c.commands_asked) / seconds);
  std::fflush(stdout);
}

/// Runs seeds from `first` on until so much has been done.
struct Quota {
  std::uint64_t commands = 0;
  std::uint64_t cuts = 0;
};
enum class Where : std::uint8_t { Disk, DiskWithSnapshots, Memory };
Counters run_until(const char* title, std::uint64_t first, Quota quota, Where where) {
  running_in_memory = where == Where::Memory ? 1 : 0;
  const MakeHome home = where == Where::Memory ? memory_home
                        : where == Where::Disk ? disk_home
                                               : snapshot_home;
  Counters all;
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t seed = first;
  for (; all.commands_asked < quota.commands || all.cuts < quota.cuts; ++seed) {
    const auto one = run(seed, home);
    all.add(one.counters);
    EXPECT_EQ(one.finding, "") << how_to_repeat(seed);
    if (!one.finding.empty()) break;
  }
  print(title, all, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
        seed - first);
  return all;
}

// --- the gate: 4 x 130,000 commands and 4 x 520 power cuts, in parts that can run side by side ---

class PowerCuts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PowerCuts, LoseNothingThatWasPromised) {
  const Counters all = run_until("power cuts", GetParam() * 1'000'000 + 1, {130'000, 520}, Where::Disk);
  EXPECT_GT(all.cuts_in_recovery, 20u);
  EXPECT_GT(all.kills, 20u);
  EXPECT_GT(all.groups_in_doubt_kept, 20u);
  EXPECT_GT(all.groups_in_doubt_lost, 5u);
  EXPECT_GT(all.retries, all.commands_asked / 5);
  EXPECT_GT(all.tally.timer_events, 1'000u);
}

INSTANTIATE_TEST_SUITE_P(Part, PowerCuts, testing::Values(1u, 2u, 3u, 4u));

// Started again from a snapshot and the log's tail the process is the one that never crashed, and its clients
// notice nothing. Power cuts fall into the writing of snapshots, too, and take groups back that a snapshot
// has.
TEST(Simulation, AStartFromASnapshotIsLikeAnyOther) {
  const Counters all = run_until("snapshots", 9'000'001, {40'000, 160}, Where::DiskWithSnapshots);
  EXPECT_GT(all.quick_starts, all.lives / 4);
  EXPECT_GT(all.cuts_in_recovery, 10u);
}

// Without a disk the same machine is several times as fast: breadth for the model.
TEST(Simulation, ReachesEveryAnswerOfTheRules) {
  const Counters all = run_until("in memory", 1, {300'000, 0}, Where::Memory);
  for (const Reason code : {Reason::ForbiddenRole,
                            Reason::UnknownTenant,
                            Reason::VersionConflict,
                            Reason::CommandIdReused,
                            Reason::InvalidArgument,
                            Reason::NotFound,
                            Reason::EffectiveTimeInFuture,
                            Reason::DeadlineExceeded,
                            Reason::AmountOutOfRange,
                            Reason::TimelineBehind,
                            Reason::TimelineMode,
                            Reason::AlreadyExists,
                            Reason::CourseSeatsNotEnabled,
                            Reason::CourseSeatsRequireFlat,
                            Reason::SeatTypeNotAllowedInCourse,
                            Reason::SeatTypeRequired,
                            Reason::CourseSeatNotAllowedWithCampusSeat,
                            Reason::CourseCourseSeatLimitReached,
                            Reason::CourseCampusSeatLimitReached,
                            Reason::NoCampusSeatsLeft,
                            Reason::NoActiveBookingPeriod,
                            Reason::BookingPeriodOverlap,
                            Reason::RolloverExceedsContingent,
                            Reason::ContingentBelowUsage,
                            Reason::SeatNotTransferable,
                            Reason::CourseInactive,
                            Reason::CourseAlreadyActive,
                            Reason::CourseDatesInvalid,
                            Reason::AlreadyCourseMember,
                            Reason::NotCourseMember,
                            Reason::SettlementPending,
                            Reason::PriceTierMissing,
                            Reason::LineAlreadyBilled})
    EXPECT_TRUE(all.tally.by_reason.contains(code)) << reason_info(code).name << " was never the answer";
}

TEST(Simulation, TheSameSeedIsTheSameRun) {
  running_in_memory = 0;
  for (std::uint64_t seed = 77; seed < 87; ++seed) {
    const auto first = run(seed, disk_home), second = run(seed, disk_home);
    ASSERT_EQ(first.finding, "") << how_to_repeat(seed);
    EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
    EXPECT_EQ(first.counters.tally.events, second.counters.tally.events);
  }
}

std::optional<std::uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? std::nullopt : std::optional<std::uint64_t>(std::strtoull(text, nullptr, 10));
}

TEST(Simulation, DISABLED_OneSeed) {
  const auto seed = number_in(kSeedVariable);
  if (!seed) GTEST_SKIP() << "set " << kSeedVariable << " to run one seed";
  const char* home = std::getenv(kHomeVariable);
  const auto one =
      run(*seed, home != nullptr && std::string_view(home) == "memory" ? memory_home : disk_home);
  print("one seed", one.counters, 1, 1);
  EXPECT_EQ(one.finding, "");
}

TEST(Simulation, DISABLED_ManySeeds) {
  const auto count = number_in(kSeedsVariable);
  if (!count) GTEST_SKIP() << "set " << kSeedsVariable << " to run so many seeds";
  running_in_memory = 0;
  Counters all;
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t first = number_in(kSeedVariable).value_or(1);
  for (std::uint64_t seed = first; seed < first + *count; ++seed) {
    const auto one = run(seed, disk_home);
    all.add(one.counters);
    EXPECT_EQ(one.finding, "") << how_to_repeat(seed);
  }
  print("many seeds", all, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
        *count);
}

// --- planted faults: a simulation that does not find them proves nothing ---

struct Planted {
  std::string name;
  MakeHome home;
  Sabotage sabotage = Sabotage::None;
  std::uint64_t seeds_max = 50;
  std::string finding;  // contains this
};

class PlantedFault : public testing::TestWithParam<Planted> {};

TEST_P(PlantedFault, IsFound) {
  const Planted& planted = GetParam();
  for (std::uint64_t seed = 1; seed <= planted.seeds_max; ++seed) {
    const auto one = run(seed, planted.home, planted.sabotage);
    if (one.finding.empty()) continue;
    fmt::print("[ SIMULATED] {} found by seed {}: {}\n", planted.name, seed, one.finding);
    EXPECT_NE(one.finding.find(planted.finding), std::string::npos) << one.finding;
    return;
  }
  FAIL() << planted.name << " was not found in " << planted.seeds_max << " seeds";
}

INSTANTIATE_TEST_SUITE_P(
    Museum, PlantedFault,
    testing::Values(Planted{"NoSync", lying_disk_home, Sabotage::None, 50, ""},
                    Planted{"ReceiptBeforeSync", disk_home, Sabotage::ReceiptBeforeSync, 50, "receipt"},
                    Planted{"CommandIdsForgottenAtRestart", disk_home, Sabotage::ForgetCommandIds, 50, ""},
                    Planted{"OneSeatTooMany", memory_home, Sabotage::OneSeatTooMany, 100, ""}),
    [](const testing::TestParamInfo<Planted>& planted) { return planted.param.name; });

}  // namespace
}  // namespace kontor::simulation
