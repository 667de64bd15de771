// Campuses, courses, runs and settlements: every refusal in its order, and what starts at once.
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

using seats::CourseSeatTypes;

cmd::EditCourse edit() { return {.course = kCourse, .start = {}, .end = {}, .seat_types = {}}; }

rules::Command settle(seats::RunNumber run, std::string ref = "R-1") {
  return command(cmd::SettleCourse{.course = kCourse, .run = run, .invoice_ref = std::move(ref)});
}

rules::Command reactivate(std::string_view start, std::string_view end,
                          cmd::CourseSeatReissue reissue = cmd::CourseSeatReissue::No) {
  return command(cmd::ReactivateCourse{
      .course = kCourse, .start = berlin(start), .end = berlin(end), .reissue = reissue});
}

TEST(OpenCampus, RefusesInThisOrder) {
  Given given;
  const auto open = [](std::string zone) {
    return command(cmd::OpenCampus{.campus = kCampus, .time_zone = std::move(zone)});
  };
  given.by(Role::CampusManager)
      .when(open("Europe/Berlin"))
      .refused(Reason::ForbiddenRole)
      .with("role", "campusManager");
  given.by_whoever_may()
      .when(open("Mars/Olympus"))
      .refused(Reason::InvalidArgument)
      .with("time_zone", "Mars/Olympus");
  given.when(open("Europe/Berlin"))
      .then({seats::CampusOpened{kCampus, seats::CampusKind::Flat, "Europe/Berlin"}});
  given.when(open("Mars/Olympus"))
      .refused(Reason::AlreadyExists)
      .because({given.position_of<seats::CampusOpened>()});
}

TEST(EnableBothSeatTypes, IsForSupportOnly) {
  Given given;
  const auto on = command(cmd::EnableBothSeatTypes{.campus = kCampus});
  given.by(Role::CampusManager).when(on).refused(Reason::ForbiddenRole).with("needed", "support");
  given.by_whoever_may().when(on).refused(Reason::NotFound);
  given.done(command(cmd::OpenCampus{.campus = kCampus})).done(on);
  given.when(on).refused(Reason::InvalidArgument);
}

TEST(CreateCourse, RefusesInThisOrder) {
  Given given;
  auto course = course_from("2027-03-01", "2027-06-01");
  given.by(Role::Backend).when(command(course)).refused(Reason::ForbiddenRole);
  given.by(Role::CourseManager).when(command(course)).refused(Reason::NotFound);
  given.by_whoever_may().done(
      command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Package}));
  auto wrong = course;
  wrong.end = wrong.start;
  given.when(command(wrong)).refused(Reason::CourseDatesInvalid);
  given.when(command(course_from("2025-01-01", "2026-01-01"))).refused(Reason::CourseDatesInvalid);
  given.when(command(course)).refused(Reason::CourseSeatsNotEnabled);
  given.done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  given.when(command(course)).refused(Reason::CourseSeatsRequireFlat);
  course.seat_types = CourseSeatTypes::CampusOnly;
  given.done(command(course));
  given.when(command(wrong))
      .refused(Reason::AlreadyExists)
      .because({given.position_of<seats::CourseCreated>()});
}

TEST(CreateCourse, StartsItsRunAtOnceWhenTheStartIsReached) {
  Given given;
  open_flat_campus(given);
  given.at("2027-03-05")
      .when(command(course_from("2027-03-05", "2027-06-01")))
      .then_kinds({"CourseCreated", "CourseRunStarted"});
  EXPECT_EQ(given.last<seats::CourseRunStarted>().started_at, berlin("2027-03-05"));
}

TEST(EditCourse, RefusesInThisOrder) {
  Given given;
  given.by(Role::Support).when(command(edit())).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(command(edit())).refused(Reason::NotFound);
  given.done(command(cmd::OpenCampus{.campus = kCampus}))
      .done(command(cmd::CreateCourse{
          .campus = kCampus, .course = kCourse, .start = berlin("2027-03-01"), .end = berlin("2027-06-01")}));
  given.when(command(edit())).refused(Reason::InvalidArgument);
  auto both = edit();
  both.seat_types = CourseSeatTypes::CampusAndCourse;
  given.when(command(both)).refused(Reason::CourseSeatsNotEnabled);
  auto wrong = both;
  wrong.end = berlin("2027-03-01");
  given.when(command(wrong)).refused(Reason::CourseDatesInvalid);
  given.at("2027-03-02");
  auto moved = edit();
  moved.start = berlin("2027-03-10");
  given.when(command(moved))
      .refused(Reason::CourseDatesInvalid)
      .because({given.position_of<seats::CourseRunStarted>()});
  auto past = edit();
  past.end = berlin("2027-03-02");
  given.when(command(past)).refused(Reason::CourseDatesInvalid);
  given.at("2027-06-01");
  auto longer = edit();
  longer.end = berlin("2027-08-01");
  given.when(command(longer))
      .refused(Reason::CourseInactive)
      .because({given.position_of<seats::CourseDeactivated>()});
}

