// How access ends: by removal, or because the order is taken back (DOMAIN 2.3 A14).
#include <fmt/format.h>

#include "engine/rules/access/decisions.h"
#include "engine/rules/access/leaving.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;
namespace fx = kontor::effects;

void close_group(const State& state, const ReverseAccessOrder& command, Row group, Events& out) {
  out.emplace_back(ev::Event(ev::GroupClosed{.group = group_id(state, group), .order = command.order}));
  const Leaving leaving{
      .fate = ev::SeatFate::Freed, .cause = ev::RemovalCause::OrderReversed, .reason = command.reason};
  for (Row row = state.groups[group].first_member; row != kNone; row = state.members[row].next)
    if (state.members[row].phase == MemberPhase::Active) remove_member(state, row, leaving, out);
}

}  // namespace

void revoke_last(const State& state, const PersonId& person, Row tag, Events& out) {
  const std::uint32_t live = entitlements(state, person.value, tag);
  KONTOR_ASSERT(live > 0);
  if (live == 1)
    out.emplace_back(
        fx::Event(fx::TagRevokeRequested{.person = person, .tag = std::string(state.tags.text(tag))}));
}

void remove_member(const State& state, Row member, const Leaving& leaving, Events& out) {
  const Member& leaver = state.members[member];
  KONTOR_ASSERT(leaver.phase == MemberPhase::Active);
  const PersonId person = person_id(state, leaver.person);
  out.emplace_back(ev::Event(ev::ParticipantRemoved{.group = group_id(state, leaver.group),
                                                    .person = person,
                                                    .seat = leaver.seat,
                                                    .fate = leaving.fate,
                                                    .cause = leaving.cause,
                                                    .reason = leaving.reason}));
  revoke_last(state, person, state.groups[leaver.group].tag, out);
}

Decision<Event> decide_one(const Known& known, const ReverseAccessOrder& command, const Context& ctx) {
  const State& state = known.access;
  if (!allowed(ctx, {Role::Admin})) return forbidden(ctx, {Role::Admin});
  const Row row = state.order_ids.find(command.order.value);
  if (row == kNone) return tl::unexpected(not_found("order", command.order.value));
  if (command.reason.empty()) return refuse(Reason::ReasonRequired, "taking an order back needs a reason");
  const Order& order = state.orders[row];
  if (order.phase != OrderPhase::Completed)
    return refuse(Reason::InvalidArgument,
                  fmt::format("order {} is not a completed one", command.order.value),
                  {fact("order", command.order.value)}, {order.phase_at});
  const PersonId buyer = person_id(state, order.buyer);
  const auto total = checked_add(order.total, order.top_ups);
  KONTOR_ASSERT(total.has_value());
  Events events{ev::Event(ev::AccessOrderReversed{
      .order = command.order,
      .reason = command.reason,
      .product = ProductId(state.product_ids.text(order.product)),
      .buyer = buyer,
      .quantity = order.group == kNone ? order.quantity : state.groups[order.group].capacity,
      .unit_price = order.unit_price,
      .total = *total,
      .currency = order.currency,
      .price_list_rev = order.price_list_rev})};
  if (order.mode == AccessMode::Group) {
    close_group(state, command, order.group, events);
    return events;
  }
  events.emplace_back(ev::Event(ev::SingleAccessRevoked{
      .order = command.order, .person = buyer, .tag = std::string(state.tags.text(order.tag))}));
  revoke_last(state, buyer, order.tag, events);
  return events;
}

}  // namespace kontor::rules::access
