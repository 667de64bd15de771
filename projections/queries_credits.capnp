@0xfb070d50f530337c;
# Questions about the credit system (DOMAIN 4.5), and their answers. Fields are only added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
$Cxx.namespace("kontor::wire");

struct UserQuestion { user @0 :Text; }
struct UserPageQuestion {
  user @0 :Text;
  after @1 :Text $optional $doc("cursor: the `next` of the page before");
  limit @2 :UInt32 $optional $doc("rows on a page, 1 to 10000; 1000 when left out");
}
struct PackagesQuestion {
  all @0 :Bool $optional $doc("retired ones as well");
}
enum PublishedKind { unset @0; article @1; snapshot @2; event @3; }
struct PublishQuestion {
  user @0 :Text;
  contentType @1 :PublishedKind;
}
enum OrderStateFilter { any @0; placed @1; credited @2; cancelled @3; reversed @4; }
enum BillingStateFilter { any @0; notInvoiced @1; invoiced @2; paid @3; }
struct OrderFilterQuestion {
  state @0 :OrderStateFilter $optional;
  billing @1 :BillingStateFilter $optional;
  user @2 :Text $optional;
  package @3 :Text $optional;
  after @4 :Text $optional;
  limit @5 :UInt32 $optional;
}
struct OrderQuestion { order @0 :Text; }
struct AccountsQuestion {
  after @0 :Text $optional;
  limit @1 :UInt32 $optional;
}
struct UninvoicedQuestion {
  cutoff @0 :Int64 $instant $optional $doc("credited before this time; now when left out");
  after @1 :Text $optional;
  limit @2 :UInt32 $optional;
}

enum CreditAccountState { none @0; active @1; inactive @2; }
enum CreditOrderState { placed @0; credited @1; cancelled @2; reversed @3; }
enum CreditBillingState { notInvoiced @0; invoiced @1; paid @2; }
enum CreditModeOfOrder { manual @0; automatic @1; }
enum CreditTransactionKind { startBalance @0; order @1; publication @2; manual @3; orderReversed @4; publicationRefunded @5; }

# Rows of the views, as answers show them.

struct CreditAccount {
  user @0 :Text;
  userType @1 :Text;                   # empty: never registered
  state @2 :CreditAccountState;
  balance @3 :Int64;                   # below 0 only after a forced transaction
  reserved @4 :UInt64;                 # set aside for scheduled publications
  pendingOrders @5 :UInt64;            # placed, neither credited nor cancelled
  orders @6 :UInt64;
  transactions @7 :UInt64;
  lastActivity @8 :Int64 $instant;     # when the latest event of the account was true
  lastActivityPosition @9 :UInt64;
}

struct CreditTransaction {
  position @0 :UInt64;
  at @1 :Int64 $instant;               # when it is true
  recordedAt @2 :Int64 $instant;
  kind @3 :CreditTransactionKind;
  points @4 :Int64;                    # positive: added
  balance @5 :Int64;                   # after it, in the order of the log
  order @6 :Text;                      # empty unless an order caused it
  content @7 :Text;                    # empty unless a publication caused it
  reason @8 :Text;                     # of what was done by hand
  forced @9 :Bool;                     # less is available than nothing, and that was wanted
}

struct CreditOrder {
  order @0 :Text;
  user @1 :Text;
  package @2 :Text;
  packageName @3 :Text;                # this and the next four: as the package was when the order was placed
  packageRev @4 :UInt64;
  points @5 :UInt32;
  price @6 :Int64;                     # minor units
  currency @7 :Text;
  mode @8 :CreditModeOfOrder;
  state @9 :CreditOrderState;
  billing @10 :CreditBillingState;
  placedAt @11 :Int64 $instant;
  placedPosition @12 :UInt64;
  creditedAt @13 :Int64 $instant;      # none: not credited
  creditedPosition @14 :UInt64;
  invoiceRef @15 :Text;
  paymentRef @16 :Text;
  ageSeconds @17 :UInt64;              # since it was placed; about the head, by the server's clock
}

struct CreditOrderStep {
  position @0 :UInt64;
  at @1 :Int64 $instant;
  event @2 :Text;                      # name of its kind: CreditOrderPlaced
  actorRole @3 :Text;
  actor @4 :Text;                      # the platform's id of the person or machine
  detail @5 :Text;                     # reason, reference of invoice or payment, or what failed
}

struct CreditPackage {
  package @0 :Text;
  rev @1 :UInt64;
  name @2 :Text;
  points @3 :UInt32;
  price @4 :Int64;                     # minor units for the package
  currency @5 :Text;
  retired @6 :Bool;
}

struct CreditSettings {
  inPlan @0 :Bool;
  on @1 :Bool;
  articleFree @2 :Bool;                # kinds that cost nothing
  snapshotFree @3 :Bool;
  eventFree @4 :Bool;
}

# Answers.

struct MenuBalance $doc("QC1: balance in the user menu") {
  user @0 :Text;
  account @1 :CreditAccountState;
  balance @2 :Int64;
  reserved @3 :UInt64;
  available @4 :Int64;                 # what may be spent: balance less reserved
  link @5 :Text;                       # where the word leads: account-settings
}

struct CreditOverview $doc("QC2: balance, last orders, last transactions") {
  account @0 :CreditAccount;
  available @1 :Int64;
  lastOrders @2 :List(CreditOrder);    # at most 3, newest first, whatever came of them
  lastTransactions @3 :List(CreditTransaction);  # at most 3, newest first
}

struct OrderList $doc("QC3: all orders of a user, newest first") {
  orders @0 :List(CreditOrder);
  next @1 :Text;                       # cursor of the next page; empty on the last
}

struct TransactionList $doc("QC3: all transactions of a user, newest first, with running balance") {
  transactions @0 :List(CreditTransaction);
  next @1 :Text;
}

struct PackageList $doc("QC4: packages in force, by id") { packages @0 :List(CreditPackage); }

struct ConversionCard $doc("QC5: whether to ask the user to top up") {
  user @0 :Text;
  show @1 :Bool;                       # account active and nothing on it
  pendingOrder @2 :Bool;               # an order waits to be credited
  balance @3 :Int64;
  link @4 :Text;                       # where the button leads: account-settings
}

struct CanPublish $doc("QC6: may the user publish, and if not why") {
  user @0 :Text;
  allowed @1 :Bool;
  cost @2 :UInt32;                     # points
  available @3 :Int64;
  reason @4 :Text;                     # name of the reason why not: INSUFFICIENT_CREDIT; empty when allowed
  draftAllowed @5 :Bool;
  link @6 :Text;                       # where to top up; empty when that would not help
}

struct OrderAdministration $doc("QC7: orders of all users, newest first") {
  orders @0 :List(CreditOrder);
  next @1 :Text;
}

struct OrderDetail $doc("QC8: one order with its history") {
  order @0 :CreditOrder;
  history @1 :List(CreditOrderStep);   # in the order of the log, with the mails asked for
}

struct AccountAdministration $doc("QC9: all accounts that are or were active, by user") {
  accounts @0 :List(CreditAccount);
  next @1 :Text;
}

struct UninvoicedOrders $doc("QC10: credited and not invoiced, oldest first") {
  orders @0 :List(CreditOrder);
  next @1 :Text;
}
