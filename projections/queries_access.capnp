@0x87e7f978670bc60b;
# Questions about group access (DOMAIN 2.6), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct GroupQuestion { group @0 :Text; }
struct RosterQuestion {
  group @0 :Text;
  members @1 :RosterFilter $optional;
  after @2 :Text $optional $doc("cursor: the `next` of the page before");
  limit @3 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
}
enum RosterFilter { active @0; removed @1; all @2; }
struct LeaderQuestion {
  person @0 :Text;
  after @1 :Text $optional;
  limit @2 :UInt32 $optional;
}
struct OpenGroupQuestion {
  person @0 :Text;
  group @1 :Text;
  admin @2 :Bool $optional $doc("the platform says that the person is an admin");
}
struct QuoteQuestion {
  product @0 :Text;
  quantity @1 :UInt32;
  includeBuyer @2 :Bool $optional $doc("does not change the total");
}
struct ImportQuestion $doc("import, or group and fileHash: then the newest import of that file") {
  import @0 :Text $optional;
  after @1 :Text $optional;
  limit @2 :UInt32 $optional;
  group @3 :Text $optional;
  fileHash @4 :Text $optional;
  rows @5 :ImportFilter $optional;
}
enum ImportFilter { all @0; accepted @1; refused @2; }
struct AccessQuestion { person @0 :Text; }
struct OrdersQuestion {
  from @0 :Int64 $instant $optional;
  to @1 :Int64 $instant $optional $doc("not included");
  after @2 :Text $optional;
  limit @3 :UInt32 $optional;
}

enum AccessGroupState { open @0; closed @1; }
struct GroupOverview $doc("QA1: the management page of a group") {
  group @0 :Text;                      # also the id of its order
  title @1 :Text;
  available @2 :UInt64;                # 9 of "9/10"
  capacity @3 :UInt64;
  active @4 :UInt64;
  burnt @5 :UInt64;
  leader @6 :Text;
  tag @7 :Text;
  order @8 :Text;
  product @9 :Text;
  buyer @10 :Text;
  state @11 :AccessGroupState;
  createdAt @12 :Int64 $instant;
  closedAt @13 :Int64 $instant;        # none while it is open
}

enum ParticipantState { active @0; removed @1; burnt @2; }
enum EnrolledBy { purchase @0; manual @1; csv @2; }
enum MailState { none @0; requested @1; sent @2; failed @3; }
enum TagState { none @0; requested @1; confirmed @2; failed @3; withdrawing @4; withdrawn @5; withdrawalFailed @6; }
struct Participant {
  person @0 :Text;
  state @1 :ParticipantState;          # burnt: removed, and the seat is not for another person
  seat @2 :UInt32;                     # number in the group
  since @3 :Int64 $instant;            # of the newest enrolment
  via @4 :EnrolledBy;
  removedAt @5 :Int64 $instant;        # none while active
  mail @6 :MailState;                  # of the newest mail
  mails @7 :UInt32;                    # asked for so far, invitations sent again included
  reinvited @8 :UInt32;
  tag @9 :TagState;
  import @10 :Text;                    # via csv
  line @11 :UInt32;
  enrolled @12 :UInt64;                # position of the newest enrolment
  removed @13 :UInt64;                 # position of the removal
  mailRequest @14 :UInt64;             # position of the newest mail's request
  label @15 :Text $optional;           # of an erased person: "erased #7"
}
struct GroupRoster $doc("QA2: the members of a group, by person") {
  group @0 :Text;
  title @1 :Text;
  available @2 :UInt64;
  capacity @3 :UInt64;
  participants @4 :List(Participant);
  next @5 :Text;                       # cursor of the next page; empty on the last
}

struct GroupsOfLeader $doc("QA3: the groups a person leads") {
  person @0 :Text;
  groups @1 :List(GroupOverview);
  next @2 :Text;
}

