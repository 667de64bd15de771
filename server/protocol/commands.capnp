@0xbf2d6c81e0a53974;
# What a caller may ask kontor to do. Field names are also those of the JSON form. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".identifier;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
using import "/events/actor.capnp".Actor;
using import "commands_common.capnp".Count;
using import "commands_common.capnp".Switch;
using import "commands_common.capnp".MemberRole;
using People = import "commands_people.capnp";
using Effects = import "commands_effects.capnp";
using Access = import "commands_access.capnp";
using Communities = import "commands_communities.capnp";
using MoreSeats = import "commands_seats.capnp";
using Credits = import "commands_credits.capnp";
using Billing = import "commands_billing.capnp";
$Cxx.namespace("kontor::wire");

struct Command {
  id @0 :Data $identifier $doc("idempotency key: 16 bytes, not all zero; the same id never acts twice");
  dryRun @1 :Bool $optional $doc("decide, but write nothing and use up no id");
  deadline @2 :Int64 $instant $optional $doc("not decided by then: refused, and never executed");
  correlation @3 :Text $optional $doc("the caller's own reference, stored with the events");
  content @4 :CommandContent;
}

struct CommandContent {
  # All that makes a command the same command: its canonical form is what a retry is compared with.
  actor @0 :Actor;
  expectedVersion @1 :Count $optional $doc("version the command's stream must have; 0: it must not exist");
  effectiveAt @2 :Int64 $instant $optional $doc("only for corrections; ordinary commands take effect when decided");
  history @3 :History $optional $doc("set for rows of an imported history");

  body :union {
    createTenant @4 :CreateTenant;
    finishHistory @5 :FinishHistory;
    openCampus @6 :OpenCampus;
    bookFlat @7 :BookFlat;
    resizeFlat @8 :ResizeFlat;
    activateBookingPeriod @9 :ActivateBookingPeriod;
    enableBothSeatTypes @10 :EnableBothSeatTypes;
    createCourse @11 :CreateCourse;
    editCourse @12 :EditCourse;
    setCourseSeatLimits @13 :SetCourseSeatLimits;
    inviteToCourse @14 :InviteToCourse;
    addCampusSeat @15 :AddCampusSeat;
    endCourseMembership @16 :EndCourseMembership;
    endCourseRun @17 :EndCourseRun;
    settleCourse @18 :SettleCourse;
    reactivateCourse @19 :ReactivateCourse;
    transferSeat @20 :TransferSeat;
    # people
    registerPerson @21 :People.RegisterPerson;
    changePersonEmail @22 :People.ChangePersonEmail;
    erasePerson @23 :People.ErasePerson;
    changeTenantPlan @24 :People.ChangeTenantPlan;
    # effects
    ackTagChange @25 :Effects.AckTagChange;
    ackEffect @26 :Effects.AckEffect;
    # access
    configureGroupFeature @27 :Access.ConfigureGroupFeature;
    registerGroupProduct @28 :Access.RegisterGroupProduct;
    placeAccessOrder @29 :Access.PlaceAccessOrder;
    completeAccessOrder @30 :Access.CompleteAccessOrder;
    abandonAccessOrder @31 :Access.AbandonAccessOrder;
    enrolParticipant @32 :Access.EnrolParticipant;
    importRoster @33 :Access.ImportRoster;
    removeParticipant @34 :Access.RemoveParticipant;
    reinviteParticipant @35 :Access.ReinviteParticipant;
    changeMailTemplate @36 :Access.ChangeMailTemplate;
    reverseAccessOrder @37 :Access.ReverseAccessOrder;
    expandGroup @38 :Access.ExpandGroup;
    transferLeadership @39 :Access.TransferLeadership;
    correctEnrolment @40 :Access.CorrectEnrolment;
    # communities
    openCommunity @41 :Communities.OpenCommunity;
    bookCommunityPool @42 :Communities.BookCommunityPool;
    createCommunityGroup @43 :Communities.CreateCommunityGroup;
    inviteToCommunityGroup @44 :Communities.InviteToCommunityGroup;
    endGroupMembership @45 :Communities.EndGroupMembership;
    deactivateGroup @46 :Communities.DeactivateGroup;
    # seats
    recordContribution @47 :MoreSeats.RecordContribution;
    correctSeat @48 :MoreSeats.CorrectSeat;
    changeRole @49 :MoreSeats.ChangeRole;
    # credits
    configureCredits @50 :Credits.ConfigureCredits;
    definePackage @51 :Credits.DefinePackage;
    retirePackage @52 :Credits.RetirePackage;
    registerUser @53 :Credits.RegisterUser;
    activateCreditAccount @54 :Credits.ActivateCreditAccount;
    deactivateCreditAccount @55 :Credits.DeactivateCreditAccount;
    placeCreditOrder @56 :Credits.PlaceCreditOrder;
    setOrderStatus @57 :Credits.SetOrderStatus;
    postManualTransaction @58 :Credits.PostManualTransaction;
    publish @59 :Credits.Publish;
    saveDraft @60 :Credits.SaveDraft;
    schedulePublication @61 :Credits.SchedulePublication;
    confirmPublication @62 :Credits.ConfirmPublication;
    cancelScheduled @63 :Credits.CancelScheduled;
    reverseCreditOrder @64 :Credits.ReverseCreditOrder;
    refundPublication @65 :Credits.RefundPublication;
    markOrderInvoiced @66 :Credits.MarkOrderInvoiced;
    markOrderPaid @67 :Credits.MarkOrderPaid;
    # billing
    openBillingRun @68 :Billing.OpenBillingRun;
    closeBillingRun @69 :Billing.CloseBillingRun;
    sealPeriod @70 :Billing.SealPeriod;
    abandonBillingRun @71 :Billing.AbandonBillingRun;
  }
}

