@0x9a1df66e6bd4d7d3;
# What the outside reports about effects. Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

enum TagChange { unset @0; grant @1; revoke @2; }
enum EffectOutcome { done @0; failed @1; }

struct AckTagChange $doc("the integration tool has granted or revoked a tag, or could not") {
  person @0 :Text;
  tag @1 :Text;
  change @2 :TagChange;
  outcome @3 :EffectOutcome $optional;
  error @4 :Text $optional $doc("why not, when the outcome is failed");
}

struct AckEffect $doc("a mail, an alert or a registration was carried out, or could not be") {
  request @0 :UInt64 $doc("position of the request");
  outcome @1 :EffectOutcome $optional;
  error @2 :Text $optional;
}
