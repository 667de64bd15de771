#include "projections/row_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor::views {
namespace {

using Row = std::vector<std::uint64_t>;

std::string key_of(int number) { return "a-tenant-with-a-name/row-" + std::to_string(number); }

Row found(RowCache& cache, const std::string& key) {
  const RowCache::Row* const row = cache.find(key);
  return row != nullptr ? Row(row->words().begin(), row->words().end()) : Row{0};
}

TEST(RowCache, TellsWhatItKnowsAndWhatItDoesNot) {
  RowCache cache;
  EXPECT_EQ(cache.find("a"), nullptr);
  cache.add("a", {});
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_TRUE(cache.find("a")->words().empty());
  const Row stored{1, 2, 3};
  cache.add("b", stored);
  EXPECT_EQ(found(cache, "b"), stored);
  cache.clear();
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("b"), nullptr);
}

TEST(RowCache, KeepsRowsThatGrowAndShrink) {
  RowCache cache;
  for (std::uint64_t size = 1; size < 40; ++size)
    for (int number = 0; number < 20; ++number) cache.put(key_of(number), Row(size * 7 % 31 + 1, size), size);
  for (int number = 0; number < 20; ++number)
    EXPECT_EQ(found(cache, key_of(number)), Row(39 * 7 % 31 + 1, 39));
}

TEST(RowCache, KnowsWhichEventWroteARowFirst) {
  RowCache cache;
  cache.add("looked for", {});
  EXPECT_FALSE(cache.is_new("looked for", 5));
  cache.put("looked for", Row{1}, 5);
  EXPECT_TRUE(cache.is_new("looked for", 5));
  cache.put("looked for", Row{2}, 5);
  EXPECT_TRUE(cache.is_new("looked for", 5));
  cache.put("looked for", Row{2}, 6);
  EXPECT_FALSE(cache.is_new("looked for", 6));
  // Nobody looked whether there was one.
  cache.put("not looked for", Row{1}, 7);
  EXPECT_FALSE(cache.is_new("not looked for", 7));
  const Row stored{4};
  cache.add("there", stored);
  cache.put("there", Row{5}, 8);
  EXPECT_FALSE(cache.is_new("there", 8));
}

TEST(RowCache, ForgetsOnlyWhatWasNotTouchedSinceTheLastTime) {
  RowCache cache;
  cache.put("touched", Row{1}, 1);
  cache.put("written", Row{2}, 1);
  cache.put("left alone", Row{3}, 1);
  cache.add("missing", {});
  cache.forget_untouched();
  EXPECT_EQ(found(cache, "touched"), Row{1});
  cache.put("written", Row{4, 5}, 2);
  cache.put("missing", Row{6}, 2);
  EXPECT_TRUE(cache.is_new("missing", 2));
  cache.forget_untouched();
  EXPECT_EQ(found(cache, "touched"), Row{1});
  EXPECT_EQ(found(cache, "written"), (Row{4, 5}));
  EXPECT_NE(cache.find("missing"), nullptr);
  EXPECT_EQ(cache.find("left alone"), nullptr);
}

TEST(RowCache, IsFullOfRowsThatWereTouchedLately) {
  RowCache cache;
  int number = 0;
  while (!cache.full()) cache.put(key_of(number++), Row{1}, 1);
  cache.forget_untouched();
  EXPECT_FALSE(cache.full());
  EXPECT_EQ(found(cache, key_of(0)), Row{1});
}

}  // namespace
}  // namespace kontor::views
