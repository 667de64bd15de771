@0xece381049fb67946;
# Events of billing runs (DOMAIN 7). Stored for ever: fields are only added. Money is whole minor units. What a line is,
# and what its hash is taken over: engine/rules/billing/README.md.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
$Cxx.namespace("kontor::schema");

struct BillingEvent {
  union {
    # Stream run/<id>
    billingRunOpened @0 :BillingRunOpened;
    billingRunClosed @1 :BillingRunClosed;
    billingRunAbandoned @2 :BillingRunAbandoned;
    # Stream seal
    periodSealed @3 :PeriodSealed;
  }
}

enum BillingScope {
  all @0;
  access @1;
  seats @2;
  credits @3;
}

enum SealCause {
  byHand @0;
  contractPeriodOver @1;
}

struct CurrencyTotal {
  currency @0 :Text;
  lines @1 :UInt64;
  amount @2 :Int64;
}

struct BillingRunOpened {
  run @0 :Text;
  cutoffEffective @1 :Int64 $instant;
  cutoffPosition @2 :UInt64;        # nothing behind it is looked at
  scope @3 :BillingScope;
  lines @4 :UInt64;
  courseRuns @5 :UInt64;            # that the run settles when it is closed
  unpricedBlocks @6 :UInt64;        # on its lines, that had no price when their course run ended
  firstPosition @7 :UInt64;         # lowest position that a line is named after; 0: no line
  totals @8 :List(CurrencyTotal);   # by currency
  linesHash @9 :Data;               # SHA-256
}

struct BillingRunClosed {
  run @0 :Text;
  lines @1 :UInt64;
  invoiceRef @2 :Text;              # empty: none given
  totals @3 :List(CurrencyTotal);
  linesHash @4 :Data;
}

struct BillingRunAbandoned {
  run @0 :Text;
  reason @1 :Text;
}

struct PeriodSealed {
  until @0 :Int64 $instant;         # nothing effective before it is accepted any more
  cause @1 :SealCause;
  campus @2 :Text;                  # whose contract period is over; empty by hand
  period @3 :Text;
}
