#pragma once
// The counts of campuses and courses. They are kept here, and moved by whichever projection knows that
// something began or ended.

#include <string_view>

#include "projections/rows.h"
#include "projections/view_writer.h"

namespace kontor::views {

enum class Count : std::uint8_t { Up, Down };

/// A course seat of this course was given out, or is over.
void count_course_seat(ViewWriter& rows, std::string_view course, Count count);
/// A campus seat was attributed to this course, or no longer is (S-53).
void count_attributed_seat(ViewWriter& rows, std::string_view course, Count count);
/// A campus seat of this campus was occupied, or has come back.
void count_campus_seat(ViewWriter& rows, std::string_view campus, Count count);
/// A person came into the course, or left it (S-50, S-51).
void count_member(ViewWriter& rows, std::string_view course, Count count);
void count_participant(ViewWriter& rows, std::string_view course, Count count);

/// The newest run of a course; 0 and a failed batch when there is no such course.
[[nodiscard]] std::uint32_t newest_run(ViewWriter& rows, std::string_view course);

/// Changes the usage row of a course.
template <std::invocable<wire::CourseUsage::Builder> Change>
void change_usage(ViewWriter& rows, std::string_view course, const Change& change) {
  const Keys keys{rows.tenant()};
  const auto card = rows.require<wire::CourseCard>(keys.course_card(course));
  rows.change<wire::CourseUsage>(keys.campus_course(view(card.read().getCampus()), course), change);
}

}  // namespace kontor::views
