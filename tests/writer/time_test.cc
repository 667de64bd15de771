// What "now" means for a tenant: the server's clock, or the rows of an imported history; and that timers come
// before commands (DOMAIN TB7, I9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/writer/writer.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/desk.h"

namespace kontor::test {
namespace {

using tenancy::Timeline;

const Instant kDay1 = at("2020-01-01T00:00:00Z"), kDay2 = at("2020-01-02T00:00:00Z"),
              kDay3 = at("2020-01-03T00:00:00Z");

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() {
    desk.clock("2027-01-01T00:00:00Z");
    EXPECT_TRUE(accepted(desk.ask(row(create_tenant(Timeline::History), 1, kDay1))));
  }

  Desk desk;
};

TEST_F(HistoryTest, ARowTakesEffectAtItsOwnTimeAndIsRecordedNow) {
  ASSERT_TRUE(accepted(desk.ask(row(open_campus("c-1"), 2, kDay2))));
  const Envelope envelope = desk.events().back().envelope;
  EXPECT_EQ(envelope.effective_at, kDay2);
  EXPECT_GE(envelope.recorded_at, at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(envelope.history, (HistoryStamp{7, 2}));
}

TEST_F(HistoryTest, TheTimelineNeverGoesBack) {
  ASSERT_TRUE(accepted(desk.ask(row(open_campus("c-1"), 2, kDay2))));
  EXPECT_EQ(code(desk.ask(row(open_campus("c-2"), 3, kDay1))), Reason::TimelineBehind);
  EXPECT_TRUE(accepted(desk.ask(row(open_campus("c-3"), 4, kDay2))));  // the same moment, a later line
}

TEST_F(HistoryTest, ALineOfAFileIsDecidedOnce) {
  ASSERT_TRUE(accepted(desk.ask(row(open_campus("c-1"), 5, kDay2))));
  EXPECT_EQ(code(desk.ask(row(open_campus("c-2"), 4, kDay2))), Reason::TimelineBehind);
  EXPECT_EQ(code(desk.ask(row(open_campus("c-2"), 5, kDay2))), Reason::TimelineBehind);
  CommandRequest of_another_file = row(open_campus("c-2"), 1, kDay2);
  of_another_file.history->stamp.source = 8;
  EXPECT_TRUE(accepted(desk.ask(of_another_file)));
}

TEST_F(HistoryTest, ARowOfTheFutureIsRefused) {
  EXPECT_EQ(code(desk.ask(row(open_campus("c-1"), 2, at("2027-02-01T00:00:00Z")))),
            Reason::EffectiveTimeInFuture);
}

TEST_F(HistoryTest, LiveCommandsWaitUntilTheHistoryIsFinished) {
  EXPECT_EQ(code(desk.ask(open_campus("c-1"))), Reason::TimelineMode);
  ASSERT_TRUE(accepted(desk.ask(finish_history())));
  EXPECT_TRUE(accepted(desk.ask(open_campus("c-1"))));
  EXPECT_EQ(code(desk.ask(row(open_campus("c-2"), 9, kDay3))), Reason::TimelineMode);
  EXPECT_EQ(code(desk.ask(finish_history())), Reason::TimelineMode);
}

TEST_F(HistoryTest, NothingFiresByTheServersClockBeforeTheHistoryIsFinished) {
  ASSERT_TRUE(accepted(desk.ask(row(open_campus("c-1"), 2, kDay1))));
  auto course = course_from("2020-02-01", "2020-03-01");
  course.seat_types = seats::CourseSeatTypes::CampusOnly;
  ASSERT_TRUE(accepted(desk.ask(row(request(rules::seats::Command(course)), 3, kDay2))));
  EXPECT_EQ(desk.writer().wakes_at(), std::nullopt);
  desk.writer().begin(at("2027-06-01T00:00:00Z"));
  desk.writer().fire_due();
  EXPECT_EQ(desk.writer().finish().group, nullptr);

  // A row past the start finds the run started, with the timer's own times.
  ASSERT_TRUE(accepted(desk.ask(row(open_campus("c-2"), 4, at("2020-02-10T00:00:00Z")))));
  const RecordedEvent started = desk.events().at(3);
  EXPECT_EQ(type_name(started.body), "CourseRunStarted");
  EXPECT_EQ(started.envelope.effective_at, berlin("2020-02-01"));
  EXPECT_TRUE(started.envelope.command_id.is_zero());
  EXPECT_EQ(started.envelope.actor.role, Role::Scheduler);

  // The end of history lets everything fire that was due by then.
  ASSERT_TRUE(accepted(desk.ask(finish_history())));
  EXPECT_THAT(desk.kinds(), testing::Contains("CourseRunEnded"));
  EXPECT_EQ(desk.kinds().back(), "HistoryFinished");
}

TEST(HistoryStart, ATenantWithHistoryStartsWithARowAndALiveOneWithout) {
  Desk desk;
  EXPECT_EQ(code(desk.ask(create_tenant(Timeline::History))), Reason::InvalidArgument);
  EXPECT_EQ(code(desk.ask(row(create_tenant(), 1, kDay1))), Reason::TimelineMode);
  // The first row, too, may not lie in the future.
  EXPECT_EQ(code(desk.ask(row(create_tenant(Timeline::History), 1, at("2030-01-01T00:00:00Z")))),
            Reason::EffectiveTimeInFuture);
  EXPECT_TRUE(desk.events().empty());
}

class TimersTest : public testing::Test {
 protected:
  TimersTest() {
    desk.clock("2027-01-10T00:00:00Z");
    EXPECT_TRUE(accepted(desk.ask(create_tenant())));
    EXPECT_TRUE(accepted(desk.ask(open_campus("c-1"))));
    EXPECT_TRUE(accepted(desk.ask(request(rules::seats::Command(flat_of(50))))));
    EXPECT_TRUE(accepted(desk.ask(
        request(rules::seats::Command(rules::seats::EnableBothSeatTypes{.campus = CampusId("c-1")})))));
    EXPECT_TRUE(accepted(desk.ask(request(rules::seats::Command(course_from("2027-03-01", "2027-06-01"))))));
    EXPECT_TRUE(accepted(desk.ask(request(invite("p-1", kCourseSeat)))));
  }

  Desk desk;
};

// INV-8
TEST_F(TimersTest, WhatIsDueHappensBeforeACommandIsDecided) {
  desk.clock("2027-05-01T12:00:00Z");
  ASSERT_TRUE(accepted(desk.ask(request(leave("p-1")))));
  const auto kinds = desk.kinds();
  const auto blocks = std::ranges::count(kinds, "CourseSeatBlockStarted");
  EXPECT_EQ(blocks, 3);  // 1 March, 31 March, 30 April
  EXPECT_LT(std::ranges::find(kinds, "CourseRunStarted") - kinds.begin(),
            std::ranges::find(kinds, "CourseMembershipEnded") - kinds.begin());
}

TEST_F(TimersTest, ALateSchedulerChangesNothingButTheRecordedTime) {
  desk.clock("2027-09-01T00:00:00Z");
  desk.writer().begin(at("2027-09-01T00:00:00Z"));
  desk.writer().fire_due();
  desk.commit(desk.writer().finish());
  for (const RecordedEvent& event : desk.events()) {
    if (type_name(event.body) != "CourseRunEnded") continue;
    EXPECT_EQ(event.envelope.effective_at, berlin("2027-06-01"));
    EXPECT_EQ(event.envelope.recorded_at, at("2027-09-01T00:00:00Z"));
  }
  EXPECT_EQ(desk.kinds().back(), "CourseSettlementOpened");
  EXPECT_EQ(desk.writer().wakes_at(), berlin("2028-01-31"));  // the seal of the booking period
}

TEST_F(TimersTest, TheWriterKnowsWhenToWakeUp) { EXPECT_EQ(desk.writer().wakes_at(), berlin("2027-03-01")); }

TEST_F(TimersTest, ATickMakesAMomentOfThePastAFact) {
  desk.clock("2027-05-01T12:00:00Z");
  const auto answer = desk.tick(at("2027-04-01T00:00:00Z"));
  ASSERT_TRUE(std::holds_alternative<Position>(answer));
  EXPECT_EQ(std::get<Position>(answer), desk.status().position);
  EXPECT_EQ(std::ranges::count(desk.kinds(), "CourseSeatBlockStarted"), 2);
}

TEST_F(TimersTest, ATickNeverForeseesTheFuture) {
  desk.clock("2027-05-01T12:00:00Z");
  const auto answer = desk.tick(at("2027-05-01T12:00:00Z"));  // this very moment is not over yet
  ASSERT_TRUE(std::holds_alternative<rules::Refusal>(answer));
  EXPECT_EQ(std::get<rules::Refusal>(answer).code, Reason::EffectiveTimeInFuture);
  EXPECT_TRUE(std::holds_alternative<Position>(desk.tick(at("2027-05-01T11:59:59Z"))));
}

TEST_F(TimersTest, WhatWillBeKnownLaterIsNotKnownYet) {
  desk.clock("2027-05-01T12:00:00Z");
  const auto ask = [&](std::string_view known) { return desk.tick({}, at(known)); };
  const auto answer = ask("2027-05-01T12:00:00Z");
  ASSERT_TRUE(std::holds_alternative<rules::Refusal>(answer));
  EXPECT_EQ(std::get<rules::Refusal>(answer).code, Reason::EffectiveTimeInFuture);
  EXPECT_TRUE(std::holds_alternative<Position>(ask("2027-05-01T11:59:59Z")));
  EXPECT_EQ(std::ranges::count(desk.kinds(), "CourseSeatBlockStarted"), 0) << "nothing was asked to happen";
}

TEST_F(TimersTest, ARefusedBatchTakesBackTheTimersItFired) {
  const std::size_t before = desk.events().size();
  desk.writer().begin(at("2027-04-10T00:00:00Z"));  // as if nobody had fired what is due
  std::vector<kontor::Outcome> outcomes;
  desk.writer().decide({Desk::kTenant, Mode::AllOrNothing, {request(leave("p-9"))}, [&](auto said) {
                          outcomes = std::move(said);
                        }});
  desk.commit(desk.writer().finish());
  EXPECT_EQ(code(outcomes.at(0)), Reason::NotCourseMember);
  EXPECT_EQ(desk.events().size(), before);
  EXPECT_EQ(desk.writer().wakes_at(), berlin("2027-03-01"));
}

// A block is due one nanosecond after its start, since a seat that ends at that very instant has no such
// block. It still takes effect before what is due at its due time.
TEST_F(TimersTest, WhatIsDueTogetherFiresInTheOrderInWhichItTakesEffect) {
  auto before_midnight = course_from("2027-04-01", "2027-07-01", CourseId("z"));
  before_midnight.start.ns -= 1;
  ASSERT_TRUE(accepted(desk.ask(request(rules::seats::Command(before_midnight)))));
  ASSERT_TRUE(accepted(desk.ask(request(invite("p-2", kCourseSeat, CourseId("z"))))));
  // Its second block starts just before 1 May, 00:00, when this course starts.
  ASSERT_TRUE(accepted(
      desk.ask(request(rules::seats::Command(course_from("2027-05-01", "2027-07-01", CourseId("a")))))));
  desk.clock("2027-05-02T00:00:00Z");
  ASSERT_TRUE(accepted(desk.ask(open_campus("c-9"))));
  Instant before;
  for (const RecordedEvent& event : desk.events()) {
    EXPECT_GE(event.envelope.effective_at, before) << type_name(event.body);
    before = event.envelope.effective_at;
  }
}

}  // namespace
}  // namespace kontor::test
