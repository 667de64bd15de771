#include "tests/model/effects.h"

#include "tests/model/world.h"

namespace kontor::model {
namespace {

/// The oldest open request for this change of this tag.
const Request* open_tag(const Effects& effects, const rules::effects::AckTagChange& c) {
  for (const Request& each : effects.requests) {
    if (each.confirmed) continue;
    if (const auto* grant = std::get_if<effects::TagGrantRequested>(&each.asked))
      if (c.change == effects::TagChange::Grant && grant->person == c.person && grant->tag == c.tag)
        return &each;
    if (const auto* revoke = std::get_if<effects::TagRevokeRequested>(&each.asked))
      if (c.change == effects::TagChange::Revoke && revoke->person == c.person && revoke->tag == c.tag)
        return &each;
  }
  return nullptr;
}

struct Deciding {
  Draft& draft;

  No operator()(const rules::effects::AckTagChange& c) const {
    if (draft.actor.role != Role::Backend) return Reason::ForbiddenRole;
    const Request* request = open_tag(draft.world.effects, c);
    if (request == nullptr) return Reason::NotFound;
    const Position position = request->position;
    if (c.outcome == rules::effects::EffectOutcome::Failed)
      draft.add(effects::Event(effects::TagChangeFailed{c.person, c.tag, c.change, position, c.error}));
    else if (c.change == effects::TagChange::Grant)
      draft.add(effects::Event(effects::TagGrantConfirmed{c.person, c.tag, position}));
    else
      draft.add(effects::Event(effects::TagRevokeConfirmed{c.person, c.tag, position}));
    return {};
  }
  No operator()(const rules::effects::AckEffect& c) const {
    if (draft.actor.role != Role::Backend) return Reason::ForbiddenRole;
    for (const Request& each : draft.world.effects.requests) {
      if (each.position != c.request || each.confirmed) continue;
      if (std::holds_alternative<effects::TagGrantRequested>(each.asked) ||
          std::holds_alternative<effects::TagRevokeRequested>(each.asked))
        break;
      const std::string subject = effects::stream_of(each.asked);
      if (c.outcome == rules::effects::EffectOutcome::Failed)
        draft.add(effects::Event(effects::EffectFailed{c.request, subject, c.error}));
      else
        draft.add(effects::Event(effects::EffectConfirmed{c.request, subject}));
      return {};
    }
    return Reason::NotFound;
  }
};

/// The request an answer is about; 0: the event is no answer.
struct Answering {
  Position operator()(const effects::TagGrantConfirmed& e) const { return e.request; }
  Position operator()(const effects::TagRevokeConfirmed& e) const { return e.request; }
  Position operator()(const effects::EffectConfirmed& e) const { return e.request; }
  Position operator()(const effects::TagChangeFailed& e) const { return e.request; }
  Position operator()(const effects::EffectFailed& e) const { return e.request; }
  Position operator()(const auto&) const { return 0; }
};

}  // namespace

void Effects::take(const effects::Event& event, Position position, Instant at, Instant recorded_at) {
  const Position answered = std::visit(Answering{}, event);
  if (answered == 0) {
    requests.push_back({.position = position,
                        .at = at,
                        .recorded_at = recorded_at,
                        .asked = event,
                        .last_error = {},
                        .failed_at = {}});
    return;
  }
  for (Request& each : requests) {
    if (each.position != answered) continue;
    const auto* tag = std::get_if<effects::TagChangeFailed>(&event);
    const auto* other = std::get_if<effects::EffectFailed>(&event);
    if (tag == nullptr && other == nullptr) {
      each.confirmed = true;
      each.confirmation = position;
    }
    if (tag != nullptr) each.last_error = tag->error;
    if (other != nullptr) each.last_error = other->error;
    if (tag == nullptr && other == nullptr) continue;
    ++each.failures;
    each.failed_at = recorded_at;
  }
}

No decide(Draft& draft, const rules::effects::Command& command) {
  return std::visit(Deciding{draft}, command);
}

}  // namespace kontor::model
