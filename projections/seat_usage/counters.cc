#include "projections/seat_usage/counters.h"

#include <fmt/format.h>

namespace kontor::views {
namespace {

std::uint64_t moved(ViewWriter& rows, std::uint64_t value, Count count) {
  if (count == Count::Up) return value + 1;
  if (value == 0) {
    rows.fail_event("a count would fall below zero");
    return 0;
  }
  return value - 1;
}

std::string campus_of(ViewWriter& rows, std::string_view course) {
  const auto card = rows.require<wire::CourseCard>(Keys{rows.tenant()}.course_card(course));
  return std::string(view(card.read().getCampus()));
}

}  // namespace

void count_course_seat(ViewWriter& rows, std::string_view course, Count count) {
  change_usage(rows, course, [&](wire::CourseUsage::Builder row) {
    row.setActiveCourseSeats(moved(rows, row.getActiveCourseSeats(), count));
  });
  rows.change<wire::UsageStatistics>(
      Keys{rows.tenant()}.campus_counts(campus_of(rows, course)), [&](wire::UsageStatistics::Builder row) {
        row.setOccupiedCourseSeats(moved(rows, row.getOccupiedCourseSeats(), count));
      });
}

void count_attributed_seat(ViewWriter& rows, std::string_view course, Count count) {
  change_usage(rows, course, [&](wire::CourseUsage::Builder row) {
    row.setActiveCampusSeats(moved(rows, row.getActiveCampusSeats(), count));
  });
}

void count_campus_seat(ViewWriter& rows, std::string_view campus, Count count) {
  rows.change<wire::UsageStatistics>(
      Keys{rows.tenant()}.campus_counts(campus), [&](wire::UsageStatistics::Builder row) {
        row.setOccupiedCampusSeats(moved(rows, row.getOccupiedCampusSeats(), count));
      });
}

void count_member(ViewWriter& rows, std::string_view course, Count count) {
  change_usage(rows, course,
               [&](wire::CourseUsage::Builder row) { row.setMembers(moved(rows, row.getMembers(), count)); });
}

void count_participant(ViewWriter& rows, std::string_view course, Count count) {
  change_usage(rows, course, [&](wire::CourseUsage::Builder row) {
    row.setParticipants(moved(rows, row.getParticipants(), count));
  });
}

std::uint32_t newest_run(ViewWriter& rows, std::string_view course) {
  return rows.require<wire::CourseCard>(Keys{rows.tenant()}.course_card(course)).read().getRun();
}

}  // namespace kontor::views
