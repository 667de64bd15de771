#pragma once
// Events of campus seats and course seats (DOMAIN 3.3). Pure values; any thread. What each field means is
// said once, in events/seats.capnp; the streams the events belong to are chosen by stream_of
// (events/envelope.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::seats {

// Numbers of enumerators are stored for ever and equal those of the schema.

enum class CampusKind : std::uint16_t { Flat = 0, Package = 1 };
enum class Rounding : std::uint16_t { Started = 0, Full = 1 };
enum class SeatTypeOption : std::uint16_t { CampusSeatsOnly = 0, BothSeatTypes = 1 };
enum class CourseSeatTypes : std::uint16_t { CampusOnly = 0, CampusAndCourse = 1 };
enum class SeatType : std::uint16_t { Campus = 0, Course = 1 };
enum class MemberRole : std::uint16_t { Participant = 0, Lecturer = 1, Tutor = 2, CourseManager = 3 };
enum class ReleaseCause : std::uint16_t { Rollover = 0, Uninvited = 1, CourseCompleted = 2, Corrected = 3 };
enum class BillStanding : std::uint16_t { Open = 0, Settled = 1 };
enum class RunEndCause : std::uint16_t { EndReached = 0, EndedEarly = 1 };

/// Campus seats are numbered per tenant, course seats per course; both from 1.
using SeatNumber = std::uint32_t;
/// Runs of a course, from 1.
using RunNumber = std::uint32_t;

struct PriceTier {
  std::uint32_t from_size = 0;
  MinorUnits unit_price;
  friend bool operator==(const PriceTier&, const PriceTier&) = default;
};

struct CampusOpened {
  CampusId campus;
  CampusKind kind = CampusKind::Flat;
  std::string time_zone;
  friend bool operator==(const CampusOpened&, const CampusOpened&) = default;
};

struct FlatBooked {
  CampusId campus;
  PeriodId period;
  std::uint32_t size = 0;
  Instant from;
  Instant to;
  Currency currency;
  std::vector<PriceTier> tiers;
  Rounding rounding = Rounding::Started;
  MinorUnits price{};
  friend bool operator==(const FlatBooked&, const FlatBooked&) = default;
};

struct FlatResized {
  CampusId campus;
  PeriodId period;
  std::uint32_t size = 0;
  Instant from;
  friend bool operator==(const FlatResized&, const FlatResized&) = default;
};

struct BookingPeriodActivated {
  CampusId campus;
  PeriodId period;
  std::uint32_t contingent = 0;
  std::uint32_t carried_over = 0;
  std::uint32_t released = 0;
  friend bool operator==(const BookingPeriodActivated&, const BookingPeriodActivated&) = default;
};

struct BookingPeriodPending {
  CampusId campus;
  PeriodId period;
  std::uint32_t contingent = 0;
  std::uint32_t needed = 0;
  friend bool operator==(const BookingPeriodPending&, const BookingPeriodPending&) = default;
};

struct SeatTypeOptionChanged {
  CampusId campus;
  SeatTypeOption option = SeatTypeOption::CampusSeatsOnly;
  friend bool operator==(const SeatTypeOptionChanged&, const SeatTypeOptionChanged&) = default;
};

struct CampusSeatGranted {
  CampusId campus;
  SeatNumber seat = 0;
  PersonId person;
  CourseId granting_course;
  PeriodId period;
  friend bool operator==(const CampusSeatGranted&, const CampusSeatGranted&) = default;
};

struct CampusSeatCarriedOver {
  CampusId campus;
  SeatNumber seat = 0;
  PersonId person;
  CourseId granting_course;
  PeriodId period;
  friend bool operator==(const CampusSeatCarriedOver&, const CampusSeatCarriedOver&) = default;
};

struct CampusSeatReleased {
  CampusId campus;
  SeatNumber seat = 0;
  PersonId person;
  CourseId granting_course;
  ReleaseCause cause = ReleaseCause::Rollover;
  friend bool operator==(const CampusSeatReleased&, const CampusSeatReleased&) = default;
};

struct CampusSeatReattributed {
  CampusId campus;
  SeatNumber seat = 0;
  PersonId person;
  CourseId from_course;
  CourseId to_course;
  friend bool operator==(const CampusSeatReattributed&, const CampusSeatReattributed&) = default;
};

