@0xc7e14d9a2b60f835;
# The questions that may be asked, and their answers (DOMAIN 3.6). Row structs are also the stored bytes of the
# views (projections/view_store.h). Field names are those of the JSON form. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
using Access = import "queries_access.capnp";
using Effects = import "queries_effects.capnp";
using People = import "queries_people.capnp";
using Communities = import "queries_communities.capnp";
using Credits = import "queries_credits.capnp";
using Billing = import "queries_billing.capnp";
$Cxx.namespace("kontor::wire");

struct Query {
  asOf :union {
    head @0 :Void;                  # the newest position the views have
    position @1 :UInt64;            # as it was at this position of the tenant
    time @2 :Int64 $instant;        # as it was at this moment of the tenant's timeline, timers included
  }
  waitPosition @3 :UInt64;          # answer only once the views have this position: read your own writes

  question :union {
    remainingSeats @4 :CourseQuestion;
    usageStatistics @5 :CampusQuestion;
    usageDetail @6 :CampusQuestion;
    courseSeatPeriods @7 :SeatPeriodsQuestion;
    seatOf @8 :PersonQuestion;
    coursesOf @9 :PersonQuestion;
    courseSettlement @10 :SettlementQuestion;
    groupOverview @11 :Access.GroupQuestion;
    groupRoster @12 :Access.RosterQuestion;
    groupsOfLeader @13 :Access.LeaderQuestion;
    canOpenGroup @14 :Access.OpenGroupQuestion;
    checkoutQuote @15 :Access.QuoteQuestion;
    importReport @16 :Access.ImportQuestion;
    accessOf @17 :Access.AccessQuestion;
    ordersInPeriod @18 :Access.OrdersQuestion;
    integrationBacklog @19 :Effects.BacklogQuestion;
    tagDrift @20 :Effects.DriftQuestion;
    personDetail @21 :People.PersonDetailQuestion;
    rolloverPreview @22 :Communities.PreviewQuestion;
    communityPool @23 :Communities.CommunityQuestion;
    cheaperSeatHint @24 :Communities.HintQuestion;
    menuBalance @25 :Credits.UserQuestion;
    creditOverview @26 :Credits.UserQuestion;
    orderList @27 :Credits.UserPageQuestion;
    transactionList @28 :Credits.UserPageQuestion;
    packageList @29 :Credits.PackagesQuestion;
    conversionCard @30 :Credits.UserQuestion;
    canPublish @31 :Credits.PublishQuestion;
    orderAdministration @32 :Credits.OrderFilterQuestion;
    orderDetail @33 :Credits.OrderQuestion;
    accountAdministration @34 :Credits.AccountsQuestion;
    uninvoicedOrders @35 :Credits.UninvoicedQuestion;
    billingRuns @36 :Billing.RunsQuestion;
    billingLines @37 :Billing.LinesQuestion;
    billingStatement @38 :Billing.RunQuestion;
  }

  # The second clock: what was known then of the asked moment. Neither: what is known now.
  knownPosition @39 :UInt64 $optional;          # only events up to this position
  knownTime @40 :Int64 $instant $optional;    # only events recorded at or before this time
}

struct CourseQuestion { course @0 :Text; }
struct CampusQuestion { campus @0 :Text; }
struct PersonQuestion { person @0 :Text; }
struct SeatPeriodsQuestion $doc("one of campus and course") {
  campus @0 :Text $optional;
  course @1 :Text $optional;
  after @2 :Text $optional $doc("cursor: the `next` of the page before");
  limit @3 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
}
struct SettlementQuestion {
  course @0 :Text;
  run @1 :UInt32 $optional $doc("the newest run when left out");
  after @2 :Text $optional;
  limit @3 :UInt32 $optional;
}

