// Booking periods: DOMAIN 9.4, timers of activation, TB5, TB8, decisions B4 to B10.
#include "engine/rules/seats/rules.h"
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

const PersonId kU1{"u-1"};
const PersonId kU2{"u-2"};
const PersonId kU3{"u-3"};

cmd::BookFlat year(std::uint32_t size, int first, const CampusId& campus = kCampus) {
  cmd::BookFlat flat = flat_of(size, campus);
  flat.period = PeriodId(std::to_string(first));
  flat.from = berlin(std::to_string(first) + "-01-01");
  flat.to = berlin(std::to_string(first + 1) + "-01-01");
  return flat;
}

rules::Command course(const CourseId& id, std::string_view start, std::string_view end,
                      const CampusId& campus = kCampus) {
  return command(
      cmd::CreateCourse{.campus = campus, .course = id, .start = berlin(start), .end = berlin(end)});
}

rules::Command activate(std::string_view period) {
  return command(cmd::ActivateBookingPeriod{.campus = kCampus, .period = PeriodId(period)});
}

rules::Command resize(std::string_view period, std::uint32_t size, std::optional<Instant> from = {}) {
  return command(cmd::ResizeFlat{.campus = kCampus, .period = PeriodId(period), .size = size, .from = from});
}

/// Holders U1 to U3 of TR-01 to TR-03 in 2026: K1 ends 30 Nov, K2 runs to 31 Mar 2027.
void live_through_2026(Given& given, std::uint32_t size_2026 = 50) {
  given.done(command(cmd::OpenCampus{.campus = kCampus})).done(command(year(size_2026, 2026)));
  given.done(course(kCourse, "2026-02-01", "2026-11-30"))
      .done(course(kOtherCourse, "2026-02-01", "2027-03-31"));
  given.at("2026-02-10").done(invite("u-1")).done(invite("u-2", {}, kOtherCourse)).done(invite("u-3"));
  given.done(invite("u-3", {}, kOtherCourse));
}

seats::CampusSeatCarriedOver carried(seats::SeatNumber seat, const PersonId& person) {
  return {kCampus, seat, person, kOtherCourse, PeriodId("2027")};
}

TEST(Rollover, TR01To03SeatsFollowTheCoursesThatLive) {
  Given given;
  live_through_2026(given);
  given.done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.last<seats::BookingPeriodActivated>(),
            (seats::BookingPeriodActivated{kCampus, PeriodId("2027"), 50, 2, 1}));
  EXPECT_EQ(given.all<seats::CampusSeatCarriedOver>(), (std::vector{carried(2, kU2), carried(3, kU3)}));
  EXPECT_EQ(
      given.all<seats::CampusSeatReleased>(),
      (std::vector{seats::CampusSeatReleased{kCampus, 1, kU1, kCourse, seats::ReleaseCause::Rollover}}));
  EXPECT_EQ(given.state().seats.courses[1].campus_seats, 2u);
  EXPECT_EQ(given.events().back().envelope.effective_at, berlin("2027-01-01"));
}

TEST(Rollover, TR07ATooSmallContingentWaitsForAnOperator) {
  Given given;
  live_through_2026(given);
  given.done(invite("u-4", {}, kOtherCourse)).done(command(year(2, 2027))).at("2027-01-01 08:00");
  EXPECT_EQ(given.last<seats::BookingPeriodPending>(),
            (seats::BookingPeriodPending{kCampus, PeriodId("2027"), 2, 3}));
  EXPECT_EQ(given.last<effects::AlertRequested>(),
            (effects::AlertRequested{effects::AlertKind::BookingPeriodPending, "campus/c-1", ""}));  // TB8
  given.when(activate("2027"))
      .refused(Reason::RolloverExceedsContingent)
      .with("capacity", "2")
      .with("needed", "3");
  EXPECT_EQ(given.state().seats.campuses[0].seats_used, 4u);
  // TB8: members keep their seats, nothing new is granted.
  given.when(invite("u-1", {}, kOtherCourse)).accepted();
  given.when(invite("u-5", {}, kOtherCourse))
      .refused(Reason::NoActiveBookingPeriod)
      .because({given.position_of<seats::BookingPeriodPending>()});
  given.done(resize("2027", 5)).when(activate("2027")).accepted();
  given.when(invite("u-5", {}, kOtherCourse)).accepted();
}