enum OpenGroupAnswer { leader @0; admin @1; participant @2; stranger @3; closed @4; }
struct CanOpenGroup $doc("QA4: may the person open the group's management") {
  person @0 :Text;
  group @1 :Text;
  allowed @2 :Bool;
  because @3 :OpenGroupAnswer;
}

struct CheckoutQuote $doc("QA5: what an order would cost") {
  product @0 :Text;
  quantity @1 :UInt32;
  unitPrice @2 :Int64;                 # minor units
  total @3 :Int64;                     # the same with or without the buyer among the participants
  currency @4 :Text;
  priceListRev @5 :UInt64;
}

enum ImportState { running @0; finished @1; }
enum RosterMode { allOrNothing @0; fill @1; }
struct ImportReport $doc("QA6: row by row what became of an import") {
  import @0 :Text;
  group @1 :Text;
  fileHash @2 :Text;
  mode @3 :RosterMode;
  state @4 :ImportState;
  rows @5 :UInt64;
  accepted @6 :UInt64;
  alreadyMembers @7 :UInt64;
  refused @8 :UInt64;                  # for every other reason
  at @9 :Int64 $instant;
  lines @10 :List(ImportLine);         # in the order of the file
  next @11 :Text;
}
struct ImportLine {
  line @0 :UInt32;
  code @1 :UInt16;                     # 0: enrolled
  name @2 :Text;                       # of the code; empty when enrolled
  otherLine @3 :UInt32;                # DUPLICATE_IN_FILE: where the person is named first
  person @4 :Text;                     # enrolled
}

enum EntitlementKind { group @0; single @1; }
struct Entitlement {
  kind @0 :EntitlementKind;
  order @1 :Text;                      # or group: they have the same id
  product @2 :Text;
  title @3 :Text;                      # of the group
  since @4 :Int64 $instant;
  until @5 :Int64 $instant;            # none while it lives
  granted @6 :UInt64;                  # position of the enrolment, or of the single access
  ended @7 :UInt64;                    # position of the removal
}
struct TagAccess {
  tag @0 :Text;
  access @1 :Bool;                     # the tag is confirmed and entitled to: the course is open
  state @2 :TagState;
  request @3 :UInt64 $doc("position of the request that the state speaks of: the first since the tag was last wanted otherwise; granting again what is granted already changes neither");
  error @4 :Text;                      # of its newest failure
  because @5 :List(Entitlement);       # by order; ended ones too
}
struct AccessOf $doc("QA7: which tags a person should have and has, and why") {
  person @0 :Text;
  tags @1 :List(TagAccess);
}

enum OrderEventKind { completed @0; toppedUp @1; reversed @2; }
enum AccessKind { group @0; single @1; }
struct AccessOrderLine {
  kind @0 :OrderEventKind;
  order @1 :Text;
  product @2 :Text;
  buyer @3 :Text;
  mode @4 :AccessKind;
  quantity @5 :UInt64;
  unitPrice @6 :Int64;
  total @7 :Int64;                     # negative for a reversal
  currency @8 :Text;
  priceListRev @9 :UInt64;
  paymentRef @10 :Text;
  at @11 :Int64 $instant;
  position @12 :UInt64;
}
struct OrdersInPeriod $doc("QA8: completed orders, top-ups and reversals, by time") {
  next @0 :Text;
  lines @1 :List(AccessOrderLine);
}

# Rows of the views that are no part of an answer as they are (docs/views.md).

struct AccessTagRow {
  state @0 :TagState;
  request @1 :UInt64;
  error @2 :Text;
}
struct MailRow { group @0 :Text; }     # of a mail's request: whose newest mail it may be
struct AccessOrderRow {
  product @0 :Text;
  buyer @1 :Text;
  mode @2 :AccessKind;
}
struct LeaderRow { leads @0 :Bool; }
struct AccessProductRow {
  unitPrice @0 :Int64;
  currency @1 :Text;
  tag @2 :Text;
  rev @3 :UInt64;
}
struct RosterFileRow { import @0 :Text; }
