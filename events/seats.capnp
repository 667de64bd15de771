@0x9c3e5b7a1d204f68;
# Events of campus seats and course seats, one struct per event (DOMAIN 3.3). Stored for ever: fields are only
# added, a changed meaning is a new event. Ids are the caller's texts; sizes and counts are whole seats or blocks;
# money is whole minor units. `seat` numbers campus seats per tenant and course seats per course, both from 1.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
$Cxx.namespace("kontor::schema");

struct SeatsEvent {
  union {
    # Stream campus/<id>
    campusOpened @0 :CampusOpened;
    flatBooked @1 :FlatBooked;
    flatResized @2 :FlatResized;
    bookingPeriodActivated @3 :BookingPeriodActivated;
    bookingPeriodPending @4 :BookingPeriodPending;
    seatTypeOptionChanged @5 :SeatTypeOptionChanged;
    campusSeatGranted @6 :CampusSeatGranted;
    campusSeatCarriedOver @7 :CampusSeatCarriedOver;
    campusSeatReleased @8 :CampusSeatReleased;
    campusSeatReattributed @9 :CampusSeatReattributed;
    # Stream person/<id>
    homeCampusSet @10 :HomeCampusSet;
    # Stream course/<id>
    courseCreated @11 :CourseCreated;
    courseSeatTypesChanged @12 :CourseSeatTypesChanged;
    courseRescheduled @13 :CourseRescheduled;
    courseSeatLimitsSet @14 :CourseSeatLimitsSet;
    courseMemberInvited @15 :CourseMemberInvited;
    existingCampusSeatUsed @16 :ExistingCampusSeatUsed;
    courseSeatReserved @17 :CourseSeatReserved;
    courseSeatStarted @18 :CourseSeatStarted;
    courseSeatBlockStarted @19 :CourseSeatBlockStarted;
    courseSeatEnded @20 :CourseSeatEnded;
    courseSeatCancelledBeforeStart @21 :CourseSeatCancelledBeforeStart;
    courseMembershipEnded @22 :CourseMembershipEnded;
    membershipUnseated @23 :MembershipUnseated;
    courseRunStarted @24 :CourseRunStarted;
    courseRunEnded @25 :CourseRunEnded;
    courseDeactivated @26 :CourseDeactivated;
    courseSettlementOpened @27 :CourseSettlementOpened;
    courseSettled @28 :CourseSettled;
    courseReactivated @29 :CourseReactivated;
    courseMembershipResumed @30 :CourseMembershipResumed;
    courseRoleChanged @31 :CourseRoleChanged;
    contributionRecorded @32 :ContributionRecorded;
    # Corrections: stream campus/<id> or course/<id>, like what they correct
    seatGrantReversed @33 :SeatGrantReversed;
    courseSeatBlockVoided @34 :CourseSeatBlockVoided;
    courseSeatBlockPriced @35 :CourseSeatBlockPriced;
  }
}

enum CampusKind {
  flat @0;     # seats stay with their holders until a new booking period is activated
  package @1;  # seats come back at once when the course is completed or the person un-invited
}

enum Rounding {
  started @0;  # every started block is billed
  full @1;     # a block is billed when it is over
}

enum SeatTypeOption {
  campusSeatsOnly @0;
  bothSeatTypes @1;
}

enum CourseSeatTypes {
  campusOnly @0;
  campusAndCourse @1;
}

enum SeatType {
  campus @0;
  course @1;
}

enum MemberRole {
  participant @0;
  lecturer @1;
  tutor @2;
  courseManager @3;
}

enum ReleaseCause {
  rollover @0;
  uninvited @1;
  courseCompleted @2;
  corrected @3;
}

enum RunEndCause {
  endReached @0;
  endedEarly @1;
}

struct CampusOpened {
  campus @0 :Text;
  kind @1 :CampusKind;
  timeZone @2 :Text;  # IANA name
}

