@0xc1c52efb8971354a;
# Events of the credit system: packages, accounts, orders, publications (DOMAIN 4). Fields are only added.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct CreditsEvent {
  union {
    packageRetired @0 :PackageRetired;
    draftSaved @1 :DraftSaved;
  }
}

struct PackageRetired {
  package @0 :Text;
}

struct DraftSaved {
  content @0 :Text;
}
