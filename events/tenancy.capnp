@0xf4a0a6b8f6d7c219;
# Events of a tenant as a whole.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct TenancyEvent {
  union {
    tenantCreated @0 :TenantCreated;
    historyFinished @1 :HistoryFinished;
  }
}

enum Timeline {
  live @0;     # time is the server's clock
  history @1;  # time is that of the imported rows, until historyFinished
}

struct TenantCreated {
  timeline @0 :Timeline;
}

struct HistoryFinished {}
