#include "projections/key_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace kontor::views {
namespace {

constexpr std::uint64_t kSeed = 0x1234'5678'9ABC'DEF1;

TEST(KeyHash, OfKeysThatDifferInOneByteOrInLengthAreDifferent) {
  std::set<std::uint64_t> hashes;
  std::size_t keys = 0;
  for (std::size_t size = 0; size <= 100; ++size) {
    const std::string zeros(size, '\0');
    hashes.insert(key_hash(zeros, kSeed));
    ++keys;
    for (std::size_t at = 0; at < size; ++at)
      for (const char byte : {'\x01', '\x80'}) {
        std::string key = zeros;
        key[at] = byte;
        hashes.insert(key_hash(key, kSeed));
        ++keys;
      }
  }
  EXPECT_EQ(hashes.size(), keys);
}

// The table takes some of the bits for the place and others for a first comparison.
TEST(KeyHash, SpreadsKeysThatCountUpwards) {
  for (const int shift : {0, 24, 48}) {
    std::set<std::uint64_t> pieces;
    for (int i = 0; i < 1'000; ++i)
      pieces.insert(key_hash("tenant/row-" + std::to_string(i), kSeed) >> shift & 0xFFFF);
    EXPECT_GT(pieces.size(), 960U) << shift;  // by chance 992
  }
}

TEST(KeyHash, DependsOnTheSeed) {
  EXPECT_NE(key_hash("a key of some length", kSeed), key_hash("a key of some length", kSeed + 2));
}

}  // namespace
}  // namespace kontor::views
