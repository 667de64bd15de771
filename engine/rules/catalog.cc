#include "engine/rules/catalog.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "engine/rules/access/rules.h"
#include "engine/rules/billing/rules.h"
#include "engine/rules/canonical.h"
#include "engine/rules/communities/rules.h"
#include "engine/rules/credits/lookup.h"
#include "engine/rules/credits/rules.h"
#include "engine/rules/effects/rules.h"
#include "engine/rules/people/rules.h"
#include "engine/rules/roles.h"
#include "engine/rules/seats/rules.h"
#include "engine/rules/tenancy/rules.h"
#include "events/core/assert.h"

namespace kontor::rules {
namespace {

template <class DomainEvent>
Decision<Event> widen(Decision<DomainEvent> decision) {
  if (!decision) return tl::unexpected(std::move(decision.error()));
  return std::vector<Event>(std::make_move_iterator(decision->begin()),
                            std::make_move_iterator(decision->end()));
}

/// What is confirmed is what is billed with the course run, not what was corrected since on other lines.
Decision<Event> settle(const State& state, const seats::SettleCourse& command, const Context& ctx) {
  return seats::settle(state.seats, command, ctx, billing::settled_apart(state.billing, command.course));
}

/// A run that is closed settles its course runs, each as if by hand.
Decision<Event> decide_billing(const State& state, const billing::Command& command, const Context& ctx) {
  Decision<Event> decision = billing::decide(state.billing, command, ctx);
  const auto* close = std::get_if<billing::CloseBillingRun>(&command);
  if (!decision || close == nullptr) return decision;
  const std::string& ref = close->invoice_ref.empty() ? close->run.value : close->invoice_ref;
  for (const billing::CourseRun& settled : billing::course_runs_of(state.billing, close->run)) {
    auto events =
        settle(state, {.course = CourseId(settled.course), .run = settled.run, .invoice_ref = ref}, ctx);
    if (!events) return tl::unexpected(std::move(events.error()));
    std::ranges::move(*events, std::back_inserter(*decision));
  }
  for (const OrderId& order : billing::credit_orders_of(state.billing, close->run)) {
    // An order that was reversed meanwhile is not invoiced; its reversal is a line of the next run.
    if (auto events = credits::invoiced_by_run(state.credits, order, ref))
      std::ranges::move(*events, std::back_inserter(*decision));
  }
  return decision;
}

struct Decide {
  const State& state;
  const Context& ctx;

  Decision<Event> operator()(const tenancy::Command& c) const {
    return widen(tenancy::decide(state.tenancy, c, ctx));
  }
  Decision<Event> operator()(const seats::Command& c) const {
    const auto* by_hand = std::get_if<seats::SettleCourse>(&c);
    if (by_hand == nullptr) return seats::decide(state.seats, c, ctx);
    Decision<Event> decision = settle(state, *by_hand, ctx);
    if (!decision) return decision;
    if (auto held = billing::held_by_a_run(state.billing, by_hand->course, by_hand->run))
      return tl::unexpected(*std::move(held));
    return decision;
  }
  Decision<Event> operator()(const people::Command& c) const { return people::decide(state.people, c, ctx); }
  Decision<Event> operator()(const effects::Command& c) const {
    return effects::decide(state.effects, c, ctx);
  }
  Decision<Event> operator()(const access::Command& c) const {
    return access::decide({state.access, state.people, state.tenancy}, c, ctx);
  }
  Decision<Event> operator()(const credits::Command& c) const {
    auto decision = credits::decide(state.credits, c, ctx, tenancy::credits_refused(state.tenancy));
    const auto* invoiced = std::get_if<credits::MarkOrderInvoiced>(&c);
    if (!decision || invoiced == nullptr) return decision;
    if (auto held = billing::held_by_a_run(state.billing, invoiced->order))
      return tl::unexpected(*std::move(held));
    return decision;
  }
  Decision<Event> operator()(const billing::Command& c) const { return decide_billing(state, c, ctx); }
  Decision<Event> operator()(const communities::Command& c) const {
    return communities::decide(state.communities, c, ctx);
  }
};

struct Evolve {
  State& state;
  const Envelope& envelope;

