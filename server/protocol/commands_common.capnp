@0xa7ed4902ed5875df;
# What the commands of several domains are made of.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".scalar;
$Cxx.namespace("kontor::wire");

struct Count $scalar {
  value @0 :UInt64;
}

enum Switch { unset @0; on @1; off @2; }
enum MemberRole { unset @0; participant @1; lecturer @2; tutor @3; courseManager @4; }
