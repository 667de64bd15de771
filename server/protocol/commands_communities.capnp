@0x89bf77c256ba51ce;
# Commands of community seats (DOMAIN 3.3, B15-B19). Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
using import "commands_common.capnp".Count;
$Cxx.namespace("kontor::wire");

struct OpenCommunity $doc("opens a community") {
  community @0 :Text;
  timeZone @1 :Text $optional $doc("IANA name; Europe/Berlin when left out");
}

struct BookCommunityPool $doc("the number of community seats from now on") {
  community @0 :Text;
  size @1 :Count $optional $doc("unlimited when left out");
  price @2 :Int64 $optional $doc("minor units for the contract item, once");
  currency @3 :Text $optional $doc("ISO 4217; EUR when left out");
}

struct CreateCommunityGroup $doc("opens a group in a community") {
  community @0 :Text;
  group @1 :Text;
}

struct InviteToCommunityGroup $doc("makes a person a member of a group, with a community seat") {
  group @0 :Text;
  person @1 :Text;
}

struct EndGroupMembership $doc("a member leaves; the seat is released at the end of the day when it was the last group") {
  group @0 :Text;
  person @1 :Text;
}

struct DeactivateGroup $doc("ends all memberships of a group") {
  group @0 :Text;
}