struct Answer {
  position @0 :UInt64;                 # the position the answer is true at
  effectiveAt @1 :Int64 $instant;      # the tenant's timeline at that position, or the asked moment
  body :union {
    remainingSeats @2 :RemainingSeats;
    usageStatistics @3 :UsageStatistics;
    usageDetail @4 :UsageDetail;
    courseSeatPeriods @5 :CourseSeatPeriods;
    seatOf @6 :SeatOf;
    coursesOf @7 :CoursesOf;
    courseSettlement @8 :CourseSettlement;
    groupOverview @9 :Access.GroupOverview;
    groupRoster @10 :Access.GroupRoster;
    groupsOfLeader @11 :Access.GroupsOfLeader;
    canOpenGroup @12 :Access.CanOpenGroup;
    checkoutQuote @13 :Access.CheckoutQuote;
    importReport @14 :Access.ImportReport;
    accessOf @15 :Access.AccessOf;
    ordersInPeriod @16 :Access.OrdersInPeriod;
    integrationBacklog @17 :Effects.IntegrationBacklog;
    tagDrift @18 :Effects.TagDrift;
    personDetail @19 :People.PersonDetail;
    rolloverPreview @20 :Communities.RolloverPreview;
    communityPool @21 :Communities.CommunityPool;
    cheaperSeatHint @22 :Communities.CheaperSeatHint;
    menuBalance @23 :Credits.MenuBalance;
    creditOverview @24 :Credits.CreditOverview;
    orderList @25 :Credits.OrderList;
    transactionList @26 :Credits.TransactionList;
    packageList @27 :Credits.PackageList;
    conversionCard @28 :Credits.ConversionCard;
    canPublish @29 :Credits.CanPublish;
    orderAdministration @30 :Credits.OrderAdministration;
    orderDetail @31 :Credits.OrderDetail;
    accountAdministration @32 :Credits.AccountAdministration;
    uninvoicedOrders @33 :Credits.UninvoicedOrders;
    billingRuns @34 :Billing.BillingRuns;
    billingLines @35 :Billing.BillingLines;
    billingStatement @36 :Billing.BillingStatement;
  }
}

enum Tally { unlimited @0; limited @1; }

struct SeatCount {
  tally @0 :Tally;
  limit @1 :UInt64;   # meaningful when limited
  used @2 :UInt64;
  left @3 :UInt64;    # never below 0; meaningful when limited
}

struct BookingPeriod {
  period @0 :Text;
  from @1 :Int64 $instant;
  to @2 :Int64 $instant;
  size @3 :UInt64;
}

struct RemainingSeats $doc("QB1: what may still be given out under the invitation mask") {
  course @0 :Text;
  campus @1 :Text;
  courseCampusSeats @2 :SeatCount;     # campus seats granted in this course
  courseSeats @3 :SeatCount;           # course seats of this course
  campusSeats @4 :SeatCount;           # of the campus; limit: what also fits when the flat becomes smaller later
  bookingPeriod @5 :BookingPeriod;     # null when none is active
  effectiveLeft @6 :SeatCount;         # campus seats that can really be granted here: the smaller of both
}

struct UsageStatistics $doc("QB2: the campus start page") {
  campus @0 :Text;
  bookingPeriod @1 :BookingPeriod;     # null when none is active
  contingent @2 :UInt64;               # seats booked for this moment
  occupiedCampusSeats @3 :UInt64;
  availableCampusSeats @4 :UInt64;     # that can be granted, also if the flat becomes smaller later
  occupiedCourseSeats @5 :UInt64;      # reserved or running
}

struct CourseUsage {
  course @0 :Text;
  run @1 :UInt32;
  state @2 :CourseState;
  start @3 :Int64 $instant;
  end @4 :Int64 $instant;
  members @5 :UInt64;
  participants @6 :UInt64;
  contributions @7 :UInt64;
  activeCampusSeats @8 :UInt64;        # granted in this course (S-53)
  activeCourseSeats @9 :UInt64;        # granted in this course (S-54)
}
enum CourseState { planned @0; running @1; ended @2; settled @3; }

struct UsageDetail $doc("QB3: one row per course") {
  campus @0 :Text;
  courses @1 :List(CourseUsage);
}

struct SeatBlock {
  number @0 :UInt32;
  startsAt @1 :Int64 $instant;
  endsAt @2 :Int64 $instant;           # where the next block begins or would begin
  tier @3 :UInt64;                     # flat size in force when the block started; 0: none, not priced
  unitPrice @4 :Int64;                 # minor units
  currency @5 :Text;                   # empty when not priced
  rounding @6 :BlockRounding;
  standing @7 :BlockStanding;
}
enum BlockStanding { counted @0; voided @1; }  # voided: taken back by a correction
enum BlockRounding { started @0; full @1; }  # billed once begun, or once over

struct CourseSeatPeriod {
  course @0 :Text;
  seat @1 :UInt64;                     # number of the seat in its course
  person @2 :Text;
  run @3 :UInt32;
  status @4 :CourseSeatStatus;
  from @5 :Int64 $instant;             # actual or planned start
  to @6 :Int64 $instant;               # actual or planned end
  blocks @7 :List(SeatBlock);          # started so far
  nextBlockAt @8 :Int64 $instant;      # none when no further block will start
  currency @9 :Text;
}
enum CourseSeatStatus { scheduled @0; active @1; ended @2; cancelled @3; }

struct CourseSeatPeriods $doc("QB4: when each course seat is or will be active") {
  seats @0 :List(CourseSeatPeriod);
  next @1 :Text;                       # cursor of the next page; empty on the last
}

