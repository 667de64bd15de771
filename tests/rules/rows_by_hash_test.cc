// Keys that share a hash are told apart by their rows.

#include "engine/rules/rows_by_hash.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace kontor::rules {
namespace {

const std::vector<std::string> kKeys{"zero", "one", "two", "three"};

Row find(const RowsByHash& rows, RowsByHash::Hash hash, const std::string& key) {
  return rows.find(hash, [&](Row row) { return kKeys[row] == key; });
}

TEST(RowsByHash, FindsEachOfThoseThatShareAHash) {
  RowsByHash rows;
  for (Row row = 0; row < 3; ++row) rows.insert(7, row);
  for (Row row = 0; row < 3; ++row) EXPECT_EQ(find(rows, 7, kKeys[row]), row);
  EXPECT_EQ(find(rows, 7, "three"), kNone);
  EXPECT_EQ(find(rows, 8, "one"), kNone);
}

TEST(RowsByHash, TakesBackOneOfThem) {
  RowsByHash rows;
  for (Row row = 0; row < 3; ++row) rows.insert(7, row);
  rows.erase(7, 1);
  EXPECT_EQ(find(rows, 7, "zero"), 0U);
  EXPECT_EQ(find(rows, 7, "one"), kNone);
  EXPECT_EQ(find(rows, 7, "two"), 2U);
}

TEST(RowsByHash, TakesManyAtOnceAsOneByOne) {
  constexpr Row kMany = 200'000;
  std::vector<RowsByHash::Hash> hashes;
  for (Row row = 0; row < kMany; ++row) hashes.push_back(row * 2'654'435'761U & 0xFFFF'FFF0U);  // some shared
  for (const std::size_t reserved : {std::size_t{0}, std::size_t{kMany}}) {
    RowsByHash rows;
    rows.reserve(reserved);
    rows.insert(hashes[0], 0);
    rows.insert_all(1, std::span(hashes).subspan(1));
    for (Row row = 0; row < kMany; ++row)
      ASSERT_EQ(rows.find(hashes[row], [&](Row at) { return at == row; }), row);
    EXPECT_EQ(rows.find(1, [](Row) { return true; }), kNone);
  }
}

// Against a list: whatever is taken back, and whoever lay behind it, the rest is found.
TEST(RowsByHash, FindsWhatIsLeftWhereverItWasTakenBack) {
  std::mt19937 random(20);
  for (const std::uint32_t hashes : {3U, 40U, 100'000U}) {
    RowsByHash rows;
    std::vector<std::pair<RowsByHash::Hash, Row>> there;
    for (Row row = 0; row < 20'000; ++row) {
      const auto hash = static_cast<RowsByHash::Hash>(random() % hashes * 0x0100'0193U);
      rows.insert(hash, row);
      there.emplace_back(hash, row);
      if (hashes < 100 && row > 200) break;
      if (random() % 3 != 0) continue;
      std::swap(there[random() % there.size()], there.back());
      rows.erase(there.back().first, there.back().second);
      const auto [gone, gone_row] = there.back();
      ASSERT_EQ(rows.find(gone, [&](Row at) { return at == gone_row; }), kNone);
      there.pop_back();
    }
    for (const auto& [hash, row] : there)
      ASSERT_EQ(rows.find(hash, [&](Row at) { return at == row; }), row) << hashes;
  }
}

TEST(RowsByHash, TakesBothHalvesOfAHash) {
  EXPECT_NE(RowsByHash::narrow(std::size_t{1} << 32), RowsByHash::narrow(0));
  EXPECT_NE(RowsByHash::narrow(1), RowsByHash::narrow(0));
}

}  // namespace
}  // namespace kontor::rules
