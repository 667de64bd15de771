// What each question answers, on the worked examples of DOMAIN 9 and on what a page, a cursor and a name can
// be.

#include <gtest/gtest.h>

#include "tests/support/campus_fixture.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"

namespace kontor::test {
namespace {

// The course of DOMAIN 9.2 on a flat of 50: 2027-03-01 to 2027-06-01.
class Spring : public testing::Test {
 protected:
  Spring() {
    at("2027-01-01", command(cmd::OpenCampus{.campus = kCampus}));
    at("2027-01-01", command(flat_of(50)));
    at("2027-01-01", command(cmd::EnableBothSeatTypes{.campus = kCampus}));
    at("2027-01-01", command(course_from("2027-03-01", "2027-06-01")));
  }

  void at(const char* local, const rules::Command& command) { history_.done(berlin(local), command); }
  void until(const char* local) { history_.wait(berlin(local)); }
  // Brings the views up to what has happened.
  const views::ViewStore& views() {
    for (const log::Group& group : history_.groups()) derived_.apply(group);
    return *derived_.store;
  }
  std::string words(const Ask& question) { return words_of(ask(views(), question)); }

  LiveHistory history_;
  DerivedViews derived_;
};

TEST_F(Spring, PeriodsShowWhatIsPlannedWhatRunsAndWhatIsOver) {
  at("2027-02-15", invite("p-1", kCourseSeat));
  at("2027-02-15", invite("p-5", kCourseSeat));
  at("2027-02-20", leave("p-5"));
  {
    const Answered planned = answered(views(), periods_of_course("k-1"));
    const auto seats = planned.body().getCourseSeatPeriods().getSeats();
    ASSERT_EQ(seats.size(), 2U);
    EXPECT_EQ(seats[0].getStatus(), wire::CourseSeatStatus::SCHEDULED);
    EXPECT_EQ(seats[0].getFrom(), berlin("2027-03-01").ns);
    EXPECT_EQ(seats[0].getTo(), berlin("2027-06-01").ns);
    EXPECT_EQ(seats[0].getNextBlockAt(), berlin("2027-03-01").ns);
    EXPECT_EQ(seats[1].getStatus(), wire::CourseSeatStatus::CANCELLED);
    EXPECT_EQ(seats[1].getFrom(), 0);
  }
  at("2027-03-10 14:30", invite("p-2", kCourseSeat));
  until("2027-04-15");
  {
    const Answered running = answered(views(), periods_of_course("k-1"));
    const auto seats = running.body().getCourseSeatPeriods().getSeats();
    ASSERT_EQ(seats.size(), 3U);
    EXPECT_EQ(seats[0].getStatus(), wire::CourseSeatStatus::ACTIVE);
    ASSERT_EQ(seats[0].getBlocks().size(), 2U);
    EXPECT_EQ(seats[0].getBlocks()[1].getStartsAt(), berlin("2027-03-31").ns);
    EXPECT_EQ(seats[0].getBlocks()[1].getUnitPrice(), 1200);
    EXPECT_EQ(seats[0].getBlocks()[1].getTier(), 50U);
    EXPECT_EQ(seats[0].getCurrency(), "EUR");
    EXPECT_EQ(seats[0].getNextBlockAt(), berlin("2027-04-30").ns);
    EXPECT_EQ(seats[2].getFrom(), berlin("2027-03-10 14:30").ns);
    EXPECT_EQ(seats[2].getBlocks().size(), 2U);
  }
  until("2027-06-02");
  const Answered over = answered(views(), periods_of_course("k-1"));
  const auto seats = over.body().getCourseSeatPeriods().getSeats();
  EXPECT_EQ(seats[0].getStatus(), wire::CourseSeatStatus::ENDED);
  EXPECT_EQ(seats[0].getBlocks().size(), 4U);
  EXPECT_EQ(seats[0].getTo(), berlin("2027-06-01").ns);
  EXPECT_EQ(seats[0].getNextBlockAt(), 0);
}

TEST_F(Spring, APlannedSeatFollowsItsCourse) {
  at("2027-02-15", invite("p-1", kCourseSeat));
  at("2027-02-16",
     command(cmd::EditCourse{
         .course = kCourse, .start = berlin("2027-03-05"), .end = berlin("2027-07-01"), .seat_types = {}}));
  const Answered answer = answered(views(), periods_of_course("k-1"));
  const auto seat = answer.body().getCourseSeatPeriods().getSeats()[0];
  EXPECT_EQ(seat.getFrom(), berlin("2027-03-05").ns);
  EXPECT_EQ(seat.getTo(), berlin("2027-07-01").ns);
}

// TS-01, TS-02, TS-04, TS-05, TS-16, TS-17.
TEST_F(Spring, ASettlementHasALineForEverySeatAndTheSumOfTheBlocks) {
  for (const char* person : {"p-1", "p-4a", "p-4b", "p-4c", "p-5"})
    at("2027-02-15", invite(person, kCourseSeat));
  at("2027-02-20", leave("p-5"));
  at("2027-03-10 14:30", invite("p-2", kCourseSeat));
  at("2027-03-30 18:00", leave("p-4a"));
  at("2027-03-31", leave("p-4c"));
  at("2027-03-31 00:30", leave("p-4b"));
  {
    const Answered answer = answered(views(), settlement("k-1"));
    const auto so_far = answer.body().getCourseSettlement();
    EXPECT_EQ(so_far.getState(), wire::SettlementState::NOT_ENDED);
    EXPECT_EQ(so_far.getBlocks(), 2U + 1 + 2 + 1 + 1);
    EXPECT_EQ(so_far.getAmount(), 7 * 1200);
  }
  until("2027-06-01 00:00:01");
  const Answered answer = answered(views(), settlement("k-1"));
  const auto open = answer.body().getCourseSettlement();
  EXPECT_EQ(open.getState(), wire::SettlementState::OPEN);
  EXPECT_FALSE(open.getReactivationAllowed());
  EXPECT_EQ(open.getSeats(), 6U);
  EXPECT_EQ(open.getCurrency(), "EUR");
  std::map<std::string, std::pair<std::uint64_t, std::int64_t>> lines;
  for (const auto line : open.getLines()) lines[line.getPerson()] = {line.getBlocks(), line.getAmount()};
  EXPECT_EQ(
      lines, (std::map<std::string, std::pair<std::uint64_t, std::int64_t>>{{"p-1", {4, 4800}},
                                                                            {"p-2", {3, 3600}},
                                                                            {"p-4a", {1, 1200}},
                                                                            {"p-4b", {2, 2400}},
                                                                            {"p-4c", {1, 1200}},
                                                                            {"p-5", {0, 0}}}));
  EXPECT_EQ(open.getBlocks(), 11U);
  EXPECT_EQ(open.getAmount(), 13'200);

  at("2027-06-02", command(cmd::SettleCourse{.course = kCourse, .run = 1, .invoice_ref = "i-1"}));
  EXPECT_TRUE(answered(views(), settlement("k-1")).body().getCourseSettlement().getReactivationAllowed());
  at("2027-08-01", command(cmd::ReactivateCourse{
                       .course = kCourse, .start = berlin("2027-09-01"), .end = berlin("2027-10-01")}));
  EXPECT_EQ(answered(views(), settlement("k-1")).body().getCourseSettlement().getRun(), 2U);
  const Answered old = answered(views(), settlement("k-1", 1));
  EXPECT_EQ(old.body().getCourseSettlement().getAmount(), 13'200);
  EXPECT_EQ(old.body().getCourseSettlement().getState(), wire::SettlementState::SETTLED);
  EXPECT_FALSE(old.body().getCourseSettlement().getReactivationAllowed());
}

// TS-10: the price follows the flat's size at each block's start.
TEST_F(Spring, BlocksShowTheTierTheyWerePricedWith) {
  at("2027-02-15", invite("p-1", kCourseSeat));
  at("2027-04-15",
     command(cmd::ResizeFlat{.campus = kCampus, .period = PeriodId("2027"), .size = 200, .from = {}}));
  until("2027-06-02");
  const Answered answer = answered(views(), periods_of_course("k-1"));
  std::vector<std::int64_t> prices;
  for (const auto block : answer.body().getCourseSeatPeriods().getSeats()[0].getBlocks())
    prices.push_back(block.getUnitPrice());
  EXPECT_EQ(prices, (std::vector<std::int64_t>{1200, 1200, 900, 900}));
  EXPECT_EQ(answered(views(), settlement("k-1")).body().getCourseSettlement().getAmount(), 4200);
}

// TS-20, S-46.
TEST_F(Spring, RemainingSeatsNameTheTighterOfCourseAndCampus) {
  at("2027-01-05", invite("p-1", kCampusSeat));
  {
    const Answered answer = answered(views(), remaining_seats("k-1"));
    const auto left = answer.body().getRemainingSeats();
    EXPECT_EQ(left.getCampus(), "c-1");
    EXPECT_EQ(left.getCampusSeats().getLeft(), 49U);
    EXPECT_EQ(left.getCourseCampusSeats().getTally(), wire::Tally::UNLIMITED);
    EXPECT_EQ(left.getEffectiveLeft().getLeft(), 49U);
    EXPECT_EQ(left.getBookingPeriod().getPeriod(), "2027");
  }
  at("2027-01-06",
     command(cmd::SetCourseSeatLimits{.course = kCourse, .campus_seats = 3, .course_seats = 0}));
  const Answered answer = answered(views(), remaining_seats("k-1"));
  const auto left = answer.body().getRemainingSeats();
  EXPECT_EQ(left.getEffectiveLeft().getLimit(), 3U);
  EXPECT_EQ(left.getEffectiveLeft().getLeft(), 2U);
  EXPECT_EQ(left.getCourseSeats().getTally(), wire::Tally::LIMITED);
  EXPECT_EQ(left.getCourseSeats().getLeft(), 0U);
}

TEST_F(Spring, AFlatThatWillShrinkHasFewerSeatsToGiveToday) {
  at("2027-01-06",
     command(cmd::ResizeFlat{
         .campus = kCampus, .period = PeriodId("2027"), .size = 20, .from = berlin("2027-09-01")}));
  const Answered answer = answered(views(), usage_statistics("c-1"));
  EXPECT_EQ(answer.body().getUsageStatistics().getContingent(), 50U);
  EXPECT_EQ(answer.body().getUsageStatistics().getAvailableCampusSeats(), 20U);
  EXPECT_EQ(answered(views(), remaining_seats("k-1")).body().getRemainingSeats().getCampusSeats().getLeft(),
            20U);
}

TEST_F(Spring, APeriodThatIsOverIsShownNoMore) {
  at("2027-01-06", command(cmd::CreateCourse{.campus = kCampus,
                                             .course = kOtherCourse,
                                             .start = berlin("2027-12-01"),
                                             .end = berlin("2028-02-01")}));
  until("2028-02-02");
  const Answered answer = answered(views(), usage_statistics("c-1"));
  EXPECT_FALSE(answer.body().getUsageStatistics().hasBookingPeriod());
  EXPECT_EQ(answer.body().getUsageStatistics().getContingent(), 0U);
}

TEST_F(Spring, MembersReadOnWhenTheRunHasEnded) {
  at("2027-02-15", invite("p-1", kCourseSeat));
  at("2027-02-15", invite("p-2", kCampusSeat));
  at("2027-03-05", leave("p-1"));
  until("2027-06-02");
  const Answered left = answered(views(), courses_of("p-1"));
  EXPECT_EQ(left.body().getCoursesOf().getCourses()[0].getState(), wire::MembershipState::ENDED);
  EXPECT_EQ(left.body().getCoursesOf().getCourses()[0].getUntil(), berlin("2027-03-05").ns);
  const Answered stayed = answered(views(), courses_of("p-2"));
  EXPECT_EQ(stayed.body().getCoursesOf().getCourses()[0].getState(), wire::MembershipState::READ_ONLY);
  EXPECT_EQ(stayed.body().getCoursesOf().getCourses()[0].getCarriedBy(), wire::SeatKind::CAMPUS_SEAT);
  const Answered seats = answered(views(), seat_of("p-2"));
  EXPECT_EQ(seats.body().getSeatOf().getHomeCampus(), "c-1");
  EXPECT_EQ(seats.body().getSeatOf().getCampusSeat().getGrantingCourse(), "k-1");
  EXPECT_EQ(answered(views(), seat_of("p-1")).body().getSeatOf().getCourseSeats().size(), 1U);
}

class Paging : public Spring {
 protected:
  Paging() {
    at("2027-01-02", command(course_from("2027-03-01", "2027-06-01", CourseId("k-0"))));
    for (const char* course : {"k-0", "k-1"})
      for (int i = 0; i < 5; ++i)
        at("2027-01-03", invite("p-" + std::to_string(i), kCourseSeat, CourseId(course)));
    until("2027-04-15");
  }
  // All pages of a list, seat by seat; every page but the last is full.
  template <class Page>
  std::vector<std::string> walk(std::uint32_t limit, const Page& page) {
    std::vector<std::string> seen;
    std::string after;
    do {
      const std::size_t before = seen.size();
      after = page(limit, after, seen);
      EXPECT_LE(seen.size() - before, limit);
      if (!after.empty()) {
        EXPECT_EQ(seen.size() - before, limit);
      }
    } while (!after.empty());
    return seen;
  }
};

TEST_F(Paging, EverySeatOfACampusIsOnExactlyOnePage) {
  const auto page = [this](std::uint32_t limit, const std::string& after, std::vector<std::string>& seen) {
    const Answered answer = answered(views(), periods_of_campus("c-1", limit, after));
    const auto rows = answer.body().getCourseSeatPeriods();
    for (const auto seat : rows.getSeats()) {
      seen.push_back(std::string(seat.getCourse()) + " " + std::to_string(seat.getSeat()));
      EXPECT_EQ(seat.getBlocks().size(), 2U);
    }
    return std::string(rows.getNext());
  };
  const std::vector<std::string> all = walk(1'000, page);
  EXPECT_EQ(all.size(), 10U);
  EXPECT_EQ(all.front(), "k-0 1");
  EXPECT_EQ(all.back(), "k-1 5");
  for (std::uint32_t limit = 1; limit <= 11; ++limit) EXPECT_EQ(walk(limit, page), all) << limit;
}

TEST_F(Paging, SumsOfASettlementAreThoseOfTheWholeRunOnEveryPage) {
  const auto page = [this](std::uint32_t limit, const std::string& after, std::vector<std::string>& seen) {
    const Answered answer = answered(views(), settlement("k-1", 1, limit, after));
    const auto run = answer.body().getCourseSettlement();
    for (const auto line : run.getLines()) seen.push_back(std::to_string(line.getSeat()));
    EXPECT_EQ(run.getSeats(), 5U);
    EXPECT_EQ(run.getBlocks(), 10U);
    return std::string(run.getNext());
  };
  EXPECT_EQ(walk(2, page), (std::vector<std::string>{"1", "2", "3", "4", "5"}));
  EXPECT_EQ(walk(5, page).size(), 5U);
}

TEST_F(Paging, WhatIsNoPageIsRefused) {
  EXPECT_TRUE(words(periods_of_course("k-1", 10'001)).starts_with("1006 a page has at most 10000 rows"));
  EXPECT_TRUE(words(settlement("k-1", 0, 10'001)).starts_with("1006"));
  for (const char* cursor : {"x", "k-1/1", "k-1/1/", "k-1//1", "k-1/1/1x", "/1/1", "k-1/-1/1"})
    EXPECT_TRUE(words(periods_of_course("k-1", 0, cursor)).starts_with("1006 the cursor is not")) << cursor;
  EXPECT_TRUE(
      words(periods_of_course("k-1", 0, "k-0/1/1")).starts_with("1006 the cursor belongs to another"));
  EXPECT_TRUE(words(settlement("k-1", 1, 0, "k-1/2/1")).starts_with("1006 the cursor belongs to another"));
}

TEST_F(Spring, EitherACampusOrACourse) {
  const Ask both = [](wire::Query::Builder query) {
    auto question = query.getQuestion().initCourseSeatPeriods();
    question.setCampus("c-1");
    question.setCourse("k-1");
  };
  EXPECT_TRUE(words(both).starts_with("1006 name either a campus or a course"));
  EXPECT_TRUE(words(periods_of_course("")).starts_with("1006 name either a campus or a course"));
}

TEST_F(Spring, WhatIsNotKnownIsNamed) {
  EXPECT_EQ(words(remaining_seats("k-9")), "1007 there is no course k-9 at position 6 course=k-9 position=6");
  EXPECT_TRUE(words(usage_statistics("c-9")).starts_with("1007 there is no campus c-9"));
  EXPECT_TRUE(words(usage_detail("c-9")).starts_with("1007 there is no campus c-9"));
  EXPECT_TRUE(words(periods_of_course("k-9")).starts_with("1007 there is no course k-9"));
  EXPECT_TRUE(words(periods_of_campus("c-9")).starts_with("1007 there is no campus c-9"));
  EXPECT_TRUE(words(seat_of("p-9")).starts_with("1007 there is no person p-9"));
  EXPECT_TRUE(words(courses_of("p-9")).starts_with("1007 there is no person p-9"));
  EXPECT_TRUE(words(settlement("k-1", 2)).starts_with("1007 there is no run 2 of course k-1"));
}

// S-52
TEST_F(Spring, AnArtefactIsOneContributionHoweverOftenItIsRecorded) {
  at("2027-03-05", invite("p-1", kCourseSeat));
  for (const char* artefact : {"a-1", "a-2", "a-1"})
    at("2027-03-06",
       command(cmd::RecordContribution{.course = kCourse, .person = PersonId("p-1"), .artefact = artefact}));
  EXPECT_EQ(answered(views(), usage_detail("c-1")).body().getUsageDetail().getCourses()[0].getContributions(),
            2U);
}

TEST_F(Spring, APositionBeyondTheHeadIsRefused) {
  EXPECT_TRUE(words(as_of(99, usage_statistics("c-1"))).starts_with("1006 position 99 lies beyond the head"));
  EXPECT_TRUE(
      words(as_of(0, usage_statistics("c-1"))).starts_with("1007 there is no campus c-1 at position 0"));
}

TEST_F(Spring, BeforeTheFirstEventNothingIsKnown) {
  const Ask backlog = [](wire::Query::Builder q) { q.getQuestion().initIntegrationBacklog(); };
  const std::string nothing = "1007 before the tenant's first event nothing is known";
  EXPECT_EQ(words(as_of(0, backlog)), nothing);
  EXPECT_EQ(words(as_of_time(Instant{1}, backlog)), nothing);
}

}  // namespace
}  // namespace kontor::test
