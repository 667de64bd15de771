#include "tests/model/world.h"

#include <tuple>

namespace kontor::model {

void World::take(const Event& event, Instant effective_at, Position position, Instant recorded_at) {
  billing.take(*this, event, position, effective_at);
  if (const auto* e = std::get_if<tenancy::Event>(&event)) {
    if (const auto* begun = std::get_if<tenancy::TenantCreated>(e)) timeline = begun->timeline;
    if (std::holds_alternative<tenancy::TenantCreated>(*e)) created = effective_at;
    if (const auto* changed = std::get_if<tenancy::TenantPlanChanged>(e)) plan = *changed;
    if (std::holds_alternative<tenancy::HistoryFinished>(*e)) timeline = tenancy::Timeline::Live;
  }
  if (const auto* e = std::get_if<seats::Event>(&event)) seats.take(*e, position, effective_at);
  if (const auto* e = std::get_if<people::Event>(&event)) people.take(*e);
  if (const auto* e = std::get_if<access::Event>(&event)) access.take(*e, position, effective_at);
  if (const auto* e = std::get_if<communities::Event>(&event)) communities.take(*e, effective_at);
  if (const auto* e = std::get_if<credits::Event>(&event))
    credits.take(*e, position, effective_at, recorded_at);
  if (const auto* e = std::get_if<effects::Event>(&event))
    effects.take(*e, position, effective_at, recorded_at);
}

namespace {

/// The person a command is about, if it names one.
struct Naming {
  const Actor& actor;

  PersonId operator()(const auto& command) const {
    if constexpr (requires { command.person.has_value(); })
      return command.person.value_or(PersonId());
    else if constexpr (requires { command.person; })
      return command.person;
    else if constexpr (requires { command.user; })
      return command.user;
    else if constexpr (requires { command.buyer.has_value(); })
      return command.buyer.value_or(PersonId(actor.id));
    else
      return {};
  }
};

/// Whom a command is about: named in it, or who scheduled what is confirmed.
PersonId subject_of(const Draft& draft, const rules::Command& command) {
  if (const auto* credits = std::get_if<rules::credits::Command>(&command))
    if (const auto* confirm = std::get_if<rules::credits::ConfirmPublication>(credits)) {
      const Reservation* open = draft.world.credits.scheduled(confirm->content);
      return open == nullptr ? PersonId() : open->made.user;
    }
  return std::visit([&](const auto& domain) { return std::visit(Naming{draft.actor}, domain); }, command);
}

/// What a billing run holds is not settled by hand.
bool held_back(const Billing& billing, const rules::Command& command) {
  if (const auto* seats = std::get_if<rules::seats::Command>(&command))
    if (const auto* settle = std::get_if<rules::seats::SettleCourse>(seats))
      return held_by_a_run(billing, settle->course, settle->run);
  if (const auto* credits = std::get_if<rules::credits::Command>(&command))
    if (const auto* invoiced = std::get_if<rules::credits::MarkOrderInvoiced>(credits))
      return held_by_a_run(billing, invoiced->order);
  return false;
}

}  // namespace

No decide(Draft& draft, const rules::Command& command) {
  if (!draft.world.timeline && !std::holds_alternative<rules::tenancy::Command>(command))
    return Reason::UnknownTenant;
  const Billing before = draft.world.billing;
  const PersonId named = subject_of(draft, command);
  const No no = std::visit([&](const auto& domain) { return decide(draft, domain); }, command);
  // Nothing is recorded for an erased person; who may not send the command learns that first.
  if (no == Reason::ForbiddenRole) return no;
  if (!no && held_back(before, command)) return Reason::LineAlreadyBilled;
  // A seat of an erased person can be given up.
  if (const auto* access = std::get_if<rules::access::Command>(&command))
    if (std::holds_alternative<rules::access::RemoveParticipant>(*access)) return no;
  const World& world = draft.world;
  for (const Person& person : world.people.persons)
    if (person.id == named && person.erased && !std::holds_alternative<rules::people::Command>(command) &&
        !std::holds_alternative<rules::effects::Command>(command))
      return Reason::SubjectErased;
  return no;
}

No back_dating_refused(const Draft& draft, const rules::Command& command) {
  if (draft.at >= draft.now) return {};
  bool correction = false;
  if (const auto* access = std::get_if<rules::access::Command>(&command))
    correction = std::holds_alternative<rules::access::RemoveParticipant>(*access) ||
                 std::holds_alternative<rules::access::CorrectEnrolment>(*access);
  if (const auto* seats = std::get_if<rules::seats::Command>(&command))
    correction = std::holds_alternative<rules::seats::CorrectSeat>(*seats);
  if (const auto* credits = std::get_if<rules::credits::Command>(&command))
    if (const auto* given = std::get_if<rules::credits::PostManualTransaction>(credits))
      correction = given->points > 0;
  if (!correction) return Reason::InvalidArgument;
  if (draft.actor.role != Role::Admin && draft.actor.role != Role::Support) return Reason::ForbiddenRole;
  if (draft.at < draft.world.created) return Reason::InvalidArgument;
  if (draft.at < draft.world.billing.sealed) return Reason::EffectiveTimeInClosedPeriod;
  return {};
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
  collect_due(world.communities, due);
  collect_seals(world, due);
}

void happen(Draft& draft, const Due& due) {
  if (due.what == Due::What::ExpireReservation) return expire_reservation(draft, due.row);
  if (due.what == Due::What::Seal) return seal_period(draft, due.row);
  if (due.what == Due::What::ReleaseCommunitySeat) return release_community_seat(draft, due.row);
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
