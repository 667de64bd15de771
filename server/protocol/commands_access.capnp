@0x92273b6d07972beb;
# Commands of group access (DOMAIN 2.3). Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
using import "commands_common.capnp".Count;
using import "commands_common.capnp".Switch;
$Cxx.namespace("kontor::wire");

enum SeatReplacement { unset @0; allowed @1; forbidden @2; }
enum CrmState { unset @0; connected @1; broken @2; none @3; }

struct ConfigureGroupFeature $doc("changes settings of group access; what is left out stays") {
  seatReplacement @0 :SeatReplacement $optional $doc("may the seat of a removed participant be filled again");
  notifyOnEnrol @1 :Switch $optional $doc("mail to each enrolled participant");
  crmProvider @2 :Text $optional;
  crmState @3 :CrmState $optional;
}

struct RegisterGroupProduct $doc("a product that is sold as group access or single access") {
  product @0 :Text;
  unitPrice @1 :Int64 $doc("minor units a seat");
  currency @2 :Text $optional $doc("ISO 4217; EUR when left out");
  tags @3 :List(Text) $doc("exactly one: the tag that opens the course");
}

enum AccessMode { unset @0; group @1; single @2; }

struct PlaceAccessOrder $doc("orders seats for a group, or one access for the buyer") {
  order @0 :Text;
  product @1 :Text;
  mode @2 :AccessMode;
  quantity @3 :Count $optional $doc("seats of the group; not for a single access");
  title @4 :Text $optional $doc("title of the group; not for a single access");
  includeBuyer @5 :Switch $optional $doc("the buyer takes one of the seats; not for a single access");
  buyer @6 :Text $optional $doc("person id; the actor's id when left out");
}

struct CompleteAccessOrder $doc("the order has been paid: the group, or the single access, begins") {
  order @0 :Text;
  paymentRef @1 :Text;
}

struct AbandonAccessOrder $doc("the order comes to nothing") {
  order @0 :Text;
  reason @1 :Text $optional;
}

struct EnrolParticipant $doc("gives a seat of the group to the person with this e-mail") {
  group @0 :Text $doc("the group's id, which is that of its order");
  email @1 :Text;
  name @2 :Text $optional;
}

struct RosterRow {
  line @0 :UInt32;         # of the file, from 1
  email @1 :Text;
  name @2 :Text $optional;
}
enum ImportMode { allOrNothing @0; fill @1; }

struct ImportRoster $doc("enrols the rows of a file, all or as many as fit") {
  group @0 :Text;
  fileHash @1 :Text $doc("SHA-256 of the file, hexadecimal; names the import");
  mode @2 :ImportMode $optional;
  rows @3 :List(RosterRow) $optional $doc("the rows themselves, if they fit a frame");
  staged @4 :UInt32 $optional $doc("so many rows have been uploaded on this connection instead");
}

struct RemoveParticipant $doc("ends a participant's access") {
  group @0 :Text;
  person @1 :Text;
  reason @2 :Text $optional $doc("required when the removal is back-dated");
}

struct ReinviteParticipant $doc("sends the mail to a participant again") {
  group @0 :Text;
  person @1 :Text;
}

struct ChangeMailTemplate $doc("the mail to participants has another text from now on") {
  template @0 :Text $doc("reference to the text");
}

struct ReverseAccessOrder $doc("takes an order back: the group is closed, every access ends") {
  order @0 :Text;
  reason @1 :Text;
}

struct ExpandGroup $doc("more seats for a group, at the product's price of today") {
  group @0 :Text;
  quantity @1 :UInt32;
  paymentRef @2 :Text $optional;
}

struct TransferLeadership $doc("another person leads the group") {
  group @0 :Text;
  person @1 :Text;
}

struct CorrectEnrolment $doc("restores a burnt seat") {
  event @0 :UInt64 $doc("position of the removal");
  reason @1 :Text;
}
