#include "events/reasons.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace kontor {
namespace {

/// The enumerators as the header spells them: the table must hold exactly these.
std::vector<std::pair<std::string, int>> enumerators_of_the_header() {
  std::ifstream header(std::string(KONTOR_SOURCE_DIR) + "/events/reasons.h");
  const std::regex enumerator(R"(^  ([A-Z]\w+) = (\d{4}),)");
  std::vector<std::pair<std::string, int>> found;
  for (std::string line; std::getline(header, line);) {
    if (std::smatch match; std::regex_search(line, match, enumerator))
      found.emplace_back(match[1], std::stoi(match[2]));
  }
  return found;
}

/// NoCampusSeatsLeft -> NO_CAMPUS_SEATS_LEFT
std::string upper_snake(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z' && !out.empty()) out.push_back('_');
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

TEST(Reasons, TheTableHasEveryEnumeratorOfTheHeaderInOrderAndByItsName) {
  const auto declared = enumerators_of_the_header();
  ASSERT_FALSE(declared.empty());
  ASSERT_EQ(declared.size(), all_reasons().size());
  for (std::size_t i = 0; i < declared.size(); ++i) {
    EXPECT_EQ(static_cast<int>(all_reasons()[i].code), declared[i].second);
    EXPECT_EQ(all_reasons()[i].name, upper_snake(declared[i].first));
  }
}

TEST(Reasons, NoNumberAndNoNameIsUsedTwice) {
  std::set<Reason> codes;
  std::set<std::string_view> names;
  for (const ReasonInfo& info : all_reasons()) {
    EXPECT_TRUE(codes.insert(info.code).second) << info.name;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
  }
}

TEST(Reasons, EveryEntrySaysWhatItMeansAndWhatToDoInWholeSentences) {
  for (const ReasonInfo& info : all_reasons()) {
    EXPECT_TRUE(info.meaning.ends_with('.')) << info.name;
    EXPECT_TRUE(info.advice.ends_with('.')) << info.name;
  }
}

TEST(Reasons, AreFoundByNumberAndByName) {
  EXPECT_EQ(find_reason("3008")->name, "NO_CAMPUS_SEATS_LEFT");
  EXPECT_EQ(find_reason("NO_CAMPUS_SEATS_LEFT")->code, Reason::NoCampusSeatsLeft);
  EXPECT_EQ(reason_info(Reason::Clock).name, "CLOCK");
  EXPECT_EQ(reason_from_number(1012), Reason::Overloaded);
}

TEST(Reasons, UnknownNumbersAndNamesAreNotFound) {
  for (const char* unknown : {"", "0", "3999", "99999", "3008x", "no_campus_seats_left", "NO_SUCH_REASON"})
    EXPECT_FALSE(find_reason(unknown).has_value()) << unknown;
  EXPECT_FALSE(reason_from_number(0).has_value());
  EXPECT_FALSE(reason_from_number(65535).has_value());
}

TEST(Reasons, RetriesHaveTheNamesOfTheWire) {
  EXPECT_EQ(retry_name(Retry::Never), "never");
  EXPECT_EQ(retry_name(Retry::AfterChange), "after-change");
  EXPECT_EQ(retry_name(Retry::Later), "later");
  EXPECT_EQ(retry_name(Retry::SameCommandId), "same-id");
}

}  // namespace
}  // namespace kontor
