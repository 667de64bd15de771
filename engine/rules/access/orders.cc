// Orders from the sales page to the group, and later top-ups (DOMAIN 2.3 A3 to A7, A15).
#include <fmt/format.h>

#include "engine/rules/access/decisions.h"
#include "engine/rules/access/limits.h"
#include "engine/rules/access/lookup.h"
#include "engine/rules/people/rules.h"
#include "engine/rules/roles.h"
#include "engine/rules/tenancy/rules.h"
#include "events/core/assert.h"
#include "events/core/email.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;
namespace fx = kontor::effects;

std::size_t characters(std::string_view utf8) {
  std::size_t count = 0;
  for (const char byte : utf8)
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) ++count;
  return count;
}

Refused check_quantity(std::uint64_t quantity) {
  if (quantity >= 1 && quantity <= kQuantityMax) return std::nullopt;
  return refusal(Reason::QuantityInvalid, fmt::format("an order has 1 to {} seats", kQuantityMax),
                 {fact("quantity", quantity), fact("limit", kQuantityMax)});
}

/// What belongs to a group only (A10): refused, so that a faulty shop form is noticed.
Refused check_single(const PlaceAccessOrder& command) {
  std::vector<Fact> wrong;
  if (command.quantity.value_or(1) != 1) wrong.push_back(fact("quantity", *command.quantity));
  if (command.title) wrong.push_back(fact("title", *command.title));
  if (command.buyer_seat)
    wrong.push_back(fact("includeBuyer", *command.buyer_seat == BuyerSeat::Included ? "on" : "off"));
  if (wrong.empty()) return std::nullopt;
  return refusal(Reason::FieldsNotAllowedForSingle, "a single access has neither seats, title nor members",
                 std::move(wrong));
}

Refused check_group(const PlaceAccessOrder& command) {
  if (auto refused = check_quantity(command.quantity.value_or(0))) return refused;
  const std::size_t length = characters(trimmed(command.title.value_or("")));
  if (length >= 1 && length <= kTitleCharactersMax) return std::nullopt;
  return refusal(Reason::TitleInvalid, fmt::format("a title has 1 to {} characters", kTitleCharactersMax),
                 {fact("characters", length), fact("limit", kTitleCharactersMax)});
}

Refused unconnected(const Settings& settings) {
  if (settings.crm_state == CrmState::Connected) return std::nullopt;
  std::vector<Position> because;
  if (settings.changed_at != 0) because.push_back(settings.changed_at);
  const bool broken = settings.crm_state == CrmState::Broken;
  return refusal(Reason::IntegrationNotConnected, "the platform is not connected to a CRM",
                 {fact("crm", broken ? "broken" : "none")}, std::move(because));
}

tl::expected<Row, Refusal> order_row(const State& state, const OrderId& order) {
  const Row row = state.order_ids.find(order.value);
  if (row == kNone) return tl::unexpected(not_found("order", order.value));
  return row;
}

/// Only a placed order may be completed or abandoned.
Refused not_open(const Order& order, const OrderId& id) {
  if (order.phase == OrderPhase::Placed) return std::nullopt;
  if (order.phase == OrderPhase::Abandoned)
    return refusal(Reason::InvalidArgument, fmt::format("order {} came to nothing", id.value),
                   {fact("order", id.value)}, {order.phase_at});
  return refusal(Reason::OrderAlreadyCompleted, fmt::format("order {} has been completed", id.value),
                 {fact("order", id.value), fact("payment_ref", order.payment_ref)}, {order.completed_at});
}

void open_group(const State& state, const CompleteAccessOrder& command, const Order& order,
                const ev::AccessOrderCompleted& completed, Events& out) {
  const GroupId group(command.order.value);
  const std::string tag(state.tags.text(state.products[order.product].tag));
  out.emplace_back(ev::Event(ev::GroupCreated{.group = group,
                                              .order = command.order,
                                              .product = completed.product,
                                              .title = order.title,
                                              .capacity = order.quantity,
                                              .tag = tag}));
  out.emplace_back(ev::Event(ev::GroupLeaderAppointed{.group = group, .person = completed.buyer}));
  if (!order.include_buyer) return;
  out.emplace_back(ev::Event(ev::ParticipantEnrolled{.group = group,
                                                     .person = completed.buyer,
                                                     .seat = 1,
                                                     .via = ev::EnrolledVia::Purchase,
                                                     .origin = ev::SeatOrigin::Fresh,
                                                     .import_id = {},
                                                     .line = 0}));
  out.emplace_back(fx::Event(fx::TagGrantRequested{.person = completed.buyer, .tag = tag}));
}

}  // namespace

