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

struct MenuBalance $doc("QC1: balance in the user menu") { user @0 :Text; }
struct CreditOverview $doc("QC2: balance, last orders, last transactions") { user @0 :Text; }
struct OrderList $doc("QC3: all orders of a user, newest first") { next @0 :Text; }
struct TransactionList $doc("QC3: all transactions of a user, newest first, with running balance") { next @0 :Text; }
struct PackageList $doc("QC4: packages in force") { next @0 :Text; }
struct ConversionCard $doc("QC5: whether to ask the user to top up") { user @0 :Text; }
struct CanPublish $doc("QC6: may the user publish, and if not why") { user @0 :Text; }
struct OrderAdministration $doc("QC7: orders of all users") { next @0 :Text; }
struct OrderDetail $doc("QC8: one order with its history") { order @0 :Text; }
struct AccountAdministration $doc("QC9: all accounts") { next @0 :Text; }
struct UninvoicedOrders $doc("QC10: credited and not invoiced, oldest first") { next @0 :Text; }
