// Worked examples of DOMAIN 9.2: blocks, prices, clock changes, settlement.
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

using seats::CourseSeatBlockStarted;
using seats::CourseSeatEnded;

/// Blocks and amount of the newest seat that ended.
void expect_bill(const Given& given, std::uint32_t blocks, std::int64_t amount) {
  const auto ended = given.last<CourseSeatEnded>();
  EXPECT_EQ(ended.billed_blocks, blocks);
  EXPECT_EQ(ended.amount.value, amount);
  EXPECT_EQ(ended.currency.text(), "EUR");
}

std::vector<Instant> starts(const Given& given) {
  std::vector<Instant> out;
  for (const auto& block : given.all<CourseSeatBlockStarted>()) out.push_back(block.starts_at);
  return out;
}

TEST(CourseSeats, TS01InvitedBeforeTheRunIsChargedFromItsStart) {
  Given given;
  open_spring_course(given);
  given.at("2027-02-15 12:00")
      .when(invite("p-1", kCourseSeat))
      .then(
          {seats::CourseMemberInvited{kCourse, PersonId("p-1"), seats::MemberRole::Participant, kCourseSeat},
           seats::CourseSeatReserved{kCourse, 1, PersonId("p-1"), berlin("2027-03-01")}});
  given.at("2027-06-01");
  EXPECT_EQ(starts(given), (std::vector{berlin("2027-03-01"), berlin("2027-03-31"), berlin("2027-04-30"),
                                        berlin("2027-05-30")}));
  expect_bill(given, 4, 4800);
}

TEST(CourseSeats, TS02InvitedDuringTheRunIsChargedFromTheInvitation) {
  Given given;
  open_spring_course(given);
  given.at("2027-03-10 14:30")
      .when(invite("p-2", kCourseSeat))
      .then(
          {seats::CourseMemberInvited{kCourse, PersonId("p-2"), seats::MemberRole::Participant, kCourseSeat},
           seats::CourseSeatStarted{kCourse, 1, PersonId("p-2"), berlin("2027-03-10 14:30")},
           CourseSeatBlockStarted{kCourse, 1, PersonId("p-2"), 1, berlin("2027-03-10 14:30"),
                                  berlin("2027-04-09 14:30"),
                                  seats::BlockPrice{PeriodId("2027"), 50, 50, MinorUnits{1200}, Currency{},
                                                    seats::Rounding::Started}}});
  given.at("2027-06-01");
  EXPECT_EQ(starts(given), (std::vector{berlin("2027-03-10 14:30"), berlin("2027-04-09 14:30"),
                                        berlin("2027-05-09 14:30")}));
  expect_bill(given, 3, 3600);
}

struct Stay {
  const char* until;
  std::uint32_t started;
  std::uint32_t full;
};

class CourseSeatStay : public testing::TestWithParam<Stay> {};

// TS-04a, b, c: thirty wall-clock days across the spring change, and the half-open boundary.
INSTANTIATE_TEST_SUITE_P(TS04, CourseSeatStay,
                         testing::Values(Stay{"2027-03-30 18:00", 1, 0}, Stay{"2027-03-31 00:30", 2, 1},
                                         Stay{"2027-03-31 00:00", 1, 1}));

TEST_P(CourseSeatStay, IsBilledByStartedBlocks) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-4", kCourseSeat)).at(GetParam().until).done(leave("p-4"));
  expect_bill(given, GetParam().started, 1200 * GetParam().started);
}

TEST_P(CourseSeatStay, IsBilledByFullBlocksWhenTheContractSaysSo) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus}));
  auto flat = flat_of(50);
  flat.rounding = seats::Rounding::Full;
  given.done(command(flat)).done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.done(invite("p-4", kCourseSeat)).at(GetParam().until).done(leave("p-4"));
  expect_bill(given, GetParam().full, 1200 * GetParam().full);
  EXPECT_EQ(given.last<CourseSeatEnded>().blocks, GetParam().started);
}

TEST(CourseSeats, TS05CancelledBeforeTheRunIsNeverBilled) {
  Given given;
  open_spring_course(given);
  given.at("2027-02-15 12:00").done(invite("p-5", kCourseSeat));
  given.at("2027-02-20 12:00")
      .when(leave("p-5"))
      .then({seats::CourseMembershipEnded{kCourse, PersonId("p-5")},
             seats::CourseSeatCancelledBeforeStart{kCourse, 1, PersonId("p-5")}});
  given.at("2027-06-01");
  EXPECT_TRUE(given.all<CourseSeatBlockStarted>().empty());
  EXPECT_EQ(given.last<seats::CourseSettlementOpened>().seats, 0u);
}

struct Length {
  const char* start;
  const char* end;
  std::uint32_t blocks;
};

class CourseLength : public testing::TestWithParam<Length> {};

