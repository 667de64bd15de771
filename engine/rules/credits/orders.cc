// PlaceCreditOrder, SetOrderStatus, ReverseCreditOrder, MarkOrderInvoiced, MarkOrderPaid (DOMAIN 4.3 C6, C7,
// C13, C15).
#include <fmt/format.h>

#include "engine/rules/credits/limits.h"
#include "engine/rules/credits/lookup.h"
#include "events/effects.h"

namespace kontor::rules::credits {
namespace {

namespace ev = kontor::credits;

std::string_view phase_name(OrderPhase phase) {
  switch (phase) {
    case OrderPhase::Placed: return "placed";
    case OrderPhase::Credited: return "credited";
    case OrderPhase::Cancelled: return "cancelled";
    case OrderPhase::Reversed: return "reversed";
  }
  return "";
}
std::string_view billing_name(BillingPhase phase) {
  switch (phase) {
    case BillingPhase::NotInvoiced: return "notInvoiced";
    case BillingPhase::Invoiced: return "invoiced";
    case BillingPhase::Paid: return "paid";
  }
  return "";
}

tl::unexpected<Refusal> wrong_transition(const OrderId& id, const Order& order, std::string_view wanted) {
  return refuse(Reason::InvalidStatusTransition,
                fmt::format("order {} is {} and {}: it cannot become {}", id.value, phase_name(order.phase),
                            billing_name(order.billing), wanted),
                {fact("order", id.value), fact("status", phase_name(order.phase)),
                 fact("billing", billing_name(order.billing)), fact("wanted", wanted)},
                positions({order.phase_at, order.billing_at}));
}

void credit(const OrderId& id, const PersonId& user, Points points, MinorUnits price,
            const Currency& currency, Events& events) {
  events.emplace_back(ev::Event(ev::CreditOrderCredited{id, user, points, price, currency}));
  events.emplace_back(ev::Event(ev::CreditsAdded{user, points, id}));
}

PersonId user_of(const State& state, const Order& order) { return PersonId(state.user_ids.text(order.user)); }

}  // namespace

Decision<Event> decide_one(const Asked& asked, const PlaceCreditOrder& command) {
  if (auto refused = refused_to_user(asked, command.user)) return tl::unexpected(*std::move(refused));
  if (const Order* order = find_order(asked.state, command.order))
    return refuse(Reason::AlreadyExists, fmt::format("credit order {} exists already", command.order.value),
                  {fact("order", command.order.value)}, {order->placed_at});
  const Account* account = find_account(asked.state, command.user);
  if (!is_active(account)) return no_account(command.user, account);
  const Package* package = find_package(asked.state, command.package);
  if (package == nullptr)
    return refuse(Reason::PackageUnknown, fmt::format("there is no package {}", command.package.value),
                  {fact("package", command.package.value)});
  if (package->retired)
    return refuse(Reason::PackageRetired,
                  fmt::format("package {} is not sold any more", command.package.value),
                  {fact("package", command.package.value)}, {package->changed_at});
  const ev::CreditFeatureConfigured& settings = asked.state.settings.get().now;
  if (settings.order_mode == OrderMode::Automatic)
    if (auto refused = out_of_range(*account, package->points)) return tl::unexpected(*std::move(refused));
  const std::string stream = ev::order_stream(command.order);
  Events events{
      ev::Event(ev::CreditOrderPlaced{.order = command.order,
                                      .user = command.user,
                                      .package = command.package,
                                      .package_rev = package->rev,
                                      .package_name = std::string(asked.state.texts.text(package->name)),
                                      .points = package->points,
                                      .price = package->price,
                                      .currency = package->currency,
                                      .mode = settings.order_mode})};
  namespace effects = kontor::effects;
  events.emplace_back(effects::Event(
      effects::AlertRequested{effects::AlertKind::CreditOrder, stream, settings.alert_address}));
  events.emplace_back(
      effects::Event(effects::OrderMailRequested{command.order, command.user, settings.payment_note}));
  if (settings.order_mode == OrderMode::Automatic)
    credit(command.order, command.user, package->points, package->price, package->currency, events);
  return events;
}

Decision<Event> decide_one(const Asked& asked, const SetOrderStatus& command) {
  if (auto refused = refused_to(asked, {Role::CreditManager})) return tl::unexpected(*std::move(refused));
  const Order* order = find_order(asked.state, command.order);
  if (order == nullptr) return no_order(command.order);
  const bool to_credited = command.status == NewOrderStatus::Credited;
  if (to_credited && order->credited_at != 0)
    return refuse(Reason::OrderAlreadyCredited,
                  fmt::format("the points of order {} have been credited", command.order.value),
                  {fact("order", command.order.value), fact("points", order->points)}, {order->credited_at});
  if (order->phase == OrderPhase::Cancelled)
    return refuse(Reason::OrderCancelled, fmt::format("order {} has been cancelled", command.order.value),
                  {fact("order", command.order.value)}, {order->phase_at});
  // Credited points are taken back by ReverseCreditOrder alone.
  if (order->phase != OrderPhase::Placed)
    return wrong_transition(command.order, *order, to_credited ? "credited" : "cancelled");
  if (!to_credited)
    return Events{ev::Event(ev::CreditOrderStatusChanged{command.order, ev::OrderStatus::Cancelled})};
  if (auto refused = out_of_range(asked.state.accounts[order->user], order->points))
    return tl::unexpected(*std::move(refused));
  Events events{ev::Event(ev::CreditOrderStatusChanged{command.order, ev::OrderStatus::Credited})};
  credit(command.order, user_of(asked.state, *order), order->points, order->price, order->currency, events);
  return events;
}

Decision<Event> decide_one(const Asked& asked, const ReverseCreditOrder& command) {
  if (auto refused = refused_to(asked, {Role::CreditManager})) return tl::unexpected(*std::move(refused));
  if (command.reason.empty()) return reason_required();
  const Order* order = find_order(asked.state, command.order);
  if (order == nullptr) return no_order(command.order);
  if (order->phase != OrderPhase::Credited) return wrong_transition(command.order, *order, "reversed");
  const Account& account = asked.state.accounts[order->user];
  const PersonId user = user_of(asked.state, *order);
  const std::int64_t points = -static_cast<std::int64_t>(order->points);
  if (auto refused = out_of_range(account, points)) return tl::unexpected(*std::move(refused));
  const bool overdrawn = available(account) + points < 0;
  if (overdrawn && command.force == Force::No)
    return insufficient(Reason::InsufficientCreditToReverse, user, account, order->points);
  return Events{
      ev::Event(ev::CreditOrderReversed{.order = command.order,
                                        .user = user,
                                        .points = order->points,
                                        .price = order->price,
                                        .currency = order->currency,
                                        .reason = command.reason}),
      ev::Event(ev::CreditsAdjusted{.user = user,
                                    .points = points,
                                    .cause = ev::AdjustmentCause::OrderReversed,
                                    .reason = command.reason,
                                    .overdraft = overdrawn ? ev::Overdraft::Forced : ev::Overdraft::None,
                                    .order = command.order})};
}

Decision<Event> invoiced_by_run(const State& state, const OrderId& id, const std::string& ref) {
  const Order* order = find_order(state, id);
  if (order == nullptr) return no_order(id);
  // What was never delivered, or was taken back, is not invoiced any more.
  const bool wanted = order->phase == OrderPhase::Placed || order->phase == OrderPhase::Credited;
  if (!wanted || order->billing != BillingPhase::NotInvoiced) return wrong_transition(id, *order, "invoiced");
  return Events{ev::Event(ev::CreditOrderInvoiced{id, ref, order->price, order->currency})};
}

Decision<Event> decide_one(const Asked& asked, const MarkOrderInvoiced& command) {
  if (auto refused = refused_to(asked, {Role::CreditManager})) return tl::unexpected(*std::move(refused));
  return invoiced_by_run(asked.state, command.order, command.ref);
}

Decision<Event> decide_one(const Asked& asked, const MarkOrderPaid& command) {
  if (auto refused = refused_to(asked, {Role::CreditManager})) return tl::unexpected(*std::move(refused));
  const Order* order = find_order(asked.state, command.order);
  if (order == nullptr) return no_order(command.order);
  if (order->billing != BillingPhase::Invoiced) return wrong_transition(command.order, *order, "paid");
  return Events{ev::Event(ev::CreditOrderPaid{command.order, command.ref, order->price, order->currency})};
}

}  // namespace kontor::rules::credits
