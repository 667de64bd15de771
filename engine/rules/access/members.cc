// Participants and leaders (DOMAIN 2.3 A8, A10, A11, A16, A17).
#include <fmt/format.h>

#include "engine/rules/access/decisions.h"
#include "engine/rules/access/leaving.h"
#include "engine/rules/access/lookup.h"
#include "engine/rules/access/seating.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;
namespace fx = kontor::effects;

bool back_dated(const Context& ctx) { return ctx.effective_at < ctx.now; }

/// The group if the actor may manage it and it is open.
tl::expected<Row, Refusal> managed_group(const State& state, const GroupId& id, const Context& ctx) {
  const Roles roles{Role::GroupLeader, Role::Admin};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles);
  const auto group = group_row(state, id);
  if (!group) return group;
  if (auto refused = not_in_charge(state, *group, ctx)) return tl::unexpected(*std::move(refused));
  if (auto refused = closed(state, *group)) return tl::unexpected(*std::move(refused));
  return group;
}

/// What may be corrected after the fact is also for support, which corrects and does nothing else here.
tl::expected<Row, Refusal> group_to_remove_from(const State& state, const RemoveParticipant& command,
                                                const Context& ctx) {
  if (!back_dated(ctx)) return managed_group(state, command.group, ctx);
  const Roles roles{Role::Admin, Role::Support};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles);
  const auto group = group_row(state, command.group);
  if (!group) return group;
  if (auto refused = closed(state, *group)) return tl::unexpected(*std::move(refused));
  return group;
}

/// A correction cannot undo what only happened later.
Refused too_early(const Context& ctx, const Member& member) {
  if (ctx.effective_at >= member.changed_effective) return std::nullopt;
  return refusal(Reason::InvalidArgument, "it cannot have been so before the event it corrects",
                 {fact("effective_at", ctx.effective_at), fact("event", member.changed_effective)},
                 {member.changed_at});
}

bool known_person(const Known& known, const PersonId& person) {
  return known.access.person_ids.find(person.value) != kNone ||
         known.people.names.find(person.value) != kNone;
}

}  // namespace

Refused never_connected(const State& state) {
  const Settings& settings = state.settings.get();
  if (settings.crm_state != CrmState::None) return std::nullopt;
  std::vector<Position> because;
  if (settings.changed_at != 0) because.push_back(settings.changed_at);
  return refusal(Reason::IntegrationNotConnected, "the platform is not connected to a CRM",
                 {fact("crm", "none")}, std::move(because));
}

Decision<Event> decide_one(const Known& known, const EnrolParticipant& command, const Context& ctx) {
  const auto group = managed_group(known.access, command.group, ctx);
  if (!group) return tl::unexpected(group.error());
  if (auto refused = never_connected(known.access)) return tl::unexpected(*std::move(refused));
  Seating seating(known, *group, ctx);
  if (auto refused = seating.refused(command.contact)) return tl::unexpected(*std::move(refused));
  Events events;
  seating.enrol(command.contact, Entry{}, events);
  return events;
}

Decision<Event> decide_one(const Known& known, const RemoveParticipant& command, const Context& ctx) {
  const State& state = known.access;
  const auto group = group_to_remove_from(state, command, ctx);
  if (!group) return tl::unexpected(group.error());
  if (back_dated(ctx) && command.reason.empty())
    return refuse(Reason::ReasonRequired, "a removal in the past needs a reason");
  const auto row = active_member(state, *group, command.person);
  if (!row) return tl::unexpected(row.error());
  if (auto refused = too_early(ctx, state.members[*row])) return tl::unexpected(*std::move(refused));
  const bool burns = state.settings.get().seat_replacement == SeatReplacement::Forbidden;
  Events events;
  remove_member(state, *row,
                {.fate = burns ? ev::SeatFate::Burnt : ev::SeatFate::Freed,
                 .cause = ev::RemovalCause::ByHand,
                 .reason = command.reason},
                events);
  return events;
}

Decision<Event> decide_one(const Known& known, const ReinviteParticipant& command, const Context& ctx) {
  const State& state = known.access;
  const auto group = managed_group(state, command.group, ctx);
  if (!group) return tl::unexpected(group.error());
  const auto row = active_member(state, *group, command.person);
  if (!row) return tl::unexpected(row.error());
  const Settings& settings = state.settings.get();
  if (!settings.notify_on_enrol)
    return refuse(Reason::NotificationsDisabled,
                  "mails to participants are switched off: there is none to repeat", {},
                  {settings.changed_at});
  return Events{fx::Event(fx::NotificationRequested{.kind = fx::NotificationKind::Reinvited,
                                                    .person = command.person,
                                                    .group = command.group,
                                                    .number = state.members[*row].mails + 1,
                                                    .template_rev = settings.template_rev})};
}

Decision<Event> decide_one(const Known& known, const TransferLeadership& command, const Context& ctx) {
  const State& state = known.access;
  if (!allowed(ctx, {Role::Admin})) return forbidden(ctx, {Role::Admin});
  const auto row = group_row(state, command.group);
  if (!row) return tl::unexpected(row.error());
  if (auto refused = closed(state, *row)) return tl::unexpected(*std::move(refused));
  if (!known_person(known, command.person)) return tl::unexpected(not_found("person", command.person.value));
  const Group& group = state.groups[*row];
  const PersonId before = person_id(state, group.leader);
  if (before == command.person)
    return refuse(Reason::InvalidArgument,
                  fmt::format("{} leads group {} already", before.value, command.group.value),
                  {fact("person", before.value)}, {group.leader_at});
  return Events{ev::Event(ev::GroupLeaderAppointed{.group = command.group, .person = command.person}),
                ev::Event(ev::GroupLeaderDismissed{.group = command.group, .person = before})};
}

Decision<Event> decide_one(const Known& known, const CorrectEnrolment& command, const Context& ctx) {
  const State& state = known.access;
  const bool by_support = back_dated(ctx) && ctx.actor.role == Role::Support;
  if (!by_support && !allowed(ctx, {Role::Admin})) return forbidden(ctx, {Role::Admin});
  const Row* row = state.burnt_by.find(command.removal);
  if (row == nullptr)
    return refuse(Reason::NotFound, fmt::format("no burnt seat rests on event {}", command.removal),
                  {fact("event", command.removal)});
  const Member& member = state.members[*row];
  if (auto refused = closed(state, member.group)) return tl::unexpected(*std::move(refused));
  if (command.reason.empty()) return refuse(Reason::ReasonRequired, "a correction needs a reason");
  if (auto refused = too_early(ctx, member)) return tl::unexpected(*std::move(refused));
  return Events{ev::Event(ev::EnrolmentCorrected{.group = group_id(state, member.group),
                                                 .person = person_id(state, member.person),
                                                 .seat = member.seat,
                                                 .removal = command.removal,
                                                 .reason = command.reason})};
}

}  // namespace kontor::rules::access
