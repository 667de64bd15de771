@0xd8f25eab3c71a946;
# The conversation on a connection (docs/wire-protocol.md): two endless sequences of Frames in Cap'n Proto's
# standard stream framing. A requestId names a request and comes back in its answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".identifier;
using import "commands.capnp".Command;
using import "commands_access.capnp".RosterRow;
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
    # from the client (docs/subscriptions.md); credit, ack, park and cancel carry the id of their subscribe
    subscribe @18 :Subscribe;
    credit @19 :Credit;
    ack @20 :Ack;
    park @21 :Park;
    cancel @22 :Void;
    groups @23 :GroupsRequest;
    # from the server; all but groupReport carry the id of the subscribe
    subscribed @24 :Subscribed;
    item @25 :Item;
    progress @26 :Progress;
    noted @27 :Noted;
    ended @28 :Ended;
    groupReport @29 :GroupReport;
    # rosters too large for a frame (docs/roster-import.md)
    rosterRows @30 :RosterRows;      # from the client
    rosterStaged @31 :RosterStaged;  # from the server
    # what auditors ask (docs/proofs.md)
    prove @32 :ProofRequest;         # from the client
    proof @33 :Proof;                # from the server
    explain @34 :ExplainRequest;     # from the client
    explanation @35 :Explanation;    # from the server
    # views built anew beside the live ones (docs/views.md)
    rebuild @36 :RebuildRequest;     # from the client
    rebuildReport @37 :RebuildReport;  # from the server
  }
}

struct Hello {
  protocol @0 :UInt16;            # 1
  tenant @1 :Text;
  clientName @2 :Text;
  highestPosition @3 :UInt64;     # newest receipt the client holds; a server behind it answers 8007
  boundReceipts @4 :Bool;         # receipts shall bind the server: they carry a signed statement
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
  events @7 :List(Data);          # dry run only: the events that would be written, as they would be stored; the
                                  # last 1000 if there are more
  binding @8 :Binding;            # null unless the hello asked for it, and for a receipt given again
}

