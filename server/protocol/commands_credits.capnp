@0xef75b1b365667ee4;
# Commands of the credit system (DOMAIN 4.3). Field names are also those of the JSON form. Fields are only
# added.

using Cxx = import "/capnp/c++.capnp";
using import "/events/annotations.capnp".instant;
using import "/events/annotations.capnp".optional;
using import "/events/annotations.capnp".doc;
using import "commands_common.capnp".Switch;
$Cxx.namespace("kontor::wire");

enum OrderMode { unset @0; automatic @1; manual @2; }
enum ContentType { unset @0; article @1; snapshot @2; event @3; }

struct AutoAccount {
  userType @0 :Text;
  account @1 :Switch $doc("whether a user of this type gets an account at registration");
  startBalance @2 :UInt32;
}

struct ConfigureCredits $doc("changes settings of the credit system; what is left out stays") {
  creditFeature @0 :Switch $optional;
  orderMode @1 :OrderMode $optional;
  autoAccounts @2 :List(AutoAccount) $optional $doc("by user type; types not named stay as they are");
  paymentNote @3 :Text $optional $doc("reference to the text in the order mail");
  alertAddress @4 :Text $optional $doc("reference to the address alerts go to");
  chargeableContent @5 :List(ContentType) $optional $doc("kinds that cost a point; all three when never set");
  chargeOnRepublish @6 :Switch $optional;
}

struct DefinePackage $doc("offers a package of points, or changes one") {
  package @0 :Text;
  name @1 :Text;
  points @2 :UInt32;
  price @3 :Int64 $doc("minor units for the package");
  currency @4 :Text $optional $doc("ISO 4217; EUR when left out");
}

struct RetirePackage $doc("a package is not sold any more") {
  package @0 :Text;
}

struct RegisterUser $doc("a user of the portal; the type decides whether an account begins with it") {
  user @0 :Text;
  userType @1 :Text;
}

struct ActivateCreditAccount $doc("from now on the user publishes with points") {
  user @0 :Text;
}

struct DeactivateCreditAccount $doc("the user leaves the scheme; the balance is kept") {
  user @0 :Text;
  reason @1 :Text;
}

struct PlaceCreditOrder $doc("orders a package of points") {
  order @0 :Text;
  user @1 :Text;
  package @2 :Text;
}

enum OrderStatus { unset @0; credited @1; cancelled @2; }

struct SetOrderStatus $doc("credits an order, or cancels it") {
  order @0 :Text;
  status @1 :OrderStatus;
}

struct PostManualTransaction $doc("adds points to an account, or takes some away") {
  user @0 :Text;
  points @1 :Int64 $doc("positive or negative, not 0");
  reason @2 :Text;
  force @3 :Switch $optional $doc("on: the balance may go below 0");
}

struct Publish $doc("a publication: one point of the user, once per content for life") {
  contentId @0 :Text;
  contentType @1 :ContentType;
  user @2 :Text;
}

struct SaveDraft $doc("a draft costs nothing and is never refused for want of credit") {
  contentId @0 :Text;
  user @1 :Text;
}

struct SchedulePublication $doc("reserves a point for a publication to come") {
  contentId @0 :Text;
  contentType @1 :ContentType;
  user @2 :Text;
  at @3 :Int64 $instant $doc("when it will be published");
  expiresAt @4 :Int64 $instant $optional $doc("when the reservation ends; a day after `at` when left out");
}

struct ConfirmPublication $doc("the scheduled publication has taken place") {
  contentId @0 :Text;
}

struct CancelScheduled $doc("the scheduled publication will not take place") {
  contentId @0 :Text;
}

struct ReverseCreditOrder $doc("takes a credited order back") {
  order @0 :Text;
  reason @1 :Text;
  force @2 :Switch $optional $doc("on: the balance may go below 0");
}

struct RefundPublication $doc("gives the point of a publication back, once") {
  contentId @0 :Text;
  reason @1 :Text;
}

struct MarkOrderInvoiced $doc("the order has been invoiced") {
  order @0 :Text;
  ref @1 :Text;
}

struct MarkOrderPaid $doc("the invoice of the order has been paid") {
  order @0 :Text;
  ref @1 :Text;
}
