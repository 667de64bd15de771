// Containers that grow in parts: nothing is lost or doubled when a large table is cut, inside a scope
// neither.

#include <gtest/gtest.h>

#include <string>

#include "engine/rules/context.h"

namespace kontor::rules {
namespace {

constexpr Row kMany = 3 * (1u << 16);

std::string name(Row row) { return "name-" + std::to_string(row); }
std::uint64_t number(Row row) { return std::uint64_t{row} << 32 | row; }

TEST(InParts, LargeTablesKnowWhatSmallOnesKnew) {
  Journal journal;
  Interner names(journal);
  Index<std::uint64_t, Row> index(journal);
  for (Row row = 0; row < kMany; ++row) {
    ASSERT_EQ(names.intern(name(row)), row);
    index.put(number(row), row);
  }
  EXPECT_EQ(names.size(), kMany);
  EXPECT_EQ(index.size(), kMany);
  for (Row row = 0; row < kMany; ++row) {
    ASSERT_EQ(names.find(name(row)), row);
    ASSERT_EQ(names.intern(name(row)), row);
    ASSERT_EQ(*index.find(number(row)), row);
  }
  EXPECT_EQ(names.find("another"), kNone);
  EXPECT_EQ(index.find(number(kMany)), nullptr);
}

TEST(InParts, AScopeInWhichATableIsCutIsTakenBack) {
  Journal journal;
  Interner names(journal);
  Index<std::uint64_t, Row> index(journal);
  for (Row row = 0; row < 5; ++row) {
    names.intern(name(row));
    index.put(number(row), row);
  }
  journal.open();
  for (Row row = 3; row < kMany; ++row) {
    names.intern(name(row));
    index.put(number(row), row + 1);
  }
  index.erase(number(0));
  journal.roll_back();
  EXPECT_EQ(names.size(), 5U);
  EXPECT_EQ(index.size(), 5U);
  for (Row row = 0; row < 5; ++row) {
    EXPECT_EQ(names.find(name(row)), row);
    EXPECT_EQ(*index.find(number(row)), row);
  }
  EXPECT_EQ(names.find(name(5)), kNone);
  EXPECT_EQ(names.intern("next"), 5U);
}

TEST(InParts, ReservedTablesAreCutFromTheBeginning) {
  Journal journal;
  InParts<boost::unordered_flat_map<Row, Row>> table;
  table.reserve(kMany);
  for (Row row = 0; row < kMany; ++row) table.of(row).emplace(row, row);
  EXPECT_EQ(table.size(), kMany);
  std::size_t seen = 0;
  table.each([&](const auto& entry) { seen += entry.first == entry.second ? 1 : 0; });
  EXPECT_EQ(seen, kMany);
}

TEST(Streams, TakeBackTheirHeads) {
  Journal journal;
  Streams streams(journal);
  streams.append("course/k-1", 1, 1);
  journal.open();
  streams.append("course/k-1", 2, 2);
  streams.append("course/k-2", 1, 3);
  journal.roll_back();
  EXPECT_EQ(streams.find("course/k-1")->version, 1U);
  EXPECT_EQ(streams.find("course/k-2"), nullptr);
  streams.append("course/k-1", 2, 2);
  EXPECT_EQ(streams.find("course/k-1")->position, 2U);
}

TEST(Streams, WhatWasAskedForLastIsForgottenWithAScope) {
  Journal journal;
  Streams streams(journal);
  journal.open();
  streams.append("course/k-1", 1, 1);
  ASSERT_EQ(streams.row("course/k-1"), 0U);
  journal.roll_back();
  EXPECT_EQ(streams.row("course/k-1"), kNone);
  streams.append("course/k-2", 1, 1);
  EXPECT_EQ(streams.row("course/k-1"), kNone);
  EXPECT_EQ(streams.row("course/k-2"), 0U);
}

}  // namespace
}  // namespace kontor::rules