struct SeatOf $doc("QB5: all seats of a person") {
  person @0 :Text;
  homeCampus @1 :Text;                 # empty: never had a campus seat
  campusSeat @2 :CampusSeat;           # null: none now
  courseSeats @3 :List(CourseSeatPeriod);
  communitySeat @4 :CommunitySeat;     # null: none now
}
struct CommunitySeat {
  seat @0 :UInt64;
  community @1 :Text;                  # that granted it
  since @2 :Int64 $instant;
  releaseAt @3 :Int64 $instant;        # none unless it is about to come back
}
struct CampusSeat {
  seat @0 :UInt64;
  campus @1 :Text;
  grantingCourse @2 :Text;
  period @3 :Text;
  since @4 :Int64 $instant;
}

struct CoursesOf $doc("QB6: all courses of a person") {
  person @0 :Text;
  courses @1 :List(CourseMembership);
}
struct CourseMembership {
  course @0 :Text;
  campus @1 :Text;
  role @2 :Text;
  state @3 :MembershipState;
  carriedBy @4 :SeatKind;
  since @5 :Int64 $instant;
  until @6 :Int64 $instant;            # none while it lasts
  run @7 :UInt32;                      # the run of the course it belongs to
  invitation @8 :UInt64;               # position of the invitation
}
enum MembershipState { active @0; readOnly @1; unseated @2; ended @3; }
enum SeatKind { none @0; campusSeat @1; courseSeat @2; }

struct CourseSettlement $doc("QB7: blocks and amount of one course run") {
  course @0 :Text;
  run @1 :UInt32;
  state @2 :SettlementState;
  currency @3 :Text;
  seats @4 :UInt64;                    # course seats given out in the run, cancelled ones included: one line each
  blocks @5 :UInt64;                   # billed blocks; before the run has ended, those billed so far
  amount @6 :Int64;                    # minor units
  unpricedBlocks @7 :UInt64;           # started without a price (PRICE_TIER_MISSING)
  reactivationAllowed @8 :Bool;
  lines @9 :List(SettlementLine);
  next @10 :Text;
  # What corrections have changed that is not settled with it, not contained in the above: lines of other bills.
  correctedBlocks @11 :Int64;
  correctedAmount @12 :Int64;
}
enum SettlementState { notEnded @0; open @1; settled @2; }

struct SettlementLine {
  seat @0 :UInt64;
  person @1 :Text;
  from @2 :Int64 $instant;             # none when it never started
  to @3 :Int64 $instant;               # none while it lasts, and when it never started
  blocks @4 :UInt64;
  amount @5 :Int64;
  correctedBlocks @6 :Int64;           # not settled with it
  correctedAmount @7 :Int64;
}

# Rows of the views that are no part of an answer as they are (docs/views.md).

struct CampusCard {
  activePeriod @0 :Text;               # empty: none was ever activated; it may be over
  periods @1 :List(PeriodCard);        # in the order of booking
}
struct PeriodCard {
  period @0 :Text;
  from @1 :Int64 $instant;
  to @2 :Int64 $instant;
  sizes @3 :List(SizeFrom);            # the booked one first; that with the latest beginning counts
  price @4 :Int64;                     # of the contract item; 0: none known
  currency @5 :Text;
  tiers @6 :List(TierCard);            # by rising size
}
struct TierCard {
  fromSize @0 :UInt32;
  unitPrice @1 :Int64;
}
struct SeatHolder { person @0 :Text; }  # empty once the seat has come back
struct SizeFrom {
  from @0 :Int64 $instant;
  size @1 :UInt32;
}

struct CourseCard {
  campus @0 :Text;
  campusSeats @1 :SeatLimit;           # null: no limit
  courseSeats @2 :SeatLimit;
  run @3 :UInt32;                      # the newest
}
struct SeatLimit { seats @0 :UInt64; }

struct CourseRun {
  state @0 :SettlementState;
  seats @1 :UInt64;                    # given out in the run
  blocks @2 :UInt64;                   # this and all below: once the run has ended
  unpricedBlocks @3 :UInt64;
  amount @4 :Int64;
  currency @5 :Text;
  correctedBlocks @6 :Int64;           # not settled with it
  correctedAmount @7 :Int64;
}

struct CourseSeatRecord {
  person @0 :Text;
  status @1 :CourseSeatStatus;
  from @2 :Int64 $instant;             # once started
  to @3 :Int64 $instant;               # once ended
  billedBlocks @4 :UInt64;             # this and all below: once ended
  unpricedBlocks @5 :UInt64;
  amount @6 :Int64;
  currency @7 :Text;
  correctedBlocks @8 :Int64;           # not settled with it
  correctedAmount @9 :Int64;
}
