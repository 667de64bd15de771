@0xa9b4e3f1c8d05627;
# One stored event: envelope and body in one single-segment message. These bytes are what the log holds, what
# the tree hashes and what an export contains (ARCHITECTURE D4). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".identifier;
using import "/events/actor.capnp".Actor;
using Tenancy = import "/events/tenancy.capnp";
using Seats = import "/events/seats.capnp";
using People = import "/events/people.capnp";
using Effects = import "/events/effects.capnp";
using Access = import "/events/access.capnp";
using Communities = import "/events/communities.capnp";
using Credits = import "/events/credits.capnp";
using Billing = import "/events/billing.capnp";
$Cxx.namespace("kontor::schema");

struct RecordedEvent {
  position @0 :UInt64;              # gap-free per tenant, from 1
  version @1 :UInt64;               # gap-free per stream, from 1
  recordedAt @2 :Int64 $instant;    # when it was written down
  effectiveAt @3 :Int64 $instant;   # when it is true in the business
  tenant @4 :Text;
  stream @5 :Text;                  # "campus/c-1"
  actor @6 :Actor;                  # a scheduler for events of timers
  commandId @7 :Data $identifier;   # the caller's key; empty for events of timers
  payloadDigest @8 :Data;           # first 16 bytes of SHA-256 over the canonical command, on each of its events
  history @9 :HistoryStamp;         # null for events decided on the live timeline
  correlation @10 :Text;            # the caller's own reference, such as a trace id

  body :union {
    tenancy @11 :Tenancy.TenancyEvent;
    seats @12 :Seats.SeatsEvent;
    people @13 :People.PeopleEvent;
    effects @14 :Effects.EffectsEvent;
    access @15 :Access.AccessEvent;
    communities @16 :Communities.CommunitiesEvent;
    credits @17 :Credits.CreditsEvent;
    billing @18 :Billing.BillingEvent;
  }
}

struct HistoryStamp {
  source @0 :UInt64;  # which file: first 8 bytes of its SHA-256
  line @1 :UInt64;    # which line of it, from 1
}
