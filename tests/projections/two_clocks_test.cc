// A removal that was recorded on 3 April and has been true since 30 March (DOMAIN TX-03).

#include <gtest/gtest.h>

#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"

namespace kontor::test {
namespace {

const CampusId kCampus{"c-1"};
const CourseId kCourse{"k-1"};

Ask known_at(Position position, Ask ask) {
  return [position, ask = std::move(ask)](wire::Query::Builder query) {
    ask(query);
    query.setKnownPosition(position);
  };
}
Ask known_at(std::string_view time, Ask ask) {
  return [ns = Instant::parse(time)->ns, ask = std::move(ask)](wire::Query::Builder query) {
    ask(query);
    query.setKnownTime(ns);
  };
}
Ask at(std::string_view time, const Ask& ask) { return as_of_time(Instant::parse(time).value(), ask); }

seats::CourseMemberInvited invited(const char* person) {
  return {.course = kCourse, .person = PersonId(person), .role = seats::MemberRole::Participant};
}

RecordedStory until_april() {
  RecordedStory story;
  story.at("2027-02-01T00:00:00Z")
      .record(tenancy::TenantCreated{},
              seats::CampusOpened{kCampus, seats::CampusKind::Flat, "Europe/Berlin"},
              seats::CourseCreated{kCourse, kCampus, Instant::parse("2027-03-01T00:00:00Z").value(),
                                   Instant::parse("2027-06-01T00:00:00Z").value(),
                                   seats::CourseSeatTypes::CampusOnly})
      .end_group();
  story.at("2027-03-10T00:00:00Z").record(invited("p-1")).end_group();
  story.at("2027-03-20T00:00:00Z").record(invited("p-2")).end_group();
  story.at("2027-04-02T00:00:00Z").record(invited("p-3")).end_group();
  return story;
}

class TwoClocks : public testing::Test {
 protected:
  TwoClocks() {
    RecordedStory story = until_april();
    story.at("2027-04-03T00:00:00Z")
        .true_since("2027-03-30T00:00:00Z")
        .record(seats::CourseMembershipEnded{.course = kCourse, .person = PersonId("p-1")})
        .end_group();
    story.at("2027-04-05T00:00:00Z").record(invited("p-4")).end_group();
    for (const log::Group& group : story.groups()) views_.apply(group);
  }
  std::uint64_t members(const Ask& question) {
    return answered(*views_.store, question).body().getUsageDetail().getCourses()[0].getMembers();
  }
  wire::MembershipState state_of(const Ask& question) {
    return answered(*views_.store, question).body().getCoursesOf().getCourses()[0].getState();
  }

