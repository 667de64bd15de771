#include "projections/sort_entries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace kontor::views {
namespace {

/// Keys as those of rows: few beginnings, few different bytes, zero bytes, one the beginning of another.
std::vector<std::string> random_keys(std::mt19937_64& random, std::size_t count) {
  const std::vector<std::string> beginnings{"", "\0c", std::string("a\0v", 3),
                                            std::string("a\0v\x05person-", 11),
                                            std::string("tenant-of-a-long-name\0v\x06", 24)};
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < count; ++i) {
    std::string key = beginnings[random() % beginnings.size()];
    for (std::size_t size = random() % 12; size > 0; --size)
      key.push_back(std::string("\0\x01z\xFF", 4)[random() % 4]);
    keys.push_back(std::move(key));
  }
  return keys;
}

TEST(SortEntries, IsAStableSortByKey) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = random() % 300;
    const std::vector<std::string> keys = random_keys(random, count);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(std::to_string(i));
    std::vector<BytesView> sorted;
    for (std::size_t i = 0; i < count; ++i) sorted.push_back({keys[i], values[i]});
    std::vector<BytesView> expected = sorted;
    std::ranges::stable_sort(expected, {}, &BytesView::key);
    sort_entries(sorted);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(sorted[i].key, expected[i].key) << "round " << round << ", entry " << i;
      ASSERT_EQ(sorted[i].value, expected[i].value) << "round " << round << ", entry " << i;
    }
  }
}

TEST(SortEntries, SortsManyOfOneKeyAndNone) {
  std::vector<BytesView> none;
  sort_entries(none);
  std::vector<std::string> values;
  for (int i = 0; i < 1'000; ++i) values.push_back(std::to_string(i));
  std::vector<BytesView> entries;
  for (const std::string& value : values) entries.push_back({"one key and no other", value});
  sort_entries(entries);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(entries[i].value, values[i]);
}

}  // namespace
}  // namespace kontor::views
