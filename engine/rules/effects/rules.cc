#include "engine/rules/effects/rules.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "engine/rules/canonical.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"

namespace kontor::rules::effects {
namespace {

namespace ev = kontor::effects;

/// The oldest open request of this change for the person and tag: answers come in the order of requests.
std::optional<Position> open_tag_change(const State& state, const AckTagChange& command) {
  const Row subject = state.texts.find("person/" + command.person.value);
  const Row tag = state.texts.find(command.tag);
  if (subject == kNone || tag == kNone) return std::nullopt;
  const TagRequest* found = state.tag_requests.after({subject, tag, command.change, 0});
  if (found != nullptr && found->subject == subject && found->tag == tag && found->change == command.change)
    return found->request;
  return std::nullopt;
}

Decision<Event> decide_one(const State& state, const AckTagChange& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const auto request = open_tag_change(state, command);
  if (!request)
    return refuse(Reason::NotFound, "no such change of a tag is waiting for an answer",
                  {fact("person", command.person.value), fact("tag", command.tag)});
  if (command.outcome == EffectOutcome::Failed)
    return std::vector<Event>{ev::Event(ev::TagChangeFailed{.person = command.person,
                                                            .tag = command.tag,
                                                            .change = command.change,
                                                            .request = *request,
                                                            .error = command.error})};
  if (command.change == TagChange::Grant)
    return std::vector<Event>{ev::Event(ev::TagGrantConfirmed{command.person, command.tag, *request})};
  return std::vector<Event>{ev::Event(ev::TagRevokeConfirmed{command.person, command.tag, *request})};
}

Decision<Event> decide_one(const State& state, const AckEffect& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const Open* open = state.open.find(command.request);
  if (open == nullptr || open->tag != kNone)
    return refuse(Reason::NotFound, fmt::format("no effect is open at position {}", command.request),
                  {fact("request", command.request)});
  const std::string subject(state.texts.text(open->subject));
  if (command.outcome == EffectOutcome::Failed)
    return std::vector<Event>{ev::Event(ev::EffectFailed{command.request, subject, command.error})};
  return std::vector<Event>{ev::Event(ev::EffectConfirmed{command.request, subject})};
}

struct Evolve {
  State& state;
  const Envelope& envelope;

  void request(Open open) {
    open.subject = state.texts.intern(envelope.stream);
    state.open.put(envelope.position, open);
    state.requests.insert(envelope.position);
    if (open.tag != kNone)
      state.tag_requests.insert({open.subject, open.tag, open.change, envelope.position});
    state.last.set(envelope.position);
  }
  void tag_change(const std::string& tag, TagChange change) {
    request({.tag = state.texts.intern(tag), .change = change});
  }
  void answered(Position position) {
    const Open* open = state.open.find(position);
    KONTOR_ASSERT(open != nullptr);
    if (open->tag != kNone) state.tag_requests.erase({open->subject, open->tag, open->change, position});
    state.open.erase(position);
    state.requests.erase(position);
  }
  void operator()(const ev::TagGrantRequested& e) { tag_change(e.tag, TagChange::Grant); }
  void operator()(const ev::TagRevokeRequested& e) { tag_change(e.tag, TagChange::Revoke); }
  void operator()(const ev::NotificationRequested&) { request({}); }
  void operator()(const ev::AccountRegistrationRequested&) { request({}); }
  void operator()(const ev::AlertRequested&) { request({}); }
  void operator()(const ev::OrderMailRequested&) { request({}); }
  void operator()(const ev::TagGrantConfirmed& e) { answered(e.request); }
  void operator()(const ev::TagRevokeConfirmed& e) { answered(e.request); }
  void operator()(const ev::TagChangeFailed&) {}
  void operator()(const ev::EffectConfirmed& e) { answered(e.request); }
  void operator()(const ev::EffectFailed&) {}
};

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  return std::visit([&](const auto& one) { return decide_one(state, one, ctx); }, command);
}

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  std::visit(Evolve{state, envelope}, event);
}

std::string stream_of(const Command& command) {
  if (const auto* tag = std::get_if<AckTagChange>(&command)) return "person/" + tag->person.value;
  return "tenant";
}

std::string_view type_name(const Command& command) {
  return std::holds_alternative<AckTagChange>(command) ? "AckTagChange" : "AckEffect";
}

void describe(const State& state, Canonical& out) {
  out.add(state.texts);
  out.add(state.requests.size());
  for (const Position position : state.requests) {
    const Open& open = *state.open.find(position);
    out.add_all(position, open.subject, open.tag, open.change);
  }
  out.add(state.last.get());
}

}  // namespace kontor::rules::effects
