#include "tests/model/credits.h"

#include <algorithm>

namespace kontor::model {
namespace {

struct Taking {
  Credits& c;
  Position position;
  Instant at;
  Instant recorded_at;

  User& user(const PersonId& id) const {
    for (User& each : c.users)
      if (each.id == id) return each;
    c.users.push_back({.id = id, .type = {}, .since = {}, .last_at = {}});
    return c.users.back();
  }
  void close(const ContentId& content) const {
    for (Reservation& each : c.reservations)
      if (each.made.content == content) each.open = false;
  }
  void move(const PersonId& who, std::int64_t points, const credits::Event& event) const {
    c.movements.push_back({who, points, position, at, recorded_at, event});
  }

  void operator()(const credits::CreditFeatureConfigured& e) const {
    c.settings = e;
    if (e.republishing == credits::Republishing::Charged) c.republishing_was_charged = true;
  }
  void operator()(const credits::PackageDefined& e) const {
    if (Package* known = c.package(e.package))
      *known = {e, false};
    else
      c.packages.push_back({e, false});
  }
  void operator()(const credits::PackageRetired& e) const { c.package(e.package)->retired = true; }
  void operator()(const credits::UserRegistered& e) const {
    user(e.user).registered = true;
    user(e.user).type = e.user_type;
  }
  void operator()(const credits::CreditAccountActivated& e) const {
    if (user(e.user).account == Account::None) user(e.user).since = at;
    user(e.user).account = Account::Active;
  }
  void operator()(const credits::CreditAccountDeactivated& e) const {
    user(e.user).account = Account::Inactive;
  }
  void operator()(const credits::StartBalanceGranted& e) const { move(e.user, e.points, e); }
  void operator()(const credits::CreditsAdded& e) const { move(e.user, e.points, e); }
  void operator()(const credits::CreditsAdjusted& e) const { move(e.user, e.points, e); }
  void operator()(const credits::CreditDebited& e) const {
    move(e.user, -std::int64_t{e.points}, e);
    if (e.source == credits::DebitSource::Reservation) close(e.content);
  }
  void operator()(const credits::CreditOrderPlaced& e) const {
    c.orders.push_back({.placed = e,
                        .position = position,
                        .at = at,
                        .credited_at = {},
                        .invoice_ref = {},
                        .payment_ref = {}});
  }
  void operator()(const credits::CreditOrderStatusChanged& e) const {
    // Crediting has an event of its own.
    if (e.status != credits::OrderStatus::Credited) c.order(e.order)->status = e.status;
  }
  void operator()(const credits::CreditOrderCredited& e) const {
    c.order(e.order)->status = credits::OrderStatus::Credited;
    c.order(e.order)->credited_at = at;
    c.order(e.order)->credited = position;
  }
  void operator()(const credits::CreditOrderReversed& e) const { c.order(e.order)->reversed = true; }
  void operator()(const credits::CreditOrderInvoiced& e) const {
    c.order(e.order)->invoice = Invoice::Sent;
    c.order(e.order)->invoice_ref = e.ref;
  }
  void operator()(const credits::CreditOrderPaid& e) const {
    c.order(e.order)->invoice = Invoice::Paid;
    c.order(e.order)->payment_ref = e.ref;
  }
  void operator()(const credits::PublicationAccepted& e) const {
    c.publications.push_back({e, position, at});
    close(e.content);
  }
  void operator()(const credits::CreditReserved& e) const {
    (void)user(e.user);
    c.reservations.push_back({e, true});
  }
  void operator()(const credits::CreditReservationReleased& e) const { close(e.content); }
  void operator()(const credits::DraftSaved&) const {}
};

/// Whose account something happened to, without a movement of points.
struct Touching {
  Credits& c;

  PersonId operator()(const credits::CreditReserved& e) const { return e.user; }
  PersonId operator()(const credits::CreditReservationReleased& e) const { return e.user; }
  PersonId operator()(const credits::CreditOrderPlaced& e) const { return e.user; }
  PersonId operator()(const credits::CreditOrderCredited& e) const { return e.user; }
  PersonId operator()(const credits::CreditOrderStatusChanged& e) const {
    if (e.status == credits::OrderStatus::Credited) return {};  // that has an event of its own
    return c.order(e.order)->placed.user;
  }
  PersonId operator()(const auto&) const { return {}; }
};

}  // namespace

void Credits::take(const credits::Event& event, Position position, Instant at, Instant recorded_at) {
  std::visit(Taking{*this, position, at, recorded_at}, event);
  const PersonId touched = std::visit(Touching{*this}, event);
  for (User& each : users) {
    if (touched != each.id && credits::stream_of(event) != "account/" + each.id.value) continue;
    if (at < each.last_at) continue;
    each.last = position;
    each.last_at = at;
  }
}

Package* Credits::package(const PackageId& id) {
  for (Package& each : packages)
    if (each.now.package == id) return &each;
  return nullptr;
}
CreditOrder* Credits::order(const OrderId& id) {
  for (CreditOrder& each : orders)
    if (each.placed.order == id) return &each;
  return nullptr;
}
const User* Credits::user(const PersonId& id) const {
  for (const User& each : users)
    if (each.id == id) return &each;
  return nullptr;
}
bool Credits::active(const PersonId& id) const {
  const User* found = user(id);
  return found != nullptr && found->account == Account::Active;
}
std::int64_t Credits::balance(const PersonId& id) const {
  std::int64_t sum = 0;
  for (const Movement& each : movements)
    if (each.user == id) sum += each.points;
  return sum;
}
std::int64_t Credits::reserved(const PersonId& id) const {
  std::int64_t sum = 0;
  for (const Reservation& each : reservations)
    if (each.open && each.made.user == id) sum += each.made.points;
  return sum;
}
const Reservation* Credits::scheduled(const ContentId& id) const {
  for (const Reservation& each : reservations)
    if (each.open && each.made.content == id) return &each;
  return nullptr;
}
bool Credits::published(const ContentId& id) const {
  return std::any_of(publications.begin(), publications.end(),
                     [&](const Publication& each) { return each.accepted.content == id; });
}
bool Credits::chargeable(credits::ContentType type) const {
  return std::find(settings.chargeable.begin(), settings.chargeable.end(), type) != settings.chargeable.end();
}

}  // namespace kontor::model
