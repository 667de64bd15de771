#include "server/roster_stage.h"

#include <gtest/gtest.h>

namespace kontor::server {
namespace {

using protocol::RosterRowsRequest;

RosterRowsRequest rows(std::uint32_t first, std::uint32_t count, const std::string& hash = "f") {
  RosterRowsRequest upload{.file_hash = hash, .first = first, .rows = {}, .bytes = count * 10u};
  for (std::uint32_t i = 0; i < count; ++i) upload.rows.push_back({.line = first + i + 2, .contact = {}});
  return upload;
}

rules::Command import_of(std::uint32_t staged, const std::string& hash = "f") {
  return rules::access::Command(rules::access::ImportRoster{
      .group = GroupId("g"), .file_hash = hash, .mode = {}, .rows = {}, .staged = staged});
}
std::size_t rows_of(const rules::Command& command) {
  return std::get<rules::access::ImportRoster>(std::get<rules::access::Command>(command)).rows.size();
}

TEST(RosterStage, PutsThePiecesIntoTheCommandThatNamesThem) {
  RosterStage stage({});
  ASSERT_TRUE(stage.add(rows(0, 3)));
  ASSERT_TRUE(stage.add(rows(3, 2)));
  for (int i = 0; i < 2; ++i) {  // the dry run, and then the import
    rules::Command command = import_of(5);
    ASSERT_TRUE(stage.fill(command));
    EXPECT_EQ(rows_of(command), 5u);
  }
}

TEST(RosterStage, RefusesWhatIsNotAllThere) {
  RosterStage stage({});
  rules::Command command = import_of(5);
  EXPECT_FALSE(stage.fill(command));
  ASSERT_TRUE(stage.add(rows(0, 3)));
  EXPECT_FALSE(stage.fill(command));
  rules::Command other = import_of(3, "other");
  EXPECT_FALSE(stage.fill(other));
  rules::Command unrelated = import_of(0);
  EXPECT_TRUE(stage.fill(unrelated));
  EXPECT_EQ(rows_of(unrelated), 0u);
}

TEST(RosterStage, AMissingPieceForgetsTheRest) {
  RosterStage stage({});
  ASSERT_TRUE(stage.add(rows(0, 3)));
  EXPECT_FALSE(stage.add(rows(4, 1)));
  EXPECT_EQ(stage.rows(), 0u);
  EXPECT_EQ(stage.bytes(), 0u);
}

TEST(RosterStage, AnotherFileOrTheFirstRowBeginsAgain) {
  RosterStage stage({});
  ASSERT_TRUE(stage.add(rows(0, 3)));
  ASSERT_TRUE(stage.add(rows(0, 2)));
  EXPECT_EQ(stage.rows(), 2u);
  ASSERT_TRUE(stage.add(rows(0, 1, "other")));
  EXPECT_EQ(stage.rows(), 1u);
}

TEST(RosterStage, B72_HasALimitOfRowsAndBytes) {
  RosterStage few({.bytes_max = 1'000, .rows_max = 4});
  ASSERT_TRUE(few.add(rows(0, 4)));
  EXPECT_FALSE(few.add(rows(4, 1)));
  EXPECT_EQ(few.rows(), 0u);
  RosterStage small({.bytes_max = 39, .rows_max = 100});
  EXPECT_FALSE(small.add(rows(0, 4)));
}

}  // namespace
}  // namespace kontor::server
