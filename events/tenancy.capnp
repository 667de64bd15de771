@0xf4a0a6b8f6d7c219;
# Events of a tenant as a whole.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct TenancyEvent {
  union {
    tenantCreated @0 :TenantCreated;
    historyFinished @1 :HistoryFinished;
    tenantPlanChanged @2 :TenantPlanChanged;
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

# What the tenant's contract contains from now on (gates G-02 and C-01).
struct TenantPlanChanged {
  suite @0 :Suite;
  credits @1 :CreditsOption;
}

enum Suite { basic @0; expertSuite @1; expertSuitePlus @2; enterprise @3; }  # each contains the one before
enum CreditsOption { excluded @0; included @1; }
