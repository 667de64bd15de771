// Views that are held while others take their place.

#include "projections/live_views.h"

#include <gtest/gtest.h>

#include "projections/memory_view_shelf.h"
#include "projections/memory_view_store.h"
#include "tests/support/view_batches.h"

namespace kontor::views {
namespace {

const TenantId kTenant{"t"};

void write(ViewStore& store, Position position) {
  ASSERT_TRUE(
      store.apply(test::batch_of({position, {}, {}}, {}, {{kTenant, {position, Instant{1}}, Instant{1}}})));
}
Position position_in(const ViewStore& store) { return store.tenant(kTenant).value().position; }

TEST(LiveViews, AQuestionEndsOnTheViewsItBeganWith) {
  const auto shelf = memory_view_shelf();
  write(*shelf->live(), 1);
  LiveViews live(shelf->live());
  const auto asked = live.current();

  const auto others = shelf->make().value();
  write(*others, 2);
  ASSERT_TRUE(shelf->make_live(others));
  live.adopt(others);
  EXPECT_EQ(position_in(*asked), 1U);
  EXPECT_EQ(position_in(*live.current()), 2U);
}

TEST(LiveViews, TheOldOnesAreGivenUpByTheLastWhoHoldsThem) {
  int given_up = 0;
  const auto shelf = memory_view_shelf();
  LiveViews live(shelf->live());
  shelf->when_given_up([&given_up] { ++given_up; });
  auto first = live.current();
  auto second = live.current();
  {
    const auto others = shelf->make().value();
    ASSERT_TRUE(shelf->make_live(others));
    live.adopt(others);
  }
  EXPECT_EQ(given_up, 0);
  first.reset();
  EXPECT_EQ(given_up, 0);
  second.reset();
  EXPECT_EQ(given_up, 1);
  shelf->clear_away();
}

TEST(LiveViews, WhatWasNeverMadeLiveIsGivenUpAsWell) {
  int given_up = 0;
  const auto shelf = memory_view_shelf();
  shelf->when_given_up([&given_up] { ++given_up; });
  shelf->make().value().reset();
  EXPECT_EQ(given_up, 1);
  EXPECT_EQ(position_in(*shelf->live()), 0U);
}

TEST(FrozenViews, DoNotMove) {
  const auto store = memory_view_store();
  write(*store, 1);
  const auto frozen = store->frozen();
  write(*store, 2);
  EXPECT_EQ(position_in(*frozen), 1U);
  EXPECT_EQ(frozen->checkpoint().value().group, 1U);
  EXPECT_EQ(position_in(*store), 2U);
}

}  // namespace
}  // namespace kontor::views
