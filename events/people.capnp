@0x9686a7af109e6023;
# Events of persons (docs/personal-data.md). Names and e-mail addresses lie here sealed, never in clear text.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct PeopleEvent {
  union {
    personRegistered @0 :PersonRegistered;
    existingPersonLinked @1 :ExistingPersonLinked;
    personEmailChanged @2 :PersonEmailChanged;
    personErased @3 :PersonErased;
  }
}

struct PersonRegistered {
  person @0 :Text;       # random; says nothing about the person
  lookup @1 :Data;       # keyed hash of the e-mail's normal form, 32 bytes; empty: known without an e-mail
  sealed @2 :Data;       # name and e-mail under the person's own key; empty when there is none
}

struct ExistingPersonLinked { person @0 :Text; }

struct PersonEmailChanged {
  person @0 :Text;
  lookup @1 :Data;       # the new one; the one before is retired
  sealed @2 :Data;       # the e-mail from now on; without a name, which stays as it was
}

struct PersonErased {
  person @0 :Text;
  number @1 :UInt64;     # "erased #7": counted in the tenant, from 1
  reason @2 :Text;
}