  void operator()(const kontor::tenancy::Event& e) const { tenancy::evolve(state.tenancy, e, envelope); }
  void operator()(const kontor::seats::Event& e) const { seats::evolve(state.seats, e, envelope); }
  void operator()(const kontor::people::Event& e) const { people::evolve(state.people, e, envelope); }
  void operator()(const kontor::effects::Event& e) const {
    effects::evolve(state.effects, e, envelope);
    access::observe(state.access, e);
  }
  void operator()(const kontor::access::Event& e) const { access::evolve(state.access, e, envelope); }
  void operator()(const kontor::communities::Event& e) const {
    communities::evolve(state.communities, e, envelope);
  }
  void operator()(const kontor::credits::Event& e) const { credits::evolve(state.credits, e, envelope); }
  void operator()(const kontor::billing::Event& e) const { billing::evolve(state.billing, e, envelope); }
};

// Domains with timers, in the order of Timer::domain.
using NextTimer = std::optional<Timer> (*)(const State&);
using Fire = std::vector<Event> (*)(const State&, const Timer&);
struct Clockwork {
  NextTimer next;
  Fire fire;
};

constexpr std::array kClockworks{
    Clockwork{[](const State& s) { return seats::next_timer(s.seats); },
              [](const State& s, const Timer& timer) { return seats::fire(s.seats, timer); }},
    Clockwork{[](const State& s) { return communities::next_timer(s.communities); },
              [](const State& s, const Timer& timer) { return communities::fire(s.communities, timer); }},
    Clockwork{[](const State& s) { return credits::next_timer(s.credits); },
              [](const State& s, const Timer& timer) { return credits::fire(s.credits, timer); }},
    Clockwork{[](const State& s) { return billing::next_timer(s.billing); },
              [](const State& s, const Timer& timer) { return billing::fire(s.billing, timer); }},
};

bool before(const Timer& a, const Timer& b) {
  return std::tie(a.due, a.effective_at, a.stream) < std::tie(b.due, b.effective_at, b.stream);
}

/// Whose publication is confirmed: of an open reservation.
std::optional<PersonId> reserved_for(const credits::State& state, const ContentId& content) {
  const Row row = state.content_ids.find(content.value);
  if (row == kNone) return std::nullopt;
  const credits::Reservation& reservation = credits::reservation_of(state, state.contents[row]);
  if (reservation.phase != credits::ReservationPhase::Open) return std::nullopt;
  return PersonId(state.user_ids.text(reservation.user));
}

/// What ends something that an erased person has is taken: nobody else could give up the seat and the tag.
bool ends_something(const Command& command) {
  const auto* access = std::get_if<access::Command>(&command);
  return access != nullptr && std::holds_alternative<access::RemoveParticipant>(*access);
}

/// The person that a command is about, if there is one. Who orders without naming a buyer is the buyer.
std::optional<PersonId> subject_of(const State& state, const Command& command, const Actor& actor) {
  if (const auto* of_credits = std::get_if<credits::Command>(&command))
    if (const auto* confirm = std::get_if<credits::ConfirmPublication>(of_credits))
      return reserved_for(state.credits, confirm->content);
  const auto of = [&](const auto& one) -> std::optional<PersonId> {
    if constexpr (requires { one.person; })
      return one.person;
    else if constexpr (requires { one.user; })
      return one.user;
    else if constexpr (requires { one.buyer.has_value(); })
      return one.buyer.value_or(PersonId(actor.id));
    else
      return std::nullopt;
  };
  return std::visit([&](const auto& domain) { return std::visit(of, domain); }, command);
}

/// Corrections that may say when they have been true since.
bool is_correction(const Command& command) {
  if (const auto* access = std::get_if<access::Command>(&command))
    return std::holds_alternative<access::RemoveParticipant>(*access) ||
           std::holds_alternative<access::CorrectEnrolment>(*access);
  if (const auto* seats = std::get_if<seats::Command>(&command))
    return std::holds_alternative<seats::CorrectSeat>(*seats);
  const auto* credits = std::get_if<credits::Command>(&command);
  return credits != nullptr && credits::is_correction(*credits);
}

}  // namespace

std::optional<Refusal> back_dating_refused(const State& state, const Command& command, const Context& ctx) {
  if (!is_correction(command))
    return refuse(
               Reason::InvalidArgument,
               "only corrections may carry an earlier effective time; this command takes effect when decided",
               {fact("effective_at", ctx.effective_at), fact("now", ctx.now)})
        .value();
  const Roles roles{Role::Admin, Role::Support};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles).value();
  const tenancy::Tenant& tenant = state.tenancy.tenant.get();
  if (ctx.effective_at < tenant.created_effective)
    return refuse(Reason::InvalidArgument, "the tenant did not exist then",
                  {fact("effective_at", ctx.effective_at), fact("created", tenant.created_effective)},
                  {tenant.created_at})
        .value();
  return billing::sealed(state.billing, ctx.effective_at);
}

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  if (!state.tenancy.tenant.get().timeline && !std::holds_alternative<tenancy::Command>(command))
    return refuse(Reason::UnknownTenant, "the tenant was never created");
  Decision<Event> decision = std::visit(Decide{state, ctx}, command);
  // Nothing new can be recorded for an erased person, whatever the command; who may not send it learns that
  // first. What the outside reports about it is no exception of the law, but a fact: it was done.
  if (state.people.erased.get() != 0 && !std::holds_alternative<effects::Command>(command) &&
      !ends_something(command) && (decision || decision.error().code != Reason::ForbiddenRole))
    if (const auto person = subject_of(state, command, ctx.actor))
      if (auto refused = people::erased(state.people, *person)) return tl::unexpected(*std::move(refused));
  KONTOR_ASSERT(!decision || !decision->empty());
  return decision;
}

