@0xe17c271d91fb4893;
# Events of group access: orders, groups, enrolments (DOMAIN 2). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct AccessEvent {
  union {
    groupFeatureConfigured @0 :GroupFeatureConfigured;
    accessOrderAbandoned @1 :AccessOrderAbandoned;
  }
}

struct GroupFeatureConfigured {
  setting @0 :Text;
  value @1 :Text;
  rev @2 :UInt64;
}

struct AccessOrderAbandoned {
  order @0 :Text;
  reason @1 :Text;
}
