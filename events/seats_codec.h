#pragma once
// The stored shape of each seats event: one `put` and one `take`. They are the only code that knows it: when
// a field is added, the old shape is completed there. For events/seats*.cc alone.

#include "events/codec.h"
#include "events/seats.h"

namespace kontor::codec {

[[nodiscard]] Currency currency(capnp::Text::Reader bytes);

void put(const seats::BlockPrice& e, schema::BlockPrice::Builder b);
[[nodiscard]] seats::BlockPrice take(schema::BlockPrice::Reader r);
void put(const seats::CampusOpened& e, schema::CampusOpened::Builder b);
[[nodiscard]] seats::CampusOpened take(schema::CampusOpened::Reader r);
void put(const seats::FlatBooked& e, schema::FlatBooked::Builder b);
[[nodiscard]] seats::FlatBooked take(schema::FlatBooked::Reader r);
void put(const seats::FlatResized& e, schema::FlatResized::Builder b);
[[nodiscard]] seats::FlatResized take(schema::FlatResized::Reader r);
void put(const seats::BookingPeriodActivated& e, schema::BookingPeriodActivated::Builder b);
[[nodiscard]] seats::BookingPeriodActivated take(schema::BookingPeriodActivated::Reader r);
void put(const seats::BookingPeriodPending& e, schema::BookingPeriodPending::Builder b);
[[nodiscard]] seats::BookingPeriodPending take(schema::BookingPeriodPending::Reader r);
void put(const seats::SeatTypeOptionChanged& e, schema::SeatTypeOptionChanged::Builder b);
[[nodiscard]] seats::SeatTypeOptionChanged take(schema::SeatTypeOptionChanged::Reader r);
void put(const seats::CampusSeatGranted& e, schema::CampusSeatGranted::Builder b);
[[nodiscard]] seats::CampusSeatGranted take(schema::CampusSeatGranted::Reader r);
void put(const seats::CampusSeatCarriedOver& e, schema::CampusSeatCarriedOver::Builder b);
[[nodiscard]] seats::CampusSeatCarriedOver take(schema::CampusSeatCarriedOver::Reader r);
void put(const seats::CampusSeatReleased& e, schema::CampusSeatReleased::Builder b);
[[nodiscard]] seats::CampusSeatReleased take(schema::CampusSeatReleased::Reader r);
void put(const seats::CampusSeatReattributed& e, schema::CampusSeatReattributed::Builder b);
[[nodiscard]] seats::CampusSeatReattributed take(schema::CampusSeatReattributed::Reader r);
void put(const seats::HomeCampusSet& e, schema::HomeCampusSet::Builder b);
[[nodiscard]] seats::HomeCampusSet take(schema::HomeCampusSet::Reader r);
void put(const seats::CourseCreated& e, schema::CourseCreated::Builder b);
[[nodiscard]] seats::CourseCreated take(schema::CourseCreated::Reader r);
void put(const seats::CourseSeatTypesChanged& e, schema::CourseSeatTypesChanged::Builder b);
[[nodiscard]] seats::CourseSeatTypesChanged take(schema::CourseSeatTypesChanged::Reader r);
void put(const seats::CourseRescheduled& e, schema::CourseRescheduled::Builder b);
[[nodiscard]] seats::CourseRescheduled take(schema::CourseRescheduled::Reader r);
void put(const seats::CourseSeatLimitsSet& e, schema::CourseSeatLimitsSet::Builder b);
[[nodiscard]] seats::CourseSeatLimitsSet take(schema::CourseSeatLimitsSet::Reader r);
void put(const seats::CourseMemberInvited& e, schema::CourseMemberInvited::Builder b);
[[nodiscard]] seats::CourseMemberInvited take(schema::CourseMemberInvited::Reader r);
void put(const seats::ExistingCampusSeatUsed& e, schema::ExistingCampusSeatUsed::Builder b);
[[nodiscard]] seats::ExistingCampusSeatUsed take(schema::ExistingCampusSeatUsed::Reader r);
void put(const seats::CourseSeatReserved& e, schema::CourseSeatReserved::Builder b);
[[nodiscard]] seats::CourseSeatReserved take(schema::CourseSeatReserved::Reader r);
void put(const seats::CourseSeatStarted& e, schema::CourseSeatStarted::Builder b);
[[nodiscard]] seats::CourseSeatStarted take(schema::CourseSeatStarted::Reader r);
void put(const seats::CourseSeatBlockStarted& e, schema::CourseSeatBlockStarted::Builder b);
[[nodiscard]] seats::CourseSeatBlockStarted take(schema::CourseSeatBlockStarted::Reader r);
void put(const seats::CourseSeatEnded& e, schema::CourseSeatEnded::Builder b);
[[nodiscard]] seats::CourseSeatEnded take(schema::CourseSeatEnded::Reader r);
void put(const seats::CourseSeatCancelledBeforeStart& e, schema::CourseSeatCancelledBeforeStart::Builder b);
[[nodiscard]] seats::CourseSeatCancelledBeforeStart take(schema::CourseSeatCancelledBeforeStart::Reader r);
void put(const seats::CourseMembershipEnded& e, schema::CourseMembershipEnded::Builder b);
[[nodiscard]] seats::CourseMembershipEnded take(schema::CourseMembershipEnded::Reader r);
void put(const seats::MembershipUnseated& e, schema::MembershipUnseated::Builder b);
[[nodiscard]] seats::MembershipUnseated take(schema::MembershipUnseated::Reader r);
void put(const seats::CourseRunStarted& e, schema::CourseRunStarted::Builder b);
[[nodiscard]] seats::CourseRunStarted take(schema::CourseRunStarted::Reader r);
void put(const seats::CourseRunEnded& e, schema::CourseRunEnded::Builder b);
[[nodiscard]] seats::CourseRunEnded take(schema::CourseRunEnded::Reader r);
void put(const seats::CourseDeactivated& e, schema::CourseDeactivated::Builder b);
[[nodiscard]] seats::CourseDeactivated take(schema::CourseDeactivated::Reader r);
void put(const seats::CourseSettlementOpened& e, schema::CourseSettlementOpened::Builder b);
[[nodiscard]] seats::CourseSettlementOpened take(schema::CourseSettlementOpened::Reader r);
void put(const seats::CourseSettled& e, schema::CourseSettled::Builder b);
[[nodiscard]] seats::CourseSettled take(schema::CourseSettled::Reader r);
void put(const seats::CourseReactivated& e, schema::CourseReactivated::Builder b);
[[nodiscard]] seats::CourseReactivated take(schema::CourseReactivated::Reader r);
void put(const seats::CourseMembershipResumed& e, schema::CourseMembershipResumed::Builder b);
[[nodiscard]] seats::CourseMembershipResumed take(schema::CourseMembershipResumed::Reader r);
void put(const seats::CourseRoleChanged& e, schema::CourseRoleChanged::Builder b);
[[nodiscard]] seats::CourseRoleChanged take(schema::CourseRoleChanged::Reader r);
void put(const seats::ContributionRecorded& e, schema::ContributionRecorded::Builder b);
[[nodiscard]] seats::ContributionRecorded take(schema::ContributionRecorded::Reader r);
void put(const seats::SeatGrantReversed& e, schema::SeatGrantReversed::Builder b);
[[nodiscard]] seats::SeatGrantReversed take(schema::SeatGrantReversed::Reader r);
void put(const seats::CourseSeatBlockVoided& e, schema::CourseSeatBlockVoided::Builder b);
[[nodiscard]] seats::CourseSeatBlockVoided take(schema::CourseSeatBlockVoided::Reader r);
void put(const seats::CourseSeatBlockPriced& e, schema::CourseSeatBlockPriced::Builder b);
[[nodiscard]] seats::CourseSeatBlockPriced take(schema::CourseSeatBlockPriced::Reader r);

}  // namespace kontor::codec
