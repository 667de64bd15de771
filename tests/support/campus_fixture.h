#pragma once
// The campus of DOMAIN 9: prices are fixtures invented for tests.

#include "tests/support/given.h"

namespace kontor::test {

namespace cmd = rules::seats;

inline const CampusId kCampus{"c-1"};
inline const CampusId kOtherCampus{"c-2"};
inline const CourseId kCourse{"k-1"};
inline const CourseId kOtherCourse{"k-2"};

/// The commands of seats as the catalog's commands.
template <class C>
[[nodiscard]] rules::Command command(C one) {
  return rules::Command(cmd::Command(std::move(one)));
}

/// Flat 1-49: 15.00, 50-199: 12.00, from 200: 9.00 per started block.
[[nodiscard]] inline std::vector<seats::PriceTier> prices() {
  return {{1, MinorUnits{1500}}, {50, MinorUnits{1200}}, {200, MinorUnits{900}}};
}

[[nodiscard]] inline cmd::BookFlat flat_of(std::uint32_t size, const CampusId& campus = kCampus) {
  return {.campus = campus,
          .period = PeriodId("2027"),
          .size = size,
          .from = berlin("2027-01-01"),
          .to = berlin("2028-01-01"),
          .currency = Currency{},
          .prices = prices(),
          .rounding = seats::Rounding::Started};
}

[[nodiscard]] inline cmd::CreateCourse course_from(std::string_view start, std::string_view end,
                                                   const CourseId& course = kCourse,
                                                   const CampusId& campus = kCampus) {
  return {.campus = campus,
          .course = course,
          .start = berlin(start),
          .end = berlin(end),
          .seat_types = seats::CourseSeatTypes::CampusAndCourse};
}

[[nodiscard]] inline rules::Command invite(std::string_view person,
                                           std::optional<seats::SeatType> type = std::nullopt,
                                           const CourseId& course = kCourse) {
  return command(cmd::InviteToCourse{.course = course,
                                     .person = PersonId(person),
                                     .role = seats::MemberRole::Participant,
                                     .seat_type = type});
}

[[nodiscard]] inline rules::Command leave(std::string_view person, const CourseId& course = kCourse) {
  return command(cmd::EndCourseMembership{.course = course, .person = PersonId(person)});
}

constexpr auto kCampusSeat = seats::SeatType::Campus;
constexpr auto kCourseSeat = seats::SeatType::Course;

/// Opens a campus that may use both seat types, with a flat for 2027.
inline void open_flat_campus(Given& given, std::uint32_t size = 50, const CampusId& campus = kCampus) {
  given.done(command(cmd::OpenCampus{.campus = campus, .kind = seats::CampusKind::Flat}));
  given.done(command(flat_of(size, campus)));
  given.done(command(cmd::EnableBothSeatTypes{.campus = campus}));
}

inline void open_package_campus(Given& given, std::uint32_t size, const CampusId& campus = kCampus) {
  given.done(command(cmd::OpenCampus{.campus = campus, .kind = seats::CampusKind::Package}));
  cmd::BookFlat package = flat_of(size, campus);
  package.prices.clear();
  given.done(command(package));
}

/// The course of DOMAIN 9.2: flat 50, run 2027-03-01 to 2027-06-01.
inline void open_spring_course(Given& given) {
  open_flat_campus(given);
  given.done(command(course_from("2027-03-01", "2027-06-01")));
}

}  // namespace kontor::test