struct Binding {
  # The server's signature under the receipt (events/proof/binding.h). One note speaks for all receipts of a group.
  note @0 :Text;
  index @1 :UInt64;               # of this receipt among them, from 0
  path @2 :List(Data);            # from this receipt's leaf to the note's root
  eventsRoot @3 :Data;            # of the tree over the command's events, in their order
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

# Subscriptions

struct Subscribe {
  from @0 :UInt64;                # first position; 0: only what comes from now on. A group that exists goes on
  types @1 :List(Text);           # names such as CampusOpened, or beginnings such as Credit*; none: all
  streams @2 :List(Text);         # streams such as course/k-1, or beginnings such as course/; none: all
  window @3 :UInt32;              # items that may be under way at first; 0 to 1024
  group @4 :GroupTerms;           # null: a subscription of its own
}

struct GroupTerms {
  # What is left out is 0 or the first choice: the default, or what the group has.
  name @0 :Text;
  ackSeconds @1 :UInt32;          # to acknowledge an item before it is handed out again; 30
  deliveriesMax @2 :UInt32;       # after that many without an acknowledgement an event is parked; 5
  afterParked @3 :AfterParked;
}
enum AfterParked {
  unspecified @0;
  hold @1;                        # later events of the same stream wait until the parked one is dealt with; default
  goOn @2;                        # they do not
}

struct Subscribed {
  from @0 :UInt64;                # the first position that will be looked at
  head @1 :UInt64;                # the tenant's last durable position
}

struct Item {
  position @0 :UInt64;
  deliveries @1 :UInt32;          # of a group: how often it has been handed out, this time included; else 1
  event @2 :Data;                 # stored bytes (events/envelope.capnp)
}

struct Credit { items @0 :UInt32; }              # that many more may be sent
struct Ack { positions @0 :List(UInt64); }       # of a group: these have been dealt with
struct Park { position @0 :UInt64; reason @1 :Text; }

struct Progress {
  # Whatever matches up to `position` has been sent: a subscription goes on at the position after it.
  position @0 :UInt64;            # of a group: everything up to it has been dealt with, or is parked
  head @1 :UInt64;
  waitsForCredit @2 :Bool;        # there is more to look at, and no credit left
}

struct Noted {
  # Acknowledgements and parkings that are durable now: a restart does not hand these out again.
  positions @0 :List(UInt64);
  late @1 :List(UInt64);          # not this member's any more: handed out again, or about to be
}

struct Ended {
  # The subscription is over.
  code @0 :UInt16;                # 0: it was cancelled
  name @1 :Text;
  what @2 :Text;
  next @3 :UInt64;                # subscribe again from here; 0 for a group
  retry @4 :Text;
  advice @5 :Text;
}

struct GroupsRequest {
  union {
    list @0 :Void;
    parked @1 :ParkedRequest;     # what is parked, in order of position
    retry @2 :GroupPositions;     # hand parked events out again
    drop @3 :GroupPositions;      # never hand them out again
    remove @4 :Text;              # forget a group that has no members
  }
}
struct ParkedRequest {
  group @0 :Text;
  after @1 :UInt64;               # only positions behind it
  limit @2 :UInt32;               # at most; 1 to 1000
}
struct GroupPositions {
  group @0 :Text;
  positions @1 :List(UInt64);     # none: all that are parked
}

struct GroupReport {
  head @0 :UInt64;
  groups @1 :List(GroupState);
  parked @2 :List(ParkedEvent);
  changed @3 :List(UInt64);       # of retry and drop: the positions it was done to
}
struct GroupState {
  name @0 :Text;
  position @1 :UInt64;            # everything up to it has been dealt with, or is parked or held
  behind @2 :UInt64;              # positions from there to the head
  members @3 :UInt32;
  underWay @4 :UInt32;            # handed out, not acknowledged
  parked @5 :UInt32;
  held @6 :UInt32;                # waiting behind a parked event of their stream
  types @7 :List(Text);
  streams @8 :List(Text);
  ackSeconds @9 :UInt32;
  deliveriesMax @10 :UInt32;
  afterParked @11 :AfterParked;
}
struct ParkedEvent {
  position @0 :UInt64;
  stream @1 :Text;
  deliveries @2 :UInt32;
  at @3 :Int64 $instant;
  reason @4 :Text;
  held @5 :UInt32;                # events of its stream that wait behind it
}

struct RosterRows {
  # Rows that wait on this connection for the ImportRoster that names their file.
  fileHash @0 :Text;              # another one than before: what was uploaded is forgotten
  first @1 :UInt32;               # how many rows of the file have been uploaded before; 0 begins again
  rows @2 :List(RosterRow);
}
struct RosterStaged {
  rows @0 :UInt32;                # that wait now
  bytes @1 :UInt64;
}

# Proofs

enum Tree { tenant @0; store @1; }  # of the hello's tenant; of all events of the store

struct ProofRequest {
  tree @0 :Tree;
  union {
    checkpoint @1 :UInt64;        # a signed one of at least this size, made now if need be; 0: the newest there is
    inclusion @2 :InclusionRequest;
    consistency @3 :ConsistencyRequest;
    checkpoints @4 :CheckpointsRequest;  # the signed ones that were kept, by size
    keys @5 :Void;
  }
}
struct InclusionRequest {
  position @0 :UInt64;            # in the tree, from 1; for a tenant's tree that of the event
  size @1 :UInt64;                # of the tree; 0: as it is now
}
struct ConsistencyRequest { oldSize @0 :UInt64; newSize @1 :UInt64; }
struct CheckpointsRequest { after @0 :UInt64; limit @1 :UInt32; }  # sizes above; at most, 1 to 1000

struct Proof {
  union {
    checkpoint @0 :Text;          # a signed note
    inclusion @1 :Inclusion;
    consistency @2 :List(Data);   # the path
    checkpoints @3 :List(Text);
    keys @4 :Keys;
  }
}
struct Inclusion {
  event @0 :Data;                 # stored bytes
  size @1 :UInt64;
  path @2 :List(Data);
}
struct Keys {
  # For people to compare with what they were told; a key from here proves nothing.
  keys @0 :List(Text);            # in force, as text of events/proof/note.h
  rotations @1 :List(Text);       # signed statements, oldest first
}

struct ExplainRequest {
  query @0 :Query;
  number @1 :Text;                # a path into the answer, such as available or courses[0].members
  limit @2 :UInt32;               # steps at most, the newest ones; 1 to 10000, 0: 1000
}
struct Explanation {
  position @0 :UInt64;            # the answer's
  effectiveAt @1 :Int64 $instant;
  value @2 :Int64;                # the number; before the first step it was `first`, and `steps` lead to it
  first @3 :Int64;
  steps @4 :List(ExplainedStep);  # in order of position
  byTime @5 :Int64;               # what the passing of time did to it between and after the steps, without an event
  leftOut @6 :UInt64;             # older steps that did not fit; they lead to `first`
  looked @7 :UInt64;              # events the number could have come from
  # A number that the answer does not have is 0 above, and counts as 0.
  valueAbsent @8 :Bool;
  firstAbsent @9 :Bool;
}
struct ExplainedStep {
  position @0 :UInt64;
  before @1 :Int64;
  after @2 :Int64;
  event @3 :Data;                 # stored bytes
  beforeAbsent @4 :Bool;
  afterAbsent @5 :Bool;
}

struct RebuildRequest {
  union {
    status @0 :Void;
    begin @1 :Void;               # derive all views again, beside the live ones
    adopt @2 :Void;               # answer from the new ones, once they are level
    discard @3 :Void;             # forget the new ones
  }
}
enum RebuildState { none @0; running @1; level @2; failed @3; adopted @4; }
struct RebuildReport {
  state @0 :RebuildState;
  group @1 :UInt64;               # the new views have read it
  ofGroup @2 :UInt64;             # the log's newest
  entriesCompared @3 :UInt64;
  entriesDiffering @4 :UInt64;
  firstDifference @5 :Text;       # in words; empty: none was found
  tenant @6 :Text;                # the first diverging event's
  position @7 :UInt64;
  failure @8 :Text;
  startedAt @9 :Int64 $instant;
  endedAt @10 :Int64 $instant;
  events @11 :UInt64;             # the new views have read
  ofEvents @12 :UInt64;           # the log has
  comparedGroup @13 :UInt64;      # at which both were compared; 0: not yet
}
