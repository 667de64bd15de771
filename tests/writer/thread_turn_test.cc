#include "engine/thread_turn.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <optional>
#include <thread>

namespace kontor::test {
namespace {

/// What the kernel calls the runtime of the calling thread, which is its turn; nothing before Linux 6.12.
std::uint64_t turn_ns() {
  std::array<std::uint64_t, 6> attributes{};
  EXPECT_EQ(syscall(SYS_sched_getattr, 0, attributes.data(), sizeof(attributes), 0), 0);
  return attributes[3];
}

TEST(ThreadTurn, IsAskedForAndTakenBack) {
  std::thread([] {
    const std::uint64_t before = turn_ns();
    const int nice_before = getpriority(PRIO_PROCESS, 0);
    const ThreadTurn turn;
    turn.ask_for(Turn::OthersFirst);
    const std::uint64_t patient = turn_ns();
    EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER | SCHED_RESET_ON_FORK);
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), nice_before);
    if (before != 0) {
      EXPECT_GT(patient, before);
    }
    std::thread([before] { EXPECT_EQ(turn_ns(), before) << "it is not handed down"; }).join();
    turn.ask_for(Turn::Usual);
    EXPECT_EQ(turn_ns(), before);
    turn.ask_for(Turn::OthersFirst);
    EXPECT_EQ(turn_ns(), patient) << "and asked for again";
  }).join();
}

TEST(ThreadTurn, AnotherThreadMayAsk) {
  std::optional<ThreadTurn> turn;
  const std::uint64_t mine = turn_ns();
  std::thread([&] {
    turn.emplace();
    std::thread([&] { turn->ask_for(Turn::OthersFirst); }).join();
    const std::uint64_t patient = turn_ns();
    std::thread([&] { turn->ask_for(Turn::Usual); }).join();
    if (mine != 0) {
      EXPECT_GT(patient, turn_ns());
    }
  }).join();
  EXPECT_EQ(turn_ns(), mine) << "nobody else's is touched";
  turn->ask_for(Turn::OthersFirst);  // of a thread that is gone: nothing happens
  EXPECT_EQ(turn_ns(), mine);
}

}  // namespace
}  // namespace kontor::test
