@0xcf6030ab7bc470fb;
# Questions about effects (DOMAIN 2.6, QA9), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

enum EffectKind { any @0; tagGrant @1; tagRevoke @2; notification @3; registration @4; alert @5; orderMail @6; }
struct BacklogQuestion {
  kind @0 :EffectKind $optional;
  after @1 :Text $optional $doc("cursor: the `next` of the page before");
  limit @2 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
  person @3 :Text $optional;
  olderThanSeconds @4 :UInt64 $optional $doc("only requests that have waited so long at least");
  tried @5 :EffectTried $optional;
}
enum EffectTried { any @0; never @1; failed @2; }
struct DriftQuestion {
  after @0 :Text $optional;
  limit @1 :UInt32 $optional;
}

struct IntegrationBacklog $doc("QA9: requests without acknowledgement, oldest first") {
  next @0 :Text;                       # cursor of the next page; empty on the last
  open @1 :UInt64;                     # all that wait, whatever the page and the filters
  oldestAt @2 :Int64 $instant;         # when the oldest of these was asked for; none when nothing waits
  requests @3 :List(EffectRequest);
}

struct EffectRequest {
  request @0 :UInt64;                  # position of the request: its name for AckEffect
  kind @1 :EffectKind;
  stream @2 :Text;                     # what it is about
  person @3 :Text $optional;
  tag @4 :Text $optional;              # of a tag change
  detail @5 :Text $optional;           # of others: "enrolled g-1", "order/o-1"
  requestedAt @6 :Int64 $instant;      # recorded
  ageSeconds @7 :UInt64;               # at the asked moment; about the head, by the server's clock
  failures @8 :UInt32;                 # so often it was reported that it could not be done
  error @9 :Text $optional;            # the newest of these reports
  failedAt @10 :Int64 $instant;
}

struct TagDrift $doc("tags: should be, confirmed, differs") {
  next @0 :Text;
  tags @1 :List(DriftingTag);          # in the order of person and tag; only those that differ
}
enum TagPresence { absent @0; present @1; }
struct DriftingTag {
  person @0 :Text;
  tag @1 :Text;
  shouldBe @2 :TagPresence;
  confirmed @3 :TagPresence;
  request @4 :UInt64;                  # the newest request about it
  requestedAt @5 :Int64 $instant;
  ageSeconds @6 :UInt64;               # likewise
  failures @7 :UInt32;
  error @8 :Text $optional;
}

# Rows of the views that are no part of an answer as they are (docs/views.md).

struct EffectRow {
  request @0 :EffectRequest;           # without its age
  answered @1 :Bool;
}
struct OpenRequests { open @0 :UInt32; }       # of a stretch of positions
struct TagRow {
  shouldBe @0 :TagPresence;
  confirmed @1 :TagPresence;
  request @2 :UInt64;
  requestedAt @3 :Int64 $instant;
  failures @4 :UInt32;                 # of the newest request
  error @5 :Text;
}
