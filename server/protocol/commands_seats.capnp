@0xde0712986f5cf18f;
# Further commands of campus and course seats (DOMAIN 3.3, B20-B23). Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".doc;
using import "commands_common.capnp".MemberRole;
$Cxx.namespace("kontor::wire");

struct RecordContribution $doc("a member has created something in a course") {
  course @0 :Text;
  person @1 :Text;
  artefact @2 :Text $doc("the platform's id of what was created");
}

struct CorrectSeat $doc("takes back a grant or a block that was a mistake") {
  event @0 :UInt64 $doc("position of the event to be corrected");
  reason @1 :Text;
}

struct ChangeRole $doc("gives a member another role") {
  course @0 :Text;
  person @1 :Text;
  role @2 :MemberRole;
}
