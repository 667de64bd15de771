@0xb0dd28cca71f83aa;
# Questions about community seats, and previews (DOMAIN 3.6), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct PreviewQuestion {
  campus @0 :Text;
  period @1 :Text $optional $doc("a booked period; the next one when left out");
  size @2 :UInt32 $optional $doc("contingent to try; the booked size when left out");
}
struct CommunityQuestion { community @0 :Text; }
struct HintQuestion { course @0 :Text; }

struct RolloverPreview $doc("QB8: who would carry over, who would be released") { campus @0 :Text; }
struct CommunityPool $doc("QB9: the pool of a community") { community @0 :Text; }
struct CheaperSeatHint $doc("QB10: whether campus seats would cost less") { course @0 :Text; }
