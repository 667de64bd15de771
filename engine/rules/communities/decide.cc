#include <fmt/format.h>

#include <array>

#include "engine/rules/calendar.h"
#include "engine/rules/communities/rules.h"
#include "engine/rules/contract_limits.h"
#include "engine/rules/currency.h"
#include "engine/rules/roles.h"

namespace kontor::rules::communities {
namespace {

namespace ev = kontor::communities;

constexpr Roles kManagers{Role::CampusManager, Role::CourseManager};

tl::unexpected<Refusal> not_found(std::string_view kind, std::string_view id) {
  return refuse(Reason::NotFound, fmt::format("there is no {} {}", kind, id), {fact(kind, id)});
}

/// Row of the person's newest membership of the group, or kNone.
Row newest_membership(const State& state, Row group, const PersonId& person) {
  const Row person_row = state.person_ids.find(person.value);
  if (person_row == kNone) return kNone;
  const Row* row = state.membership_of.find(pair_key(group, person_row));
  return row == nullptr ? kNone : *row;
}

/// The same if it has not ended.
Row active_membership(const State& state, Row group, const PersonId& person) {
  const Row row = newest_membership(state, group, person);
  return row != kNone && state.memberships[row].active ? row : kNone;
}

CommunityId community_of(const State& state, const Seat& seat) {
  return CommunityId(state.community_ids.text(seat.community));
}

/// An active membership of the person is about to end: with the last one the seat comes back at the end of
/// the day (S-45, B14, TB6).
void leave(const State& state, Row person_row, Instant now, std::vector<Event>& out) {
  const Person& person = state.people[person_row];
  if (person.groups > 1) return;
  const Seat& seat = state.seats[person.seat];
  const std::string_view zone = state.names.text(state.communities[seat.community].time_zone);
  out.emplace_back(ev::CommunitySeatReleaseScheduled{.community = community_of(state, seat),
                                                     .seat = person.seat + 1,
                                                     .person = PersonId(state.person_ids.text(person_row)),
                                                     .release_at = next_local_midnight(zone, now)});
}

Decision<Event> decide_one(const State& state, const OpenCommunity& command, const Context& ctx) {
  if (!allowed(ctx, {Role::ContractDesk})) return forbidden(ctx, {Role::ContractDesk});
  const std::string_view id = command.community.value;
  if (const Row row = state.community_ids.find(id); row != kNone)
    return refuse(Reason::AlreadyExists, fmt::format("community {} exists already", id),
                  {fact("community", id)}, {state.communities[row].opened_at});
  if (!known_time_zone(command.time_zone))
    return refuse(Reason::InvalidArgument,
                  fmt::format("{} is not a time zone of the IANA list", command.time_zone),
                  {fact("time_zone", command.time_zone)});
  return std::vector<Event>{
      ev::CommunityOpened{.community = command.community, .time_zone = command.time_zone}};
}

Decision<Event> decide_one(const State& state, const BookCommunityPool& command, const Context& ctx) {
  if (!allowed(ctx, {Role::ContractDesk})) return forbidden(ctx, {Role::ContractDesk});
  const Row row = state.community_ids.find(command.community.value);
  if (row == kNone) return not_found("community", command.community.value);
  const Community& community = state.communities[row];
  if (command.size && (*command.size < 1 || *command.size > kPoolSizeMax))
    return refuse(Reason::InvalidArgument, fmt::format("a pool has 1 to {} seats", kPoolSizeMax),
                  {fact("size", *command.size), fact("limit", kPoolSizeMax)});
  if (command.price.value < 0 || command.price.value > kContractPriceMax)
    return refuse(Reason::AmountOutOfRange,
                  fmt::format("a pool costs 0 to {} minor units", kContractPriceMax),
                  {fact("price", command.price.value), fact("limit", kContractPriceMax)});
  if (command.price.value != 0)
    if (auto refused = no_currency(command.currency)) return tl::unexpected(*std::move(refused));
  // A price makes it a new contract item, even of the same size.
  const bool same = community.pool_at != 0 && community.unlimited == !command.size.has_value() &&
                    community.pool == command.size.value_or(0);
  if (same && command.price.value == 0)
    return refuse(Reason::InvalidArgument, "nothing to change: the pool has this size already", {},
                  {community.pool_at});
  if (command.size && community.used > *command.size)
    return refuse(Reason::ContingentBelowUsage,
                  fmt::format("community {} uses {} seats", command.community.value, community.used),
                  {fact("requested", *command.size), fact("used", community.used)}, {community.pool_at});
  return std::vector<Event>{ev::CommunityPoolBooked{.community = command.community,
                                                    .size = command.size,
                                                    .price = command.price,
                                                    .currency = command.currency}};
}

Decision<Event> decide_one(const State& state, const CreateCommunityGroup& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  if (state.community_ids.find(command.community.value) == kNone)
    return not_found("community", command.community.value);
  const std::string_view id = command.group.value;
  if (const Row row = state.group_ids.find(id); row != kNone)
    return refuse(Reason::AlreadyExists, fmt::format("group {} exists already", id), {fact("group", id)},
                  {state.groups[row].created_at});
  return std::vector<Event>{
      ev::CommunityGroupCreated{.group = command.group, .community = command.community}};
}

/// INV-24: no seat is granted beyond the pool.
std::optional<Refusal> refuse_seat(const State& state, Row row) {
  const Community& community = state.communities[row];
  if (community.unlimited || community.used < community.pool) return std::nullopt;
  const std::string_view id = state.community_ids.text(row);
  return refuse(Reason::NoCommunitySeatsLeft, fmt::format("community {} has no community seat left", id),
                {fact("capacity", community.pool), fact("used", community.used)},
                {community.pool_at != 0 ? community.pool_at : community.opened_at})
      .value();
}

Decision<Event> decide_one(const State& state, const InviteToCommunityGroup& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.group_ids.find(command.group.value);
  if (row == kNone) return not_found("group", command.group.value);
  const Group& group = state.groups[row];
  if (!group.active)
    return refuse(Reason::GroupInactive, fmt::format("group {} was deactivated", command.group.value),
                  {fact("group", command.group.value)}, {group.ended_at});
  if (const Row member = active_membership(state, row, command.person); member != kNone)
    return refuse(Reason::AlreadyMember, fmt::format("{} is a member already", command.person.value), {},
                  {state.memberships[member].changed_at});

  std::vector<Event> events;
  events.emplace_back(ev::GroupMemberInvited{.group = command.group, .person = command.person});
  const Row person = state.person_ids.find(command.person.value);
  const Row held = person == kNone ? kNone : state.people[person].seat;
  if (held == kNone) {
    if (auto refused = refuse_seat(state, group.community)) return tl::unexpected(*std::move(refused));
    events.emplace_back(
        ev::CommunitySeatGranted{.community = CommunityId(state.community_ids.text(group.community)),
                                 .seat = state.seats.size() + 1,
                                 .person = command.person,
                                 .group = command.group});
    return events;
  }
  const Seat& seat = state.seats[held];
  if (seat.phase == SeatPhase::ReleaseScheduled) {  // back on the same day (B15)
    events.emplace_back(ev::CommunitySeatReleaseCancelled{.community = community_of(state, seat),
                                                          .seat = held + 1,
                                                          .person = command.person,
                                                          .group = command.group});
  } else {  // more groups, here or elsewhere, cost nothing (S-44)
    events.emplace_back(ev::ExistingCommunitySeatUsed{.group = command.group,
                                                      .person = command.person,
                                                      .community = community_of(state, seat),
                                                      .seat = held + 1});
  }
  return events;
}

Decision<Event> decide_one(const State& state, const EndGroupMembership& command, const Context& ctx) {
  const bool self = ctx.actor.role == Role::Member && ctx.actor.id == command.person.value;
  if (!self && !allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.group_ids.find(command.group.value);
  if (row == kNone) return not_found("group", command.group.value);
  const Row member = newest_membership(state, row, command.person);
  if (member == kNone || !state.memberships[member].active) {
    std::vector<Position> because;
    if (member != kNone) because.push_back(state.memberships[member].changed_at);
    return refuse(Reason::NotGroupMember, fmt::format("{} is not a member", command.person.value), {},
                  std::move(because));
  }
  std::vector<Event> events;
  events.emplace_back(ev::GroupMembershipEnded{.group = command.group, .person = command.person});
  leave(state, state.memberships[member].person, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const DeactivateGroup& command, const Context& ctx) {
  if (!allowed(ctx, kManagers)) return forbidden(ctx, kManagers);
  const Row row = state.group_ids.find(command.group.value);
  if (row == kNone) return not_found("group", command.group.value);
  const Group& group = state.groups[row];
  if (!group.active)
    return refuse(Reason::GroupInactive, fmt::format("group {} is inactive already", command.group.value),
                  {fact("group", command.group.value)}, {group.ended_at});
  std::vector<Event> events;
  events.emplace_back(ev::GroupDeactivated{.group = command.group, .members = group.members});
  for (Row m = group.first_member; m != kNone; m = state.memberships[m].next_in_group)
    if (state.memberships[m].active) leave(state, state.memberships[m].person, ctx.now, events);
  return events;
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  return std::visit([&](const auto& one) { return decide_one(state, one, ctx); }, command);
}

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "OpenCommunity",          "BookCommunityPool",  "CreateCommunityGroup",
      "InviteToCommunityGroup", "EndGroupMembership", "DeactivateGroup"};
  static_assert(!kNames.back().empty(), "one name per command");
  return kNames[command.index()];
}

std::string stream_of(const Command& command) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.group; })
          return "community-group/" + one.group.value;
        else
          return "community/" + one.community.value;
      },
      command);
}

}  // namespace kontor::rules::communities
