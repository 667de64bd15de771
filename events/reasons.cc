#include "events/reasons.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "events/core/assert.h"

namespace kontor {
namespace {

using enum Retry;

// One entry per enumerator, in rising order of number; tests/events/reasons_test.cc holds both to it.
constexpr std::array kReasons{
    ReasonInfo{Reason::ForbiddenRole, "FORBIDDEN_ROLE", "The actor's role may not send this command.",
               "Send it in a role that may, or ask somebody who has one.", Never},
    ReasonInfo{Reason::FeatureNotLicensed, "FEATURE_NOT_LICENSED", "The feature is not part of the contract.",
               "Have the feature added to the contract.", AfterChange},
    ReasonInfo{Reason::UnknownTenant, "UNKNOWN_TENANT", "There is no tenant of this name.",
               "Check the name, or create it with CreateTenant.", AfterChange},
    ReasonInfo{
        Reason::VersionConflict, "VERSION_CONFLICT", "The stream is not at the version the command expects.",
        "Read the current state, decide again, and send a new command with the new version.", AfterChange},
    ReasonInfo{Reason::CommandIdReused, "COMMAND_ID_REUSED",
               "The command id was used before, with another payload.",
               "Use a fresh id for a new command; repeat an old one exactly as it was.", Never},
    ReasonInfo{Reason::InvalidArgument, "INVALID_ARGUMENT", "A field is missing or its value is not allowed.",
               "Correct the field the sentence names.", Never},
    ReasonInfo{Reason::NotFound, "NOT_FOUND", "The thing the command or question names does not exist.",
               "Check the id; create the thing first if it is new.", AfterChange},
    ReasonInfo{Reason::IntegrationNotConnected, "INTEGRATION_NOT_CONNECTED",
               "The connection to another system that this needs is not set up.",
               "Connect the other system first.", AfterChange},
    ReasonInfo{Reason::SubjectErased, "SUBJECT_ERASED", "The person's data has been erased.",
               "Nothing can be recorded for an erased person; use a new person id.", Never},
    ReasonInfo{Reason::EffectiveTimeInClosedPeriod, "EFFECTIVE_TIME_IN_CLOSED_PERIOD",
               "The effective time lies in a period that has been closed.",
               "Record the correction in the current period.", Never},
    ReasonInfo{Reason::EffectiveTimeInFuture, "EFFECTIVE_TIME_IN_FUTURE",
               "The time lies in the future of the tenant's timeline.",
               "Leave the time out, name an earlier one, or ask again when it has come.", Later},
    ReasonInfo{Reason::Overloaded, "OVERLOADED", "More is waiting than the server takes on.",
               "Wait a little and send the same command with the same id.", Later},
    ReasonInfo{Reason::ReasonRequired, "REASON_REQUIRED", "This command needs a reason in words.",
               "Say why in the command.", Never},
    ReasonInfo{Reason::DeadlineExceeded, "DEADLINE_EXCEEDED",
               "The deadline passed before it could be decided; it will never be executed.",
               "Send a new command with a later deadline.", Later},
    ReasonInfo{Reason::AmountOutOfRange, "AMOUNT_OUT_OF_RANGE", "A sum would not fit 64 bits of minor units.",
               "Check the amounts.", Never},
    ReasonInfo{Reason::TimelineBehind, "TIMELINE_BEHIND",
               "The row of history lies before the newest time of its tenant.",
               "Sort the history by time, or start with a new tenant.", Never},
    ReasonInfo{Reason::TimelineMode, "TIMELINE_MODE",
               "A live command came to a tenant that takes history, or history to a live tenant.",
               "End the import with FinishHistory, or leave the history field out.", AfterChange},
    ReasonInfo{Reason::AlreadyExists, "ALREADY_EXISTS", "The id names a thing that exists.",
               "Choose another id, or use the thing that is there.", Never},

    ReasonInfo{Reason::CourseSeatsNotEnabled, "COURSE_SEATS_NOT_ENABLED",
               "The campus does not use course seats.", "Enable both seat types with EnableBothSeatTypes.",
               AfterChange},
    ReasonInfo{Reason::CourseSeatsRequireFlat, "COURSE_SEATS_REQUIRE_FLAT",
               "Course seats exist only on a campus that books flats.",
               "Use campus seats, or open the campus as a flat.", Never},
    ReasonInfo{Reason::SeatTypeNotAllowedInCourse, "SEAT_TYPE_NOT_ALLOWED_IN_COURSE",
               "The course does not take this type of seat.",
               "Choose the other seat type, or change the course with EditCourse.", AfterChange},
    ReasonInfo{Reason::SeatTypeRequired, "SEAT_TYPE_REQUIRED",
               "Both seat types are possible; the invitation must say which.", "Name seatType.", Never},
    ReasonInfo{Reason::CourseSeatNotAllowedWithCampusSeat, "COURSE_SEAT_NOT_ALLOWED_WITH_CAMPUS_SEAT",
               "The person already holds a campus seat, which carries every course of the campus.",
               "Invite with the campus seat.", AfterChange},
    ReasonInfo{Reason::CourseCourseSeatLimitReached, "COURSE_COURSE_SEAT_LIMIT_REACHED",
               "The course has given out all course seats it may.",
               "Raise the limit with SetCourseSeatLimits, or wait for a seat to become free.", AfterChange},
    ReasonInfo{Reason::CourseCampusSeatLimitReached, "COURSE_CAMPUS_SEAT_LIMIT_REACHED",
               "The course has granted all campus seats it may.",
               "Raise the limit with SetCourseSeatLimits, or wait for a seat to become free.", AfterChange},
    ReasonInfo{Reason::NoCampusSeatsLeft, "NO_CAMPUS_SEATS_LEFT", "Every booked campus seat is occupied.",
               "Book more with ResizeFlat, end memberships, or use a course seat.", AfterChange},
    ReasonInfo{Reason::NoActiveBookingPeriod, "NO_ACTIVE_BOOKING_PERIOD",
               "No booking period of the campus is active.",
               "Book a flat and start it with ActivateBookingPeriod.", AfterChange},
    ReasonInfo{Reason::BookingPeriodOverlap, "BOOKING_PERIOD_OVERLAP",
               "The period overlaps another booked period of the campus.",
               "Choose dates that do not overlap.", AfterChange},
    ReasonInfo{Reason::RolloverExceedsContingent, "ROLLOVER_EXCEEDS_CONTINGENT",
               "More seats would be carried over than the new period has.",
               "Book a larger flat, or end memberships first.", AfterChange},
    ReasonInfo{Reason::ContingentBelowUsage, "CONTINGENT_BELOW_USAGE",
               "The new size is smaller than the number of occupied seats.",
               "Choose a larger size, or end memberships first.", AfterChange},
    ReasonInfo{Reason::SeatNotTransferable, "SEAT_NOT_TRANSFERABLE", "A seat belongs to its person.",
               "End the membership and invite the other person.", Never},
    ReasonInfo{Reason::CourseInactive, "COURSE_INACTIVE", "The course run has ended.",
               "Settle the run and start the next one with ReactivateCourse.", AfterChange},
    ReasonInfo{Reason::CourseAlreadyActive, "COURSE_ALREADY_ACTIVE", "The course run has not ended yet.",
               "Wait for its end, or end it with EndCourseRun.", AfterChange},
    ReasonInfo{Reason::CourseDatesInvalid, "COURSE_DATES_INVALID", "The dates do not make a course run.",
               "Let the run start before it ends, and end it after now.", Never},
    ReasonInfo{Reason::AlreadyCourseMember, "ALREADY_COURSE_MEMBER",
               "The person is a member of the course already.", "Nothing needs to be done.", AfterChange},
    ReasonInfo{Reason::NotCourseMember, "NOT_COURSE_MEMBER", "The person is not a member of the course.",
               "Invite the person first.", AfterChange},
    ReasonInfo{Reason::SettlementPending, "SETTLEMENT_PENDING", "The last run has not been settled.",
               "Confirm its invoice with SettleCourse.", AfterChange},
    ReasonInfo{Reason::MemberReadOnly, "MEMBER_READ_ONLY", "The membership can be read, not used.",
               "Start the next run with ReactivateCourse.", AfterChange},
    ReasonInfo{Reason::PriceTierMissing, "PRICE_TIER_MISSING", "No price tier covers the size of the flat.",
               "Book the period with prices that begin at a smaller size.", AfterChange},

    ReasonInfo{Reason::LineAlreadyBilled, "LINE_ALREADY_BILLED", "What is to be billed has been billed.",
               "Nothing needs to be done.", Never},

    ReasonInfo{Reason::WrongDoor, "WRONG_DOOR", "The peer speaks another protocol.",
               "Speak Cap'n Proto messages in stream framing here (docs/wire-protocol.md).", Never},
    ReasonInfo{Reason::FrameMalformed, "FRAME_MALFORMED", "The bytes are not a well-formed message.",
               "Send unpacked Cap'n Proto messages in stream framing.", Never},
    ReasonInfo{Reason::TooManySegments, "TOO_MANY_SEGMENTS",
               "The message has more segments than the server takes.", "Build the message in one segment.",
               Never},
    ReasonInfo{Reason::FrameTooLarge, "FRAME_TOO_LARGE", "The message is larger than the server takes.",
               "Send smaller batches; the limit is in the welcome.", Never},
    ReasonInfo{Reason::FrameTruncated, "FRAME_TRUNCATED", "The message ended before its announced size.",
               "Send the whole message.", SameCommandId},
    ReasonInfo{Reason::FrameTimeout, "FRAME_TIMEOUT", "A started message was not completed in time.",
               "Send messages whole; connect again and repeat with the same ids.", SameCommandId},
    ReasonInfo{Reason::HelloTimeout, "HELLO_TIMEOUT", "No hello arrived in time.",
               "Send the hello right after connecting.", Later},
    ReasonInfo{Reason::RequestIdInUse, "REQUEST_ID_IN_USE",
               "A request with this number has not been answered yet.",
               "Number requests so that no two open ones are equal.", Never},
    ReasonInfo{Reason::Unsupported, "UNSUPPORTED",
               "This server does not know this kind of message or command.",
               "Update the server, or leave out what it does not know.", Never},
    ReasonInfo{Reason::ValueUnknown, "VALUE_UNKNOWN",
               "An enumerated field has a value this server does not know.",
               "Use a value of the published schema.", Never},
    ReasonInfo{Reason::OutOfOrder, "OUT_OF_ORDER",
               "The message is not allowed at this point of the conversation.",
               "Send one hello first, then requests.", Never},

    ReasonInfo{Reason::Unauthenticated, "UNAUTHENTICATED", "The credentials are not valid.",
               "Check the token and its expiry.", Never},
    ReasonInfo{Reason::SessionEnded, "SESSION_ENDED", "The session has been ended by the server.",
               "Connect again.", Later},
    ReasonInfo{Reason::TenantMismatch, "TENANT_MISMATCH",
               "The message names another tenant than the session.", "Open a session for each tenant.",
               Never},
    ReasonInfo{Reason::TooManyConnections, "TOO_MANY_CONNECTIONS", "The server has all connections it takes.",
               "Use fewer connections with more requests in flight, or try later.", Later},
    ReasonInfo{Reason::SlowConsumer, "SLOW_CONSUMER", "The peer did not read its answers.",
               "Read answers while sending; repeat what was not answered with the same ids.", SameCommandId},

    ReasonInfo{Reason::HeadUnreadable, "HEAD_UNREADABLE",
               "Both copies of the HEAD file are damaged or missing.",
               "Do not write; restore the data directory from a verified backup.", Never},
    ReasonInfo{Reason::WalMissing, "WAL_MISSING", "A write-ahead log that must exist is missing.",
               "Do not write; bring the file back or restore a backup.", Never},
    ReasonInfo{Reason::WalShort, "WAL_SHORT", "A write-ahead log is shorter than what was synced.",
               "Do not write; bring the file back or restore a backup.", Never},
    ReasonInfo{Reason::WalDamaged, "WAL_DAMAGED", "A write-ahead log is damaged inside its synced part.",
               "Do not write; keep a copy of the directory and restore a backup.", Never},
    ReasonInfo{Reason::HeadRegression, "HEAD_REGRESSION",
               "The store holds less than the HEAD file remembers.",
               "Do not write; the directory is old or damaged. Restore the newest one.", Never},
    ReasonInfo{Reason::RootMismatch, "ROOT_MISMATCH", "The events do not hash to the remembered root.",
               "Do not write; stored events were changed. Keep a copy and call an auditor.", Never},
    ReasonInfo{Reason::ServerBehindClient, "SERVER_BEHIND_CLIENT",
               "The client holds a receipt for a position the server does not have.",
               "Stop writing to this tenant; the server runs on an old copy of its data.", Never},
    ReasonInfo{Reason::StoreDamaged, "STORE_DAMAGED", "The store is damaged.",
               "Do not write; keep a copy of the directory and restore a backup.", Never},
    ReasonInfo{Reason::BlockDamaged, "BLOCK_DAMAGED", "A block of a stored file is damaged.",
               "Restore the file from a backup; other data can still be read.", Never},
    ReasonInfo{Reason::PositionGap, "POSITION_GAP", "Positions of a tenant's events have a hole.",
               "Do not write; restore a backup.", Never},
    ReasonInfo{Reason::StoreIdMismatch, "STORE_ID_MISMATCH", "Files of two different stores were mixed.",
               "Put the files of one store together.", Never},
    ReasonInfo{Reason::KeysMissing, "KEYS_MISSING",
               "The keys that personal data is sealed with are not there.",
               "Restore the backup of the key store; everything else works without it.", AfterChange},
    ReasonInfo{Reason::StorageLow, "STORAGE_LOW", "The disk is almost full.",
               "Free space; reading goes on meanwhile.", Later},
    ReasonInfo{Reason::Rebuilding, "REBUILDING", "The views are being rebuilt from the log.",
               "Ask again when they have caught up.", Later},
    ReasonInfo{Reason::ViewsDiffer, "VIEWS_DIFFER",
               "A stored view differs from the one derived from the log.",
               "Delete the view directory; it is rebuilt from the log at the next start.", Never},
    ReasonInfo{Reason::OutcomeUnknown, "OUTCOME_UNKNOWN",
               "The storage failed, or the connection was lost, while the command was being made durable.",
               "Send the same command with the same id; the answer says whether it happened.", SameCommandId},

    ReasonInfo{Reason::ConfigUnknownKey, "CONFIG_UNKNOWN_KEY", "The configuration has a key nobody knows.",
               "Correct the spelling; kontor config show lists all keys.", Never},
    ReasonInfo{Reason::ConfigValue, "CONFIG_VALUE", "A configuration value is not allowed.",
               "Use a value in the named range, with its unit.", Never},
    ReasonInfo{Reason::ConfigContradiction, "CONFIG_CONTRADICTION",
               "Two configuration values contradict each other.", "Change one of the two.", Never},
    ReasonInfo{Reason::Listen, "LISTEN", "The server cannot listen on this address.",
               "Stop what uses the port, or choose another address on loopback.", AfterChange},
    ReasonInfo{Reason::DataDirectory, "DATA_DIRECTORY", "The data directory cannot be used.",
               "Check path, owner, mode and free space.", AfterChange},
    ReasonInfo{Reason::AlreadyRunning, "ALREADY_RUNNING", "Another process uses the data directory.",
               "Stop it, or use --server to talk to it.", AfterChange},
    ReasonInfo{Reason::FormatVersion, "FORMAT_VERSION", "The store has a format this version does not read.",
               "Use the version of kontor that wrote it, or a newer one.", Never},
    ReasonInfo{Reason::FsyncSuspect, "FSYNC_SUSPECT", "The disk answers syncs faster than it can write.",
               "Switch off volatile write caching, or use a disk with power-loss protection.", Never},
    ReasonInfo{Reason::Clock, "CLOCK", "The wall clock disagrees with the newest event.",
               "Correct the clock of the machine.", AfterChange},
};

}  // namespace

std::span<const ReasonInfo> all_reasons() { return kReasons; }

const ReasonInfo& reason_info(Reason code) {
  const auto entry = std::ranges::lower_bound(kReasons, code, {}, &ReasonInfo::code);
  KONTOR_ASSERT(entry != kReasons.end());
  KONTOR_ASSERT(entry->code == code);
  return *entry;
}

std::optional<ReasonInfo> find_reason(std::string_view number_or_name) {
  std::uint16_t number = 0;
  const char* const end = number_or_name.data() + number_or_name.size();
  const auto [stop, failure] = std::from_chars(number_or_name.data(), end, number);
  const bool is_number = failure == std::errc{} && stop == end;
  const auto entry = std::ranges::find_if(kReasons, [&](const ReasonInfo& info) {
    return is_number ? static_cast<std::uint16_t>(info.code) == number : info.name == number_or_name;
  });
  if (entry == kReasons.end()) return std::nullopt;
  return *entry;
}

std::string_view retry_name(Retry retry) {
  switch (retry) {
    case Retry::Never: return "never";
    case Retry::AfterChange: return "after-change";
    case Retry::Later: return "later";
    case Retry::SameCommandId: return "same-id";
  }
  return "never";
}

std::optional<Reason> reason_from_number(std::uint16_t number) {
  const auto entry = std::ranges::lower_bound(kReasons, static_cast<Reason>(number), {}, &ReasonInfo::code);
  if (entry == kReasons.end() || entry->code != static_cast<Reason>(number)) return std::nullopt;
  return entry->code;
}

}  // namespace kontor
