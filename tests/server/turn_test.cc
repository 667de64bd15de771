// Whose turn it is.

#include "server/turn.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace kontor::server {
namespace {

TEST(Turn, IsNotGivenTwice) {
  Turn turn;
  ASSERT_TRUE(turn.begin_if_free());
  EXPECT_FALSE(turn.begin_if_free());  // nor to the one that has it
  turn.end();
  EXPECT_TRUE(turn.begin_if_free());
}

TEST(Turn, AHandlerHasOneOfItsOwn) {
  Turn turn;
  std::vector<int> seen;
  auto handler = in_turn(turn, [&](int number, std::unique_ptr<int> moved) {
    EXPECT_FALSE(turn.begin_if_free());
    seen = {number, *moved};
  });
  handler(1, std::make_unique<int>(2));
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
  EXPECT_TRUE(turn.begin_if_free());
}

// A number that is not atomic: what one thread did is seen by the next, and nothing is lost.
TEST(Turn, IsOneThreadsAtATime) {
  constexpr int kThreads = 4;
  constexpr int kTurns = 20'000;
  Turn turn;
  std::uint64_t count = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&, waits = thread % 2 == 0] {
      for (int i = 0; i < kTurns; ++i) {
        if (waits)
          turn.begin();
        else
          while (!turn.begin_if_free()) std::this_thread::yield();
        ++count;
        turn.end();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, std::uint64_t{kThreads} * kTurns);
}

}  // namespace
}  // namespace kontor::server
