// Who is woken when events become durable.

#include "server/subscriptions/live_edge.h"

#include <gtest/gtest.h>

namespace kontor::server {
namespace {

const TenantId kMain("main");

log::Group group(Position first, std::uint32_t count) { return {first, {{kMain, first, count, {}}}}; }

TEST(LiveEdge, WakesNobodyBeforeSomebodyAskedForAHead) {
  LiveEdge edge;
  int woken = 0;
  edge.wake_with([&] { ++woken; });
  edge.durable(group(1, 5));
  EXPECT_EQ(woken, 0);
  EXPECT_TRUE(edge.take_moved().empty());
  EXPECT_EQ(edge.head(kMain), 5U);
}

TEST(LiveEdge, WakesOnceForAllThatMovedSince) {
  LiveEdge edge;
  int woken = 0;
  edge.wake_with([&] { ++woken; });
  edge.durable(group(1, 5));
  ASSERT_EQ(edge.head(kMain), 5U);
  edge.durable(group(6, 1));
  edge.durable(group(7, 2));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(edge.take_moved(), (LiveEdge::Heads{{kMain, 8}}));
  edge.durable(group(9, 1));
  EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace kontor::server