INSTANTIATE_TEST_SUITE_P(TS08, CourseLength,
                         testing::Values(Length{"2027-01-01", "2027-04-01", 3},
                                         Length{"2027-02-01", "2027-05-01", 3},
                                         Length{"2027-06-01", "2027-09-01", 4},
                                         Length{"2027-01-01", "2027-05-01", 4},
                                         Length{"2027-05-01", "2027-09-01", 5}));

TEST_P(CourseLength, DecidesTheBlocks) {
  Given given;
  open_flat_campus(given);
  given.done(command(course_from(GetParam().start, GetParam().end)));
  given.done(invite("p-1", kCourseSeat)).at(GetParam().end);
  expect_bill(given, GetParam().blocks, 1200 * GetParam().blocks);
}

TEST(CourseSeats, TS10EachBlockIsPricedByTheFlatSizeAtItsStart) {
  Given given;
  open_spring_course(given);
  given.at("2027-02-15 12:00").done(invite("p-1", kCourseSeat));
  given.at("2027-04-15 09:00")
      .done(command(cmd::ResizeFlat{.campus = kCampus, .period = PeriodId("2027"), .size = 200, .from = {}}));
  given.at("2027-06-01");
  std::vector<std::int64_t> unit_prices;
  for (const auto& block : given.all<CourseSeatBlockStarted>())
    unit_prices.push_back(block.price->unit_price.value);
  EXPECT_EQ(unit_prices, (std::vector<std::int64_t>{1200, 1200, 900, 900}));
  expect_bill(given, 4, 4200);
}

TEST(CourseSeats, TS11ABlockAtALocalTimeThatDoesNotExistStartsWithTheChange) {
  Given given;
  open_flat_campus(given);
  given.done(command(course_from("2027-02-26 02:30", "2027-06-01"))).done(invite("p-1", kCourseSeat));
  given.at("2027-05-01");
  const auto blocks = given.all<CourseSeatBlockStarted>();
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[1].starts_at.text(), "2027-03-28T01:00:00Z");
  // Counted from the original start: the third block is back at half past two.
  EXPECT_EQ(blocks[2].starts_at, berlin("2027-04-27 02:30"));
}

TEST(CourseSeats, ABlockAtALocalTimeThatExistsTwiceStartsAtTheEarlier) {
  Given given;
  open_flat_campus(given);
  given.done(command(course_from("2027-10-01 02:30", "2027-12-01"))).done(invite("p-1", kCourseSeat));
  given.at("2027-11-05");
  EXPECT_EQ(given.all<CourseSeatBlockStarted>()[1].starts_at.text(), "2027-10-31T00:30:00Z");
}

/// P1 to P5 of DOMAIN 9.2 with P3 invited at the first moment of the run: fifteen blocks.
void live_through_spring(Given& given) {
  open_spring_course(given);
  given.at("2027-02-15 12:00").done(invite("p-1", kCourseSeat)).done(invite("p-5", kCourseSeat));
  given.at("2027-02-20 12:00").done(leave("p-5"));
  for (const char* person : {"p-4a", "p-4b", "p-4c"}) given.done(invite(person, kCourseSeat));
  given.at("2027-03-01").done(invite("p-3", kCourseSeat));
  given.at("2027-03-10 14:30").done(invite("p-2", kCourseSeat));
  given.at("2027-03-30 18:00").done(leave("p-4a"));
  given.at("2027-03-31").done(leave("p-4c"));
  given.at("2027-03-31 00:30").done(leave("p-4b"));
  given.at("2027-06-01");
}

rules::Command reactivate(seats::RunNumber, cmd::CourseSeatReissue reissue) {
  return command(cmd::ReactivateCourse{
      .course = kCourse, .start = berlin("2027-09-01"), .end = berlin("2027-10-01"), .reissue = reissue});
}

TEST(CourseSeats, TS16AtTheEndTheCourseIsInactiveAndItsSettlementOpen) {
  Given given;
  live_through_spring(given);
  const auto settlement = given.last<seats::CourseSettlementOpened>();
  EXPECT_EQ(settlement, (seats::CourseSettlementOpened{.course = kCourse,
                                                       .run = 1,
                                                       .seats = 6,
                                                       .blocks = 15,
                                                       .billed_blocks = 15,
                                                       .unpriced_blocks = 0,
                                                       .amount = MinorUnits{18000},
                                                       .currency = Currency{}}));
  given.when(invite("p-9", kCourseSeat)).refused(Reason::CourseInactive);
  given.when(reactivate(2, cmd::CourseSeatReissue::No))
      .refused(Reason::SettlementPending)
      .with("amount", "18000")
      .because({given.position_of<seats::CourseSettlementOpened>()});
}

