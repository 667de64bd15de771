// The decision table of DOMAIN 3.5: a test per row, in its order, and for each refusal that it is answered
// before the rows below it; then the worked examples of 9.3.
#include <gmock/gmock.h>

#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

using seats::CampusSeatGranted;
using seats::CourseMemberInvited;
using seats::CourseSeatTypes;
using seats::ExistingCampusSeatUsed;
using seats::HomeCampusSet;
using seats::MemberRole;

const PersonId kAda{"p-ada"};

rules::Command limits(std::optional<std::uint32_t> campus, std::optional<std::uint32_t> course,
                      const CourseId& id = kCourse) {
  return command(cmd::SetCourseSeatLimits{.course = id, .campus_seats = campus, .course_seats = course});
}

rules::Command seat_types(CourseSeatTypes types) {
  return command(cmd::EditCourse{.course = kCourse, .start = {}, .end = {}, .seat_types = types});
}

rules::Command option(seats::SeatTypeOption value) {
  return command(cmd::EnableBothSeatTypes{.campus = kCampus, .option = value});
}

/// A campus with a flat of `size`, both types on, and a running course with both types.
void running_course(Given& given, std::uint32_t size = 50) {
  open_flat_campus(given, size);
  given.done(command(course_from("2027-03-01", "2027-06-01"))).at("2027-03-05 09:00");
}

TEST(Invitation, RolesComeBeforeEverything) {
  Given given;
  for (const Role role : {Role::Backend, Role::Support, Role::Member, Role::Billing, Role::ContractDesk})
    given.by(role)
        .when(invite("p-ada"))
        .refused(Reason::ForbiddenRole)
        .with("needed", "campusManager, courseManager");
  given.by(Role::CourseManager).when(invite("p-ada")).refused(Reason::NotFound).with("course", "k-1");
}

TEST(Invitation, Row1CourseInactive) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCourseSeat)).at("2027-06-01");
  // Ada is a member, too (row 2).
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::CourseInactive)
      .with("run", "1")
      .because({given.position_of<seats::CourseDeactivated>()});
}

TEST(Invitation, Row2AlreadyAMember) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCourseSeat)).done(option(seats::SeatTypeOption::CampusSeatsOnly));
  // The option is off by now (row 3).
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::AlreadyCourseMember)
      .because({given.position_of<CourseMemberInvited>()});
}

TEST(Invitation, Row2AFormerMemberMayComeBack) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCourseSeat)).done(leave("p-ada")).at("2027-03-06");
  given.when(invite("p-ada", kCourseSeat))
      .then_kinds({"CourseMemberInvited", "CourseSeatStarted", "CourseSeatBlockStarted"});
  EXPECT_EQ(given.last<seats::CourseSeatStarted>().seat, 2u);
}

TEST(Invitation, Row3CourseSeatsNotEnabled) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Package}));
  auto course = course_from("2027-03-01", "2027-06-01");
  course.seat_types = CourseSeatTypes::CampusOnly;
  given.done(command(course));
  // A package campus (row 4) and a course with campus seats only (row 5).
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::CourseSeatsNotEnabled)
      .because({given.position_of<seats::CampusOpened>()});
}

TEST(Invitation, Row4CourseSeatsRequireAFlat) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Package}));
  given.done(option(seats::SeatTypeOption::BothSeatTypes));
  auto course = course_from("2027-03-01", "2027-06-01");
  course.seat_types = CourseSeatTypes::CampusOnly;
  given.done(command(course));
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::CourseSeatsRequireFlat)
      .because({given.position_of<seats::CampusOpened>()});
}

TEST(Invitation, Row5SeatTypeNotAllowedInCourse) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCampusSeat)).done(leave("p-ada")).done(seat_types(CourseSeatTypes::CampusOnly));
  // Ada holds a campus seat (row 7).
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::SeatTypeNotAllowedInCourse)
      .because({given.position_of<seats::CourseSeatTypesChanged>()});
}

TEST(Invitation, Row6SeatTypeRequired) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCampusSeat)).done(leave("p-ada"));
  // Ada holds a campus seat (row 10), yet TS-22: the invitation must name a type.
  given.when(invite("p-ada"))
      .refused(Reason::SeatTypeRequired)
      .because(
          {given.position_of<seats::SeatTypeOptionChanged>(), given.position_of<seats::CourseCreated>()});
}