struct HomeCampusSet {
  PersonId person;
  CampusId campus;
  friend bool operator==(const HomeCampusSet&, const HomeCampusSet&) = default;
};

struct CourseCreated {
  CourseId course;
  CampusId campus;
  Instant start;
  Instant end;
  CourseSeatTypes seat_types = CourseSeatTypes::CampusOnly;
  friend bool operator==(const CourseCreated&, const CourseCreated&) = default;
};

struct CourseSeatTypesChanged {
  CourseId course;
  CourseSeatTypes seat_types = CourseSeatTypes::CampusOnly;
  friend bool operator==(const CourseSeatTypesChanged&, const CourseSeatTypesChanged&) = default;
};

struct CourseRescheduled {
  CourseId course;
  Instant start;
  Instant end;
  friend bool operator==(const CourseRescheduled&, const CourseRescheduled&) = default;
};

struct CourseSeatLimitsSet {
  CourseId course;
  std::optional<std::uint32_t> campus_seats;
  std::optional<std::uint32_t> course_seats;
  friend bool operator==(const CourseSeatLimitsSet&, const CourseSeatLimitsSet&) = default;
};

struct CourseMemberInvited {
  CourseId course;
  PersonId person;
  MemberRole role = MemberRole::Participant;
  SeatType seat_type = SeatType::Campus;
  friend bool operator==(const CourseMemberInvited&, const CourseMemberInvited&) = default;
};

struct ExistingCampusSeatUsed {
  CourseId course;
  PersonId person;
  CampusId home_campus;
  SeatNumber seat = 0;
  friend bool operator==(const ExistingCampusSeatUsed&, const ExistingCampusSeatUsed&) = default;
};

struct CourseSeatReserved {
  CourseId course;
  SeatNumber seat = 0;
  PersonId person;
  Instant starts_at;
  friend bool operator==(const CourseSeatReserved&, const CourseSeatReserved&) = default;
};

struct CourseSeatStarted {
  CourseId course;
  SeatNumber seat = 0;
  PersonId person;
  Instant started_at;
  friend bool operator==(const CourseSeatStarted&, const CourseSeatStarted&) = default;
};

struct BlockPrice {
  PeriodId period;
  std::uint32_t flat_size = 0;
  std::uint32_t tier_from = 0;
  MinorUnits unit_price;
  Currency currency;
  Rounding rounding = Rounding::Started;
  friend bool operator==(const BlockPrice&, const BlockPrice&) = default;
};

struct CourseSeatBlockStarted {
  CourseId course;
  SeatNumber seat = 0;
  PersonId person;
  std::uint32_t block = 0;
  Instant starts_at;
  Instant next_block_at;
  std::optional<BlockPrice> price;
  friend bool operator==(const CourseSeatBlockStarted&, const CourseSeatBlockStarted&) = default;
};

struct CourseSeatEnded {
  CourseId course;
  SeatNumber seat = 0;
  PersonId person;
  Instant ended_at;
  std::uint32_t blocks = 0;
  std::uint32_t billed_blocks = 0;
  std::uint32_t unpriced_blocks = 0;
  MinorUnits amount;
  Currency currency;
  friend bool operator==(const CourseSeatEnded&, const CourseSeatEnded&) = default;
};

struct CourseSeatCancelledBeforeStart {
  CourseId course;
  SeatNumber seat = 0;
  PersonId person;
  friend bool operator==(const CourseSeatCancelledBeforeStart&,
                         const CourseSeatCancelledBeforeStart&) = default;
};

struct CourseMembershipEnded {
  CourseId course;
  PersonId person;
  friend bool operator==(const CourseMembershipEnded&, const CourseMembershipEnded&) = default;
};

struct MembershipUnseated {
  CourseId course;
  PersonId person;
  CampusId home_campus;
  friend bool operator==(const MembershipUnseated&, const MembershipUnseated&) = default;
};

struct CourseRunStarted {
  CourseId course;
  RunNumber run = 0;
  Instant started_at;
  friend bool operator==(const CourseRunStarted&, const CourseRunStarted&) = default;
};

struct CourseRunEnded {
  CourseId course;
  RunNumber run = 0;
  Instant ended_at;
  RunEndCause cause = RunEndCause::EndReached;
  friend bool operator==(const CourseRunEnded&, const CourseRunEnded&) = default;
};

