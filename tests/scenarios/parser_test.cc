// A scenario file is read whole, and what is wrong in it is named with its line and the nearest word that
// exists.
#include <gtest/gtest.h>

#include "tests/scenarios/script.h"

namespace kontor::scenarios {
namespace {

std::string problems_of(const std::string& text) {
  const auto script = parse("x.scenario", text);
  if (script) return "none";
  std::string all;
  for (const Problem& problem : script.error())
    all += std::to_string(problem.line) + ": " + problem.what + "\n";
  return all;
}

const std::string kBefore = "scenario S\nGiven at 2027-03-01 00:00\n";

struct Row {
  std::string line;
  std::string problem;
};

TEST(ScenarioText, NamesWhatIsWrongAndTheNearestWord) {
  const std::vector<Row> rows{
      {"When operator:o-1 CreateTenat", "there is no command CreateTenat; did you mean \"CreateTenant\"?"},
      {"When operatr:o-1 CreateTenant", "\"operatr:o-1\" begins no step; did you mean \"operator\"?"},
      {"When backend OpenCampus campus=c knd=flat", "OpenCampus has no field knd; did you mean \"kind\"?"},
      {"When backend OpenCampus campus=c", "OpenCampus needs kind"},
      {"When at 2027-03-28 02:30",
       "no clock in Europe/Berlin ever shows 2027-03-28 02:30: clocks are put forward"},
      {"When at 2027-02-30", "there is no 2027-02-30"},
      {"Then refused NO_CAMPUS_SEAT_LEFT",
       "there is no refusal NO_CAMPUS_SEAT_LEFT; did you mean \"NO_CAMPUS_SEATS_LEFT\"?"},
      {"Then event CampusOpend", "there is no event CampusOpend; did you mean \"CampusOpened\"?"},
      {"Then event CampusOpened campsu=c", "there is no field campsu; did you mean \"campus\"?"},
      {"When query UsageStatistic campus=c",
       "there is no query UsageStatistic; did you mean \"UsageStatistics\"?"},
      {"Then answer contingent=1", "answer follows a query"},
      {"When again [first]", "no command before is labelled [first]"},
      {"When backend OpenCampus campus=\"c", "a quote is not closed"},
      {"When batch\n  backend OpenCampus campus=c kind=flat", "the batch has no end"},
      {"evnt CampusOpened", "\"evnt\" begins no step; did you mean \"event\"?"},
  };
  for (const Row& row : rows) {
    const std::string problems = problems_of(kBefore + row.line + "\n");
    EXPECT_NE(problems.find(": " + row.problem + "\n"), std::string::npos) << row.line << "\n" << problems;
    EXPECT_TRUE(problems.starts_with("3:") || problems.starts_with("4:")) << problems;
  }
}

TEST(ScenarioText, ChecksTheFieldsOfAnswersAndRows) {
  const std::string query = kBefore + "When query CourseSettlement course=k\n";
  EXPECT_EQ(problems_of(query + "Then answer amount=1 lines.0.person=p lines.count=2 position=7\n"), "none");
  EXPECT_EQ(problems_of(query + "Then row lines person=p\n"), "none");
  EXPECT_EQ(problems_of(query + "Then answer amuont=1\n"),
            "4: there is no field amuont; did you mean \"amount\"?\n");
  EXPECT_EQ(problems_of(query + "Then row lines persn=p\n"),
            "4: there is no field persn; did you mean \"person\"?\n");
  EXPECT_EQ(problems_of(query + "Then row line person=p\n"),
            "4: there is no field line; did you mean \"lines\"?\n");
  EXPECT_EQ(problems_of(query + "Then row amount person=p\n"), "4: amount is no list\n");
}

TEST(ScenarioText, AllProblemsAreToldAtOnce) {
  EXPECT_EQ(problems_of("scenario S\nat yesterday\nfoo\n"),
            "2: \"yesterday\" is not a time; write 2027-03-01, 2027-03-01 14:30 or 2027-03-01T13:30:00Z\n"
            "3: \"foo\" begins no step\n");
  EXPECT_EQ(problems_of(""), "0: there is no scenario; begin one with: scenario TITLE\n");
}

TEST(ScenarioText, ALineMayGoOnAndKeepsItsNumber) {
  const auto script =
      parse("x.scenario", kBefore + "When backend OpenCampus \\\n  campus=c \\\n  kind=flat # why\n");
  ASSERT_TRUE(script.has_value());
  const Step& step = script->scenarios[0].steps[1];
  EXPECT_EQ(step.line, 3U);
  ASSERT_EQ(step.commands[0].fields.size(), 2U);
  EXPECT_EQ(step.commands[0].fields[1].value, "flat");
}

}  // namespace
}  // namespace kontor::scenarios
