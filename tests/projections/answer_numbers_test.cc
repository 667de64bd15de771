#include "projections/answer_numbers.h"

#include <gtest/gtest.h>

#include <capnp/message.h>

#include <memory>

namespace kontor::views {
namespace {

class AnswerNumbers : public testing::Test {
 protected:
  AnswerNumbers() {
    auto courses = message_->initRoot<wire::Answer>().getBody().initUsageDetail().initCourses(3);
    for (unsigned i = 0; i < 3; ++i) {
      courses[i].setCourse("k-" + std::to_string(i));
      courses[i].setRun(i == 2 ? 1 : i);
      courses[i].setMembers(10 + i);
      courses[i].setState(wire::CourseState::RUNNING);
    }
    auto statistics = other_->initRoot<wire::Answer>().getBody().initUsageStatistics();
    statistics.setContingent(9);
  }
  static wire::Answer::Reader read(const std::unique_ptr<capnp::MallocMessageBuilder>& message) {
    return message->getRoot<wire::Answer>().asReader();
  }
  std::string number(std::string_view path) { return number(message_, path); }
  static std::string number(const std::unique_ptr<capnp::MallocMessageBuilder>& message,
                            std::string_view path) {
    const auto parsed = NumberPath::parse(path);
    if (!parsed) return parsed.error().message;
    const auto found = number_in(read(message), *parsed);
    if (!found) return found.error().message;
    return *found ? std::to_string(**found) : "absent";
  }

  const std::unique_ptr<capnp::MallocMessageBuilder> message_ =
      std::make_unique<capnp::MallocMessageBuilder>();
  const std::unique_ptr<capnp::MallocMessageBuilder> other_ = std::make_unique<capnp::MallocMessageBuilder>();
};

TEST_F(AnswerNumbers, AreNamedByTheirPlaceOrByWhatTheirElementSays) {
  EXPECT_EQ(number("courses[0].members"), "10");
  EXPECT_EQ(number("courses[course=k-1].members"), "11");
  EXPECT_EQ(number("courses[run=0].members"), "10");
  EXPECT_EQ(number("courses[run=1,course=k-2].members"), "12");
  EXPECT_EQ(number("courses[course=k-0,state=running].run"), "0");
  EXPECT_EQ(number(other_, "contingent"), "9");
}

TEST_F(AnswerNumbers, MayBeAbsent) {
  EXPECT_EQ(number("courses[3].members"), "absent");
  EXPECT_EQ(number("courses[course=k-9].members"), "absent");
  EXPECT_EQ(number("courses[course=k-1,run=0].members"), "absent");
  EXPECT_EQ(number(other_, "bookingPeriod.size"), "absent");
}

TEST_F(AnswerNumbers, AreRefusedWhereThereCanBeNone) {
  EXPECT_EQ(number("courses[run=1].members"), "several elements of courses fit; name more of their fields");
  EXPECT_EQ(number("courses.members"), "courses is a list: write courses[0], or courses[field=value]");
  EXPECT_EQ(
      number("courses[0]"),
      "courses is no number; its parts are: run, members, participants, contributions, activeCampusSeats, "
      "activeCourseSeats");
  EXPECT_EQ(number("courses[0].start"), "start is no number");
  EXPECT_EQ(number("courses[0].course"), "course is no number");
  EXPECT_EQ(number("courses[0].members.x"), "members is no number, and has no parts");
  EXPECT_EQ(number("courses[0].membres"),
            "\"membres\" is no part of this answer; there are: run, members, participants, contributions, "
            "activeCampusSeats, activeCourseSeats");
  EXPECT_EQ(number("courses[room=7].members").substr(0, 32), "\"room\" is no part of this answer");
  EXPECT_EQ(number(other_, "contingent[0]"), "contingent is no list of parts");
  EXPECT_EQ(number(other_, "bookingPeriod"), "bookingPeriod is no number; its parts are: size");
}

TEST_F(AnswerNumbers, HavePathsThatCanBeRead) {
  for (const char* wrong : {"", ".", "courses[", "courses[]", "courses[x]", "courses[0",
                            "courses[=k].members", "courses[0]members", "courses[0].", "[0]", "a..b",
                            "courses[course=k-1,run].members", "courses[99999999999999999999].members"})
    EXPECT_FALSE(NumberPath::parse(wrong)) << wrong;
}

TEST_F(AnswerNumbers, AreListedWithPathsThatFindThem) {
  const auto all = numbers_of(read(message_));
  EXPECT_EQ(all.size(), 18U);
  for (const NamedNumber& each : all) EXPECT_EQ(number(each.path), std::to_string(each.value)) << each.path;
  EXPECT_EQ(all[1].path, "courses[course=k-0].members");
  const auto others = numbers_of(read(other_));
  EXPECT_EQ(others.size(), 4U);
}

}  // namespace
}  // namespace kontor::views
