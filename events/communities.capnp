@0xa9c98d4e9c33c93b;
# Events of community seats: pools, groups, members (DOMAIN 3, B15-B19). Stored for ever: fields are only added.
# `seat` numbers community seats per tenant, from 1; `community` of a seat is the one that granted it.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
$Cxx.namespace("kontor::schema");

struct CommunitiesEvent {
  union {
    # Stream community/<id>
    communityOpened @0 :CommunityOpened;
    communityPoolBooked @1 :CommunityPoolBooked;
    communitySeatGranted @2 :CommunitySeatGranted;
    communitySeatReleaseScheduled @3 :CommunitySeatReleaseScheduled;
    communitySeatReleaseCancelled @4 :CommunitySeatReleaseCancelled;
    communitySeatReleased @5 :CommunitySeatReleased;
    # Stream community-group/<id>
    communityGroupCreated @6 :CommunityGroupCreated;
    groupMemberInvited @7 :GroupMemberInvited;
    existingCommunitySeatUsed @8 :ExistingCommunitySeatUsed;
    groupMembershipEnded @9 :GroupMembershipEnded;
    groupDeactivated @10 :GroupDeactivated;
  }
}

struct CommunityOpened {
  community @0 :Text;
  timeZone @1 :Text;  # IANA name
}

struct PoolSize {
  seats @0 :UInt32;
}

struct CommunityPoolBooked {
  community @0 :Text;
  size @1 :PoolSize;  # null means unlimited
  price @2 :Int64;    # minor units of the contract item; 0: none
  currency @3 :Text;
}

struct CommunitySeatGranted {
  community @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  group @3 :Text;  # into which the person was invited
}

struct CommunitySeatReleaseScheduled {
  community @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  releaseAt @3 :Int64 $instant;  # the next midnight in the community's zone
}

struct CommunitySeatReleaseCancelled {
  community @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
  group @3 :Text;  # into which the person was invited again
}

struct CommunitySeatReleased {
  community @0 :Text;
  seat @1 :UInt32;
  person @2 :Text;
}

struct CommunityGroupCreated {
  group @0 :Text;
  community @1 :Text;
}

struct GroupMemberInvited {
  group @0 :Text;
  person @1 :Text;
}

struct ExistingCommunitySeatUsed {
  group @0 :Text;
  person @1 :Text;
  community @2 :Text;  # whose seat it is
  seat @3 :UInt32;
}

struct GroupMembershipEnded {
  group @0 :Text;
  person @1 :Text;
}

struct GroupDeactivated {
  group @0 :Text;
  members @1 :UInt32;  # whose membership this ended
}