Decision<Event> decide_one(const Known& known, const PlaceAccessOrder& command, const Context& ctx) {
  const State& state = known.access;
  if (!allowed(ctx, {Role::Buyer})) return forbidden(ctx, {Role::Buyer});
  if (auto refused = tenancy::group_access_refused(known.tenancy)) return tl::unexpected(*std::move(refused));
  if (const Row row = state.order_ids.find(command.order.value); row != kNone)
    return refuse(Reason::AlreadyExists, fmt::format("order {} exists already", command.order.value),
                  {fact("order", command.order.value)}, {state.orders[row].phase_at});
  const Row product_row = state.product_ids.find(command.product.value);
  if (product_row == kNone) return tl::unexpected(not_found("product", command.product.value));
  const PersonId buyer = command.buyer.value_or(PersonId(ctx.actor.id));
  const bool group = command.mode == AccessMode::Group;
  if (auto refused = group ? check_group(command) : check_single(command))
    return tl::unexpected(*std::move(refused));
  if (auto refused = unconnected(state.settings.get())) return tl::unexpected(*std::move(refused));

  const Product& product = state.products[product_row];
  const auto quantity = static_cast<std::uint32_t>(command.quantity.value_or(1));
  const auto total = checked_multiply(product.unit_price, quantity);
  KONTOR_ASSERT(total.has_value());
  return Events{ev::Event(ev::AccessOrderPlaced{
      .order = command.order,
      .product = command.product,
      .mode = command.mode,
      .buyer = buyer,
      .quantity = quantity,
      .title = std::string(trimmed(command.title.value_or(""))),
      .include_buyer = command.buyer_seat.value_or(BuyerSeat::NotIncluded) == BuyerSeat::Included,
      .unit_price = product.unit_price,
      .total = *total,
      .currency = product.currency,
      .price_list_rev = product.rev})};
}

Decision<Event> decide_one(const Known& known, const CompleteAccessOrder& command, const Context& ctx) {
  const State& state = known.access;
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const auto row = order_row(state, command.order);
  if (!row) return tl::unexpected(row.error());
  const Order& order = state.orders[*row];
  if (auto refused = not_open(order, command.order)) {
    // A shop that reports one payment twice gets the first result again; another payment is its mistake.
    if (refused->code == Reason::OrderAlreadyCompleted && order.payment_ref == command.payment_ref)
      refused->done_by = order.completed_by;
    return tl::unexpected(*std::move(refused));
  }
  const PersonId buyer = person_id(state, order.buyer);
  if (auto refused = people::erased(known.people, buyer)) return tl::unexpected(*std::move(refused));

  const ev::AccessOrderCompleted completed{.order = command.order,
                                           .product = ProductId(state.product_ids.text(order.product)),
                                           .mode = order.mode,
                                           .buyer = buyer,
                                           .payment_ref = command.payment_ref,
                                           .quantity = order.quantity,
                                           .unit_price = order.unit_price,
                                           .total = order.total,
                                           .currency = order.currency,
                                           .price_list_rev = order.price_list_rev};
  Events events{ev::Event(completed)};
  if (order.mode == AccessMode::Group) {
    open_group(state, command, order, completed, events);
    return events;
  }
  const std::string tag(state.tags.text(state.products[order.product].tag));
  events.emplace_back(
      ev::Event(ev::SingleAccessGranted{.order = command.order, .person = buyer, .tag = tag}));
  events.emplace_back(fx::Event(fx::TagGrantRequested{.person = buyer, .tag = tag}));
  return events;
}

Decision<Event> decide_one(const Known& known, const AbandonAccessOrder& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const auto row = order_row(known.access, command.order);
  if (!row) return tl::unexpected(row.error());
  if (auto refused = not_open(known.access.orders[*row], command.order))
    return tl::unexpected(*std::move(refused));
  return Events{ev::Event(ev::AccessOrderAbandoned{.order = command.order, .reason = command.reason})};
}

Decision<Event> decide_one(const Known& known, const ExpandGroup& command, const Context& ctx) {
  const State& state = known.access;
  const Roles roles{Role::Buyer, Role::Admin};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles);
  const auto row = group_row(state, command.group);
  if (!row) return tl::unexpected(row.error());
  const Group& group = state.groups[*row];
  const Order& order = state.orders[group.order];
  if (ctx.actor.role == Role::Buyer && ctx.actor.id != state.person_ids.text(order.buyer))
    return refuse(Reason::ForbiddenRole,
                  fmt::format("{} did not buy group {}", ctx.actor.id, command.group.value),
                  {fact("role", role_name(ctx.actor.role)), fact("actor", ctx.actor.id)}, {group.created_at});
  if (auto refused = closed(state, *row)) return tl::unexpected(*std::move(refused));
  if (auto refused = check_quantity(command.quantity)) return tl::unexpected(*std::move(refused));
  if (group.capacity + command.quantity > kCapacityMax)
    return refuse(
        Reason::QuantityInvalid, fmt::format("a group has at most {} seats", kCapacityMax),
        {fact("capacity", group.capacity), fact("quantity", command.quantity), fact("limit", kCapacityMax)},
        {group.capacity_at});
  const Product& product = state.products[order.product];
  if (product.currency != order.currency)
    return refuse(Reason::InvalidArgument,
                  fmt::format("the group was paid in {}, its product is sold in {} now",
                              order.currency.text(), product.currency.text()),
                  {fact("currency", order.currency.text()), fact("product", product.currency.text())},
                  {product.changed_at});
  const auto total = checked_multiply(product.unit_price, command.quantity);
  KONTOR_ASSERT(total.has_value());
  return Events{
      ev::Event(ev::GroupCapacityIncreased{.group = command.group,
                                           .product = ProductId(state.product_ids.text(order.product)),
                                           .quantity = command.quantity,
                                           .capacity = group.capacity + command.quantity,
                                           .unit_price = product.unit_price,
                                           .total = *total,
                                           .currency = product.currency,
                                           .price_list_rev = product.rev,
                                           .payment_ref = command.payment_ref})};
}

}  // namespace kontor::rules::access