TEST(EditCourse, MovedToAReachedStartItsRunStartsAtOnceWithItsReservedSeats) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-1", kCourseSeat)).at("2027-02-01");
  auto now = edit();
  now.start = berlin("2027-01-15");
  given.when(command(now))
      .then_kinds({"CourseRescheduled", "CourseRunStarted", "CourseSeatStarted", "CourseSeatBlockStarted"});
  EXPECT_EQ(given.last<seats::CourseSeatStarted>().started_at, berlin("2027-02-01"));
}

TEST(EditCourse, AMovedStartMovesReservedSeats) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-1", kCourseSeat));
  auto later = edit();
  later.start = berlin("2027-04-01");
  given.done(command(later)).at("2027-03-15");
  EXPECT_TRUE(given.all<seats::CourseRunStarted>().empty());
  given.at("2027-04-01");
  EXPECT_EQ(given.last<seats::CourseSeatStarted>().started_at, berlin("2027-04-01"));
}

TEST(SetCourseSeatLimits, AreForTheCampusManagerOnly) {
  Given given;
  const auto limits =
      command(cmd::SetCourseSeatLimits{.course = kCourse, .campus_seats = 5, .course_seats = {}});
  given.by(Role::CourseManager).when(limits).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(limits).refused(Reason::NotFound);
  open_spring_course(given);
  given.when(limits).then({seats::CourseSeatLimitsSet{kCourse, 5, std::nullopt}});
  given.when(limits).refused(Reason::InvalidArgument);
}

TEST(EndCourseRun, RefusesInThisOrder) {
  Given given;
  const auto end = command(cmd::EndCourseRun{kCourse});
  given.by(Role::Billing).when(end).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(end).refused(Reason::NotFound);
  open_spring_course(given);
  given.when(end).refused(Reason::CourseInactive).because({given.position_of<seats::CourseCreated>()});
  given.at("2027-06-01")
      .when(end)
      .refused(Reason::CourseInactive)
      .because({given.position_of<seats::CourseDeactivated>()});
}

