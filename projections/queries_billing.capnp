@0xb2758639884b2c83;
# Questions about billing runs (DOMAIN 7), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct RunsQuestion {
  after @0 :Text $optional;
  limit @1 :UInt32 $optional;
}
struct RunQuestion { run @0 :Text; }
struct LinesQuestion {
  run @0 :Text;
  after @1 :Text $optional;
  limit @2 :UInt32 $optional;
}

struct BillingRuns $doc("all billing runs") { next @0 :Text; }
struct BillingLines $doc("the lines of a run, with the events they rest on") { next @0 :Text; }
struct BillingStatement $doc("totals of a run") { run @0 :Text; }
