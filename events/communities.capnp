@0xa9c98d4e9c33c93b;
# Events of community seats: pools, groups, members (DOMAIN 3, B15-B19). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct CommunitiesEvent {
  union {
    communityOpened @0 :CommunityOpened;
    communityPoolBooked @1 :CommunityPoolBooked;
  }
}

struct CommunityOpened {
  community @0 :Text;
  timeZone @1 :Text;
}

struct CommunityPoolBooked {
  community @0 :Text;
  size @1 :UInt32;
}
