#pragma once
// Commands about campus seats and course seats (DOMAIN 3.3). Pure values; ids are valid id texts, instants
// lie in the range of Instant::valid (both checked at the door). The rules in words:
// engine/rules/seats/README.md.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"
#include "events/seats.h"

namespace kontor::rules::seats {

using kontor::seats::CampusKind;
using kontor::seats::CourseSeatTypes;
using kontor::seats::MemberRole;
using kontor::seats::PriceTier;
using kontor::seats::Rounding;
using kontor::seats::RunNumber;
using kontor::seats::SeatType;
using kontor::seats::SeatTypeOption;

struct OpenCampus {
  CampusId campus;
  CampusKind kind = CampusKind::Flat;
  std::string time_zone = "Europe/Berlin";  // IANA name
  friend bool operator==(const OpenCampus&, const OpenCampus&) = default;
};

struct BookFlat {
  CampusId campus;
  PeriodId period;  // the caller's name for it, unique in the campus
  std::uint32_t size = 0;
  Instant from;  // local midnight; already reached means: activate at once
  Instant to;    // local midnight, not included
  Currency currency;
  std::vector<PriceTier> prices;  // by rising size, never rising in price
  Rounding rounding = Rounding::Started;
  MinorUnits price{};  // of the contract item, for the whole period; 0: none
  friend bool operator==(const BookFlat&, const BookFlat&) = default;
};

struct ResizeFlat {
  CampusId campus;
  PeriodId period;
  std::uint32_t size = 0;
  std::optional<Instant> from;  // absent: now
  friend bool operator==(const ResizeFlat&, const ResizeFlat&) = default;
};

struct ActivateBookingPeriod {
  CampusId campus;
  PeriodId period;
  friend bool operator==(const ActivateBookingPeriod&, const ActivateBookingPeriod&) = default;
};

struct EnableBothSeatTypes {
  CampusId campus;
  SeatTypeOption option = SeatTypeOption::BothSeatTypes;
  friend bool operator==(const EnableBothSeatTypes&, const EnableBothSeatTypes&) = default;
};

struct CreateCourse {
  CampusId campus;
  CourseId course;  // unique in the tenant
  Instant start;    // already reached means: the run starts at once
  Instant end;
  CourseSeatTypes seat_types = CourseSeatTypes::CampusOnly;
  friend bool operator==(const CreateCourse&, const CreateCourse&) = default;
};

struct EditCourse {
  CourseId course;
  std::optional<Instant> start;  // absent: as it is
  std::optional<Instant> end;
  std::optional<CourseSeatTypes> seat_types;
  friend bool operator==(const EditCourse&, const EditCourse&) = default;
};

struct SetCourseSeatLimits {
  CourseId course;
  std::optional<std::uint32_t> campus_seats;  // absent: no limit
  std::optional<std::uint32_t> course_seats;
  friend bool operator==(const SetCourseSeatLimits&, const SetCourseSeatLimits&) = default;
};

struct InviteToCourse {
  CourseId course;
  PersonId person;
  MemberRole role = MemberRole::Participant;
  std::optional<SeatType> seat_type;
  friend bool operator==(const InviteToCourse&, const InviteToCourse&) = default;
};

struct AddCampusSeat {
  CourseId course;
  PersonId person;
  friend bool operator==(const AddCampusSeat&, const AddCampusSeat&) = default;
};

struct EndCourseMembership {
  CourseId course;
  PersonId person;
  friend bool operator==(const EndCourseMembership&, const EndCourseMembership&) = default;
};

struct EndCourseRun {
  CourseId course;
  friend bool operator==(const EndCourseRun&, const EndCourseRun&) = default;
};

struct SettleCourse {
  CourseId course;
  RunNumber run = 0;
  std::string invoice_ref;
  friend bool operator==(const SettleCourse&, const SettleCourse&) = default;
};

enum class CourseSeatReissue : std::uint8_t { No, Yes };

struct ReactivateCourse {
  CourseId course;
  Instant start;
  Instant end;
  CourseSeatReissue reissue = CourseSeatReissue::No;
  friend bool operator==(const ReactivateCourse&, const ReactivateCourse&) = default;
};

/// Exists to be refused: no seat can be handed over (S-05, S-14).
struct TransferSeat {
  CourseId course;
  PersonId person;
  PersonId to;
  friend bool operator==(const TransferSeat&, const TransferSeat&) = default;
};

struct RecordContribution {
  CourseId course;
  PersonId person;
  std::string artefact;  // the platform's id of what was created
  friend bool operator==(const RecordContribution&, const RecordContribution&) = default;
};

struct CorrectSeat {
  Position event = 0;  // of the grant or the block that was a mistake, or of a block without a price
  std::string reason;
  friend bool operator==(const CorrectSeat&, const CorrectSeat&) = default;
};

struct ChangeRole {
  CourseId course;
  PersonId person;
  MemberRole role = MemberRole::Participant;
  friend bool operator==(const ChangeRole&, const ChangeRole&) = default;
};

using Command = std::variant<OpenCampus, BookFlat, ResizeFlat, ActivateBookingPeriod, EnableBothSeatTypes,
                             CreateCourse, EditCourse, SetCourseSeatLimits, InviteToCourse, AddCampusSeat,
                             EndCourseMembership, EndCourseRun, SettleCourse, ReactivateCourse, TransferSeat,
                             RecordContribution, CorrectSeat, ChangeRole>;

}  // namespace kontor::rules::seats
