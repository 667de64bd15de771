@0xec2b4a188b9423ca;
# Questions about persons (docs/personal-data.md), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct PersonDetailQuestion { person @0 :Text; }

struct PersonDetail $doc("name and e-mail of a person, as far as they can be read") { person @0 :Text; }