TEST(Rollover, ABookingThatIsDueAlreadyWaitsAsWell) {
  Given given;
  live_through_2026(given);
  given.done(invite("u-4", {}, kOtherCourse)).at("2027-01-15");
  given.when(command(year(2, 2027))).then_kinds({"FlatBooked", "BookingPeriodPending", "AlertRequested"});
}

TEST(Rollover, ThePeriodIsActivatedWithTheSizeOfThatMoment) {
  Given given;
  live_through_2026(given);
  given.done(command(year(50, 2027)));
  given.done(command(cmd::ResizeFlat{
      .campus = kCampus, .period = PeriodId("2027"), .size = 10, .from = berlin("2027-07-01")}));
  given.at("2027-01-01");
  EXPECT_EQ(given.last<seats::BookingPeriodActivated>().contingent, 50u) << "it becomes smaller in July";
}

TEST(Rollover, TheGrantingCourseKeepsTheSeatIfItLives) {
  Given given;
  live_through_2026(given);
  given.done(course(CourseId("k-3"), "2026-02-01", "2027-06-30"));
  given.done(invite("u-4", {}, CourseId("k-3"))).done(invite("u-4", {}, kOtherCourse));
  given.done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.all<seats::CampusSeatCarriedOver>().back().granting_course, CourseId("k-3"));
}

TEST(Rollover, TheGrantingCourseComesBeforeAnEarlierJoinedOne) {
  Given given;
  live_through_2026(given);
  given.done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  cmd::CreateCourse both{.campus = kCampus,
                         .course = CourseId("k-0"),
                         .start = berlin("2026-02-01"),
                         .end = berlin("2027-06-30"),
                         .seat_types = seats::CourseSeatTypes::CampusAndCourse};
  given.done(command(both)).done(invite("u-4", kCourseSeat, CourseId("k-0")));
  given.done(invite("u-4", {}, kOtherCourse)).done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.all<seats::CampusSeatCarriedOver>().back().granting_course, kOtherCourse);
}

TEST(Rollover, AMembershipElsewhereThatACourseSeatCarriesStays) {
  Given given;
  live_through_2026(given);
  open_flat_campus(given, 5, kOtherCampus);
  given.done(command(course_from("2026-02-01", "2027-06-30", CourseId("k-9"), kOtherCampus)));
  given.done(invite("u-4", kCourseSeat, CourseId("k-9"))).done(invite("u-4")).done(command(year(50, 2027)));
  given.at("2027-01-01");
  EXPECT_EQ(given.all<seats::CampusSeatReleased>().back().person, PersonId("u-4"));
  EXPECT_TRUE(given.all<seats::MembershipUnseated>().empty());
}

TEST(Rollover, AnUninvitedHolderLosesTheSeatThoughTheGrantingCourseLives) {
  Given given;
  live_through_2026(given);
  given.done(leave("u-2", kOtherCourse)).done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.last<seats::BookingPeriodActivated>().released, 2u);
}

TEST(Rollover, ACourseWithAFutureStartCarriesASeat) {
  Given given;
  live_through_2026(given);
  given.done(course(CourseId("k-3"), "2027-02-01", "2027-06-30")).done(invite("u-1", {}, CourseId("k-3")));
  given.done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.last<seats::BookingPeriodActivated>().carried_over, 3u);
}

TEST(Rollover, ACourseThatEndsAtThatVeryMomentDoesNotCarryASeat) {
  Given given;
  live_through_2026(given);
  given.done(course(CourseId("k-3"), "2026-02-01", "2027-01-01")).done(invite("u-1", {}, CourseId("k-3")));
  given.done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.last<seats::BookingPeriodActivated>().released, 1u);
}

