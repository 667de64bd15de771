#include "projections/polite_turn.h"

#include <gtest/gtest.h>

#include <vector>

namespace kontor::test {
namespace {

using views::Following;
using views::PoliteTurn;
using namespace std::chrono_literals;

class PoliteTurns : public testing::Test {
 protected:
  std::vector<Turn> asked_;
  PoliteTurn turn_{[this](Turn turn) { asked_.push_back(turn); }};
  using Asked = std::vector<Turn>;
};

TEST_F(PoliteTurns, OthersGoFirstWhileViewsFollowClosely) {
  for (PoliteTurn::Time now = 0s; now < 2s; now += 10ms) {
    turn_.handed_over(now, Following::Closely);
    turn_.step_begins(now + 9ms, Following::Closely);
    turn_.step_ended(now + 10ms, 0);
  }
  EXPECT_EQ(asked_, Asked{Turn::OthersFirst}) << "asked once";
}

TEST_F(PoliteTurns, NotWhileMuchIsWaiting) {
  turn_.step_begins(1ms, Following::Behind);
  EXPECT_EQ(asked_, Asked{});
  turn_.step_begins(2ms, Following::Closely);
  turn_.handed_over(3ms, Following::Closely);
  turn_.handed_over(4ms, Following::Behind);
  EXPECT_EQ(asked_, (Asked{Turn::OthersFirst, Turn::Usual}));
  turn_.step_ended(5ms, 0);
  turn_.step_begins(6ms, Following::Closely);
  EXPECT_EQ(asked_.back(), Turn::OthersFirst) << "much is soon dealt with";
}

TEST_F(PoliteTurns, AStepThatDoesNotGetOnInsistsForAWhile) {
  turn_.handed_over(0ms, Following::Closely);
  turn_.step_begins(10ms, Following::Closely);
  turn_.handed_over(50ms, Following::Closely);
  EXPECT_EQ(asked_, Asked{Turn::OthersFirst});
  turn_.handed_over(51ms, Following::Closely);
  EXPECT_EQ(asked_, (Asked{Turn::OthersFirst, Turn::Usual}));
  turn_.step_ended(60ms, 1);
  turn_.step_begins(70ms, Following::Closely);
  turn_.step_ended(71ms, 0);
  turn_.step_begins(1'050ms, Following::Closely);
  EXPECT_EQ(asked_.size(), 2U);
  turn_.step_begins(1'051ms, Following::Closely);
  EXPECT_EQ(asked_.back(), Turn::OthersFirst);
}

TEST_F(PoliteTurns, TheTimeOfWhatCameDuringAStepBeginsAtItsEnd) {
  turn_.handed_over(0ms, Following::Closely);
  turn_.step_begins(10ms, Following::Closely);
  turn_.handed_over(40ms, Following::Closely);
  turn_.step_ended(45ms, 1);
  turn_.handed_over(95ms, Following::Closely);
  EXPECT_EQ(asked_, Asked{Turn::OthersFirst});
  turn_.handed_over(96ms, Following::Closely);
  EXPECT_EQ(asked_.back(), Turn::Usual);
}

TEST_F(PoliteTurns, WhoWaitsForTheViewsHasItsTurn) {
  turn_.step_begins(1ms, Following::Closely);
  turn_.hurry();
  EXPECT_EQ(asked_.back(), Turn::Usual);
  turn_.step_begins(2ms, Following::Closely);
  EXPECT_EQ(asked_.back(), Turn::OthersFirst) << "for that step";
}

}  // namespace
}  // namespace kontor::test
