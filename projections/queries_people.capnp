@0xec2b4a188b9423ca;
# Questions about persons (docs/personal-data.md), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".doc;
using import "/events/actor.capnp".Role;
$Cxx.namespace("kontor::wire");

struct PersonDetailQuestion {
  person @0 :Text;
  role @1 :Role $doc("who asks; names are shown to backend, admin, support and groupLeader");
}

struct PersonDetail $doc("name and e-mail of a person, as far as they can be read") {
  person @0 :Text;
  state @1 :PersonState;
  label @2 :Text;        # of an erased person: "erased #7"
  email @3 :Text;        # empty when erased
  name @4 :Text;         # empty when erased, or never told
}
enum PersonState { known @0; erased @1; }

# A row: what the log holds of a person, as it holds it.
struct PersonIdentity {
  registered @0 :SealedPart;
  email @1 :SealedPart;      # a later e-mail; null: the one of the registration
  erasedNumber @2 :UInt64;   # 0: not erased
}
struct SealedPart {
  position @0 :UInt64;       # of its event, which it is bound to
  bytes @1 :Data;
}
