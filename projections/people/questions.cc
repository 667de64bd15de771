// SeatOf and CoursesOf (QB5, QB6).
#include "projections/asking.h"
#include "projections/course_periods/seat_lines.h"

namespace kontor::views {
namespace {

struct SeatAt {
  std::string course;
  SeatPlace place;
};

Maybe<std::vector<SeatAt>> course_seats_of(const Asking& asking, std::string_view person) {
  const ViewKey prefix = asking.keys().person_seats(person);
  std::vector<SeatAt> found;
  const Status scanned =
      asking.views.scan(prefix, {}, asking.position, [&](std::string_view key, const RowVersion&) {
        KeyParts parts(key, prefix);
        SeatAt seat;
        seat.course = parts.text();
        seat.place.run = parts.number();
        seat.place.seat = parts.number();
        found.push_back(std::move(seat));
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return found;
}

Asked write_seat(const Asking& asking, const SeatAt& at, wire::CourseSeatPeriod::Builder out) {
  const Maybe<CourseRows> rows = course_rows(asking, at.course);
  if (!rows) return tl::unexpected<No>(rows.error());
  const std::optional<SeatPlace> before = SeatPlace{at.place.run, at.place.seat - 1};
  const Status scanned = scan_seats(
      asking.views, asking.keys(), at.course, at.place.run, before, asking.position, [&](const Seat& seat) {
        write_period(at.course, seat, StoredRow<wire::CourseUsage>(rows->usage).read(), out);
        return Scan::Stop;
      });
  if (!scanned) return no(scanned.error());
  return {};
}

// A member of an earlier run, or of one that has ended, reads on but takes no part (S-13).
wire::MembershipState state_now(wire::CourseMembership::Reader row, wire::CourseUsage::Reader course) {
  if (row.getState() != wire::MembershipState::ACTIVE) return row.getState();
  const bool over = row.getRun() != course.getRun() || course.getState() == wire::CourseState::ENDED ||
                    course.getState() == wire::CourseState::SETTLED;
  return over ? wire::MembershipState::READ_ONLY : wire::MembershipState::ACTIVE;
}

}  // namespace

Asked answer_seat_of(const Asking& asking, std::string_view person, wire::SeatOf::Builder out) {
  const Maybe<std::string> card = row_of(asking, asking.keys().person_card(person), "person", person);
  if (!card) return tl::unexpected<No>(card.error());
  const Maybe<std::vector<SeatAt>> seats = course_seats_of(asking, person);
  if (!seats) return tl::unexpected<No>(seats.error());
  const StoredRow<wire::SeatOf> stored(*card);
  out.setPerson(stored.read().getPerson());
  out.setHomeCampus(stored.read().getHomeCampus());
  if (stored.read().hasCampusSeat()) out.setCampusSeat(stored.read().getCampusSeat());
  if (stored.read().hasCommunitySeat()) out.setCommunitySeat(stored.read().getCommunitySeat());
  auto list = out.initCourseSeats(static_cast<unsigned>(seats->size()));
  for (unsigned i = 0; i < list.size(); ++i)
    if (const Asked written = write_seat(asking, (*seats)[i], list[i]); !written) return written;
  return {};
}

Asked answer_courses_of(const Asking& asking, std::string_view person, wire::CoursesOf::Builder out) {
  const Maybe<std::string> card = row_of(asking, asking.keys().person_card(person), "person", person);
  if (!card) return tl::unexpected<No>(card.error());
  std::vector<std::string> rows;
  const Status scanned = asking.views.scan(asking.keys().memberships(person), {}, asking.position,
                                           [&rows](std::string_view, const RowVersion& row) {
                                             rows.push_back(row.value);
                                             return Scan::Continue;
                                           });
  if (!scanned) return no(scanned.error());
  out.setPerson(std::string(person));
  auto courses = out.initCourses(static_cast<unsigned>(rows.size()));
  for (unsigned i = 0; i < courses.size(); ++i) {
    const StoredRow<wire::CourseMembership> stored(rows[i]);
    const Maybe<CourseRows> course = course_rows(asking, view(stored.read().getCourse()));
    if (!course) return tl::unexpected<No>(course.error());
    courses.setWithCaveats(i, stored.read());
    courses[i].setState(state_now(stored.read(), StoredRow<wire::CourseUsage>(course->usage).read()));
  }
  return {};
}

}  // namespace kontor::views
