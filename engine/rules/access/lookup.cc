#include "engine/rules/access/lookup.h"

#include <fmt/format.h>

#include "engine/rules/roles.h"

namespace kontor::rules::access {

Refusal refusal(Reason code, std::string what, std::vector<Fact> facts, std::vector<Position> because) {
  return {code, std::move(what), std::move(facts), std::move(because)};
}

Refusal not_found(std::string_view kind, std::string_view id) {
  return refusal(Reason::NotFound, fmt::format("there is no {} {}", kind, id), {fact(kind, id)});
}

tl::expected<Row, Refusal> group_row(const State& state, const GroupId& group) {
  const Row order = state.order_ids.find(group.value);
  if (order == kNone) return tl::unexpected(not_found("group", group.value));
  const Order& bought = state.orders[order];
  if (bought.mode == AccessMode::Single)
    return tl::unexpected(refusal(Reason::NoGroupForSingleAccess,
                                  fmt::format("order {} is a single access, which has no group", group.value),
                                  {fact("order", group.value)}, {bought.phase_at}));
  if (bought.group == kNone) return tl::unexpected(not_found("group", group.value));
  return bought.group;
}

Refused closed(const State& state, Row group) {
  const Group& g = state.groups[group];
  if (g.closed_at == 0) return std::nullopt;
  const GroupId id = group_id(state, group);
  return refusal(Reason::GroupInactive,
                 fmt::format("group {} was closed when its order was taken back", id.value),
                 {fact("group", id.value)}, {g.closed_at});
}

Refused not_in_charge(const State& state, Row group, const Context& ctx) {
  const Roles roles{Role::GroupLeader, Role::Admin};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles).value();
  const Group& g = state.groups[group];
  if (ctx.actor.role == Role::Admin || ctx.actor.id == state.person_ids.text(g.leader)) return std::nullopt;
  const GroupId id = group_id(state, group);
  return refusal(Reason::ForbiddenRole, fmt::format("{} does not lead group {}", ctx.actor.id, id.value),
                 {fact("role", role_name(ctx.actor.role)), fact("actor", ctx.actor.id)}, {g.leader_at});
}

Row member_row(const State& state, Row group, std::string_view person) {
  const Row name = state.person_ids.find(person);
  const Row* row = name == kNone ? nullptr : state.member_of.find(pair_key(group, name));
  return row == nullptr ? kNone : *row;
}

tl::expected<Row, Refusal> active_member(const State& state, Row group, const PersonId& person) {
  const Row row = member_row(state, group, person.value);
  if (row != kNone && state.members[row].phase == MemberPhase::Active) return row;
  std::vector<Position> because;
  if (row != kNone) because.push_back(state.members[row].changed_at);
  const GroupId id = group_id(state, group);
  return tl::unexpected(refusal(Reason::NotAMember,
                                fmt::format("{} is not a member of group {}", person.value, id.value),
                                {fact("person", person.value), fact("group", id.value)}, std::move(because)));
}

std::uint32_t entitlements(const State& state, std::string_view person, Row tag) {
  const Row name = state.person_ids.find(person);
  const std::uint32_t* live = name == kNone ? nullptr : state.entitlements.find(pair_key(name, tag));
  return live == nullptr ? 0 : *live;
}

std::vector<Fact> counts(const Group& group) {
  return {fact("capacity", group.capacity), fact("active", group.active), fact("burnt", group.burnt),
          fact("available", group.available())};
}

}  // namespace kontor::rules::access
