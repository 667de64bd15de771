#include "tests/support/random_seats.h"

#include <fmt/format.h>

namespace kontor::test {
namespace {

constexpr std::int64_t kHour = 3'600 * kNanosecondsPerSecond;

}  // namespace

std::int64_t RandomSeats::pause_ns() {
  switch (below(16)) {
    case 0: return 24 * kHour * below(40);
    case 1: return 24 * kHour * below(5);
    case 2: return kHour * below(24);
    case 3: return 1;
    default: return 0;
  }
}

CampusId RandomSeats::campus() { return CampusId("c-" + std::to_string(below(3))); }
CourseId RandomSeats::course() { return CourseId("k-" + std::to_string(below(6))); }
PersonId RandomSeats::person() { return PersonId("p-" + std::to_string(below(9))); }
PeriodId RandomSeats::period() { return PeriodId(std::to_string(2026 + below(4))); }

Instant RandomSeats::midnight(std::uint32_t year, std::uint32_t month) {
  return berlin(fmt::format("{}-{:02}-01", year, month));
}

std::optional<std::uint32_t> RandomSeats::limit() {
  if (below(2) == 0) return std::nullopt;
  return below(5);
}

cmd::Command RandomSeats::set_up(Instant now) {
  switch (below(6)) {
    case 0: return cmd::OpenCampus{.campus = campus(), .kind = static_cast<seats::CampusKind>(below(2))};
    case 1: {
      const std::uint32_t year = 2026 + below(4);
      return cmd::BookFlat{.campus = campus(),
                           .period = PeriodId(std::to_string(year)),
                           .size = 1 + below(7),
                           .from = midnight(year, 1),
                           .to = midnight(year + 1, 1),
                           .currency = Currency{},
                           .prices = {{1, MinorUnits{1500}}, {4, MinorUnits{1200}}},
                           .rounding = static_cast<seats::Rounding>(below(2)),
                           .price = MinorUnits{static_cast<std::int64_t>(below(2)) * 100'000}};
    }
    case 2: {
      std::optional<Instant> from;
      if (below(2) == 0) from = Instant{now.ns + 24 * kHour * below(300)};
      return cmd::ResizeFlat{.campus = campus(), .period = period(), .size = 1 + below(7), .from = from};
    }
    case 3: return cmd::ActivateBookingPeriod{.campus = campus(), .period = period()};
    default:
      return cmd::EnableBothSeatTypes{.campus = campus(),
                                      .option = below(4) == 0 ? seats::SeatTypeOption::CampusSeatsOnly
                                                              : seats::SeatTypeOption::BothSeatTypes};
  }
}

cmd::Command RandomSeats::manage(Instant now) {
  const Instant start{now.ns + 24 * kHour * below(30) - kHour};
  const Instant end{start.ns + 24 * kHour * (1 + below(150))};
  switch (below(8)) {
    case 0:
    case 1:
      return cmd::CreateCourse{.campus = campus(),
                               .course = course(),
                               .start = start,
                               .end = end,
                               .seat_types = static_cast<seats::CourseSeatTypes>(below(2))};
    case 2: {
      cmd::EditCourse edit{.course = course(), .start = {}, .end = {}, .seat_types = {}};
      if (below(2) == 0) edit.start = start;
      if (below(2) == 0) edit.end = end;
      if (below(2) == 0) edit.seat_types = static_cast<seats::CourseSeatTypes>(below(2));
      return edit;
    }
    case 3:
      return cmd::SetCourseSeatLimits{.course = course(), .campus_seats = limit(), .course_seats = limit()};
    case 4: return cmd::EndCourseRun{course()};
    case 5: return cmd::SettleCourse{.course = course(), .run = 1 + below(3), .invoice_ref = "R-1"};
    case 6: return cmd::SettleCourse{.course = course(), .run = 1, .invoice_ref = "R-2"};
    default:
      return cmd::ReactivateCourse{.course = course(),
                                   .start = start,
                                   .end = end,
                                   .reissue = static_cast<cmd::CourseSeatReissue>(below(2))};
  }
}

cmd::Command RandomSeats::seat_people() {
  switch (below(8)) {
    case 0: return cmd::AddCampusSeat{.course = course(), .person = person()};
    case 1:
    case 2: return cmd::EndCourseMembership{.course = course(), .person = person()};
    default: {
      std::optional<seats::SeatType> type;
      if (below(4) != 0) type = static_cast<seats::SeatType>(below(2));
      return cmd::InviteToCourse{.course = course(),
                                 .person = person(),
                                 .role = static_cast<seats::MemberRole>(below(4)),
                                 .seat_type = type};
    }
  }
}

cmd::Command RandomSeats::later(Position head) {
  switch (below(4)) {
    case 0:
      return cmd::ChangeRole{
          .course = course(), .person = person(), .role = static_cast<seats::MemberRole>(below(4))};
    case 1:
      return cmd::RecordContribution{
          .course = course(), .person = person(), .artefact = "a-" + std::to_string(below(3))};
    default: {
      const auto back = std::min<Position>(below(2) == 0 ? below(30) : below(1'000), head);
      return cmd::CorrectSeat{.event = head - back, .reason = "a mistake"};
    }
  }
}

rules::Command RandomSeats::next(Instant now, Position head) {
  switch (below(12)) {
    case 0: return set_up(now);
    case 10:
    case 11: return later(head);
    case 1:
    case 2:
    case 3: return manage(now);
    default: return seat_people();
  }
}

}  // namespace kontor::test
