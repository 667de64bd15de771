// Which events made a number what it is. Random histories: tests/model/explain_test.cc.

#include "projections/explain.h"

#include <gtest/gtest.h>

#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"

namespace kontor::test {
namespace {

using views::ExplainLimits;
using views::ExplainStep;
using views::Explanation;
using Steps = std::vector<ExplainStep>;

const CampusId kCampus{"c-1"};
const CourseId kCourse{"k-1"};
constexpr std::optional<std::int64_t> kAbsent;

Instant time(std::string_view text) { return Instant::parse(text).value(); }

seats::CourseMemberInvited invited(const char* person) {
  return {.course = kCourse, .person = PersonId(person), .role = seats::MemberRole::Participant};
}

Ask known_at(Position position, const Ask& ask) {
  return [position, ask](wire::Query::Builder query) {
    ask(query);
    query.setKnownPosition(position);
  };
}

/// Positions 1 to 3 found the course, 4 to 6 invite, 7 takes p-1 out since 30 March, 8 opens another campus.
class Explained : public testing::Test {
 protected:
  Explained() {
    RecordedStory story;
    story.at("2027-02-01T00:00:00Z")
        .record(tenancy::TenantCreated{},
                seats::CampusOpened{kCampus, seats::CampusKind::Flat, "Europe/Berlin"},
                seats::CourseCreated{kCourse, kCampus, time("2027-03-01T00:00:00Z"),
                                     time("2027-06-01T00:00:00Z"), seats::CourseSeatTypes::CampusOnly})
        .end_group();
    story.at("2027-03-10T00:00:00Z").record(invited("p-1")).end_group();
    story.at("2027-03-20T00:00:00Z").record(invited("p-2")).end_group();
    story.at("2027-04-02T00:00:00Z").record(invited("p-3")).end_group();
    story.at("2027-04-03T00:00:00Z")
        .true_since("2027-03-30T00:00:00Z")
        .record(seats::CourseMembershipEnded{.course = kCourse, .person = PersonId("p-1")})
        .end_group();
    story.at("2027-05-10T00:00:00Z")
        .record(seats::CampusOpened{CampusId("c-2"), seats::CampusKind::Flat, "Europe/Berlin"})
        .end_group();
    for (const log::Group& group : story.groups()) views_.apply(group);
  }

  views::ExplainOutcome outcome_of(const Ask& question, const char* number, const ExplainLimits& limits = {},
                                   const views::StopSource& stop = {}) {
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    question(query);
    return views::explain(*views_.store, TenantId("t"), query, views::NumberPath::parse(number).value(),
                          limits, nullptr, std::nullopt, stop);
  }
  Explanation explain(const Ask& question, const char* number, const ExplainLimits& limits = {}) {
    auto outcome = outcome_of(question, number, limits);
    if (auto* explanation = std::get_if<Explanation>(&outcome)) return std::move(*explanation);
    ADD_FAILURE() << "not explained";
    return {};
  }

  DerivedViews views_;
  const Ask usage_ = usage_detail("c-1");
};

constexpr const char* kMembers = "courses[course=k-1].members";

TEST_F(Explained, IsANumberByEveryEventThatChangedIt) {
  const Explanation members = explain(usage_, kMembers);
  EXPECT_EQ(members.value, 2);
  EXPECT_EQ(members.first, kAbsent);
  EXPECT_EQ(members.steps, (Steps{{3, kAbsent, 0}, {4, 0, 1}, {5, 1, 2}, {6, 2, 3}, {7, 3, 2}}));
  EXPECT_EQ(members.by_time, 0);
  EXPECT_EQ(members.position, 8U);
}

TEST_F(Explained, IsANumberOfThePastByTheEventsUntilThen) {
  EXPECT_EQ(explain(as_of(5, usage_), kMembers).steps, (Steps{{3, kAbsent, 0}, {4, 0, 1}, {5, 1, 2}}));
  const Explanation before = explain(as_of(2, usage_), kMembers);
  EXPECT_EQ(before.value, kAbsent);
  EXPECT_TRUE(before.steps.empty());
}

TEST_F(Explained, IsANumberThatALaterCorrectionChanged) {
  const Ask then = as_of_time(time("2027-03-31T00:00:00Z"), usage_);
  const Explanation members = explain(then, kMembers);
  EXPECT_EQ(members.value, 1);
  EXPECT_EQ(members.steps, (Steps{{3, kAbsent, 0}, {4, 0, 1}, {5, 1, 2}, {7, 2, 1}}));
  const Explanation as_known = explain(known_at(6, then), kMembers);
  EXPECT_EQ(as_known.value, 2);
  EXPECT_EQ(as_known.steps, (Steps{{3, kAbsent, 0}, {4, 0, 1}, {5, 1, 2}}));
}

TEST_F(Explained, IsWhatTimeAloneDid) {
  const Explanation blocks = explain(cheaper_seat_hint("k-1"), "plannedBlocks");
  EXPECT_EQ(blocks.value, 1);
  EXPECT_EQ(blocks.steps, (Steps{{3, kAbsent, 4}}));
  EXPECT_EQ(blocks.by_time, -3);
}

TEST_F(Explained, AreTheNewestStepsWhenThereAreTooMany) {
  const Explanation members = explain(usage_, kMembers, {.candidates_max = 100, .steps = 2});
  EXPECT_EQ(members.steps, (Steps{{6, 2, 3}, {7, 3, 2}}));
  EXPECT_EQ(members.first, 2);
  EXPECT_EQ(members.left_out, 3U);
  EXPECT_EQ(members.value, 2);
}

TEST_F(Explained, IsNothingThatTooManyEventsMayHaveChanged) {
  const auto outcome = outcome_of(usage_, kMembers, {.candidates_max = 3, .steps = 1});
  ASSERT_TRUE(std::holds_alternative<rules::Refusal>(outcome));
  EXPECT_EQ(std::get<rules::Refusal>(outcome).code, Reason::InvalidArgument);
}

TEST_F(Explained, IsNothingThatTheAnswerCannotHave) {
  EXPECT_EQ(std::get<rules::Refusal>(outcome_of(usage_, "courses[0].membres")).code, Reason::InvalidArgument);
  EXPECT_EQ(std::get<rules::Refusal>(outcome_of(usage_detail("none"), kMembers)).code, Reason::NotFound);
  EXPECT_EQ(std::get<rules::Refusal>(outcome_of(as_of(99, usage_), kMembers)).code, Reason::InvalidArgument);
}

TEST_F(Explained, IsGivenUpWhenItIsTold) {
  int asked = 0;
  const auto outcome = outcome_of(usage_, kMembers, {}, [&]() -> std::optional<Error> {
    if (++asked < 4) return std::nullopt;
    return Error{Reason::SessionEnded, "stopping"};
  });
  ASSERT_TRUE(std::holds_alternative<Error>(outcome));
  EXPECT_EQ(std::get<Error>(outcome).code, Reason::SessionEnded);
  EXPECT_EQ(asked, 4);
}

}  // namespace
}  // namespace kontor::test