struct CourseDeactivated {
  CourseId course;
  RunNumber run = 0;
  friend bool operator==(const CourseDeactivated&, const CourseDeactivated&) = default;
};

struct CourseSettlementOpened {
  CourseId course;
  RunNumber run = 0;
  std::uint32_t seats = 0;
  std::uint64_t blocks = 0;
  std::uint64_t billed_blocks = 0;
  std::uint64_t unpriced_blocks = 0;
  MinorUnits amount;
  Currency currency;
  friend bool operator==(const CourseSettlementOpened&, const CourseSettlementOpened&) = default;
};

struct CourseSettled {
  CourseId course;
  RunNumber run = 0;
  std::string invoice_ref;
  std::uint32_t seats = 0;
  std::uint64_t billed_blocks = 0;
  MinorUnits amount;
  Currency currency;
  Digest lines_hash{};
  friend bool operator==(const CourseSettled&, const CourseSettled&) = default;
};

struct CourseReactivated {
  CourseId course;
  RunNumber run = 0;
  Instant start;
  Instant end;
  friend bool operator==(const CourseReactivated&, const CourseReactivated&) = default;
};

struct CourseMembershipResumed {
  CourseId course;
  PersonId person;
  SeatType seat_type = SeatType::Campus;
  friend bool operator==(const CourseMembershipResumed&, const CourseMembershipResumed&) = default;
};

struct CourseRoleChanged {
  CourseId course;
  PersonId person;
  MemberRole before = MemberRole::Participant;
  MemberRole role = MemberRole::Participant;
  friend bool operator==(const CourseRoleChanged&, const CourseRoleChanged&) = default;
};

struct ContributionRecorded {
  CourseId course;
  RunNumber run = 0;
  PersonId person;
  std::string artefact;
  friend bool operator==(const ContributionRecorded&, const ContributionRecorded&) = default;
};

struct SeatGrantReversed {
  Position of = 0;
  SeatType seat_type = SeatType::Campus;
  CampusId campus;
  CourseId course;
  SeatNumber seat = 0;
  PersonId person;
  std::string reason;
  friend bool operator==(const SeatGrantReversed&, const SeatGrantReversed&) = default;
};

struct CourseSeatBlockVoided {
  Position of = 0;
  CourseId course;
  RunNumber run = 0;
  SeatNumber seat = 0;
  PersonId person;
  std::uint32_t block = 0;
  Instant starts_at;
  MinorUnits amount;
  Currency currency;
  std::uint32_t billed_blocks = 0;
  std::uint32_t unpriced_blocks = 0;
  BillStanding standing = BillStanding::Open;
  friend bool operator==(const CourseSeatBlockVoided&, const CourseSeatBlockVoided&) = default;
};

struct CourseSeatBlockPriced {
  Position of = 0;
  CourseId course;
  RunNumber run = 0;
  SeatNumber seat = 0;
  PersonId person;
  std::uint32_t block = 0;
  Instant starts_at;
  BlockPrice price;
  MinorUnits amount;
  std::uint32_t billed_blocks = 0;
  BillStanding standing = BillStanding::Open;
  std::string reason;
  friend bool operator==(const CourseSeatBlockPriced&, const CourseSeatBlockPriced&) = default;
};

/// In the order of the schema's union.
struct Event
    : std::variant<CampusOpened, FlatBooked, FlatResized, BookingPeriodActivated, BookingPeriodPending,
                   SeatTypeOptionChanged, CampusSeatGranted, CampusSeatCarriedOver, CampusSeatReleased,
                   CampusSeatReattributed, HomeCampusSet, CourseCreated, CourseSeatTypesChanged,
                   CourseRescheduled, CourseSeatLimitsSet, CourseMemberInvited, ExistingCampusSeatUsed,
                   CourseSeatReserved, CourseSeatStarted, CourseSeatBlockStarted, CourseSeatEnded,
                   CourseSeatCancelledBeforeStart, CourseMembershipEnded, MembershipUnseated,
                   CourseRunStarted, CourseRunEnded, CourseDeactivated, CourseSettlementOpened, CourseSettled,
                   CourseReactivated, CourseMembershipResumed, CourseRoleChanged, ContributionRecorded,
                   SeatGrantReversed, CourseSeatBlockVoided, CourseSeatBlockPriced> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::seats
