@0xe17c271d91fb4893;
# Events of group access: orders, groups, enrolments (engine/rules/access/README.md). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct AccessEvent {
  union {
    groupFeatureConfigured @0 :GroupFeatureConfigured;
    accessOrderAbandoned @1 :AccessOrderAbandoned;
    groupProductRegistered @2 :GroupProductRegistered;
    accessOrderPlaced @3 :AccessOrderPlaced;
    accessOrderCompleted @4 :AccessOrderCompleted;
    groupCreated @5 :GroupCreated;
    groupLeaderAppointed @6 :GroupLeaderAppointed;
    groupLeaderDismissed @7 :GroupLeaderDismissed;
    singleAccessGranted @8 :SingleAccessGranted;
    singleAccessRevoked @9 :SingleAccessRevoked;
    participantEnrolled @10 :ParticipantEnrolled;
    participantRemoved @11 :ParticipantRemoved;
    enrolmentCorrected @12 :EnrolmentCorrected;
    groupCapacityIncreased @13 :GroupCapacityIncreased;
    groupClosed @14 :GroupClosed;
    accessOrderReversed @15 :AccessOrderReversed;
    mailTemplateChanged @16 :MailTemplateChanged;
    rosterImportStarted @17 :RosterImportStarted;
    rosterRowsRefused @18 :RosterRowsRefused;
    rosterImportFinished @19 :RosterImportFinished;
  }
}

enum SeatReplacement { allowed @0; forbidden @1; }  # may the seat of a removed participant be filled again
enum CrmState { none @0; connected @1; broken @2; }
enum AccessOrderMode { group @0; single @1; }
enum EnrolledVia { purchase @0; manual @1; csv @2; }
enum SeatOrigin { fresh @0; ownBurnt @1; }  # OwnBurnt: the person returns into the seat that their removal had burnt
enum SeatFate { freed @0; burnt @1; }  # Burnt: not for another person
enum RemovalCause { byHand @0; orderReversed @1; }
enum AccessImportMode { allOrNothing @0; fill @1; }

struct GroupFeatureConfigured {
  seatReplacement @0 :SeatReplacement;
  notifyOnEnrol @1 :Bool;        # a mail to each enrolled participant
  crmProvider @2 :Text;          # of the integration; empty: none was ever named
  crmState @3 :CrmState;
  rev @4 :UInt64;                # of all settings, from 1
}

struct AccessOrderAbandoned {
  order @0 :Text;
  reason @1 :Text;
}

struct GroupProductRegistered {
  product @0 :Text;
  unitPrice @1 :Int64;           # minor units a seat
  currency @2 :Text;
  tag @3 :Text;                  # opens the course; groups keep the one of their creation
  rev @4 :UInt64;                # of this product's price and tag, from 1
}

struct AccessOrderPlaced {
  order @0 :Text;
  product @1 :Text;
  mode @2 :AccessOrderMode;
  buyer @3 :Text;
  quantity @4 :UInt32;           # seats; 1 for a single access
  title @5 :Text;                # of the group; empty for a single access
  includeBuyer @6 :Bool;         # the buyer takes one of the seats
  unitPrice @7 :Int64;
  total @8 :Int64;
  currency @9 :Text;
  priceListRev @10 :UInt64;      # revision of the product
}

struct AccessOrderCompleted {
  order @0 :Text;
  product @1 :Text;
  mode @2 :AccessOrderMode;
  buyer @3 :Text;
  paymentRef @4 :Text;
  quantity @5 :UInt32;
  unitPrice @6 :Int64;
  total @7 :Int64;
  currency @8 :Text;
  priceListRev @9 :UInt64;
}

struct GroupCreated {
  group @0 :Text;                # has the id of its order
  order @1 :Text;
  product @2 :Text;
  title @3 :Text;
  capacity @4 :UInt32;
  tag @5 :Text;                  # of the product when the order was completed
}

struct GroupLeaderAppointed {
  group @0 :Text;
  person @1 :Text;
}

struct GroupLeaderDismissed {
  group @0 :Text;
  person @1 :Text;
}

struct SingleAccessGranted {
  order @0 :Text;
  person @1 :Text;
  tag @2 :Text;
}

struct SingleAccessRevoked {
  order @0 :Text;
  person @1 :Text;
  tag @2 :Text;
}

struct ParticipantEnrolled {
  group @0 :Text;
  person @1 :Text;
  seat @2 :UInt32;               # number in the group, from 1
  via @3 :EnrolledVia;
  origin @4 :SeatOrigin;
  importId @5 :Text;             # via csv
  line @6 :UInt32;               # of the imported file
}

struct ParticipantRemoved {
  group @0 :Text;
  person @1 :Text;
  seat @2 :UInt32;
  fate @3 :SeatFate;
  cause @4 :RemovalCause;
  reason @5 :Text;
}

struct EnrolmentCorrected {
  group @0 :Text;
  person @1 :Text;               # who held the burnt seat
  seat @2 :UInt32;
  removal @3 :UInt64;            # position of the removal that burnt the seat
  reason @4 :Text;
}

struct GroupCapacityIncreased {
  group @0 :Text;
  product @1 :Text;
  quantity @2 :UInt32;           # seats added
  capacity @3 :UInt32;           # from now on
  unitPrice @4 :Int64;           # of today
  total @5 :Int64;
  currency @6 :Text;
  priceListRev @7 :UInt64;
  paymentRef @8 :Text;
}

struct GroupClosed {
  group @0 :Text;
  order @1 :Text;
}

struct AccessOrderReversed {
  order @0 :Text;
  reason @1 :Text;
  product @2 :Text;
  buyer @3 :Text;
  quantity @4 :UInt32;           # seats taken back, top-ups included
  unitPrice @5 :Int64;           # of the order
  total @6 :Int64;               # given back, top-ups included
  currency @7 :Text;
  priceListRev @8 :UInt64;       # of the order
}

struct MailTemplateChanged {
  mailTemplate @0 :Text;         # reference to the text
  rev @1 :UInt64;                # from 1; 0 is the built-in text
}

struct RosterImportStarted {
  importId @0 :Text;
  group @1 :Text;
  fileHash @2 :Text;             # SHA-256, hexadecimal
  mode @3 :AccessImportMode;
  rows @4 :UInt32;
}

struct RosterRowsRefused {
  importId @0 :Text;
  group @1 :Text;
  rows @2 :List(RefusedRow);     # in the order of the file
}

struct RosterImportFinished {
  importId @0 :Text;
  group @1 :Text;
  accepted @2 :UInt32;
  alreadyMembers @3 :UInt32;     # refused for that reason
  refused @4 :UInt32;            # for every other reason
}

struct RefusedRow {
  line @0 :UInt32;
  code @1 :UInt16;                # events/reasons.h
  otherLine @2 :UInt32;           # DUPLICATE_IN_FILE: the line that named the person first
}