TEST(Rollover, MembershipsOnAnotherCampusBecomeUnseated) {
  Given given;
  live_through_2026(given);
  given.done(command(cmd::OpenCampus{.campus = kOtherCampus}))
      .done(course(CourseId("k-9"), "2026-02-01", "2027-06-30", kOtherCampus));
  given.done(invite("u-1", {}, CourseId("k-9"))).done(command(year(50, 2027))).at("2027-01-01");
  EXPECT_EQ(given.last<seats::MembershipUnseated>(),
            (seats::MembershipUnseated{CourseId("k-9"), kU1, kCampus}));
}

TEST(Rollover, WithoutANewBookingOldSeatsStayUsable) {
  Given given;
  live_through_2026(given);
  given.at("2027-02-01")
      .when(invite("u-1", {}, kOtherCourse))
      .then_kinds({"CourseMemberInvited", "ExistingCampusSeatUsed"});
  given.when(invite("u-9", {}, kOtherCourse)).refused(Reason::NoActiveBookingPeriod);
}

TEST(Booking, ActivatesAtOnceWhenItHasBegun) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus})).at("2027-03-05 12:00");
  given.when(command(flat_of(50))).then_kinds({"FlatBooked", "BookingPeriodActivated"});
  EXPECT_EQ(rules::seats::next_timer(given.state().seats), std::nullopt);
}

