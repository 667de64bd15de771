// Names and streams of the seats events.
#include <array>

#include "events/seats.h"

namespace kontor::seats {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
    "CampusOpened",
    "FlatBooked",
    "FlatResized",
    "BookingPeriodActivated",
    "BookingPeriodPending",
    "SeatTypeOptionChanged",
    "CampusSeatGranted",
    "CampusSeatCarriedOver",
    "CampusSeatReleased",
    "CampusSeatReattributed",
    "HomeCampusSet",
    "CourseCreated",
    "CourseSeatTypesChanged",
    "CourseRescheduled",
    "CourseSeatLimitsSet",
    "CourseMemberInvited",
    "ExistingCampusSeatUsed",
    "CourseSeatReserved",
    "CourseSeatStarted",
    "CourseSeatBlockStarted",
    "CourseSeatEnded",
    "CourseSeatCancelledBeforeStart",
    "CourseMembershipEnded",
    "MembershipUnseated",
    "CourseRunStarted",
    "CourseRunEnded",
    "CourseDeactivated",
    "CourseSettlementOpened",
    "CourseSettled",
    "CourseReactivated",
    "CourseMembershipResumed",
    "CourseRoleChanged",
    "ContributionRecorded",
    "SeatGrantReversed",
    "CourseSeatBlockVoided",
    "CourseSeatBlockPriced"};
static_assert(!kNames.back().empty(), "one name per event");

}  // namespace

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) { return kNames[event.index()]; }

std::string stream_of(const Event& event) {
  return std::visit(
      [](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, HomeCampusSet>)
          return "person/" + e.person.value;
        else if constexpr (std::is_same_v<E, SeatGrantReversed>)
          return e.seat_type == SeatType::Campus ? "campus/" + e.campus.value : "course/" + e.course.value;
        else if constexpr (requires { e.course; })
          return "course/" + e.course.value;
        else
          return "campus/" + e.campus.value;
      },
      event);
}

}  // namespace kontor::seats
