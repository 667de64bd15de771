// RecordContribution and ChangeRole (DOMAIN 3.3 B20, B23; S-13, S-50 to S-52).
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

const PersonId kAda{"p-ada"};

rules::Command contribute(std::string_view person = "p-ada") {
  return command(cmd::RecordContribution{.course = kCourse, .person = PersonId(person), .artefact = "a-1"});
}

rules::Command change_role(seats::MemberRole role, std::string_view person = "p-ada") {
  return command(cmd::ChangeRole{.course = kCourse, .person = PersonId(person), .role = role});
}

TEST(RecordContribution, NamesCourseRunAndArtefact) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat));
  given.at("2027-03-05").when(contribute()).then({seats::ContributionRecorded{kCourse, 1, kAda, "a-1"}});
}

TEST(RecordContribution, RefusesInThisOrder) {
  Given given;
  given.by(Role::CampusManager).when(contribute()).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(contribute()).refused(Reason::NotFound);
  open_spring_course(given);
  given.when(contribute()).refused(Reason::NotCourseMember);
  given.done(invite("p-ada", kCourseSeat)).done(invite("p-bob", kCourseSeat)).done(leave("p-bob"));
  given.when(contribute("p-bob"))
      .refused(Reason::NotCourseMember)
      .because({given.position_of<seats::CourseMembershipEnded>()});
  given.at("2027-06-01").when(contribute("p-eve")).refused(Reason::CourseInactive);
}

TEST(RecordContribution, WhoMayOnlyReadContributesNothing) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat));
  given.at("2027-06-01").done(command(cmd::SettleCourse{.course = kCourse, .run = 1, .invoice_ref = "R-1"}));
  given.done(command(
      cmd::ReactivateCourse{.course = kCourse, .start = berlin("2027-06-01"), .end = berlin("2027-09-01")}));
  given.when(contribute()).refused(Reason::MemberReadOnly).with("run", "1").with("current_run", "2");
}

TEST(RecordContribution, WithoutASeatThereIsOnlyReading) {
  Given given;
  open_flat_campus(given);
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.at("2027-03-05").done(invite("p-ada", kCampusSeat));
  given.done(command(
      cmd::CorrectSeat{.event = given.position_of<seats::CampusSeatGranted>(), .reason = "a mistake"}));
  given.when(contribute())
      .refused(Reason::MemberReadOnly)
      .because({given.position_of<seats::MembershipUnseated>()});
}

TEST(ChangeRole, SaysWhatTheRoleWas) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat));
  given.when(change_role(seats::MemberRole::Tutor))
      .then({seats::CourseRoleChanged{kCourse, kAda, seats::MemberRole::Participant,
                                      seats::MemberRole::Tutor}});
  EXPECT_EQ(given.state().seats.memberships[0].role, seats::MemberRole::Tutor);
}

TEST(ChangeRole, RefusesInThisOrder) {
  Given given;
  given.by(Role::Member, "p-ada").when(change_role(seats::MemberRole::Tutor)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(change_role(seats::MemberRole::Tutor)).refused(Reason::NotFound);
  open_spring_course(given);
  given.when(change_role(seats::MemberRole::Tutor)).refused(Reason::NotCourseMember);
  given.done(invite("p-ada", kCourseSeat));
  given.when(change_role(seats::MemberRole::Participant)).refused(Reason::InvalidArgument);
  given.at("2027-06-01")
      .when(change_role(seats::MemberRole::Lecturer))
      .accepted();  // who reads has a role, too
  given.done(leave("p-ada"));
  given.when(change_role(seats::MemberRole::Tutor)).refused(Reason::NotCourseMember);
}

}  // namespace
}  // namespace kontor::test
