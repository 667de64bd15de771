@0xa95fe7323ea9a9e5;
# What has to happen outside, asked for once, and what the outside said about it (docs/subscriptions.md). The
# position of a request names it. Rebuilding a view or replaying a log never asks again.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

struct EffectsEvent {
  union {
    tagGrantRequested @0 :TagRequested;
    tagRevokeRequested @1 :TagRequested;
    notificationRequested @2 :NotificationRequested;
    accountRegistrationRequested @3 :AccountRegistrationRequested;
    alertRequested @4 :AlertRequested;
    orderMailRequested @5 :OrderMailRequested;
    tagGrantConfirmed @6 :TagAnswered;
    tagRevokeConfirmed @7 :TagAnswered;
    tagChangeFailed @8 :TagChangeFailed;
    effectConfirmed @9 :EffectAnswered;
    effectFailed @10 :EffectFailed;
  }
}

struct TagRequested {
  person @0 :Text;
  tag @1 :Text;
}

enum NotificationKind { enrolled @0; reinvited @1; }

struct NotificationRequested {
  kind @0 :NotificationKind;
  person @1 :Text;
  group @2 :Text;
  number @3 :UInt32;       # mails to this person about this group so far, this one included
  templateRev @4 :UInt64;  # revision of the mail's text; 0: the built-in one
}

struct AccountRegistrationRequested { person @0 :Text; }

enum AlertKind { creditOrder @0; bookingPeriodPending @1; priceTierMissing @2; }

struct AlertRequested {
  kind @0 :AlertKind;
  subject @1 :Text;        # the stream it is about: "credit-order/o-1"; the alert belongs to that stream
  address @2 :Text;        # reference to the configured address; empty: none is configured
}

struct OrderMailRequested {
  order @0 :Text;
  user @1 :Text;
  paymentNote @2 :Text;    # reference to the configured text; empty: none
}

struct TagAnswered {
  person @0 :Text;
  tag @1 :Text;
  request @2 :UInt64;      # position of the request
}

enum TagChange { grant @0; revoke @1; }

struct TagChangeFailed {
  person @0 :Text;
  tag @1 :Text;
  change @2 :TagChange;
  request @3 :UInt64;
  error @4 :Text;
}

struct EffectAnswered {
  request @0 :UInt64;
  subject @1 :Text;        # stream of the request, to which this belongs as well
}

struct EffectFailed {
  request @0 :UInt64;
  subject @1 :Text;
  error @2 :Text;
}
