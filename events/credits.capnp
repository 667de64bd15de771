@0xc1c52efb8971354a;
# Events of the credit system: packages, accounts, orders, publications (DOMAIN 4). Fields are only added.
# Points are whole. What lies on an account is the sum of its CreditsAdded, StartBalanceGranted and
# CreditsAdjusted less its CreditDebited.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
$Cxx.namespace("kontor::schema");

struct CreditsEvent {
  union {
    packageRetired @0 :PackageRetired;
    draftSaved @1 :DraftSaved;
    creditFeatureConfigured @2 :CreditFeatureConfigured;
    packageDefined @3 :PackageDefined;
    userRegistered @4 :UserRegistered;
    creditAccountActivated @5 :CreditAccountActivated;
    startBalanceGranted @6 :StartBalanceGranted;
    creditAccountDeactivated @7 :CreditAccountDeactivated;
    creditOrderPlaced @8 :CreditOrderPlaced;
    creditOrderStatusChanged @9 :CreditOrderStatusChanged;
    creditOrderCredited @10 :CreditOrderCredited;
    creditsAdded @11 :CreditsAdded;
    creditsAdjusted @12 :CreditsAdjusted;
    creditDebited @13 :CreditDebited;
    publicationAccepted @14 :PublicationAccepted;
    creditReserved @15 :CreditReserved;
    creditReservationReleased @16 :CreditReservationReleased;
    creditOrderReversed @17 :CreditOrderReversed;
    creditOrderInvoiced @18 :CreditOrderMarked;
    creditOrderPaid @19 :CreditOrderMarked;
  }
}

enum CreditFeature { off @0; on @1; }
enum CreditOrderMode { manual @0; automatic @1; }
enum CreditContentType { article @0; snapshot @1; event @2; }
enum CreditRepublishing { free @0; charged @1; }
enum CreditOrderStatus { placed @0; credited @1; cancelled @2; }
enum CreditAdjustmentCause { manual @0; orderReversed @1; publicationRefunded @2; }
enum CreditOverdraft { none @0; forced @1; }
enum CreditPublicationCharge { charged @0; uncharged @1; }
enum CreditDebitSource { balance @0; reservation @1; }
enum CreditReleaseCause { cancelled @0; expired @1; uncharged @2; }

struct CreditAutoAccount {
  userType @0 :Text;
  startBalance @1 :UInt32;
}

struct CreditFeatureConfigured {   # all settings as they are from now on
  rev @0 :UInt64;                  # from 1
  feature @1 :CreditFeature;
  orderMode @2 :CreditOrderMode;
  autoAccounts @3 :List(CreditAutoAccount);  # types of users whose account begins with them, by name
  paymentNote @4 :Text;            # reference to a text; empty: none
  alertAddress @5 :Text;           # reference to an address; empty: none
  chargeableContent @6 :List(CreditContentType);  # rising
  republishing @7 :CreditRepublishing;
}

struct PackageDefined {
  package @0 :Text;
  rev @1 :UInt64;                  # of this package, from 1
  name @2 :Text;
  points @3 :UInt32;
  price @4 :Int64;                 # minor units for the package
  currency @5 :Text;
}

struct PackageRetired { package @0 :Text; }

struct UserRegistered {
  user @0 :Text;
  userType @1 :Text;
}

struct CreditAccountActivated { user @0 :Text; }

struct StartBalanceGranted {       # at most once a user
  user @0 :Text;
  points @1 :UInt32;
}

struct CreditAccountDeactivated {  # the balance stays
  user @0 :Text;
  reason @1 :Text;
}

struct CreditOrderPlaced {         # what the package was then; its later changes do not touch the order
  order @0 :Text;
  user @1 :Text;
  package @2 :Text;
  packageRev @3 :UInt64;
  packageName @4 :Text;
  points @5 :UInt32;
  price @6 :Int64;
  currency @7 :Text;
  mode @8 :CreditOrderMode;
}

struct CreditOrderStatusChanged {  # by hand
  order @0 :Text;
  status @1 :CreditOrderStatus;
}

struct CreditOrderCredited {       # at most once an order
  order @0 :Text;
  user @1 :Text;
  points @2 :UInt32;
  price @3 :Int64;
  currency @4 :Text;
}

struct CreditsAdded {
  user @0 :Text;
  points @1 :UInt32;
  order @2 :Text;
}

struct CreditsAdjusted {
  user @0 :Text;
  points @1 :Int64;                # positive or negative
  cause @2 :CreditAdjustmentCause;
  reason @3 :Text;
  overdraft @4 :CreditOverdraft;   # forced: less is left than nothing, and that was wanted
  order @5 :Text;                  # with orderReversed
  content @6 :Text;                # with publicationRefunded
  debit @7 :UInt64;                # with publicationRefunded: position of the debit
}

struct CreditDebited {
  user @0 :Text;
  points @1 :UInt32;
  content @2 :Text;
  source @3 :CreditDebitSource;
}

struct PublicationAccepted {
  content @0 :Text;
  contentType @1 :CreditContentType;
  user @2 :Text;
  charge @3 :CreditPublicationCharge;
}

struct DraftSaved {
  content @0 :Text;
  user @1 :Text;
}

struct CreditReserved {
  content @0 :Text;
  contentType @1 :CreditContentType;
  user @2 :Text;
  points @3 :UInt32;               # 0: the publication will cost nothing
  at @4 :Int64 $instant;                    # when it will be published
  expiresAt @5 :Int64 $instant;             # from this instant on the reservation is over
}

struct CreditReservationReleased {
  content @0 :Text;
  user @1 :Text;
  points @2 :UInt32;
  cause @3 :CreditReleaseCause;
}

struct CreditOrderReversed {
  order @0 :Text;
  user @1 :Text;
  points @2 :UInt32;
  price @3 :Int64;
  currency @4 :Text;
  reason @5 :Text;
}

struct CreditOrderMarked {
  order @0 :Text;
  ref @1 :Text;
  price @2 :Int64;
  currency @3 :Text;
}