TEST(CourseSeats, TS17ASettledCourseStartsAgainWithBlockOne) {
  Given given;
  live_through_spring(given);
  given.at("2027-06-10 10:00")
      .when(command(cmd::SettleCourse{.course = kCourse, .run = 1, .invoice_ref = "R-2027-17"}))
      .then_kinds({"CourseSettled"});
  const auto settled = given.last<seats::CourseSettled>();
  EXPECT_EQ(settled.billed_blocks, 15u);
  EXPECT_EQ(settled.amount.value, 18000);
  EXPECT_NE(settled.lines_hash, Digest{});

  // INV-14: what was settled is settled once.
  given.when(command(cmd::SettleCourse{.course = kCourse, .run = 1, .invoice_ref = "R-2027-18"}))
      .refused(Reason::LineAlreadyBilled);

  // P4a, b, c left and P5 was un-invited: three members come back.
  given.when(reactivate(2, cmd::CourseSeatReissue::Yes))
      .then({seats::CourseReactivated{kCourse, 2, berlin("2027-09-01"), berlin("2027-10-01")},
             seats::CourseMembershipResumed{kCourse, PersonId("p-1"), kCourseSeat},
             seats::CourseSeatReserved{kCourse, 8, PersonId("p-1"), berlin("2027-09-01")},
             seats::CourseMembershipResumed{kCourse, PersonId("p-3"), kCourseSeat},
             seats::CourseSeatReserved{kCourse, 9, PersonId("p-3"), berlin("2027-09-01")},
             seats::CourseMembershipResumed{kCourse, PersonId("p-2"), kCourseSeat},
             seats::CourseSeatReserved{kCourse, 10, PersonId("p-2"), berlin("2027-09-01")}});
  given.at("2027-09-01");
  const auto block = given.last<CourseSeatBlockStarted>();
  EXPECT_EQ(block.block, 1u);
  EXPECT_EQ(block.starts_at, berlin("2027-09-01"));
  given.at("2027-10-01");
  EXPECT_EQ(given.last<seats::CourseSettlementOpened>().run, 2u);
  EXPECT_EQ(given.last<seats::CourseSettlementOpened>().seats, 3u);
  EXPECT_EQ(given.last<seats::CourseSettlementOpened>().amount.value, 3600);
}

TEST(CourseSeats, WithoutReissueMembersOfCourseSeatsStayReadOnlyAndCanBeInvitedAgain) {
  Given given;
  live_through_spring(given);
  given.done(command(cmd::SettleCourse{.course = kCourse, .run = 1, .invoice_ref = "R-1"}));
  given.when(reactivate(2, cmd::CourseSeatReissue::No)).then_kinds({"CourseReactivated"});
  given.at("2027-09-01 08:00").when(invite("p-1", kCourseSeat)).accepted();
}

TEST(CourseSeats, InvitedAndRemovedInTheSameMinuteIsOneStartedBlock) {
  Given given;
  open_spring_course(given);
  given.at("2027-03-05 10:00:10")
      .done(invite("p-1", kCourseSeat))
      .at("2027-03-05 10:00:40")
      .done(leave("p-1"));
  expect_bill(given, 1, 1200);
}

TEST(CourseSeats, AnExtendedCourseGoesOnCountingAndAShortenedOneKeepsItsStartedBlocks) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-1", kCourseSeat)).at("2027-05-31");
  given.done(command(
      cmd::EditCourse{.course = kCourse, .start = {}, .end = berlin("2027-08-01"), .seat_types = {}}));
  given.at("2027-07-01");
  EXPECT_EQ(given.all<CourseSeatBlockStarted>().size(), 5u);  // ..., 30 May, 29 June
  given.done(command(
      cmd::EditCourse{.course = kCourse, .start = {}, .end = berlin("2027-07-02"), .seat_types = {}}));
  given.at("2027-09-01");
  expect_bill(given, 5, 6000);
}

TEST(CourseSeats, WithoutAFlatInForceABlockStartsUnpriced) {
  Given given;
  open_flat_campus(given);
  given.done(command(course_from("2027-12-15", "2028-02-15"))).done(invite("p-1", kCourseSeat));
  given.at("2028-02-15");
  const auto blocks = given.all<CourseSeatBlockStarted>();
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_TRUE(blocks[0].price.has_value());
  EXPECT_FALSE(blocks[1].price.has_value());
  EXPECT_EQ(given.last<CourseSeatEnded>().unpriced_blocks, 2u);
  expect_bill(given, 3, 1200);
}

TEST(CourseSeats, AManagerMayEndTheRunEarly) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-1", kCourseSeat)).at("2027-03-20 12:00");
  given.when(command(cmd::EndCourseRun{kCourse}))
      .then_kinds({"CourseRunEnded", "CourseDeactivated", "CourseSeatEnded", "CourseSettlementOpened"});
  expect_bill(given, 1, 1200);
  given.at("2027-12-01");
  EXPECT_EQ(given.all<seats::CourseRunEnded>().size(), 1u);
}

}  // namespace
}  // namespace kontor::test