  DerivedViews views_;
  const Ask courses_ = courses_of("p-1");
  const Ask usage_ = usage_detail("c-1");
};

TEST(TwoClocksOfPersons, AnErasureReachesBackBehindALateCorrection) {
  RecordedStory story;
  story.at("2027-02-01T00:00:00Z")
      .record(tenancy::TenantCreated{},
              seats::CampusOpened{kCampus, seats::CampusKind::Flat, "Europe/Berlin"},
              seats::CourseCreated{kCourse, kCampus, Instant::parse("2027-03-01T00:00:00Z").value(),
                                   Instant::parse("2027-06-01T00:00:00Z").value(),
                                   seats::CourseSeatTypes::CampusOnly},
              people::PersonRegistered{PersonId("p-1"), {}, people::SealedData{"sealed"}})
      .end_group();
  story.at("2027-03-10T00:00:00Z").record(invited("p-1")).end_group();
  story.at("2027-04-03T00:00:00Z")
      .true_since("2027-03-30T00:00:00Z")
      .record(seats::CourseMembershipEnded{.course = kCourse, .person = PersonId("p-1")})
      .end_group();
  story.at("2027-04-05T00:00:00Z").record(people::PersonErased{PersonId("p-1"), 1, "asked"}).end_group();
  const DerivedViews views(story.groups());
  const Answered answer = answered(*views.store, at("2027-03-31T00:00:00Z", [](wire::Query::Builder query) {
    auto question = query.getQuestion().initPersonDetail();
    question.setPerson("p-1");
    question.setRole(schema::Role::BACKEND);
  }));
  EXPECT_EQ(answer.body().getPersonDetail().getState(), wire::PersonState::ERASED);
}

TEST_F(TwoClocks, TrueThenAsKnownTodayHasTheCorrection) {
  EXPECT_EQ(state_of(at("2027-03-31T00:00:00Z", courses_)), wire::MembershipState::ENDED);
  EXPECT_EQ(members(at("2027-03-31T00:00:00Z", usage_)), 1U);
  EXPECT_EQ(members(at("2027-04-02T00:00:00Z", usage_)), 2U);
}

TEST_F(TwoClocks, BeforeItWasTrueNothingHasChanged) {
  EXPECT_EQ(state_of(at("2027-03-29T23:59:59Z", courses_)), wire::MembershipState::ACTIVE);
  EXPECT_EQ(members(at("2027-03-29T23:59:59Z", usage_)), 2U);
  EXPECT_EQ(state_of(at("2027-03-30T00:00:00Z", courses_)), wire::MembershipState::ENDED);
}

TEST_F(TwoClocks, AsKnownThenItIsStillThere) {
  for (const Ask& then : {known_at("2027-03-31T00:00:00Z", at("2027-03-31T00:00:00Z", courses_)),
                          known_at(6, at("2027-04-02T00:00:00Z", courses_)),
                          known_at("2027-04-02T23:59:59Z", at("2027-04-02T12:00:00Z", courses_))})
    EXPECT_EQ(state_of(then), wire::MembershipState::ACTIVE);
  EXPECT_EQ(members(known_at("2027-04-02T23:59:59Z", at("2027-04-02T12:00:00Z", usage_))), 3U);
}

TEST_F(TwoClocks, FromItsPositionOnItIsKnown) {
  EXPECT_EQ(state_of(known_at(7, at("2027-03-31T00:00:00Z", courses_))), wire::MembershipState::ENDED);
  EXPECT_EQ(state_of(known_at("2027-04-03T00:00:00Z", at("2027-03-31T00:00:00Z", courses_))),
            wire::MembershipState::ENDED);
}

TEST_F(TwoClocks, TheHeadAndEveryPositionAreAsTheyWereRecorded) {
  EXPECT_EQ(members(usage_), 3U);
  EXPECT_EQ(members(as_of(6, usage_)), 3U);
  EXPECT_EQ(members(as_of(7, usage_)), 2U);
  EXPECT_EQ(members(known_at(6, usage_)), 3U);
  EXPECT_EQ(members(known_at("2027-04-02T12:00:00Z", usage_)), 3U);
}

TEST_F(TwoClocks, TheTimelineDoesNotGoBackWithACorrection) {
  const Answered answer = answered(*views_.store, as_of(7, usage_));
  EXPECT_EQ((*answer).getEffectiveAt(), Instant::parse("2027-04-02T00:00:00Z")->ns);
}

TEST_F(TwoClocks, AfterAllOfItTheMomentEqualsTheHead) {
  EXPECT_EQ(members(at("2027-04-05T00:00:00Z", usage_)), members(usage_));
}

TEST_F(TwoClocks, BothWaysOfSayingWhatIsKnownAreOneTooMany) {
  const auto no = [&](const Ask& question) { return words_of(ask(*views_.store, question)); };
  EXPECT_TRUE(no(known_at(5, known_at("2027-04-03T00:00:00Z", usage_))).starts_with("1006"));
  EXPECT_TRUE(no(known_at(5, as_of(5, usage_))).starts_with("1006"));
  EXPECT_TRUE(no(known_at(99, usage_)).starts_with("1006 position 99 lies beyond the head"));
}

}  // namespace
}  // namespace kontor::test