TEST(Booking, RefusesInThisOrder) {
  Given given;
  const auto book = [&](auto change) {
    cmd::BookFlat flat = flat_of(50);
    change(flat);
    return given.when(command(flat));
  };
  given.by(Role::CampusManager);
  book([](auto&) {}).refused(Reason::ForbiddenRole).with("needed", "contractDesk");
  given.by_whoever_may();
  book([](auto&) {}).refused(Reason::NotFound).with("campus", "c-1");
  given.done(command(cmd::OpenCampus{.campus = kCampus})).done(command(flat_of(50)));
  book([](auto& f) { f.size = 0; })
      .refused(Reason::AlreadyExists)
      .because({given.position_of<seats::FlatBooked>()});
  const auto next = [&](auto change) {
    return book([&](auto& f) {
      f = year(50, 2028);
      change(f);
    });
  };
  next([](auto& f) { f.size = 0, f.to = f.from; }).refused(Reason::InvalidArgument).with("size", "0");
  next([](auto& f) { f.size = 1'000'001; }).refused(Reason::InvalidArgument).with("limit", "1000000");
  next([](auto& f) { f.to = f.from; }).refused(Reason::CourseDatesInvalid);
  next([](auto& f) { f = year(50, 2024); }).refused(Reason::CourseDatesInvalid);
  next([](auto& f) {
    f = year(50, 2025);
  }).refused(Reason::CourseDatesInvalid);  // it ends at this very moment
  next([](auto& f) { f.from = berlin("2027-06-01 01:00"); })
      .refused(Reason::InvalidArgument)
      .with("time_zone", "Europe/Berlin");
  next([](auto& f) { f.from = berlin("2027-12-31"), f.prices.clear(); })
      .refused(Reason::BookingPeriodOverlap)
      .with("period", "2027")
      .because({given.position_of<seats::FlatBooked>()});
  next([](auto& f) { f.prices.assign(101, {}); }).refused(Reason::InvalidArgument).with("tiers", "101");
  next([](auto& f) { f.prices = {{1, MinorUnits{-1}}}; }).refused(Reason::AmountOutOfRange);
  next([](auto& f) { f.prices = {{1, MinorUnits{1'000'000'001}}}; }).refused(Reason::AmountOutOfRange);
  next([](auto& f) {
    f.prices = {{1, MinorUnits{5}}, {1, MinorUnits{4}}};
  })
      .refused(Reason::InvalidArgument)
      .with("from_size", "1");
  next([](auto& f) {
    f.prices = {{1, MinorUnits{5}}, {2, MinorUnits{6}}};
  })
      .refused(Reason::InvalidArgument)
      .with("unit_price", "6");
  next([](auto& f) {
    f.prices = {{51, MinorUnits{5}}};
  })
      .refused(Reason::PriceTierMissing)
      .with("size", "50");
  next([](auto& f) {
    f.currency = Currency{{'C', 'H', 'F'}};
  })
      .refused(Reason::InvalidArgument)
      .with("currency", "EUR");
  next([](auto& f) { f.currency = kNoCurrency; }).refused(Reason::InvalidArgument).with("currency", "XXX");
  next([](auto&) {}).accepted();
}

TEST(Booking, APackageNeedsNoPrices) {
  Given given;
  open_package_campus(given, 10);
  EXPECT_EQ(given.all<seats::FlatBooked>().size(), 1u);
}

TEST(Resize, RefusesInThisOrder) {
  Given given;
  given.by(Role::Backend).when(resize("2027", 60)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(resize("2027", 60)).refused(Reason::NotFound).with("campus", "c-1");
  given.done(command(cmd::OpenCampus{.campus = kCampus}))
      .when(resize("2027", 60))
      .refused(Reason::NotFound)
      .with("period", "2027");
  auto flat = flat_of(50);
  flat.prices.front().from_size = 10;
  given.done(command(flat)).done(course(kCourse, "2027-02-01", "2027-06-01")).at("2027-03-01");
  for (int i = 0; i < 12; ++i) given.done(invite("p-" + std::to_string(i)));
  given.when(resize("2027", 0)).refused(Reason::InvalidArgument).with("size", "0");
  given.when(resize("2027", 60, berlin("2027-02-28"))).refused(Reason::InvalidArgument);
  given.when(resize("2027", 60, berlin("2028-01-01"))).refused(Reason::InvalidArgument);
  given.when(resize("2027", 50)).refused(Reason::InvalidArgument);
  given.when(resize("2027", 9)).refused(Reason::PriceTierMissing);
  given.when(resize("2027", 11))
      .refused(Reason::ContingentBelowUsage)
      .with("requested", "11")
      .with("used", "12");
  given.when(resize("2027", 11, berlin("2027-09-01"))).refused(Reason::ContingentBelowUsage);
  given.when(resize("2027", 12)).accepted();
  given.at("2028-01-01").when(resize("2027", 60)).refused(Reason::InvalidArgument).with("period", "2027");
}

TEST(Resize, SeatsGrantedNowMustFitTheSmallestSizeToCome) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus})).done(command(flat_of(3)));
  given.done(course(kCourse, "2027-02-01", "2027-12-01")).at("2027-03-01");
  given.done(resize("2027", 2, berlin("2027-06-01"))).done(resize("2027", 5, berlin("2027-09-01")));
  given.done(invite("p-1"))
      .done(invite("p-2"))
      .when(invite("p-3"))
      .refused(Reason::NoCampusSeatsLeft)
      .with("capacity", "2");
  given.at("2027-06-02").when(invite("p-3")).refused(Reason::NoCampusSeatsLeft);
  given.at("2027-09-01").when(invite("p-3")).accepted();
}

TEST(Resize, ALaterWordForTheSameDayReplacesTheEarlier) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus})).done(command(flat_of(3)));
  given.done(course(kCourse, "2027-02-01", "2027-12-01")).at("2027-03-01");
  given.done(resize("2027", 1, berlin("2027-06-01"))).done(resize("2027", 4, berlin("2027-06-01")));
  for (const char* person : {"p-1", "p-2", "p-3"}) given.done(invite(person));
  given.when(invite("p-4")).refused(Reason::NoCampusSeatsLeft).with("capacity", "3");
}

TEST(Activate, RefusesInThisOrder) {
  Given given;
  given.by(Role::CampusManager).when(activate("2027")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(activate("2027")).refused(Reason::NotFound).with("campus", "c-1");
  given.done(command(cmd::OpenCampus{.campus = kCampus}))
      .when(activate("2027"))
      .refused(Reason::NotFound)
      .with("period", "2027");
  given.done(command(flat_of(50)))
      .when(activate("2027"))
      .refused(Reason::InvalidArgument)
      .with("from", "2026-12-31T23:00:00Z");
  given.done(command(year(50, 2026)))
      .when(activate("2027"))
      .refused(Reason::BookingPeriodOverlap)
      .with("period", "2026");
  given.at("2027-02-01").when(activate("2027")).refused(Reason::InvalidArgument);
  given.when(activate("2026")).refused(Reason::InvalidArgument).with("period", "2026");
}

}  // namespace
}  // namespace kontor::test
