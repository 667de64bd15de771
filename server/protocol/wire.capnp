@0xd8f25eab3c71a946;
# The conversation on a connection (docs/wire-protocol.md): two endless sequences of Frames in Cap'n Proto's
# standard stream framing. A requestId names a request and comes back in its answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".identifier;
using import "commands.capnp".Command;
using import "/projections/queries.capnp".Query;
using import "/projections/queries.capnp".Answer;
$Cxx.namespace("kontor::wire");

struct Frame {
  requestId @0 :UInt64;
  union {
    # from the client
    hello @1 :Hello;
    command @2 :Command;
    batch @3 :Batch;
    query @4 :Query;
    events @5 :EventsRequest;
    status @6 :Void;
    ping @7 :Void;
    # from the server
    welcome @8 :Welcome;
    receipt @9 :Receipt;
    refusal @10 :Refusal;
    batchResult @11 :BatchResult;
    answer @12 :Answer;
    eventPage @13 :EventPage;
    statusReport @14 :StatusReport;
    pong @15 :Void;
    error @16 :Error;
    goaway @17 :Goaway;
  }
}

struct Hello {
  protocol @0 :UInt16;            # 1
  tenant @1 :Text;
  clientName @2 :Text;
  highestPosition @3 :UInt64;     # newest receipt the client holds; a server behind it answers 8007
}

struct Welcome {
  protocol @0 :UInt16;
  serverVersion @1 :Text;
  storeId @2 :Text;
  position @3 :UInt64;            # the tenant's head; 0 for an unknown tenant
  frameBytesMax @4 :UInt32;
  inFlightMax @5 :UInt32;
  batchCommandsMax @6 :UInt32;
  idleSeconds @7 :UInt32;
}

struct Batch {
  mode @0 :BatchMode;
  commands @1 :List(Command);     # 1 to batchCommandsMax
}
enum BatchMode { allOrNothing @0; each @1; }

struct Receipt {
  # The command's events are durable (for a dry run: would be written).
  first @0 :UInt64;               # position of its first event
  last @1 :UInt64;
  recordedAt @2 :Int64 $instant;
  duplicate @3 :Bool;             # the first answer to this id, again
  dryRun @4 :Bool;
  stream @5 :Text;                # stream of the first event, and its version afterwards
  version @6 :UInt64;
  events @7 :List(Data);          # dry run only: the events that would be written, as they would be stored
}

struct Refusal {
  code @0 :UInt16;
  name @1 :Text;
  what @2 :Text;                  # one sentence
  facts @3 :List(Fact);           # the numbers that decided
  because @4 :List(UInt64);       # positions of the events that made it so
  retry @5 :Text;                 # never, after-change, later, same-id
  advice @6 :Text;
}
struct Fact { name @0 :Text; value @1 :Text; }

struct BatchResult {
  # One entry per command, in order. allOrNothing: all receipts, or one refusal and the rest not decided.
  results @0 :List(CommandResult);
}
struct CommandResult {
  union {
    receipt @0 :Receipt;
    refusal @1 :Refusal;
    error @2 :Error;
    notDecided @3 :Void;          # another command of the batch was refused
  }
}

struct EventsRequest {
  from @0 :UInt64;                # first position, from 1
  limit @1 :UInt32;               # at most; 1 to 10000
}
struct EventPage {
  events @0 :List(Data);          # stored bytes (events/envelope.capnp), in order of position
  head @1 :UInt64;                # the tenant's head when the page was read
}

struct StatusReport {
  serverVersion @0 :Text;
  storeId @1 :Text;
  startedAt @2 :Int64 $instant;
  group @3 :UInt64;               # last durable group of the store
  events @4 :UInt64;              # events in the store
  root @5 :Text;                  # of the tree over them, hexadecimal
  position @6 :UInt64;            # head of this tenant
  viewPosition @7 :UInt64;        # how far this tenant's views are
  timelineAt @8 :Int64 $instant;  # the tenant's newest effective time
  timeline @9 :Text;              # live, history, or unknown for a tenant that does not exist
  stateDigest @10 :Text;          # SHA-256 over the tenant's state at its head, hexadecimal
  connections @11 :UInt32;
  queue @12 :UInt32;              # commands waiting to be decided
}

struct Error {
  # The machine's no, or a message that could not be understood.
  code @0 :UInt16;
  name @1 :Text;
  what @2 :Text;
  retry @3 :Text;
  advice @4 :Text;
}

struct Goaway { reason @0 :Text; }
