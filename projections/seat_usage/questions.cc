// RemainingSeats, UsageStatistics, UsageDetail (QB1 to QB3).
#include <algorithm>

#include "projections/asking.h"
#include "projections/seat_usage/contingent.h"

namespace kontor::views {
namespace {

void write_period(const Contingent& contingent, wire::BookingPeriod::Builder out) {
  out.setPeriod(contingent.period->getPeriod());
  out.setFrom(contingent.period->getFrom());
  out.setTo(contingent.period->getTo());
  out.setSize(contingent.size);
}

std::uint64_t left_of(std::uint64_t limit, std::uint64_t used) { return limit > used ? limit - used : 0; }

void write_count(std::optional<std::uint64_t> limit, std::uint64_t used, wire::SeatCount::Builder out) {
  out.setUsed(used);
  if (!limit) return;
  out.setTally(wire::Tally::LIMITED);
  out.setLimit(*limit);
  out.setLeft(left_of(*limit, used));
}

std::optional<std::uint64_t> limit_of(bool limited, wire::SeatLimit::Reader limit) {
  if (!limited) return std::nullopt;
  return limit.getSeats();
}

// Rows of a campus: its contracts and its counts.
struct CampusRows {
  std::string card;
  std::string counts;
};
Maybe<CampusRows> campus_rows(const Asking& asking, std::string_view campus) {
  Maybe<std::string> card = row_of(asking, asking.keys().campus_card(campus), "campus", campus);
  if (!card) return tl::unexpected<No>(card.error());
  Maybe<std::string> counts = row_of(asking, asking.keys().campus_counts(campus), "campus", campus);
  if (!counts) return tl::unexpected<No>(counts.error());
  return CampusRows{*std::move(card), *std::move(counts)};
}

}  // namespace

Asked answer_remaining_seats(const Asking& asking, std::string_view course,
                             wire::RemainingSeats::Builder out) {
  const Maybe<CourseRows> rows = course_rows(asking, course);
  if (!rows) return tl::unexpected<No>(rows.error());
  const Maybe<CampusRows> campus = campus_rows(asking, rows->campus);
  if (!campus) return tl::unexpected<No>(campus.error());
  const StoredRow<wire::CourseCard> card(rows->card);
  const StoredRow<wire::CourseUsage> usage(rows->usage);
  const StoredRow<wire::CampusCard> contracts(campus->card);
  const StoredRow<wire::UsageStatistics> counts(campus->counts);

  out.setCourse(std::string(course));
  out.setCampus(rows->campus);
  write_count(limit_of(card.read().hasCampusSeats(), card.read().getCampusSeats()),
              usage.read().getActiveCampusSeats(), out.initCourseCampusSeats());
  write_count(limit_of(card.read().hasCourseSeats(), card.read().getCourseSeats()),
              usage.read().getActiveCourseSeats(), out.initCourseSeats());
  const Contingent contingent = contingent_at(contracts.read(), asking.at);
  write_count(contingent.capacity, counts.read().getOccupiedCampusSeats(), out.initCampusSeats());
  if (contingent.period) write_period(contingent, out.initBookingPeriod());

  const wire::SeatCount::Reader in_course = out.asReader().getCourseCampusSeats();
  const wire::SeatCount::Reader in_campus = out.asReader().getCampusSeats();
  const bool course_decides =
      in_course.getTally() == wire::Tally::LIMITED && in_course.getLeft() < in_campus.getLeft();
  out.setEffectiveLeft(course_decides ? in_course : in_campus);
  return {};
}

Asked answer_usage_statistics(const Asking& asking, std::string_view campus,
                              wire::UsageStatistics::Builder out) {
  const Maybe<CampusRows> rows = campus_rows(asking, campus);
  if (!rows) return tl::unexpected<No>(rows.error());
  const StoredRow<wire::CampusCard> contracts(rows->card);
  const StoredRow<wire::UsageStatistics> counts(rows->counts);
  const Contingent contingent = contingent_at(contracts.read(), asking.at);
  out.setCampus(std::string(campus));
  if (contingent.period) write_period(contingent, out.initBookingPeriod());
  out.setContingent(contingent.size);
  out.setOccupiedCampusSeats(counts.read().getOccupiedCampusSeats());
  out.setAvailableCampusSeats(left_of(contingent.capacity, counts.read().getOccupiedCampusSeats()));
  out.setOccupiedCourseSeats(counts.read().getOccupiedCourseSeats());
  return {};
}

Asked answer_usage_detail(const Asking& asking, std::string_view campus, wire::UsageDetail::Builder out) {
  const Maybe<std::string> card = row_of(asking, asking.keys().campus_card(campus), "campus", campus);
  if (!card) return tl::unexpected<No>(card.error());
  std::vector<std::string> rows;
  const Status scanned = asking.views.scan(asking.keys().campus_courses(campus), {}, asking.position,
                                           [&rows](std::string_view, const RowVersion& row) {
                                             rows.push_back(row.value);
                                             return Scan::Continue;
                                           });
  if (!scanned) return no(scanned.error());
  out.setCampus(std::string(campus));
  auto courses = out.initCourses(static_cast<unsigned>(rows.size()));
  for (unsigned i = 0; i < courses.size(); ++i)
    courses.setWithCaveats(i, StoredRow<wire::CourseUsage>(rows[i]).read());
  return {};
}

}  // namespace kontor::views
