// docs/invariants.md numbers what must never break. Each number stands beside its guard in the sources and
// beside its attacker in the tests, and nobody invents a number.

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "tests/house/source_tree.h"

namespace kontor::house {
namespace {

using Marks = std::set<int>;

Marks marks_in(const std::vector<SourceFile>& files, const std::regex& mark) {
  Marks marks;
  for (const SourceFile& file : files) {
    if (file.path.starts_with("tests/house/")) continue;
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), mark), end; it != end; ++it)
      marks.insert(std::stoi((*it)[1].str()));
  }
  return marks;
}

const std::regex& mark() {
  static const std::regex pattern(R"(INV-(\d+))");
  return pattern;
}

Marks documented() {
  return marks_in(read_sources({"docs/invariants.md"}, {".md"}), std::regex(R"(\| INV-(\d+) \|)"));
}
Marks guarded() {
  return marks_in(
      read_sources({"events", "engine", "projections", "server", "replay", "client"}, {".h", ".cc"}), mark());
}
Marks attacked() { return marks_in(read_sources({"tests"}, {".h", ".cc"}), mark()); }

TEST(Invariants, AreNumberedWithoutGaps) {
  const Marks numbers = documented();
  ASSERT_FALSE(numbers.empty());
  EXPECT_EQ(*numbers.begin(), 1);
  EXPECT_EQ(*numbers.rbegin(), static_cast<int>(numbers.size()));
}

TEST(Invariants, EachHasItsGuardAndItsAttacker) {
  const Marks guards = guarded();
  const Marks attackers = attacked();
  for (const int number : documented()) {
    EXPECT_TRUE(guards.contains(number)) << "no source carries INV-" << number;
    EXPECT_TRUE(attackers.contains(number)) << "no test carries INV-" << number;
  }
}

TEST(Invariants, NobodyInventsANumber) {
  const Marks numbers = documented();
  for (const int number : guarded()) EXPECT_TRUE(numbers.contains(number)) << "INV-" << number;
  for (const int number : attacked()) EXPECT_TRUE(numbers.contains(number)) << "INV-" << number;
}

}  // namespace
}  // namespace kontor::house
