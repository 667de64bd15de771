#include "replay/verifier/credits.h"

#include <fmt/format.h>

namespace kontor::verifier {

namespace ev = credits;

Objection CreditBook::move(const PersonId& user, Change by) {
  Account& account = accounts_[user.value];
  std::int64_t available = 0;
  if (__builtin_add_overflow(account.balance, by.balance, &account.balance) ||
      __builtin_add_overflow(account.reserved, by.reserved, &account.reserved) ||
      __builtin_sub_overflow(account.balance, account.reserved, &available))
    return "the balance of " + user.value + " does not fit 64 bits";
  return std::nullopt;
}

CreditBook::Order* CreditBook::order_in(const OrderId& id, Phase phase) {
  const auto found = orders_.find(id.value);
  return found == orders_.end() || found->second.phase != phase ? nullptr : &found->second;
}

Objection CreditBook::operator()(const ev::CreditAccountActivated& e) {
  accounts_[e.user.value];
  return std::nullopt;
}
Objection CreditBook::operator()(const ev::StartBalanceGranted& e) {
  if (!started_.insert(e.user.value).second) return e.user.value + " gets a start balance a second time";
  return move(e.user, {.balance = e.points});
}
Objection CreditBook::operator()(const ev::CreditsAdjusted& e) { return move(e.user, {.balance = e.points}); }

Objection CreditBook::operator()(const ev::CreditOrderPlaced& e) {
  const Order order{.user = e.user, .points = e.points, .price = e.price, .currency = e.currency};
  if (!orders_.emplace(e.order.value, order).second)
    return "order " + e.order.value + " is placed a second time";
  return std::nullopt;
}

Objection CreditBook::operator()(const ev::CreditOrderStatusChanged& e) {
  if (e.status != ev::OrderStatus::Cancelled) return std::nullopt;
  Order* order = order_in(e.order, Phase::Placed);
  if (order == nullptr) return "order " + e.order.value + " is cancelled, but does not wait";
  order->phase = Phase::Cancelled;
  return std::nullopt;
}

Objection CreditBook::operator()(const ev::CreditOrderCredited& e) {
  Order* order = order_in(e.order, Phase::Placed);
  if (order == nullptr || order->user != e.user || order->points != e.points || order->price != e.price ||
      order->currency != e.currency)
    return "order " + e.order.value + " is credited otherwise than it was placed";
  order->phase = Phase::Credited;
  return std::nullopt;
}

Objection CreditBook::operator()(const ev::CreditsAdded& e) {
  Order* order = order_in(e.order, Phase::Credited);
  if (order == nullptr || order->added || order->user != e.user || order->points != e.points)
    return fmt::format("{} points are added for order {}, which is not one of them", e.points, e.order.value);
  order->added = true;
  return move(e.user, {.balance = e.points});
}

Objection CreditBook::operator()(const ev::CreditOrderReversed& e) {
  Order* order = order_in(e.order, Phase::Credited);
  if (order == nullptr || order->user != e.user || order->points != e.points || order->price != e.price ||
      order->currency != e.currency)
    return "order " + e.order.value + " is reversed otherwise than it was credited";
  order->phase = Phase::Reversed;
  return std::nullopt;
}

Objection CreditBook::operator()(const ev::CreditReserved& e) {
  if (!reservations_.emplace(e.content.value, Reservation{e.user, e.points}).second)
    return "content " + e.content.value + " is reserved for a second time";
  return move(e.user, {.reserved = e.points});
}

Objection CreditBook::operator()(const ev::CreditReservationReleased& e) {
  return release(e.content, e.user, e.points);
}

Objection CreditBook::release(const ContentId& content, const PersonId& user, ev::Points points) {
  const auto found = reservations_.find(content.value);
  if (found == reservations_.end() || found->second.user != user || found->second.points != points)
    return fmt::format("{} points are not reserved for content {}", points, content.value);
  reservations_.erase(found);
  return move(user, {.reserved = -static_cast<std::int64_t>(points)});
}

Objection CreditBook::operator()(const ev::CreditDebited& e) {
  if (e.source == ev::DebitSource::Reservation)
    if (const Objection objection = release(e.content, e.user, e.points)) return objection;
  return move(e.user, {.balance = -static_cast<std::int64_t>(e.points)});
}

}  // namespace kontor::verifier
