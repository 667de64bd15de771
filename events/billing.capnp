@0xece381049fb67946;
# Events of billing runs (DOMAIN 7). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
$Cxx.namespace("kontor::schema");

struct BillingEvent {
  union {
    billingRunOpened @0 :BillingRunOpened;
    billingRunClosed @1 :BillingRunClosed;
  }
}

struct BillingRunOpened {
  run @0 :Text;
  cutoffEffective @1 :Int64 $instant;
  cutoffPosition @2 :UInt64;
}

struct BillingRunClosed {
  run @0 :Text;
  count @1 :UInt64;
}
