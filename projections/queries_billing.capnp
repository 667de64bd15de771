@0xb2758639884b2c83;
# Questions about billing runs (DOMAIN 7), and their answers. Fields are only added. What a line is:
# engine/rules/billing/README.md.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct RunsQuestion {
  after @0 :Text $optional $doc("cursor: the `next` of the page before");
  limit @1 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
}
struct RunQuestion { run @0 :Text; }
struct LinesQuestion {
  run @0 :Text;
  after @1 :Text $optional $doc("cursor: the `next` of the page before");
  limit @2 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
}

struct BillingRuns $doc("all billing runs") {
  next @0 :Text;                       # cursor of the next page; empty on the last
  runs @1 :List(BillingRun);           # in the order in which they were opened
}

enum BillingRunState { open @0; closed @1; abandoned @2; }
enum BillingRunScope { all @0; access @1; seats @2; credits @3; }

struct BillingRun {
  run @0 :Text;
  state @1 :BillingRunState;
  scope @2 :BillingRunScope;
  cutoff @3 :Int64 $instant;
  cutoffPosition @4 :UInt64;           # nothing recorded later is in the run
  openedAt @5 :Int64 $instant;
  openedPosition @6 :UInt64;
  endedAt @7 :Int64 $instant;          # none while it is open
  endedPosition @8 :UInt64;
  invoiceRef @9 :Text;
  reason @10 :Text;                    # why it was abandoned
  lines @11 :UInt64;
  courseRuns @12 :UInt64;              # settled with it
  unpricedBlocks @13 :UInt64;          # on its lines, that had no price when their course run ended
  linesHash @14 :Text;                 # SHA-256, hexadecimal
  totals @15 :List(BillingTotal);      # by currency
  firstPosition @16 :UInt64;           # lowest position a line is named after
}
struct BillingTotal {
  currency @0 :Text;
  lines @1 :UInt64;
  amount @2 :Int64;                    # minor units
}

struct BillingLines $doc("the lines of a run, with the events they rest on") {
  next @0 :Text;
  lines @1 :List(BillingLine);
}

struct BillingPart {
  quantity @0 :Int64;
  unitPrice @1 :Int64;                 # minor units
}
struct BillingLine {
  id @0 :Text;
  kind @1 :Text;
  entity @2 :Text;                     # what is charged: an order, "course/run/seat", a contract
  effectiveAt @3 :Int64 $instant;
  person @4 :Text;                     # whose seat; empty: of nobody in particular
  corrects @5 :Text;                   # id of the line it corrects; empty: none
  parts @6 :List(BillingPart);         # in the order of time
  quantity @7 :Int64;                  # their sum; negative when something is taken back
  unpricedBlocks @8 :UInt64;
  amount @9 :Int64;                    # minor units
  currency @10 :Text;
  positions @11 :List(UInt64);         # of the events it rests on
}

struct BillingStatement $doc("totals of a run, what is wrong with it, and what it leaves out") {
  run @0 :BillingRun;
  unsettledCourses @1 :UInt64;         # course runs that had ended and were in no run (UNSETTLED_COURSE)
  unsettled @2 :List(UnsettledCourse); # the first hundred of them
}
struct UnsettledCourse {
  course @0 :Text;
  run @1 :UInt32;
  endedAt @2 :Int64 $instant;
}

# Rows of the views that are no part of an answer as they are (docs/views.md).

struct BillingCourseCard {
  run @0 :UInt32;                      # the newest
  firstSeat @1 :UInt32;                # that may have started in it
  lastSeat @2 :UInt32;                 # that has started
}
struct BillingSeatCard {
  line @0 :BillingLine;                # as it stands
  state @1 :BillingSeatState;
  item @2 :UInt64;                     # position that its line is named after; 0: it has none yet
}
enum BillingSeatState { running @0; ended @1; }

struct BillingSettlementCard {
  endedAt @0 :Int64 $instant;
  settledPosition @1 :UInt64;
}
struct BillingOrderCard {
  placed @0 :UInt64;                   # positions
  items @1 :List(UInt64);              # that its lines are named after
  settledPosition @2 :UInt64;          # where it was invoiced; 0: not yet
}
