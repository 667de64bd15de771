// AddCampusSeat, EndCourseMembership and what package campuses do (DOMAIN 3.3 B9, B10; S-29, S-36 to S-38;
// B13, B16).
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

const PersonId kAda{"p-ada"};

rules::Command add_campus_seat(std::string_view person, const CourseId& course = kCourse) {
  return command(cmd::AddCampusSeat{.course = course, .person = PersonId(person)});
}

cmd::CreateCourse package_course(const CourseId& course, std::string_view end) {
  return {.campus = kCampus, .course = course, .start = berlin("2027-02-01"), .end = berlin(end)};
}

TEST(AddCampusSeat, LeavesTheCourseSeatAsItIs) {
  Given given;
  open_spring_course(given);
  given.at("2027-03-05").done(invite("p-ada", kCourseSeat));
  given.when(add_campus_seat("p-ada"))
      .then({seats::CampusSeatGranted{kCampus, 1, kAda, kCourse, PeriodId("2027")},
             seats::HomeCampusSet{kAda, kCampus}});
  given.at("2027-06-01");
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 3u);
}

TEST(AddCampusSeat, RefusesInThisOrder) {
  Given given;
  given.by(Role::CourseManager).when(add_campus_seat("p-ada")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(add_campus_seat("p-ada")).refused(Reason::NotFound);
  open_flat_campus(given, 1);
  given.done(command(course_from("2026-03-01", "2028-06-01")));
  given.when(add_campus_seat("p-ada")).refused(Reason::NotCourseMember);
  given.done(invite("p-ada", kCourseSeat))
      .done(invite("p-bob", kCourseSeat))
      .done(invite("p-eve", kCourseSeat));
  given.when(add_campus_seat("p-ada")).refused(Reason::NoActiveBookingPeriod);
  given.at("2027-01-01").done(add_campus_seat("p-ada"));
  given.when(add_campus_seat("p-ada")).refused(Reason::InvalidArgument);
  given.when(add_campus_seat("p-bob")).refused(Reason::NoCampusSeatsLeft).with("capacity", "1");
  given.done(command(cmd::SetCourseSeatLimits{.course = kCourse, .campus_seats = 1, .course_seats = {}}));
  given.when(add_campus_seat("p-bob")).refused(Reason::CourseCampusSeatLimitReached);
  given.done(leave("p-bob"));
  given.when(add_campus_seat("p-bob"))
      .refused(Reason::NotCourseMember)
      .because({given.position_of<seats::CourseMembershipEnded>()});
  given.at("2028-06-01").when(add_campus_seat("p-bob")).refused(Reason::CourseInactive);
}

TEST(EndMembership, RefusesInThisOrder) {
  Given given;
  given.by(Role::Member, "p-bob").when(leave("p-ada")).refused(Reason::ForbiddenRole);
  given.by(Role::Backend).when(leave("p-ada")).refused(Reason::ForbiddenRole);
  given.by(Role::CourseManager).when(leave("p-ada")).refused(Reason::NotFound);
  given.by_whoever_may();
  open_spring_course(given);
  given.when(leave("p-ada")).refused(Reason::NotCourseMember).because({});
  given.done(invite("p-ada", kCourseSeat)).done(leave("p-ada"));
  given.when(leave("p-ada"))
      .refused(Reason::NotCourseMember)
      .because({given.position_of<seats::CourseMembershipEnded>()});
}

TEST(EndMembership, AMemberMayLeaveForThemselves) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat));
  given.by(Role::Member, "p-ada").when(leave("p-ada")).accepted();
}

TEST(EndMembership, AfterTheRunItOnlyEndsReadingAndBillsNothingMore) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat)).at("2027-07-01");
  given.when(leave("p-ada")).then({seats::CourseMembershipEnded{kCourse, kAda}});
  EXPECT_EQ(given.all<seats::CourseSeatEnded>().size(), 1u);
}

TEST(Package, TS31AnUninvitedPersonsSeatCanBeGrantedTheSameSecond) {
  Given given;
  open_package_campus(given, 10);
  given.done(command(package_course(kCourse, "2027-06-01"))).at("2027-02-10");
  for (int i = 1; i <= 10; ++i) given.done(invite("p-" + std::to_string(i)));
  given.when(invite("p-11")).refused(Reason::NoCampusSeatsLeft).with("used", "10");
  given.when(leave("p-3"))
      .then(
          {seats::CourseMembershipEnded{kCourse, PersonId("p-3")},
           seats::CampusSeatReleased{kCampus, 3, PersonId("p-3"), kCourse, seats::ReleaseCause::Uninvited}});
  EXPECT_EQ(given.state().seats.campuses[0].seats_used, 9u);
  given.when(invite("p-11")).accepted();
}

TEST(Package, TheSeatIsFreeWhenTheCourseIsCompleted) {
  Given given;
  open_package_campus(given, 10);
  given.done(command(package_course(kCourse, "2027-06-01")))
      .at("2027-02-10")
      .done(invite("p-ada"))
      .at("2027-06-01");
  EXPECT_EQ(given.last<seats::CampusSeatReleased>(),
            (seats::CampusSeatReleased{kCampus, 1, kAda, kCourse, seats::ReleaseCause::CourseCompleted}));
  EXPECT_EQ(given.state().seats.campuses[0].seats_used, 0u);
}

TEST(Package, AnotherActiveCourseOfTheCampusTakesTheSeatOver) {
  Given given;
  open_package_campus(given, 10);
  given.done(command(package_course(kCourse, "2027-06-01")))
      .done(command(package_course(kOtherCourse, "2027-09-01")));
  given.at("2027-02-10").done(invite("p-ada")).done(invite("p-ada", {}, kOtherCourse));
  // Leaving the other course changes nothing for the seat.
  given.when(leave("p-ada", kOtherCourse)).then_kinds({"CourseMembershipEnded"});
  given.done(invite("p-ada", {}, kOtherCourse)).at("2027-06-01");
  EXPECT_EQ(given.last<seats::CampusSeatReattributed>(),
            (seats::CampusSeatReattributed{kCampus, 1, kAda, kCourse, kOtherCourse}));
  EXPECT_TRUE(given.all<seats::CampusSeatReleased>().empty());
  given.at("2027-09-01");
  EXPECT_EQ(given.all<seats::CampusSeatReleased>().size(), 1u);
}

TEST(Package, AReleasedSeatLeavesMembershipsElsewhereUnseated) {
  Given given;
  open_package_campus(given, 10);
  open_flat_campus(given, 10, kOtherCampus);
  given.done(command(package_course(kCourse, "2027-06-01")));
  given.done(command(course_from("2027-02-01", "2027-12-01", kOtherCourse, kOtherCampus)));
  given.at("2027-02-10").done(invite("p-ada")).done(invite("p-ada", kCampusSeat, kOtherCourse));
  given.when(leave("p-ada"))
      .then({seats::CourseMembershipEnded{kCourse, kAda},
             seats::CampusSeatReleased{kCampus, 1, kAda, kCourse, seats::ReleaseCause::Uninvited},
             seats::MembershipUnseated{kOtherCourse, kAda, kCampus}});
  // Read-only there now, until that campus invites again, at its own cost.
  given.when(invite("p-ada", kCampusSeat, kOtherCourse)).accepted();
  EXPECT_EQ(given.last<seats::HomeCampusSet>().campus, kOtherCampus);
}

}  // namespace
}  // namespace kontor::test
