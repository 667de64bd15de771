#include "tests/model/world.h"

#include <tuple>

namespace kontor::model {

void World::take(const Event& event, Instant effective_at, Position position, Instant recorded_at) {
  if (const auto* e = std::get_if<tenancy::Event>(&event)) {
    if (const auto* created = std::get_if<tenancy::TenantCreated>(e)) timeline = created->timeline;
    if (const auto* changed = std::get_if<tenancy::TenantPlanChanged>(e)) plan = *changed;
    if (std::holds_alternative<tenancy::HistoryFinished>(*e)) timeline = tenancy::Timeline::Live;
  }
  if (const auto* e = std::get_if<seats::Event>(&event)) seats.take(*e, effective_at);
  if (const auto* e = std::get_if<people::Event>(&event)) people.take(*e);
  if (const auto* e = std::get_if<access::Event>(&event)) access.take(*e, position, effective_at);
  if (const auto* e = std::get_if<credits::Event>(&event))
    credits.take(*e, position, effective_at, recorded_at);
  if (const auto* e = std::get_if<effects::Event>(&event)) effects.take(*e, position, effective_at);
}

namespace {

/// The person a command is about, if it names one.
struct Naming {
  PersonId operator()(const auto& command) const {
    if constexpr (requires { command.person.has_value(); })
      return command.person.value_or(PersonId());
    else if constexpr (requires { command.person; })
      return command.person;
    else
      return {};
  }
};

}  // namespace

No decide(Draft& draft, const rules::Command& command) {
  if (!draft.world.timeline && !std::holds_alternative<rules::tenancy::Command>(command))
    return Reason::UnknownTenant;
  const No no = std::visit([&](const auto& domain) { return decide(draft, domain); }, command);
  // Nothing is recorded for an erased person; who may not send the command learns that first.
  if (no == Reason::ForbiddenRole) return no;
  const PersonId named = std::visit([](const auto& domain) { return std::visit(Naming{}, domain); }, command);
  const World& world = draft.world;
  for (const Person& person : world.people.persons)
    if (person.id == named && person.erased && !std::holds_alternative<rules::people::Command>(command))
      return Reason::SubjectErased;
  return no;
}

No decide(Draft& draft, const rules::tenancy::Command& command) {
  if (draft.actor.role != Role::Operator) return Reason::ForbiddenRole;
  if (const auto* create = std::get_if<rules::tenancy::CreateTenant>(&command)) {
    if (draft.world.timeline) return Reason::AlreadyExists;
    draft.add(tenancy::Event(tenancy::TenantCreated{create->timeline}));
    return {};
  }
  if (!draft.world.timeline) return Reason::UnknownTenant;
  if (const auto* change = std::get_if<rules::tenancy::ChangeTenantPlan>(&command)) {
    const tenancy::TenantPlanChanged plan{change->suite, change->credits.value_or(draft.world.plan.credits)};
    if (plan == draft.world.plan) return Reason::InvalidArgument;
    draft.add(tenancy::Event(plan));
    return {};
  }
  if (draft.world.timeline == tenancy::Timeline::Live) return Reason::TimelineMode;
  draft.add(tenancy::Event(tenancy::HistoryFinished{}));
  return {};
}

void collect_due(const World& world, std::vector<Due>& due) {
  collect_due(world.seats, due);
  collect_due(world.credits, due);
}

void happen(Draft& draft, const Due& due) {
  if (due.what == Due::What::ExpireReservation) return expire_reservation(draft, due.row);
  happen_to_seats(draft, due);
}

std::optional<Due> next_due(const World& world) {
  std::vector<Due> all;
  collect_due(world, all);
  const Due* next = nullptr;
  for (const Due& each : all)
    if (next == nullptr || std::tie(each.due, each.at, each.stream, each.row) <
                               std::tie(next->due, next->at, next->stream, next->row))
      next = &each;
  return next == nullptr ? std::nullopt : std::optional(*next);
}

}  // namespace kontor::model