TEST(SettleCourse, RefusesInThisOrder) {
  Given given;
  given.by(Role::CampusManager).when(settle(1)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(settle(1)).refused(Reason::NotFound);
  open_spring_course(given);
  given.when(settle(1, "")).refused(Reason::InvalidArgument);
  given.when(settle(1, std::string(101, 'x'))).refused(Reason::InvalidArgument);
  given.when(settle(1)).refused(Reason::NotFound).with("current_run", "1");
  given.at("2027-06-01").when(settle(2)).refused(Reason::NotFound);
  given.when(settle(0)).refused(Reason::NotFound);
  given.done(settle(1))
      .when(settle(1))
      .refused(Reason::LineAlreadyBilled)
      .because({given.position_of<seats::CourseSettled>()});
  given.done(reactivate("2027-09-01", "2027-10-01")).when(settle(1)).refused(Reason::LineAlreadyBilled);
}

TEST(ReactivateCourse, RefusesInThisOrder) {
  Given given;
  const auto again = reactivate("2027-09-01", "2027-10-01", cmd::CourseSeatReissue::Yes);
  given.by(Role::Billing).when(again).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(again).refused(Reason::NotFound);
  open_spring_course(given);
  given.at("2027-03-05").done(invite("p-1", kCourseSeat)).done(invite("p-2", kCourseSeat));
  given.when(again)
      .refused(Reason::CourseAlreadyActive)
      .because({given.position_of<seats::CourseRunStarted>()});
  given.at("2027-06-01").when(again).refused(Reason::SettlementPending);
  given.done(settle(1)).when(reactivate("2027-05-01", "2027-06-01")).refused(Reason::CourseDatesInvalid);
  given.done(
      command(cmd::EnableBothSeatTypes{.campus = kCampus, .option = seats::SeatTypeOption::CampusSeatsOnly}));
  given.when(again).refused(Reason::CourseSeatsNotEnabled);
  given.done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  auto campus_only = edit();
  campus_only.seat_types = CourseSeatTypes::CampusOnly;
  given.done(command(campus_only)).when(again).refused(Reason::SeatTypeNotAllowedInCourse);
  campus_only.seat_types = CourseSeatTypes::CampusAndCourse;
  given.done(command(campus_only));
  given.done(command(cmd::SetCourseSeatLimits{.course = kCourse, .campus_seats = {}, .course_seats = 1}));
  given.when(again).refused(Reason::CourseCourseSeatLimitReached).with("requested", "2").with("limit", "1");
}

TEST(ReactivateCourse, StartsAtOnceAndMembersWithACampusSeatComeBackByIt) {
  Given given;
  open_spring_course(given);
  given.at("2027-03-05")
      .done(invite("p-1", kCourseSeat))
      .done(invite("p-2", kCampusSeat))
      .done(invite("p-3", kCourseSeat));
  given.done(command(cmd::AddCampusSeat{.course = kCourse, .person = PersonId("p-3")}));
  given.at("2027-06-01").done(settle(1)).at("2027-07-01");
  given.when(reactivate("2027-07-01", "2027-08-01", cmd::CourseSeatReissue::Yes))
      .then_kinds({"CourseReactivated", "CourseRunStarted", "CourseMembershipResumed", "CourseSeatStarted",
                   "CourseSeatBlockStarted", "CourseMembershipResumed", "CourseMembershipResumed"});
  // INV-12: whoever holds a campus seat by now gets no course seat.
  const auto resumed = given.all<seats::CourseMembershipResumed>();
  EXPECT_EQ(resumed[0], (seats::CourseMembershipResumed{kCourse, PersonId("p-1"), kCourseSeat}));
  EXPECT_EQ(resumed[1], (seats::CourseMembershipResumed{kCourse, PersonId("p-2"), kCampusSeat}));
  EXPECT_EQ(resumed[2], (seats::CourseMembershipResumed{kCourse, PersonId("p-3"), kCampusSeat}));
  given.when(invite("p-2", kCampusSeat)).refused(Reason::AlreadyCourseMember);
}

TEST(ReactivateCourse, ReissueIsNotRefusedWhereNobodyWouldGetASeat) {
  Given given;
  open_spring_course(given);
  given.at("2027-03-05").done(invite("p-1", kCampusSeat)).at("2027-06-01").done(settle(1));
  given.done(
      command(cmd::EnableBothSeatTypes{.campus = kCampus, .option = seats::SeatTypeOption::CampusSeatsOnly}));
  given.when(reactivate("2027-09-01", "2027-10-01", cmd::CourseSeatReissue::Yes))
      .then_kinds({"CourseReactivated", "CourseMembershipResumed"});
}

TEST(ReactivateCourse, AMemberOfTwoRunsComesBackOnce) {
  Given given;
  open_spring_course(given);
  given.at("2027-03-05").done(invite("p-1", kCourseSeat)).at("2027-06-01").done(settle(1));
  given.done(reactivate("2027-07-01", "2027-08-01"))
      .done(invite("p-1", kCourseSeat))
      .at("2027-08-01")
      .done(settle(2));
  given.when(reactivate("2027-09-01", "2027-10-01", cmd::CourseSeatReissue::Yes))
      .then_kinds({"CourseReactivated", "CourseMembershipResumed", "CourseSeatReserved"});
}

TEST(Timers, LateOnesChangeNoDecisionAndNoNumber) {
  // TB7: nobody asked anything for years; then one command comes.
  Given late;
  open_spring_course(late);
  late.done(invite("p-1", kCourseSeat)).at("2029-01-01");
  Given punctual;
  open_spring_course(punctual);
  punctual.done(invite("p-1", kCourseSeat));
  for (const char* day : {"2027-01-01", "2027-03-01", "2027-03-31", "2027-04-30", "2027-05-30", "2027-06-01"})
    punctual.at(day);
  punctual.at("2029-01-01");
  EXPECT_EQ(rules::state_digest(late.state()), rules::state_digest(punctual.state()));
}

TEST(Timers, EffectiveTimeNeverGoesBackBetweenTimersThatAreDueTogether) {
  // INV-7: a block is due one nanosecond after its start; just then another course, first by name, starts its
  // run.
  Given given;
  open_spring_course(given);
  given.done(invite("p-1", kCourseSeat));
  auto other = course_from("2027-03-31", "2027-06-01", CourseId("a-course"));
  other.start.ns += 1;
  given.done(command(other)).at("2027-04-01");
  EXPECT_EQ(given.last<seats::CourseSeatBlockStarted>().block, 2u);
}

TEST(Timers, AtOneInstantTheyFireInTheOrderOfTheirStreams) {
  Given given;
  open_flat_campus(given);
  for (const char* id : {"k-b", "k-a"})
    given.done(command(course_from("2027-01-01", "2027-02-01", CourseId(id))));
  given.at("2027-01-01");
  const auto& events = given.events();
  ASSERT_GE(events.size(), 3u);
  EXPECT_EQ(events[events.size() - 3].envelope.stream, "campus/c-1");
  EXPECT_EQ(events[events.size() - 2].envelope.stream, "course/k-a");
  EXPECT_EQ(events[events.size() - 1].envelope.stream, "course/k-b");
}

}  // namespace
}  // namespace kontor::test
