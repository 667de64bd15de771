// Names and streams of the seats commands.
#include <array>

#include "engine/rules/seats/rules.h"

namespace kontor::rules::seats {

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "OpenCampus",          "BookFlat",         "ResizeFlat",          "ActivateBookingPeriod",
      "EnableBothSeatTypes", "CreateCourse",     "EditCourse",          "SetCourseSeatLimits",
      "InviteToCourse",      "AddCampusSeat",    "EndCourseMembership", "EndCourseRun",
      "SettleCourse",        "ReactivateCourse", "TransferSeat",        "RecordContribution",
      "CorrectSeat",         "ChangeRole"};
  static_assert(!kNames.back().empty(), "one name per command");
  return kNames[command.index()];
}

std::string stream_of(const Command& command) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.course; })
          return "course/" + one.course.value;
        else if constexpr (std::is_same_v<std::decay_t<decltype(one)>, CorrectSeat>)
          return std::string("tenant");  // which seat it is about, only the state knows
        else
          return "campus/" + one.campus.value;
      },
      command);
}

}  // namespace kontor::rules::seats
