@0xe21b5cf0a7394d18;

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
$Cxx.namespace("kontor::schema");

enum Role {
  unknown @0;
  backend @1;
  scheduler @2;
  support @3;
  contractDesk @4;
  campusManager @5;
  courseManager @6;
  member @7;
  billing @8;
  operator @9;
  admin @10;
  platformAuthor @11;
  buyer @12;
  groupLeader @13;
  creditManager @14;
  author @15;
}

struct Actor {
  role @0 :Role;
  id @1 :Text;       # the platform's id of the person or machine
  channel @2 :Text $optional;  # where the person acted: "web", "api", "import"
}
