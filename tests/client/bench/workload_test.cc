#include "client/bench/workload.h"

#include <gtest/gtest.h>

#include <set>

namespace kontor::bench {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
const std::vector<Mix> kMixes{Mix::All, Mix::Credits, Mix::Seats, Mix::Access, Mix::Invitations};

TEST(BenchWorkload, ConsistsOfCommandsThereAre) {
  for (const Mix mix : kMixes) {
    for (const Step& step : recipe(mix, Refusals::Some))
      EXPECT_EQ(FrameTemplate::command({step.json, 0}).commands(), 1u) << step.json;
    for (const OpeningStep& step : opening(mix, {.entities = 3, .memberships = 7}, kNow))
      EXPECT_EQ(FrameTemplate::command({step.json, 0}).commands(), 1u) << step.json;
  }
}

TEST(BenchWorkload, TakesPartInAllThreeDomains) {
  std::set<Reason> meant;
  for (const Step& step : recipe(Mix::All, Refusals::Some))
    if (step.refused) meant.insert(*step.refused);
  EXPECT_EQ(meant, (std::set{Reason::NoSeatsLeft, Reason::CourseCourseSeatLimitReached,
                             Reason::InsufficientCredit}));
}

TEST(BenchWorkload, LeavesRefusalsOutWhereOneWouldSpoilAll) {
  for (const Mix mix : kMixes)
    for (const Step& step : recipe(mix, Refusals::None)) EXPECT_FALSE(step.refused) << step.json;
}

TEST(BenchWorkload, FillsABatchWithWholeCycles) {
  const auto steps = recipe(Mix::All, Refusals::Some);
  for (const std::size_t commands : {std::size_t{1}, steps.size(), steps.size() * 3, std::size_t{1'000}}) {
    const BatchPlan plan = plan_batch(steps, commands);
    ASSERT_EQ(plan.commands.size(), commands);
    std::size_t at = 0;
    for (std::uint64_t cycle = 0; cycle < commands / steps.size(); ++cycle)
      for (const Step& step : steps) {
        EXPECT_EQ(plan.commands[at].json, step.json);
        EXPECT_EQ(plan.commands[at++].cycle, cycle);
      }
    // What fills it up uses no cycle twice, and the next batch none of this one's.
    std::uint64_t cycle = commands / steps.size();
    for (; at < commands; ++at) EXPECT_EQ(plan.commands[at].cycle, cycle++);
    EXPECT_EQ(plan.cycles, cycle);
  }
}

TEST(BenchWorkload, HasSeatsForALongRunHoweverFewTheGroups) {
  for (const std::uint32_t groups : {1u, 7u, 1'000u}) {
    std::uint64_t orders = 0;
    for (const OpeningStep& step : opening(Mix::Access, {.entities = groups}, kNow)) {
      const bool group = step.json.find("\"PlaceAccessOrder\"") != std::string::npos && step.times == groups;
      if (group || step.json.find("\"ExpandGroup\"") != std::string::npos) orders += step.times;
    }
    EXPECT_GE(orders * 100'000, 4'000'000u) << groups;
  }
}

TEST(BenchWorkload, HasAsManyMembersAsWereAskedFor) {
  for (const Mix mix : kMixes) {
    std::uint64_t members = 0;
    for (const OpeningStep& step : opening(mix, {.entities = 3, .memberships = 10'001}, kNow))
      if (step.json.find("o-{N0}") != std::string::npos) members += step.times;
    EXPECT_EQ(members, has_members(mix) ? 10'001U : 0U) << name_of(mix);
  }
}

/// Which group a member gets is chosen by chance, so there must be room to spare.
TEST(BenchWorkload, SellsMoreSeatsThanThereAreMembers) {
  for (const std::uint32_t memberships : {0u, 1'000u, 9'900'000u, 10'000'000u})
    for (const std::uint32_t groups : {1u, 3u, 100u, 1'000u}) {
      std::uint64_t seats = 0;
      for (const OpeningStep& step :
           opening(Mix::Access, {.entities = groups, .memberships = memberships}, kNow))
        if (step.json.find(R"("quantity":100000)") != std::string::npos) seats += 100'000 * step.times;
      EXPECT_GE(seats, 5'000'000u + memberships) << memberships << " in " << groups;
    }
}

}  // namespace
}  // namespace kontor::bench