struct History {
  at @0 :Int64 $instant;  # the original time of the row
  source @1 :UInt64;      # which file: first 8 bytes of its SHA-256, big-endian
  line @2 :UInt64;        # which line, from 1
}

enum Timeline { live @0; history @1; }
enum CampusKind { unset @0; flat @1; package @2; }
enum Rounding { started @0; full @1; }
enum CourseSeatTypes { unset @0; campusOnly @1; campusAndCourse @2; }
enum SeatType { unset @0; campus @1; course @2; }

struct CreateTenant $doc("opens a ledger of its own; with timeline=history it takes imported rows first") {
  timeline @0 :Timeline $optional;
}

struct FinishHistory $doc("ends the import of history: from now on the tenant lives by the server's clock") {}

struct OpenCampus $doc("opens a campus") {
  campus @0 :Text;
  kind @1 :CampusKind;
  timeZone @2 :Text $optional $doc("IANA name; Europe/Berlin when left out");
}

struct PriceTier {
  fromSize @0 :UInt32;    # smallest flat size to which the price applies
  unitPrice @1 :Int64;    # minor units per block
}

struct BookFlat $doc("books campus seats for a period") {
  campus @0 :Text;
  period @1 :Text $doc("the caller's name of the booking period, such as 2027");
  size @2 :UInt32;
  from @3 :Int64 $instant $doc("local midnight");
  to @4 :Int64 $instant $doc("local midnight, not included");
  currency @5 :Text $optional $doc("ISO 4217; EUR when left out");
  prices @6 :List(PriceTier) $optional $doc("course seat prices by flat size, never rising");
  rounding @7 :Rounding $optional;
  price @8 :Int64 $optional $doc("minor units for the contract item, for the whole period");
}

struct ResizeFlat $doc("changes the size of a booked flat") {
  campus @0 :Text;
  period @1 :Text;
  size @2 :UInt32;
  from @3 :Int64 $instant $optional $doc("now when left out; never in the past");
}

struct ActivateBookingPeriod $doc("starts a booked period: seats are carried over or released") {
  campus @0 :Text;
  period @1 :Text;
}

struct EnableBothSeatTypes $doc("lets a campus use course seats beside campus seats") {
  campus @0 :Text;
  state @1 :Switch;
}

struct CreateCourse $doc("plans a course run") {
  campus @0 :Text;
  course @1 :Text;
  start @2 :Int64 $instant;
  end @3 :Int64 $instant;
  seatTypes @4 :CourseSeatTypes $optional $doc("campusOnly when left out");
}

struct EditCourse $doc("changes dates or seat types of a course") {
  course @0 :Text;
  start @1 :Int64 $instant $optional;
  end @2 :Int64 $instant $optional;
  seatTypes @3 :CourseSeatTypes $optional;
}

struct SetCourseSeatLimits $doc("caps the seats of a course; what is left out is unlimited") {
  course @0 :Text;
  campusSeats @1 :Count $optional;
  courseSeats @2 :Count $optional;
}

struct InviteToCourse $doc("makes a person a member of a course, with the seat that carries the membership") {
  course @0 :Text;
  person @1 :Text;
  role @2 :MemberRole $optional $doc("participant when left out");
  seatType @3 :SeatType $optional;
}

struct AddCampusSeat $doc("gives a campus seat to a member who holds a course seat") {
  course @0 :Text;
  person @1 :Text;
}

struct EndCourseMembership $doc("un-invites a member, or lets one leave") {
  course @0 :Text;
  person @1 :Text;
}

struct EndCourseRun $doc("ends a course run before its planned end") {
  course @0 :Text;
}

struct SettleCourse $doc("confirms that a course run has been invoiced") {
  course @0 :Text;
  run @1 :UInt32;
  invoiceRef @2 :Text;
}

struct ReactivateCourse $doc("starts the next run of a settled course") {
  course @0 :Text;
  start @1 :Int64 $instant;
  end @2 :Int64 $instant;
  reissueCourseSeats @3 :Bool $optional;
}

struct TransferSeat $doc("always refused: seats belong to their person") {
  course @0 :Text;
  person @1 :Text;
  to @2 :Text;
}
