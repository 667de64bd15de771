// Keys that share a hash are told apart by their rows.

#include "engine/rules/rows_by_hash.h"

#include <gtest/gtest.h>

#include <string>
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

TEST(RowsByHash, TakesBothHalvesOfAHash) {
  EXPECT_NE(RowsByHash::narrow(std::size_t{1} << 32), RowsByHash::narrow(0));
  EXPECT_NE(RowsByHash::narrow(1), RowsByHash::narrow(0));
}

}  // namespace
}  // namespace kontor::rules
