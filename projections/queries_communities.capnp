@0xb0dd28cca71f83aa;
# Questions about community seats, and previews (DOMAIN 3.6), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct PreviewQuestion {
  campus @0 :Text;
  period @1 :Text $optional $doc("a booked period; the next one when left out");
  size @2 :UInt32 $optional $doc("contingent to try; the booked size when left out");
  after @3 :Text $optional $doc("cursor: the `next` of the page before");
  limit @4 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
}
struct CommunityQuestion { community @0 :Text; }
struct HintQuestion { course @0 :Text; }

struct RolloverPreview $doc("QB8: who would carry over, who would be released") {
  campus @0 :Text;
  period @1 :Text;           # empty: one that is not booked yet
  at @2 :Int64 $instant;     # when it would be activated
  contingent @3 :UInt64;     # seats that could be carried over
  carriedOver @4 :UInt64;
  released @5 :UInt64;
  overflow @6 :UInt64;       # seats too many: above 0 the activation would be refused
  seats @7 :List(RolloverSeat);  # by number
  next @8 :Text;             # cursor of the next page; empty on the last
}
struct RolloverSeat {
  seat @0 :UInt64;
  person @1 :Text;
  grantingCourse @2 :Text;
  fate @3 :RolloverFate;
  course @4 :Text;           # that it would be attributed to; empty when released
}
enum RolloverFate {
  grantingCourseLives @0;    # carried over
  otherCourseLives @1;       # carried over, attributed to another course
  released @2;               # none of the holder's courses here lives on
}

struct CommunityPool $doc("QB9: the pool of a community") {
  community @0 :Text;
  timeZone @1 :Text;
  pool @2 :Pool;
  size @3 :UInt64;            # meaningful when limited
  occupied @4 :UInt64;        # without those about to come back
  pendingRelease @5 :UInt64;  # that come back at the next midnight there
  freeNow @6 :UInt64;         # meaningful when limited
  freeTomorrow @7 :UInt64;    # meaningful when limited
}
enum Pool { none @0; limited @1; unlimited @2; }

struct CheaperSeatHint $doc("QB10: whether campus seats would cost less") {
  course @0 :Text;
  plannedBlocks @1 :UInt64;     # of somebody who is invited at the asked moment and stays to the end, in days of 24
                                # hours: an hour more is put down to the clocks. The bill counts by the calendar.
  unitPrice @2 :Int64;          # of a block at the asked moment
  currency @3 :Text;            # empty: no flat is in force, nothing has a price
  courseSeatCost @4 :Int64;     # blocks by price
  campusSeatShare @5 :Int64;    # price of the flat by its seats; 0: the contract's price is not known
  months @6 :CourseLength;
  advice @7 :SeatAdvice;
}
enum CourseLength { upToFourMonths @0; longer @1; }
enum SeatAdvice { courseSeat @0; campusSeat @1; }
