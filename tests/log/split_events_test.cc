#include <gtest/gtest.h>

#include "engine/log/continuity.h"
#include "engine/log/event_log.h"
#include "tests/support/sample_groups.h"

namespace kontor::log {
namespace {

TEST(SplitEvents, FindsEachMessage) {
  const std::string first = test::sample_event(1, 3);
  const std::string second = test::sample_event(2, 0);
  std::vector<std::string_view> events;
  const std::string both = first + second;
  ASSERT_TRUE(split_events(both, 2, events));
  EXPECT_EQ(events, (std::vector<std::string_view>{first, second}));
  EXPECT_TRUE(split_events("", 0, events));
}

TEST(SplitEvents, RefusesWhatIsNotExactlyThatManyMessages) {
  const std::string bytes = test::sample_event(1, 3) + test::sample_event(2, 5);
  std::vector<std::string_view> events;
  EXPECT_FALSE(split_events(bytes, 1, events));
  EXPECT_FALSE(split_events(bytes, 3, events));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(split_events(std::string_view(bytes).substr(0, size), 2, events)) << size;
  std::string two_segments = bytes;
  two_segments[0] = 1;
  EXPECT_FALSE(split_events(two_segments, 2, events));
}

// INV-1, INV-2
TEST(Continuity, NamesAMissingGroupAMissingPositionAndABrokenSlice) {
  test::SampleGroups samples;
  const Group first = samples.next({{"a", 2}, {"b", 1}});
  const Group second = samples.next({{"a", 1}});
  const Group third = samples.next({{"a", 1}});

  Continuity skips_a_group;
  ASSERT_TRUE(skips_a_group.accept(first).has_value());
  EXPECT_EQ(skips_a_group.accept(third).error().code, Reason::PositionGap);

  Continuity skips_a_position;
  ASSERT_TRUE(skips_a_position.accept(first).has_value());
  Group gap = third;
  gap.number = 2;
  EXPECT_EQ(skips_a_position.accept(gap).error().code, Reason::PositionGap);

  Group broken = first;
  broken.slices[0].bytes.pop_back();
  EXPECT_EQ(Continuity().accept(broken).error().code, Reason::StoreDamaged);
  Group unordered = first;
  std::swap(unordered.slices[0], unordered.slices[1]);
  EXPECT_EQ(Continuity().accept(unordered).error().code, Reason::StoreDamaged);
  EXPECT_EQ(Continuity().accept({.number = 1, .slices = {}}).error().code, Reason::StoreDamaged);

  Group in_slices = test::SampleGroups().next({{"a", 2}, {"a", 3}, {"b", 1}});
  EXPECT_TRUE(Continuity().accept(in_slices).has_value());
  std::swap(in_slices.slices[0], in_slices.slices[1]);
  EXPECT_EQ(Continuity().accept(in_slices).error().code, Reason::PositionGap);

  Continuity from_the_middle(2);
  ASSERT_TRUE(from_the_middle.accept(second).has_value());
  EXPECT_EQ(from_the_middle.next_position(TenantId("a")), 4U);
  EXPECT_TRUE(from_the_middle.accept(third).has_value());
}

}  // namespace
}  // namespace kontor::log
