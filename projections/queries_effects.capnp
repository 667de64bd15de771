@0xcf6030ab7bc470fb;
# Questions about effects (DOMAIN 2.6, QA9), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

enum EffectKind { any @0; tagGrant @1; tagRevoke @2; notification @3; registration @4; alert @5; orderMail @6; }
struct BacklogQuestion {
  kind @0 :EffectKind $optional;
  after @1 :Text $optional;
  limit @2 :UInt32 $optional;
}
struct DriftQuestion {
  after @0 :Text $optional;
  limit @1 :UInt32 $optional;
}

struct IntegrationBacklog $doc("QA9: requests without acknowledgement, oldest first") { next @0 :Text; }
struct TagDrift $doc("tags: should be, confirmed, differs") { next @0 :Text; }
