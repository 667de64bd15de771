#include "events/seats.h"

#include "events/seats_codec.h"

namespace kontor::codec {
namespace {

struct Writer {
  schema::SeatsEvent::Builder out;

  void operator()(const seats::CampusOpened& e) { put(e, out.initCampusOpened()); }
  void operator()(const seats::FlatBooked& e) { put(e, out.initFlatBooked()); }
  void operator()(const seats::FlatResized& e) { put(e, out.initFlatResized()); }
  void operator()(const seats::BookingPeriodActivated& e) { put(e, out.initBookingPeriodActivated()); }
  void operator()(const seats::BookingPeriodPending& e) { put(e, out.initBookingPeriodPending()); }
  void operator()(const seats::SeatTypeOptionChanged& e) { put(e, out.initSeatTypeOptionChanged()); }
  void operator()(const seats::CampusSeatGranted& e) { put(e, out.initCampusSeatGranted()); }
  void operator()(const seats::CampusSeatCarriedOver& e) { put(e, out.initCampusSeatCarriedOver()); }
  void operator()(const seats::CampusSeatReleased& e) { put(e, out.initCampusSeatReleased()); }
  void operator()(const seats::CampusSeatReattributed& e) { put(e, out.initCampusSeatReattributed()); }
  void operator()(const seats::HomeCampusSet& e) { put(e, out.initHomeCampusSet()); }
  void operator()(const seats::CourseCreated& e) { put(e, out.initCourseCreated()); }
  void operator()(const seats::CourseSeatTypesChanged& e) { put(e, out.initCourseSeatTypesChanged()); }
  void operator()(const seats::CourseRescheduled& e) { put(e, out.initCourseRescheduled()); }
  void operator()(const seats::CourseSeatLimitsSet& e) { put(e, out.initCourseSeatLimitsSet()); }
  void operator()(const seats::CourseMemberInvited& e) { put(e, out.initCourseMemberInvited()); }
  void operator()(const seats::ExistingCampusSeatUsed& e) { put(e, out.initExistingCampusSeatUsed()); }
  void operator()(const seats::CourseSeatReserved& e) { put(e, out.initCourseSeatReserved()); }
  void operator()(const seats::CourseSeatStarted& e) { put(e, out.initCourseSeatStarted()); }
  void operator()(const seats::CourseSeatBlockStarted& e) { put(e, out.initCourseSeatBlockStarted()); }
  void operator()(const seats::CourseSeatEnded& e) { put(e, out.initCourseSeatEnded()); }
  void operator()(const seats::CourseSeatCancelledBeforeStart& e) {
    put(e, out.initCourseSeatCancelledBeforeStart());
  }
  void operator()(const seats::CourseMembershipEnded& e) { put(e, out.initCourseMembershipEnded()); }
  void operator()(const seats::MembershipUnseated& e) { put(e, out.initMembershipUnseated()); }
  void operator()(const seats::CourseRunStarted& e) { put(e, out.initCourseRunStarted()); }
  void operator()(const seats::CourseRunEnded& e) { put(e, out.initCourseRunEnded()); }
  void operator()(const seats::CourseDeactivated& e) { put(e, out.initCourseDeactivated()); }
  void operator()(const seats::CourseSettlementOpened& e) { put(e, out.initCourseSettlementOpened()); }
  void operator()(const seats::CourseSettled& e) { put(e, out.initCourseSettled()); }
  void operator()(const seats::CourseReactivated& e) { put(e, out.initCourseReactivated()); }
  void operator()(const seats::CourseMembershipResumed& e) { put(e, out.initCourseMembershipResumed()); }
  void operator()(const seats::CourseRoleChanged& e) { put(e, out.initCourseRoleChanged()); }
  void operator()(const seats::ContributionRecorded& e) { put(e, out.initContributionRecorded()); }
  void operator()(const seats::SeatGrantReversed& e) { put(e, out.initSeatGrantReversed()); }
  void operator()(const seats::CourseSeatBlockVoided& e) { put(e, out.initCourseSeatBlockVoided()); }
  void operator()(const seats::CourseSeatBlockPriced& e) { put(e, out.initCourseSeatBlockPriced()); }
};

}  // namespace

void write(const seats::Event& event, schema::SeatsEvent::Builder out) { std::visit(Writer{out}, event); }

seats::Event read(schema::SeatsEvent::Reader in) {
  switch (in.which()) {
    case schema::SeatsEvent::CAMPUS_OPENED: return take(in.getCampusOpened());
    case schema::SeatsEvent::FLAT_BOOKED: return take(in.getFlatBooked());
    case schema::SeatsEvent::FLAT_RESIZED: return take(in.getFlatResized());
    case schema::SeatsEvent::BOOKING_PERIOD_ACTIVATED: return take(in.getBookingPeriodActivated());
    case schema::SeatsEvent::BOOKING_PERIOD_PENDING: return take(in.getBookingPeriodPending());
    case schema::SeatsEvent::SEAT_TYPE_OPTION_CHANGED: return take(in.getSeatTypeOptionChanged());
    case schema::SeatsEvent::CAMPUS_SEAT_GRANTED: return take(in.getCampusSeatGranted());
    case schema::SeatsEvent::CAMPUS_SEAT_CARRIED_OVER: return take(in.getCampusSeatCarriedOver());
    case schema::SeatsEvent::CAMPUS_SEAT_RELEASED: return take(in.getCampusSeatReleased());
    case schema::SeatsEvent::CAMPUS_SEAT_REATTRIBUTED: return take(in.getCampusSeatReattributed());
    case schema::SeatsEvent::HOME_CAMPUS_SET: return take(in.getHomeCampusSet());
    case schema::SeatsEvent::COURSE_CREATED: return take(in.getCourseCreated());
    case schema::SeatsEvent::COURSE_SEAT_TYPES_CHANGED: return take(in.getCourseSeatTypesChanged());
    case schema::SeatsEvent::COURSE_RESCHEDULED: return take(in.getCourseRescheduled());
    case schema::SeatsEvent::COURSE_SEAT_LIMITS_SET: return take(in.getCourseSeatLimitsSet());
    case schema::SeatsEvent::COURSE_MEMBER_INVITED: return take(in.getCourseMemberInvited());
    case schema::SeatsEvent::EXISTING_CAMPUS_SEAT_USED: return take(in.getExistingCampusSeatUsed());
    case schema::SeatsEvent::COURSE_SEAT_RESERVED: return take(in.getCourseSeatReserved());
    case schema::SeatsEvent::COURSE_SEAT_STARTED: return take(in.getCourseSeatStarted());
    case schema::SeatsEvent::COURSE_SEAT_BLOCK_STARTED: return take(in.getCourseSeatBlockStarted());
    case schema::SeatsEvent::COURSE_SEAT_ENDED: return take(in.getCourseSeatEnded());
    case schema::SeatsEvent::COURSE_SEAT_CANCELLED_BEFORE_START:
      return take(in.getCourseSeatCancelledBeforeStart());
    case schema::SeatsEvent::COURSE_MEMBERSHIP_ENDED: return take(in.getCourseMembershipEnded());
    case schema::SeatsEvent::MEMBERSHIP_UNSEATED: return take(in.getMembershipUnseated());
    case schema::SeatsEvent::COURSE_RUN_STARTED: return take(in.getCourseRunStarted());
    case schema::SeatsEvent::COURSE_RUN_ENDED: return take(in.getCourseRunEnded());
    case schema::SeatsEvent::COURSE_DEACTIVATED: return take(in.getCourseDeactivated());
    case schema::SeatsEvent::COURSE_SETTLEMENT_OPENED: return take(in.getCourseSettlementOpened());
    case schema::SeatsEvent::COURSE_SETTLED: return take(in.getCourseSettled());
    case schema::SeatsEvent::COURSE_REACTIVATED: return take(in.getCourseReactivated());
    case schema::SeatsEvent::COURSE_MEMBERSHIP_RESUMED: return take(in.getCourseMembershipResumed());
    case schema::SeatsEvent::COURSE_ROLE_CHANGED: return take(in.getCourseRoleChanged());
    case schema::SeatsEvent::CONTRIBUTION_RECORDED: return take(in.getContributionRecorded());
    case schema::SeatsEvent::SEAT_GRANT_REVERSED: return take(in.getSeatGrantReversed());
    case schema::SeatsEvent::COURSE_SEAT_BLOCK_VOIDED: return take(in.getCourseSeatBlockVoided());
    case schema::SeatsEvent::COURSE_SEAT_BLOCK_PRICED: return take(in.getCourseSeatBlockPriced());
  }
  KJ_FAIL_REQUIRE("unknown seats event");
}

}  // namespace kontor::codec