void evolve(State& state, const Event& event, const Envelope& envelope) {
  state.streams.append(envelope.stream, envelope.version, envelope.position);
  std::visit(Evolve{state, envelope}, event);
  billing::observe(state.billing, event, envelope);
}

std::optional<Timer> next_timer(const State& state) {
  std::optional<Timer> first;
  for (std::size_t i = 0; i < kClockworks.size(); ++i) {
    auto timer = kClockworks[i].next(state);
    if (!timer || (first && !before(*timer, *first))) continue;
    timer->domain = static_cast<std::uint8_t>(i);
    first = timer;
  }
  return first;
}

std::vector<Event> fire(const State& state, const Timer& timer) {
  return kClockworks[timer.domain].fire(state, timer);
}

void each_contact(Command& command, const std::function<void(kontor::people::Contact&)>& visit) {
  const auto of = [&](auto& one) {
    if constexpr (requires { one.contact.lookup; }) visit(one.contact);
    if constexpr (requires { one.rows.front().contact.lookup; })
      for (auto& row : one.rows) visit(row.contact);
  };
  std::visit([&](auto& domain) { std::visit(of, domain); }, command);
}

std::string stream_of(const Command& command) {
  return std::visit([](const auto& domain) { return stream_of(domain); }, command);
}

StreamHead head_of(const State& state, std::string_view stream) {
  const StreamHead* head = state.streams.find(stream);
  return head == nullptr ? StreamHead{} : *head;
}

std::string_view type_name(const Command& command) {
  return std::visit([](const auto& domain) { return type_name(domain); }, command);
}

Digest state_digest(const State& state) {
  Canonical out;
  tenancy::describe(state.tenancy, out);
  seats::describe(state.seats, out);
  people::describe(state.people, out);
  effects::describe(state.effects, out);
  access::describe(state.access, out);
  credits::describe(state.credits, out);
  billing::describe(state.billing, out);
  communities::describe(state.communities, out);
  return out.finish();
}

}  // namespace kontor::rules