struct PriceTier {
  fromSize @0 :UInt32;  # for flats of this size and more, up to the next tier
  unitPrice @1 :Int64;  # minor units per block
}

struct FlatBooked {
  campus @0 :Text;
  period @1 :Text;
  size @2 :UInt32;
  from @3 :Int64 $instant;
  to @4 :Int64 $instant;  # the first instant that no longer belongs to the period
  currency @5 :Text;
  tiers @6 :List(PriceTier);  # by rising size
  rounding @7 :Rounding;
  price @8 :Int64;  # minor units of the contract item, for the whole period; 0: none
}

struct FlatResized {
  campus @0 :Text;
  period @1 :Text;
  size @2 :UInt32;
  from @3 :Int64 $instant;
}

struct BookingPeriodActivated {
  campus @0 :Text;
  period @1 :Text;
  contingent @2 :UInt32;  # booked for that moment
  carriedOver @3 :UInt32;
  released @4 :UInt32;
}

struct BookingPeriodPending {
  campus @0 :Text;
  period @1 :Text;
  contingent @2 :UInt32;  # smallest size to come: what is carried over has to fit it
  needed @3 :UInt32;  # seats that would have to be carried over
}

struct SeatTypeOptionChanged {
  campus @0 :Text;
  option @1 :SeatTypeOption;
}

struct CampusSeatGranted {
  campus @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  grantingCourse @3 :Text;
  period @4 :Text;
}

struct CampusSeatCarriedOver {
  campus @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  grantingCourse @3 :Text;  # the course the seat is attributed to from now on
  period @4 :Text;          # the new period
}

struct CampusSeatReleased {
  campus @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  grantingCourse @3 :Text;
  cause @4 :ReleaseCause;
}

struct CampusSeatReattributed {
  campus @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  fromCourse @3 :Text;
  toCourse @4 :Text;
}

struct HomeCampusSet {
  person @0 :Text;
  campus @1 :Text;
}

struct CourseCreated {
  course @0 :Text;
  campus @1 :Text;
  start @2 :Int64 $instant;
  end @3 :Int64 $instant;
  seatTypes @4 :CourseSeatTypes;
}

struct CourseSeatTypesChanged {
  course @0 :Text;
  seatTypes @1 :CourseSeatTypes;
}

struct CourseRescheduled {
  course @0 :Text;
  start @1 :Int64 $instant;
  end @2 :Int64 $instant;
}

struct SeatLimit {
  seats @0 :UInt32;
}

struct CourseSeatLimitsSet {
  course @0 :Text;
  campusSeats @1 :SeatLimit;  # null means no limit
  courseSeats @2 :SeatLimit;  # null means no limit
}

struct CourseMemberInvited {
  course @0 :Text;
  person @1 :Text;
  role @2 :MemberRole;
  seatType @3 :SeatType;  # the type that carries the membership
}

struct ExistingCampusSeatUsed {
  course @0 :Text;
  person @1 :Text;
  homeCampus @2 :Text;
  seat @3 :UInt32;
}

struct CourseSeatReserved {
  course @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  startsAt @3 :Int64 $instant;  # as planned now; follows the course if that is moved
}

struct CourseSeatStarted {
  course @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  startedAt @3 :Int64 $instant;
}

struct BlockPrice {
  period @0 :Text;       # the booking period whose price list decided
  flatSize @1 :UInt32;   # in force when the block started
  tierFrom @2 :UInt32;   # the tier it fell into
  unitPrice @3 :Int64;
  currency @4 :Text;
  rounding @5 :Rounding;
}

struct CourseSeatBlockStarted {
  course @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  block @3 :UInt32;  # from 1
  startsAt @4 :Int64 $instant;
  nextBlockAt @5 :Int64 $instant;
  price @6 :BlockPrice;  # null: no flat was in force, priced by a later correction
}