TEST(Invitation, Row7NoCourseSeatForTheHolderOfACampusSeat) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCampusSeat)).done(leave("p-ada")).done(limits({}, 0));
  // No course seat is left either (row 8).
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::CourseSeatNotAllowedWithCampusSeat)
      .with("home_campus", "c-1")
      .with("seat", "1")
      .because({given.position_of<CampusSeatGranted>()});
}

TEST(Invitation, Row8CourseSeatLimitReached) {
  Given given;
  running_course(given);
  given.done(limits({}, 1)).done(invite("p-bob", kCourseSeat));
  given.when(invite("p-ada", kCourseSeat))
      .refused(Reason::CourseCourseSeatLimitReached)
      .with("limit", "1")
      .with("used", "1")
      .because({given.position_of<seats::CourseSeatLimitsSet>()});
  given.done(leave("p-bob")).when(invite("p-ada", kCourseSeat)).accepted();
}

TEST(Invitation, Row9ACourseSeatIsReservedBeforeTheRunAndStartedDuringIt) {
  Given given;
  open_spring_course(given);
  given.when(invite("p-ada", kCourseSeat)).then_kinds({"CourseMemberInvited", "CourseSeatReserved"});
  given.at("2027-03-01")
      .when(invite("p-bob", kCourseSeat))
      .then_kinds({"CourseMemberInvited", "CourseSeatStarted", "CourseSeatBlockStarted"});
}

TEST(Invitation, Row10AnExistingCampusSeatIsUsedWithoutCost) {
  Given given;
  running_course(given, 1);
  given.done(invite("p-ada", kCampusSeat));
  open_flat_campus(given, 1, kOtherCampus);
  given.done(command(course_from("2027-03-01", "2028-06-01", kOtherCourse, kOtherCampus)));
  given.done(limits(0, {}, kOtherCourse));
  // Neither period, nor limit, nor contingent (rows 11 to 13) matter to a holder: the period is over by then.
  given.at("2028-01-05");
  given.when(invite("p-ada", kCampusSeat, kOtherCourse))
      .then({CourseMemberInvited{kOtherCourse, kAda, MemberRole::Participant, kCampusSeat},
             ExistingCampusSeatUsed{kOtherCourse, kAda, kCampus, 1}});
}

TEST(Invitation, Row11NoActiveBookingPeriod) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus}));
  given.done(command(cmd::CreateCourse{
      .campus = kCampus, .course = kCourse, .start = berlin("2026-03-01"), .end = berlin("2028-06-01")}));
  given.when(invite("p-ada")).refused(Reason::NoActiveBookingPeriod).because({});
  given.done(command(flat_of(1))).at("2026-12-31 23:59:59");
  given.when(invite("p-ada")).refused(Reason::NoActiveBookingPeriod);
  given.at("2027-01-01").when(invite("p-ada")).accepted();
  given.at("2027-12-31 23:59:59").done(limits(0, {}));
  // At the end of the period the limit (row 12) and the contingent (row 13) are exhausted, too.
  given.at("2028-01-01")
      .when(invite("p-bob"))
      .refused(Reason::NoActiveBookingPeriod)
      .because({given.position_of<seats::FlatBooked>()});
}

TEST(Invitation, Row12CampusSeatLimitOfTheCourseReached) {
  Given given;
  running_course(given, 1);
  given.done(limits(1, {})).done(invite("p-bob", kCampusSeat));
  given.when(invite("p-ada", kCampusSeat))
      .refused(Reason::CourseCampusSeatLimitReached)
      .with("limit", "1")
      .with("used", "1")
      .because({given.position_of<seats::CourseSeatLimitsSet>()});
}

TEST(Invitation, Row13NoCampusSeatsLeft) {
  Given given;
  running_course(given, 1);
  given.done(invite("p-bob", kCampusSeat));
  given.when(invite("p-ada", kCampusSeat))
      .refused(Reason::NoCampusSeatsLeft)
      .with("capacity", "1")
      .with("used", "1")
      .because({given.position_of<seats::FlatBooked>()});
}

TEST(Invitation, Row14ACampusSeatIsGrantedAndTheHomeCampusSet) {
  Given given;
  running_course(given);
  given.when(invite("p-ada", kCampusSeat))
      .then({CourseMemberInvited{kCourse, kAda, MemberRole::Participant, kCampusSeat},
             CampusSeatGranted{kCampus, 1, kAda, kCourse, PeriodId("2027")}, HomeCampusSet{kAda, kCampus}});
}

