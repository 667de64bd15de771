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
}
struct QuoteQuestion {
  product @0 :Text;
  quantity @1 :UInt32;
  includeBuyer @2 :Bool $optional $doc("does not change the total");
}
struct ImportQuestion {
  import @0 :Text;
  after @1 :Text $optional;
  limit @2 :UInt32 $optional;
}
struct AccessQuestion { person @0 :Text; }
struct OrdersQuestion {
  from @0 :Int64 $instant $optional;
  to @1 :Int64 $instant $optional $doc("not included");
  after @2 :Text $optional;
  limit @3 :UInt32 $optional;
}

struct GroupOverview $doc("QA1: the management page of a group") { group @0 :Text; }
struct GroupRoster $doc("QA2: the members of a group") { group @0 :Text; }
struct GroupsOfLeader $doc("QA3: the groups a person leads") { person @0 :Text; }
struct CanOpenGroup $doc("QA4: may the person open the group's management") { group @0 :Text; }
struct CheckoutQuote $doc("QA5: what an order would cost") { product @0 :Text; }
struct ImportReport $doc("QA6: row by row what became of an import") { import @0 :Text; }
struct AccessOf $doc("QA7: which tags a person should have and has, and why") { person @0 :Text; }
struct OrdersInPeriod $doc("QA8: completed orders and reversals") { next @0 :Text; }
