#include "engine/log/rocksdb/keys.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kontor::log {
namespace {

TEST(Keys, SlicesSortByTenantThenPosition) {
  std::vector<std::string> keys;
  for (const char* tenant : {"a", "b", "ab"})
    for (const Position first : {Position{1}, Position{2}, Position{255}, Position{256}, Position{1} << 40})
      keys.push_back(event_key(TenantId(tenant), first));
  EXPECT_TRUE(std::ranges::is_sorted(keys));
}

TEST(Keys, WhatWasWrittenIsRead) {
  const EventKey key{TenantId("tenant-1"), 0x0102030405060708};
  const std::string bytes = event_key(key.tenant, key.first);
  EXPECT_EQ(parse_event_key(bytes), key);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_event_key(std::string_view(bytes).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(parse_event_key(bytes + "x").has_value());
  EXPECT_EQ(parse_group_key(group_key(77)), 77U);
  EXPECT_FALSE(parse_group_key("1234567").has_value());
}

TEST(Keys, RangesOfAGroupAreReadBackOrRefused) {
  const std::vector<TenantSlice> slices{{.tenant = TenantId("a"), .first = 1, .count = 2, .bytes = "x"},
                                        {.tenant = TenantId("bcd"), .first = 77, .count = 1, .bytes = "y"}};
  const std::string value = encode_ranges(slices);
  const std::vector<SliceRange> expected{{TenantId("a"), 1, 2}, {TenantId("bcd"), 77, 1}};
  EXPECT_EQ(parse_ranges(value), expected);
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_FALSE(parse_ranges(std::string_view(value).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(parse_ranges(value + std::string(1, '\0')).has_value());
}

// A stored key never changes: these bytes are in every store there is.
TEST(Keys, GoldenBytes) {
  EXPECT_EQ(event_key(TenantId("ab"), 258), std::string("\x02"
                                                        "ab\0\0\0\0\0\0\x01\x02",
                                                        11));
  EXPECT_EQ(group_key(3), std::string("\0\0\0\0\0\0\0\x03", 8));
  EXPECT_EQ(encode_ranges({{.tenant = TenantId("t"), .first = 5, .count = 9, .bytes = {}}}),
            std::string("\x01\0\0\0\x01t\x05\0\0\0\0\0\0\0\x09\0\0\0", 18));
}

}  // namespace
}  // namespace kontor::log
