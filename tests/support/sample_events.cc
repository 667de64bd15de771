#include "tests/support/sample_events.h"

#include "tests/support/sample_events_access.h"
#include "tests/support/sample_events_billing.h"
#include "tests/support/sample_events_credits.h"

namespace kontor::test {
namespace {

const CampusId kCampus{"c-1"};
const CampusId kElsewhere{"c-2"};
const CourseId kCourse{"k-1"};
const CourseId kNext{"k-2"};
const PeriodId kPeriod{"2027"};
const PersonId kPerson{"p-00000000000000000001"};
constexpr Instant kStart{1'803'855'600'000'000'000};
constexpr Instant kEnd{1'811'800'800'000'000'000};
const Currency kChf{{'C', 'H', 'F'}};

std::vector<people::Event> people_events() {
  const people::SealedData sealed{std::string(125, '\x5A')};
  return {people::PersonRegistered{kPerson, Digest{1, 2, 3}, sealed}, people::ExistingPersonLinked{kPerson},
          people::PersonEmailChanged{kPerson, Digest{3, 2, 1}, sealed},
          people::PersonErased{kPerson, 7, "request of 12 March"}};
}

std::vector<seats::Event> campus_events() {
  return {seats::CampusOpened{kCampus, seats::CampusKind::Package, "Europe/Berlin"},
          seats::FlatBooked{kCampus,
                            kPeriod,
                            50,
                            kStart,
                            kEnd,
                            kChf,
                            {{1, MinorUnits{1500}}, {50, MinorUnits{1200}}},
                            seats::Rounding::Full,
                            MinorUnits{}},
          seats::FlatResized{kCampus, kPeriod, 200, kStart},
          seats::BookingPeriodActivated{kCampus, kPeriod, 50, 2, 1},
          seats::BookingPeriodPending{kCampus, kPeriod, 2, 3},
          seats::SeatTypeOptionChanged{kCampus, seats::SeatTypeOption::BothSeatTypes},
          seats::CampusSeatGranted{kCampus, 7, kPerson, kCourse, kPeriod},
          seats::CampusSeatCarriedOver{kCampus, 7, kPerson, kCourse, kPeriod},
          seats::CampusSeatReleased{kCampus, 7, kPerson, kCourse, seats::ReleaseCause::CourseCompleted},
          seats::CampusSeatReattributed{kCampus, 7, kPerson, kCourse, kNext},
          seats::HomeCampusSet{kPerson, kCampus}};
}

std::vector<seats::Event> course_events() {
  const seats::BlockPrice price{kPeriod, 50, 50, MinorUnits{1200}, kChf, seats::Rounding::Full};
  return {
      seats::CourseCreated{kCourse, kCampus, kStart, kEnd, seats::CourseSeatTypes::CampusAndCourse},
      seats::CourseSeatTypesChanged{kCourse, seats::CourseSeatTypes::CampusAndCourse},
      seats::CourseRescheduled{kCourse, kStart, kEnd},
      seats::CourseSeatLimitsSet{kCourse, 0, 12},
      seats::CourseMemberInvited{kCourse, kPerson, seats::MemberRole::CourseManager, seats::SeatType::Course},
      seats::ExistingCampusSeatUsed{kCourse, kPerson, kElsewhere, 7},
      seats::CourseSeatReserved{kCourse, 3, kPerson, kStart},
      seats::CourseSeatStarted{kCourse, 3, kPerson, kStart},
      seats::CourseSeatBlockStarted{kCourse, 3, kPerson, 2, kStart, kEnd, price},
      seats::CourseSeatEnded{kCourse, 3, kPerson, kEnd, 4, 3, 1, MinorUnits{2400}, kChf},
      seats::CourseSeatCancelledBeforeStart{kCourse, 3, kPerson},
      seats::CourseMembershipEnded{kCourse, kPerson},
      seats::MembershipUnseated{kCourse, kPerson, kElsewhere},
      seats::CourseRunStarted{kCourse, 2, kStart},
      seats::CourseRunEnded{kCourse, 2, kEnd, seats::RunEndCause::EndedEarly},
      seats::CourseDeactivated{kCourse, 2},
      seats::CourseSettlementOpened{kCourse, 2, 6, 15, 14, 1, MinorUnits{16800}, kChf},
      seats::CourseSettled{kCourse, 2, "R-2027-17", 6, 14, MinorUnits{16800}, kChf, Digest{1, 2, 3}},
      seats::CourseReactivated{kCourse, 3, kStart, kEnd},
      seats::CourseMembershipResumed{kCourse, kPerson, seats::SeatType::Course},
      seats::CourseRoleChanged{kCourse, kPerson, seats::MemberRole::Tutor, seats::MemberRole::Lecturer},
      seats::ContributionRecorded{kCourse, 2, kPerson, "artefact-7"},
      seats::SeatGrantReversed{17, seats::SeatType::Course, kCampus, kCourse, 3, kPerson, "a mistake"},
      seats::CourseSeatBlockVoided{18, kCourse, 2, 3, kPerson, 4, kStart, MinorUnits{1200}, kChf, 1, 1,
                                   seats::BillStanding::Settled},
      seats::CourseSeatBlockPriced{18, kCourse, 2, 3, kPerson, 4, kStart, price, MinorUnits{1200}, 1,
                                   seats::BillStanding::Settled, "the flat was booked late"}};
}

SampleEvent sample(const Event& event, std::string_view special = "") {
  return {std::string(type_name(event)) + std::string(special), {sample_envelope(event), event}};
}

/// An event of a timer: no command, no history, no correlation.
SampleEvent of_a_timer() {
  SampleEvent made = sample(seats::Event(seats::CourseRunStarted{kCourse, 1, kStart}), "-of-a-timer");
  made.event.envelope.actor = {Role::Scheduler, "", ""};
  made.event.envelope.command_id = {};
  made.event.envelope.payload_digest = {};
  made.event.envelope.history.reset();
  made.event.envelope.correlation.clear();
  return made;
}

}  // namespace

Envelope sample_envelope(const Event& event) {
  return {.tenant = TenantId("t-1"),
          .position = 41,
          .stream = stream_of(event),
          .version = 7,
          .recorded_at = Instant{1'803'859'200'000'000'001},
          .effective_at = kStart,
          .actor = {Role::CourseManager, "u-17", "web"},
          .command_id = CommandId::parse("0123456789abcdef0123456789abcdef").value(),
          .payload_digest = {9, 8, 7, 6, 5, 4, 3, 2, 1},
          .history = HistoryStamp{0xFEDCBA9876543210, 12},
          .correlation = "trace-1"};
}

std::vector<SampleEvent> sample_events() {
  std::vector<SampleEvent> samples;
  samples.push_back(sample(tenancy::Event(tenancy::TenantCreated{tenancy::Timeline::History})));
  samples.push_back(sample(tenancy::Event(tenancy::HistoryFinished{})));
  samples.push_back(sample(tenancy::Event(
      tenancy::TenantPlanChanged{tenancy::Suite::ExpertSuitePlus, tenancy::CreditsOption::Included})));
  for (auto& event : people_events()) samples.push_back(sample(event));
  for (auto& event : campus_events()) samples.push_back(sample(event));
  for (auto& event : course_events()) samples.push_back(sample(event));
  for (auto& event : access_events()) samples.push_back(sample(event));
  samples.push_back(
      sample(seats::Event(seats::CourseSeatLimitsSet{kCourse, std::nullopt, std::nullopt}), "-none"));
  samples.push_back(
      sample(seats::Event(seats::CourseSeatBlockStarted{kCourse, 3, kPerson, 1, kStart, kEnd, std::nullopt}),
             "-unpriced"));
  for (auto& event : billing_events()) samples.push_back(sample(event));
  samples.push_back(sample(
      seats::Event(seats::FlatBooked{
          kCampus, kPeriod, 50, kStart, kEnd, kChf, {}, seats::Rounding::Started, MinorUnits{480'000}}),
      "-with-price"));
  samples.push_back(sample(seats::Event(seats::SeatGrantReversed{16, seats::SeatType::Campus, kCampus,
                                                                 kCourse, 7, kPerson, "a mistake"}),
                           "-of-a-campus-seat"));
  samples.push_back(sample(
      seats::Event(seats::CampusSeatReleased{kCampus, 7, kPerson, kCourse, seats::ReleaseCause::Corrected}),
      "-corrected"));
  for (SampleEvent& event : community_samples()) samples.push_back(std::move(event));
  samples.push_back(of_a_timer());
  for (auto& event : sample_credits_events()) samples.push_back(sample(event));
  return samples;
}

}  // namespace kontor::test