struct CourseSeatEnded {
  course @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  endedAt @3 :Int64 $instant;
  blocks @4 :UInt32;         # started
  billedBlocks @5 :UInt32;   # that count after rounding
  unpricedBlocks @6 :UInt32; # of the billed ones, those without a price
  amount @7 :Int64;
  currency @8 :Text;         # XXX: no currency was ever involved
}

struct CourseSeatCancelledBeforeStart {
  course @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
}

struct CourseMembershipEnded {
  course @0 :Text;
  person @1 :Text;
}

struct MembershipUnseated {
  course @0 :Text;
  person @1 :Text;
  homeCampus @2 :Text;  # where the seat was released that carried the membership
}

struct CourseRunStarted {
  course @0 :Text;
  run @1 :UInt32;  # from 1
  startedAt @2 :Int64 $instant;
}

struct CourseRunEnded {
  course @0 :Text;
  run @1 :UInt32;
  endedAt @2 :Int64 $instant;
  cause @3 :RunEndCause;
}

struct CourseDeactivated {
  course @0 :Text;
  run @1 :UInt32;
}

struct CourseSettlementOpened {
  course @0 :Text;
  run @1 :UInt32;
  seats @2 :UInt32;  # started in this run
  blocks @3 :UInt64;
  billedBlocks @4 :UInt64;
  unpricedBlocks @5 :UInt64;
  amount @6 :Int64;
  currency @7 :Text;
}

struct CourseSettled {
  course @0 :Text;
  run @1 :UInt32;
  invoiceRef @2 :Text;
  seats @3 :UInt32;
  billedBlocks @4 :UInt64;
  amount @5 :Int64;
  currency @6 :Text;
  linesHash @7 :Data;  # SHA-256 over the lines, see engine/rules/seats/README.md
}

struct CourseReactivated {
  course @0 :Text;
  run @1 :UInt32;
  start @2 :Int64 $instant;
  end @3 :Int64 $instant;
}

struct CourseMembershipResumed {
  course @0 :Text;
  person @1 :Text;
  seatType @2 :SeatType;
}

struct CourseRoleChanged {
  course @0 :Text;
  person @1 :Text;
  before @2 :MemberRole;
  role @3 :MemberRole;
}

struct ContributionRecorded {
  course @0 :Text;
  run @1 :UInt32;
  person @2 :Text;
  artefact @3 :Text;  # the platform's id of what was created
}

struct SeatGrantReversed {
  of @0 :UInt64;  # position of the grant or the block that was a mistake
  seatType @1 :SeatType;
  campus @2 :Text;  # of the seat
  course @3 :Text;  # that the campus seat counted for, or whose course seat it is
  seat @4 :UInt32;
  person @5 :Text;
  reason @6 :Text;
}

enum BillStanding {
  open @0;     # the run is not settled: its bill changes
  settled @1;  # the run is settled: what changes is a line of a later bill
}

struct CourseSeatBlockVoided {
  of @0 :UInt64;  # position of the block's start
  course @1 :Text;
  run @2 :UInt32;
  seat @3 :UInt32;
  person @4 :Text;
  block @5 :UInt32;
  startsAt @6 :Int64 $instant;
  amount @7 :Int64;       # what it counted for, to be taken away; 0 if it had no price or did not count
  currency @8 :Text;
  billedBlocks @9 :UInt32;    # 1 if it counted, else 0
  unpricedBlocks @10 :UInt32;  # 1 if it counted without a price, else 0
  standing @11 :BillStanding;
}

struct CourseSeatBlockPriced {
  of @0 :UInt64;  # position of the block's start
  course @1 :Text;
  run @2 :UInt32;
  seat @3 :UInt32;
  person @4 :Text;
  block @5 :UInt32;
  startsAt @6 :Int64 $instant;
  price @7 :BlockPrice;
  amount @8 :Int64;         # to be added; 0 if it does not count by the price list's rounding
  billedBlocks @9 :UInt32;  # 1 if it counts, else 0
  standing @10 :BillStanding;
  reason @11 :Text;
}
