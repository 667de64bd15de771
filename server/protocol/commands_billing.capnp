@0xffeb1f408f8c9236;
# Commands of billing runs (DOMAIN 7). Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

enum BillingScope { all @0; access @1; seats @2; credits @3; }

struct OpenBillingRun $doc("fixes what a run bills: everything up to the cut-off that was not billed before") {
  run @0 :Text;
  scope @1 :BillingScope $optional;
  cutoff @2 :Int64 $instant $doc("business time before which the run bills; not in the future");
}

struct CloseBillingRun $doc("makes the lines of a run final and settles the course runs in it") {
  run @0 :Text;
  invoiceRef @1 :Text $optional;
  linesHash @2 :Text $optional $doc("hash of the lines the caller has seen; other lines are refused");
}

struct AbandonBillingRun $doc("gives up an open run: what it holds goes to a later one") {
  run @0 :Text;
  reason @1 :Text;
}

struct SealPeriod $doc("nothing can be back-dated to before this time any more") {
  until @0 :Int64 $instant;
}
