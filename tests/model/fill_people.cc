// How commands about persons and effects are made up.

#include "tests/model/chance.h"

namespace kontor::model {

Role fill(Chance& c, rules::people::RegisterPerson& command) {
  if (c.percent(50)) command.person = c.person();
  command.contact = c.contact();
  return Role::Backend;
}

Role fill(Chance& c, rules::people::ChangePersonEmail& command) {
  command.person = c.known_person().value_or(PersonId("p-1"));
  command.contact = c.contact();
  if (c.percent(50)) command.contact.name.clear();
  return Role::Backend;
}

Role fill(Chance& c, rules::people::ErasePerson& command) {
  command.person = c.known_person().value_or(PersonId("p-1"));
  command.reason = c.text("asked for it", 500);
  return Role::Operator;
}

Role fill(Chance& c, rules::effects::AckTagChange& command) {
  command.person = c.person();
  command.tag = "tag-1";
  for (const Request& each : c.world->effects.requests) {
    if (c.percent(50)) continue;
    if (const auto* grant = std::get_if<effects::TagGrantRequested>(&each.asked)) {
      command.person = grant->person;
      command.tag = grant->tag;
      command.change = effects::TagChange::Grant;
    }
    if (const auto* revoke = std::get_if<effects::TagRevokeRequested>(&each.asked)) {
      command.person = revoke->person;
      command.tag = revoke->tag;
      command.change = effects::TagChange::Revoke;
    }
  }
  if (c.percent(25)) {
    command.outcome = rules::effects::EffectOutcome::Failed;
    command.error = "the provider said no";
  }
  return Role::Backend;
}

Role fill(Chance& c, rules::effects::AckEffect& command) {
  command.request = c.dice.below(50);
  for (const Request& each : c.world->effects.requests)
    if (c.percent(40)) command.request = each.position;
  if (c.percent(25)) {
    command.outcome = rules::effects::EffectOutcome::Failed;
    command.error = "the mail came back";
  }
  return Role::Backend;
}

}  // namespace kontor::model
