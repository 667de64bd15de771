#include "engine/rules/credits/limits.h"
#include "engine/rules/credits/lookup.h"
#include "events/core/assert.h"

namespace kontor::rules::credits {
namespace {

namespace ev = kontor::credits;

struct At {
  Position position = 0;
  Instant effective_at;
};

/// The row of an id, a new one when the id is new.
template <class T, class Id>
Row row_for(Interner& ids, Table<T>& rows, const Id& id) {
  const Row row = ids.intern(id.value);
  if (row == rows.size()) rows.append(T{});
  return row;
}
template <class Id>
Row row_of(const Interner& ids, const Id& id) {
  const Row row = ids.find(id.value);
  KONTOR_ASSERT(row != kNone);
  return row;
}

Account& account_of(State& state, const PersonId& user) {
  return state.accounts.edit(row_of(state.user_ids, user));
}
Order& order_of(State& state, const OrderId& order) {
  return state.orders.edit(row_of(state.order_ids, order));
}

ContentApart& apart_of(State& state, Row content) {
  if (state.contents[content].apart == kNone)
    state.contents.edit(content).apart = state.contents_apart.append({});
  return state.contents_apart.edit(state.contents[content].apart);
}
/// Where the row itself does not tell it.
void keep_first(State& state, Row content, const FirstPublication& first) {
  if (first_publication(state, state.contents[content]) == first) return;
  ContentApart& apart = apart_of(state, content);
  apart.published_by = first.user;
  apart.published_for = first.points;
}

/// Every change of a balance goes through here.
void move(Account& account, std::int64_t points, Position position) {
  account.balance += points;
  account.balance_at = position;
  KONTOR_ASSERT(-kBalanceMax <= account.balance);
  KONTOR_ASSERT(account.balance <= kBalanceMax);
}

void evolve_one(State& state, const ev::CreditFeatureConfigured& event, At at) {
  KONTOR_ASSERT(event.rev == state.settings.get().now.rev + 1);
  state.settings.set({event, at.position});
}

void evolve_one(State& state, const ev::PackageDefined& event, At at) {
  Package& package = state.packages.edit(row_for(state.package_ids, state.packages, event.package));
  KONTOR_ASSERT(event.rev == package.rev + 1);
  package = {.name = state.texts.intern(event.name),
             .rev = event.rev,
             .points = event.points,
             .price = event.price,
             .currency = event.currency,
             .changed_at = at.position};
}

void evolve_one(State& state, const ev::PackageRetired& event, At at) {
  Package& package = state.packages.edit(row_of(state.package_ids, event.package));
  KONTOR_ASSERT(!package.retired);
  package.retired = true;
  package.changed_at = at.position;
}

void evolve_one(State& state, const ev::UserRegistered& event, At at) {
  Account& account = state.accounts.edit(row_for(state.user_ids, state.accounts, event.user));
  KONTOR_ASSERT(account.registered_at == 0);
  account.registered_at = at.position;
}

void evolve_one(State& state, const ev::CreditAccountActivated& event, At at) {
  Account& account = state.accounts.edit(row_for(state.user_ids, state.accounts, event.user));
  KONTOR_ASSERT(account.phase != AccountPhase::Active);
  if (account.phase == AccountPhase::None) account.activated_effective = at.effective_at;
  account.phase = AccountPhase::Active;
  account.phase_at = at.position;
}

void evolve_one(State& state, const ev::StartBalanceGranted& event, At at) {
  Account& account = account_of(state, event.user);
  KONTOR_ASSERT(!account.start_granted);
  account.start_granted = true;
  move(account, event.points, at.position);
}

void evolve_one(State& state, const ev::CreditAccountDeactivated& event, At at) {
  Account& account = account_of(state, event.user);
  KONTOR_ASSERT(account.phase == AccountPhase::Active);
  account.phase = AccountPhase::Inactive;
  account.phase_at = at.position;
}

void evolve_one(State& state, const ev::CreditOrderPlaced& event, At at) {
  KONTOR_ASSERT(state.order_ids.find(event.order.value) == kNone);
  const Row row = row_for(state.order_ids, state.orders, event.order);
  state.orders.edit(row) = {.user = row_of(state.user_ids, event.user),
                            .points = event.points,
                            .price = event.price,
                            .currency = event.currency,
                            .mode = event.mode,
                            .placed_at = at.position,
                            .phase_at = at.position};
}

void evolve_one(State& state, const ev::CreditOrderStatusChanged& event, At at) {
  Order& order = order_of(state, event.order);
  KONTOR_ASSERT(order.phase == OrderPhase::Placed);
  // Crediting has an event of its own.
  if (event.status != ev::OrderStatus::Cancelled) return;
  order.phase = OrderPhase::Cancelled;
  order.phase_at = at.position;
}

void evolve_one(State& state, const ev::CreditOrderCredited& event, At at) {
  Order& order = order_of(state, event.order);
  KONTOR_ASSERT(order.credited_at == 0);  // INV-21
  KONTOR_ASSERT(order.phase == OrderPhase::Placed);
  order.phase = OrderPhase::Credited;
  order.phase_at = at.position;
  order.credited_at = at.position;
}

void evolve_one(State& state, const ev::CreditsAdded& event, At at) {
  const Order& order = state.orders[row_of(state.order_ids, event.order)];
  KONTOR_ASSERT(order.credited_at + 1 == at.position);
  KONTOR_ASSERT(order.points == event.points);
  move(account_of(state, event.user), event.points, at.position);
}

void evolve_one(State& state, const ev::CreditsAdjusted& event, At at) {
  Account& account = account_of(state, event.user);
  move(account, event.points, at.position);
  if (event.points < 0)
    KONTOR_ASSERT((available(account) < 0) == (event.overdraft == ev::Overdraft::Forced));  // INV-21
  if (event.cause != ev::AdjustmentCause::PublicationRefunded) return;
  const Row row = row_of(state.content_ids, event.content);
  KONTOR_ASSERT(state.contents[row].debited_at == event.debit);
  KONTOR_ASSERT(refunded_at(state, state.contents[row]) == 0);
  apart_of(state, row).refunded_at = at.position;
}

void resolve(State& state, Row row, Position position) {
  Reservation& reservation = apart_of(state, row).reservation;
  KONTOR_ASSERT(reservation.phase == ReservationPhase::Open);
  state.timers.erase({reservation.expires_at, state.texts.text(reservation.stream), row});
  reservation.phase = ReservationPhase::Resolved;
  reservation.changed_at = position;
  Account& account = state.accounts.edit(reservation.user);
  KONTOR_ASSERT(account.reserved >= reservation.points);
  account.reserved -= reservation.points;
  account.reserved_at = position;
}

void evolve_one(State& state, const ev::CreditDebited& event, At at) {
  const Row user = row_of(state.user_ids, event.user);
  const Row row = row_for(state.content_ids, state.contents, event.content);
  const bool reserved = event.source == ev::DebitSource::Reservation;
  const bool again = state.contents[row].published_at != 0;
  // A reservation keeps its price; whether a content may cost again was asked when it was made.
  KONTOR_ASSERT(reserved || !again ||
                state.settings.get().now.republishing == ev::Republishing::Charged);  // INV-21
  const Balance before = available(state.accounts[user]);
  if (reserved) resolve(state, row, at.position);
  Account& account = state.accounts.edit(user);
  move(account, -static_cast<std::int64_t>(event.points), at.position);
  // What was reserved had been set aside; anything else must be there.
  if (reserved)
    KONTOR_ASSERT(available(account) == before);
  else
    KONTOR_ASSERT(available(account) >= 0);  // INV-21
  Content& content = state.contents.edit(row);
  const FirstPublication first = first_publication(state, content);
  content.debited_at = at.position;
  content.user = user;
  content.points = event.points;
  if (refunded_at(state, content) != 0) apart_of(state, row).refunded_at = 0;
  keep_first(state, row, first);
}

void evolve_one(State& state, const ev::PublicationAccepted& event, At at) {
  const Row row = row_for(state.content_ids, state.contents, event.content);
  if (state.contents[row].published_at != 0) return;
  const Row user = row_for(state.user_ids, state.accounts, event.user);
  Content& content = state.contents.edit(row);
  content.published_at = at.position;
  if (content.debited_at == 0) content.user = user;
  // What is charged is debited by the event before.
  keep_first(state, row, {user, event.charge == ev::Charge::Charged ? content.points : 0});
}

void evolve_one(State&, const ev::DraftSaved&, At) {}  // costs nothing, decides nothing

void evolve_one(State& state, const ev::CreditReserved& event, At at) {
  const Row user = row_for(state.user_ids, state.accounts, event.user);
  const Row row = row_for(state.content_ids, state.contents, event.content);
  Reservation& reservation = apart_of(state, row).reservation;
  KONTOR_ASSERT(reservation.phase != ReservationPhase::Open);
  reservation = {.phase = ReservationPhase::Open,
                 .user = user,
                 .stream = state.texts.intern("content/" + event.content.value),
                 .type = event.type,
                 .points = event.points,
                 .expires_at = event.expires_at,
                 .changed_at = at.position};
  state.timers.insert({event.expires_at, state.texts.text(reservation.stream), row});
  Account& account = state.accounts.edit(user);
  account.reserved += event.points;
  account.reserved_at = at.position;
  KONTOR_ASSERT(event.points == 0 || available(account) >= 0);  // INV-21
}

void evolve_one(State& state, const ev::CreditReservationReleased& event, At at) {
  resolve(state, row_of(state.content_ids, event.content), at.position);
}

void evolve_one(State& state, const ev::CreditOrderReversed& event, At at) {
  Order& order = order_of(state, event.order);
  KONTOR_ASSERT(order.phase == OrderPhase::Credited);
  order.phase = OrderPhase::Reversed;
  order.phase_at = at.position;
}

void evolve_one(State& state, const ev::CreditOrderInvoiced& event, At at) {
  Order& order = order_of(state, event.order);
  KONTOR_ASSERT(order.billing == BillingPhase::NotInvoiced);
  order.billing = BillingPhase::Invoiced;
  order.billing_at = at.position;
}

void evolve_one(State& state, const ev::CreditOrderPaid& event, At at) {
  Order& order = order_of(state, event.order);
  KONTOR_ASSERT(order.billing == BillingPhase::Invoiced);
  order.billing = BillingPhase::Paid;
  order.billing_at = at.position;
}

}  // namespace

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  const At at{envelope.position, envelope.effective_at};
  std::visit([&](const auto& one) { evolve_one(state, one, at); }, event);
}

}  // namespace kontor::rules::credits