TEST(Choosing, TS20WithTheOptionOffAnInvitationGivesACampusSeat) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus})).done(command(flat_of(50)));
  given.done(command(cmd::CreateCourse{
      .campus = kCampus, .course = kCourse, .start = berlin("2027-03-01"), .end = berlin("2027-06-01")}));
  given.at("2027-01-10")
      .when(invite("p-ada"))
      .then_kinds({"CourseMemberInvited", "CampusSeatGranted", "HomeCampusSet"});
  EXPECT_EQ(given.state().seats.campuses[0].seats_used, 1u);
}

TEST(Choosing, TS24NoCourseSeatForAHolderOnAnotherCampusEither) {
  Given given;
  running_course(given);
  open_flat_campus(given, 5, kOtherCampus);
  given.done(command(course_from("2027-03-01", "2027-06-01", kOtherCourse, kOtherCampus)));
  given.done(invite("p-ada", kCampusSeat));
  given.when(invite("p-ada", kCourseSeat, kOtherCourse)).refused(Reason::CourseSeatNotAllowedWithCampusSeat);
}

TEST(Choosing, TS25ACampusSeatLeavesCourseSeatsUntouched) {
  Given given;
  running_course(given);
  const CourseId third("k-3");
  given.done(command(course_from("2027-03-01", "2027-06-01", kOtherCourse)));
  given.done(command(course_from("2027-03-01", "2027-06-01", third)));
  given.done(invite("p-ada", kCourseSeat)).done(invite("p-ada", kCourseSeat, kOtherCourse));
  given.when(invite("p-ada", kCampusSeat, third))
      .then_kinds({"CourseMemberInvited", "CampusSeatGranted", "HomeCampusSet"});
  EXPECT_EQ(given.state().seats.campuses[0].seats_used, 1u);
  given.at("2027-06-01");
  EXPECT_EQ(given.all<seats::CourseSeatEnded>().size(), 2u);
  for (const auto& ended : given.all<seats::CourseSeatEnded>()) EXPECT_EQ(ended.billed_blocks, 3u);
}

TEST(Choosing, LimitsLoweredBelowUseKeepTheSeatsAndGrantNoMore) {
  Given given;
  running_course(given);
  given.done(invite("p-1", kCourseSeat)).done(invite("p-2", kCourseSeat)).done(limits({}, 1));
  given.when(invite("p-3", kCourseSeat)).refused(Reason::CourseCourseSeatLimitReached).with("used", "2");
  EXPECT_EQ(given.state().seats.courses[0].course_seats, 2u);
}

TEST(Choosing, ACourseSetToCampusOnlyKeepsItsRunningCourseSeats) {
  Given given;
  running_course(given);
  given.done(invite("p-1", kCourseSeat)).done(seat_types(CourseSeatTypes::CampusOnly)).at("2027-06-01");
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 3u);
}

TEST(Choosing, EveryRoleOfAMemberUsesASeat) {
  Given given;
  running_course(given, 1);
  given.done(command(cmd::InviteToCourse{
      .course = kCourse, .person = kAda, .role = MemberRole::Lecturer, .seat_type = kCampusSeat}));
  given.when(invite("p-bob", kCampusSeat)).refused(Reason::NoCampusSeatsLeft);
}

TEST(Transfer, TS30AFlatSeatStaysWithThePersonWhoWasUninvited) {
  Given given;
  running_course(given);
  given.done(invite("p-ada", kCampusSeat));
  given.when(leave("p-ada")).then({seats::CourseMembershipEnded{kCourse, kAda}});
  EXPECT_EQ(given.state().seats.campuses[0].seats_used, 1u);
  const auto transfer =
      command(cmd::TransferSeat{.course = kCourse, .person = kAda, .to = PersonId("p-bob")});
  given.when(transfer).refused(Reason::SeatNotTransferable).because({given.position_of<CampusSeatGranted>()});
}

TEST(Transfer, NoSeatIsEverTransferred) {
  Given given;
  const auto transfer =
      command(cmd::TransferSeat{.course = kCourse, .person = kAda, .to = PersonId("p-bob")});
  for (const Role role : {Role::Member, Role::Support, Role::CampusManager})
    given.by(role).when(transfer).refused(Reason::SeatNotTransferable).because({});
  given.by_whoever_may();
  running_course(given);
  given.done(invite("p-ada", kCourseSeat));
  given.when(transfer)
      .refused(Reason::SeatNotTransferable)
      .because({given.position_of<seats::CourseSeatStarted>()});
}

}  // namespace
}  // namespace kontor::test
