// What a scenario says of a field, held against what came.
#include "tests/scenarios/matching.h"

#include <gtest/gtest.h>

#include "server/protocol/json_text.h"
#include "tests/scenarios/times.h"

namespace kontor::scenarios {
namespace {

boost::json::object object(std::string_view text) { return protocol::parse_json(text)->as_object(); }

std::string mismatches(std::string_view got, const std::vector<Field>& fields, Bindings& bindings) {
  std::string all;
  for (const Mismatch& one : compare(object(got), fields, "Europe/Berlin", bindings))
    all += one.key + ": " + one.expected + ", not " + one.got + "\n";
  return all;
}
std::string mismatches(std::string_view got, const std::vector<Field>& fields) {
  Bindings none;
  return mismatches(got, fields, none);
}

TEST(Matching, ComparesFieldsAsTheyAreWritten) {
  const std::string got =
      R"({"amount":"4800","n":3,"open":true,"at":"2027-02-28T23:00:00Z","tags":["a","b"],)"
      R"("lines":[{"person":"p-1"},{"person":"p-2"}],"seat":{"campus":"c"},"empty":[]})";
  EXPECT_EQ(mismatches(got, {{"amount", "4800"}, {"n", "3"}, {"open", "true"}, {"tags", "a,b"}}), "");
  EXPECT_EQ(
      mismatches(got, {{"at", "2027-03-01"}, {"at", "2027-03-01 00:00"}, {"at", "2027-02-28T23:00:00Z"}}),
      "");
  EXPECT_EQ(mismatches(got, {{"lines.1.person", "p-2"}, {"lines.count", "2"}, {"seat.campus", "c"}}), "");
  EXPECT_EQ(mismatches(got, {{"empty", "none"}, {"absent", "none"}, {"absent.count", "0"}, {"n", "*"}}), "");
  EXPECT_EQ(
      mismatches(got, {{"amount", "4801"}, {"n", "none"}, {"absent", "x"}, {"empty", "*"}}),
      "amount: 4801, not 4800\nn: nothing, not 3\nabsent: x, not nothing\nempty: anything, not nothing\n");
  EXPECT_EQ(mismatches(got, {{"lines.2.person", "p-3"}}), "lines.2.person: p-3, not nothing\n");
}

TEST(Matching, ANameIsBoundOnceAndOnlyWhenAllElseFits) {
  Bindings bindings;
  EXPECT_EQ(mismatches(R"({"a":"x","b":"y"})", {{"a", "$it"}, {"b", "z"}}, bindings), "b: z, not y\n");
  EXPECT_TRUE(bindings.empty());
  EXPECT_EQ(mismatches(R"({"a":"x","b":"x"})", {{"a", "$it"}, {"b", "$it"}}, bindings), "");
  EXPECT_EQ(mismatches(R"({"a":"y"})", {{"a", "$it"}}, bindings), "a: x, not y\n");
  EXPECT_EQ(substituted("p-$it.", bindings).value(), "p-x.");
  EXPECT_FALSE(substituted("$other", bindings).has_value());
}

TEST(Times, AreReadByTheClocksOfTheZone) {
  const auto text = [](std::string_view time) {
    const auto at = parse_time(time, "Europe/Berlin");
    return at ? at->text() : at.error().message;
  };
  EXPECT_EQ(text("2027-03-01"), "2027-02-28T23:00:00Z");
  EXPECT_EQ(text("2027-07-01 14:30"), "2027-07-01T12:30:00Z");
  EXPECT_EQ(text("2027-07-01 14:30:59.5"), "2027-07-01T12:30:59.5Z");
  EXPECT_EQ(text("2027-07-01 14:30 UTC"), "2027-07-01T14:30:00Z");
  EXPECT_EQ(text("2027-10-31 02:30"), "2027-10-31T00:30:00Z");  // exists twice: the earlier
  EXPECT_EQ(text("2027-07-01 14:30 Europe/Berln"), "there is no time zone Europe/Berln");
  EXPECT_EQ(text("2027-07-01 24:00"), "there is no 2027-07-01 24:00");
}

}  // namespace
}  // namespace kontor::scenarios
