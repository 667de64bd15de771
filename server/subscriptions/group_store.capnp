@0xb7e4d1c25a90f863;
# What is remembered of consumer groups (docs/storage-format.md, "The groups"). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
$Cxx.namespace("kontor::schema");

struct StoredGroup {
  types @0 :List(Text);
  streams @1 :List(Text);
  ackSeconds @2 :UInt32;
  deliveriesMax @3 :UInt32;
  afterParked @4 :StoredAfterParked;
}
enum StoredAfterParked { hold @0; goOn @1; }

struct StoredGroupEntry {
  stage @0 :StoredGroupStage;
  stream @1 :Text;
  deliveries @2 :UInt32;
  reason @3 :Text;
  at @4 :Int64 $instant;
}
enum StoredGroupStage { done @0; parked @1; kept @2; returned @3; }
