#pragma once
// Every stable code kontor answers with (DOMAIN 5, TRUST 5). A number is never reused and a name never
// changes.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kontor {

enum class Reason : std::uint16_t {
  // 1000 general
  ForbiddenRole = 1001,
  FeatureNotLicensed = 1002,
  UnknownTenant = 1003,
  VersionConflict = 1004,
  CommandIdReused = 1005,
  InvalidArgument = 1006,
  NotFound = 1007,
  IntegrationNotConnected = 1008,
  SubjectErased = 1009,
  EffectiveTimeInClosedPeriod = 1010,
  EffectiveTimeInFuture = 1011,
  Overloaded = 1012,
  ReasonRequired = 1013,
  DeadlineExceeded = 1014,
  AmountOutOfRange = 1015,
  TimelineBehind = 1016,  // a history command lies before the tenant's timeline
  TimelineMode = 1017,    // live command to a tenant that still takes history, or the other way round
  AlreadyExists = 1018,   // the id names a thing that exists
  // 2000 group access
  QuantityInvalid = 2001,
  TitleInvalid = 2002,
  FieldsNotAllowedForSingle = 2003,
  ProductTagMissing = 2004,
  ProductTagLimit = 2005,
  OrderAlreadyCompleted = 2006,
  NoSeatsLeft = 2007,
  SeatReplacementForbidden = 2008,
  AlreadyMember = 2009,
  NotAMember = 2010,
  EmailInvalid = 2011,
  CsvMalformed = 2012,
  DuplicateInFile = 2013,
  ImportExceedsCapacity = 2014,
  NotificationsDisabled = 2015,
  MailTemplateNotEditableByLeader = 2016,
  NoGroupForSingleAccess = 2017,
  // 3000 seats
  CourseSeatsNotEnabled = 3001,
  CourseSeatsRequireFlat = 3002,
  SeatTypeNotAllowedInCourse = 3003,
  SeatTypeRequired = 3004,
  CourseSeatNotAllowedWithCampusSeat = 3005,
  CourseCourseSeatLimitReached = 3006,
  CourseCampusSeatLimitReached = 3007,
  NoCampusSeatsLeft = 3008,
  NoActiveBookingPeriod = 3009,
  BookingPeriodOverlap = 3010,
  RolloverExceedsContingent = 3011,
  ContingentBelowUsage = 3012,
  SeatNotTransferable = 3013,
  CourseInactive = 3014,
  CourseAlreadyActive = 3015,
  CourseDatesInvalid = 3016,
  AlreadyCourseMember = 3017,
  NotCourseMember = 3018,
  SettlementPending = 3019,
  MemberReadOnly = 3020,
  PriceTierMissing = 3021,
  NoCommunitySeatsLeft = 3022,
  GroupInactive = 3023,
  NotGroupMember = 3024,
  // 4000 credits
  NoCreditAccount = 4001,
  AccountAlreadyActive = 4002,
  InsufficientCredit = 4003,
  PackageUnknown = 4004,
  PackageRetired = 4005,
  OrderAlreadyCredited = 4006,
  OrderCancelled = 4007,
  InvalidStatusTransition = 4008,
  ContentTypeUnknown = 4009,
  AlreadyPublished = 4010,
  InsufficientCreditToReverse = 4011,
  ReservationAlreadyResolved = 4012,
  // 5000 billing
  RunAlreadyClosed = 5001,
  CutoffInFuture = 5002,
  LineAlreadyBilled = 5003,
  UnsettledCourse = 5004,
  // 6000 protocol
  WrongDoor = 6001,
  FrameMalformed = 6002,
  TooManySegments = 6003,
  FrameTooLarge = 6004,
  FrameTruncated = 6005,
  FrameTimeout = 6006,
  HelloTimeout = 6007,
  RequestIdInUse = 6008,
  Unsupported = 6009,
  ValueUnknown = 6010,
  OutOfOrder = 6011,
  // 7000 access and limits
  Unauthenticated = 7001,
  SessionEnded = 7002,
  TenantMismatch = 7006,
  TooManyConnections = 7101,
  SlowConsumer = 7107,
  // 8000 storage and integrity
  HeadUnreadable = 8001,
  WalMissing = 8002,
  WalShort = 8003,
  WalDamaged = 8004,
  HeadRegression = 8005,
  RootMismatch = 8006,
  ServerBehindClient = 8007,
  StoreDamaged = 8008,
  BlockDamaged = 8009,
  PositionGap = 8010,
  StoreIdMismatch = 8011,
  KeysMissing = 8012,
  SigningKey = 8013,      // the key that checkpoints are signed with is missing, or is another one
  TwoHistories = 8014,    // two roots for one size, or no way from one checkpoint to a later one
  NotSigned = 8015,       // not signed by the key that was pinned
  ProofWrong = 8016,      // a proof does not lead to the root it was made for
  BundleUnusable = 8017,  // not a file of the kind it should be, or cut short
  StorageLow = 8101,
  Rebuilding = 8102,
  ViewsDiffer = 8103,     // a stored view differs from the one derived from the log
  OutcomeUnknown = 8104,  // the storage failed while a command was being made durable
  ViewsBusy = 8105,       // what was asked of a rebuild does not fit where it stands
  // 9000 operation
  ConfigUnknownKey = 9001,
  ConfigValue = 9002,
  ConfigContradiction = 9003,
  Listen = 9006,
  DataDirectory = 9007,
  AlreadyRunning = 9008,
  FormatVersion = 9009,
  FsyncSuspect = 9010,
  Clock = 9203,
};

/// Whether repeating the same command can ever succeed.
enum class Retry : std::uint8_t {
  Never,          // the command itself is wrong
  AfterChange,    // not until one of the facts named in the answer changes
  Later,          // the same command may succeed as it is
  SameCommandId,  // outcome unknown: repeat with the same command id to learn it
};

struct ReasonInfo {
  Reason code;
  std::string_view name;     // NO_CAMPUS_SEATS_LEFT
  std::string_view meaning;  // one sentence
  std::string_view advice;   // what to do about it
  Retry retry;
};

/// All reasons in rising order of number.
[[nodiscard]] std::span<const ReasonInfo> all_reasons();
/// The entry of a code; every enumerator has one.
[[nodiscard]] const ReasonInfo& reason_info(Reason code);
/// By number ("3008") or name ("NO_CAMPUS_SEATS_LEFT"); nullopt when there is none.
[[nodiscard]] std::optional<ReasonInfo> find_reason(std::string_view number_or_name);
[[nodiscard]] std::string_view retry_name(Retry retry);
/// The reason with this number as a peer sent it, or nullopt.
[[nodiscard]] std::optional<Reason> reason_from_number(std::uint16_t number);

}  // namespace kontor
