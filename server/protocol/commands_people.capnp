@0x9aa84f7a45a8d971;
# Commands about persons and about the tenant's plan. Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
using import "commands_common.capnp".Switch;
$Cxx.namespace("kontor::wire");

struct ChangeTenantPlan $doc("what the tenant's contract contains") {
  suite @0 :Suite;
  credits @1 :Switch $optional $doc("whether the credit system may be used; as it is when left out");
}
enum Suite { unset @0; basic @1; expertSuite @2; expertSuitePlus @3; enterprise @4; }

struct RegisterPerson $doc("makes a person known; the e-mail finds them later") {
  person @0 :Text $optional $doc("the platform's own id; a random one when left out");
  email @1 :Text;
  name @2 :Text $optional;
}

struct ChangePersonEmail $doc("a person has another e-mail address from now on") {
  person @0 :Text;
  email @1 :Text;
}

struct ErasePerson $doc("destroys the key to a person's data; counts and bills stay as they are") {
  person @0 :Text;
  reason @1 :Text;
}
