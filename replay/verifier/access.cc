#include "replay/verifier/access.h"

#include <fmt/format.h>

#include <array>

namespace kontor::verifier {

namespace ev = access;
using Phase = AccessOrder::Phase;

std::string_view name_of(Phase phase) {
  constexpr std::array<std::string_view, 4> kNames{"placed", "completed", "abandoned", "reversed"};
  return kNames[static_cast<std::size_t>(phase)];
}

AccessOrder* AccessBook::order_in(const OrderId& id, Phase phase) {
  const auto found = orders_.find(id.value);
  return found == orders_.end() || found->second.phase != phase ? nullptr : &found->second;
}

Objection AccessBook::operator()(const ev::AccessOrderPlaced& e) {
  if (checked_multiply(e.unit_price, e.quantity) != e.total)
    return fmt::format("order {}: {} x {} is not {}", e.order.value, e.quantity, e.unit_price.value,
                       e.total.value);
  const AccessOrder order{.phase = Phase::Placed,
                          .quantity = e.quantity,
                          .unit_price = e.unit_price,
                          .total = e.total,
                          .currency = e.currency,
                          .seats_with_top_ups = e.quantity,
                          .total_with_top_ups = e.total};
  if (!orders_.emplace(e.order.value, order).second)
    return "order " + e.order.value + " is placed a second time";
  return std::nullopt;
}

Objection AccessBook::operator()(const ev::AccessOrderCompleted& e) {
  AccessOrder* order = order_in(e.order, Phase::Placed);
  if (order == nullptr || order->quantity != e.quantity || order->unit_price != e.unit_price ||
      order->total != e.total || order->currency != e.currency)
    return "order " + e.order.value + " is completed otherwise than it was placed";
  order->phase = Phase::Completed;
  return std::nullopt;
}

Objection AccessBook::operator()(const ev::AccessOrderAbandoned& e) {
  AccessOrder* order = order_in(e.order, Phase::Placed);
  if (order == nullptr) return "order " + e.order.value + " is abandoned, but does not wait";
  order->phase = Phase::Abandoned;
  return std::nullopt;
}

Objection AccessBook::operator()(const ev::AccessOrderReversed& e) {
  AccessOrder* order = order_in(e.order, Phase::Completed);
  if (order == nullptr || order->seats_with_top_ups != e.quantity || order->unit_price != e.unit_price ||
      order->total_with_top_ups != e.total || order->currency != e.currency)
    return "order " + e.order.value + " is reversed otherwise than it was completed";
  order->phase = Phase::Reversed;
  return std::nullopt;
}

Objection AccessBook::operator()(const ev::GroupCreated& e) {
  const AccessOrder* order = order_in(e.order, Phase::Completed);
  if (order == nullptr || e.group.value != e.order.value || order->quantity != e.capacity)
    return "group " + e.group.value + " is not that of its order";
  if (!groups_.emplace(e.group.value, AccessGroup{.capacity = e.capacity}).second)
    return "group " + e.group.value + " is created a second time";
  return std::nullopt;
}

Objection AccessBook::operator()(const ev::GroupCapacityIncreased& e) {
  const auto group = groups_.find(e.group.value);
  AccessOrder* order = order_in(OrderId(e.group.value), Phase::Completed);
  if (group == groups_.end() || order == nullptr) return "there is no group " + e.group.value;
  if (group->second.capacity + e.quantity != e.capacity)
    return fmt::format("group {} grows from {} by {} to {}", e.group.value, group->second.capacity,
                       e.quantity, e.capacity);
  const auto sum = checked_add(order->total_with_top_ups, e.total);
  if (checked_multiply(e.unit_price, e.quantity) != e.total || !sum)
    return fmt::format("group {}: {} x {} is not {}", e.group.value, e.quantity, e.unit_price.value,
                       e.total.value);
  group->second.capacity = e.capacity;
  order->seats_with_top_ups += e.quantity;
  order->total_with_top_ups = *sum;
  return std::nullopt;
}

Objection AccessBook::change(const GroupId& id, Change by) {
  const auto found = groups_.find(id.value);
  if (found == groups_.end()) return "there is no group " + id.value;
  AccessGroup& group = found->second;
  group.active += by.active;
  group.burnt += by.burnt;
  if (group.active < 0 || group.burnt < 0 || group.available() < 0)
    return fmt::format("group {} has {} seats, {} of them active and {} burnt", id.value, group.capacity,
                       group.active, group.burnt);
  return std::nullopt;
}

Objection AccessBook::operator()(const ev::ParticipantEnrolled& e) {
  return change(e.group, {.active = 1, .burnt = e.origin == ev::SeatOrigin::OwnBurnt ? -1 : 0});
}
Objection AccessBook::operator()(const ev::ParticipantRemoved& e) {
  return change(e.group, {.active = -1, .burnt = e.fate == ev::SeatFate::Burnt ? 1 : 0});
}
Objection AccessBook::operator()(const ev::EnrolmentCorrected& e) {
  return change(e.group, {.active = 0, .burnt = -1});
}

}  // namespace kontor::verifier
