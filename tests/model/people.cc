#include "tests/model/people.h"

#include "tests/model/world.h"

namespace kontor::model {
namespace {

/// 1.5, one overload a command.
struct Deciding {
  Draft& draft;

  [[nodiscard]] const People& known() const { return draft.world.people; }
  [[nodiscard]] bool backend() const { return draft.actor.role == Role::Backend; }

  /// ForbiddenRole, NotFound or AlreadyExists, SubjectErased, ReasonRequired, EmailInvalid, AlreadyMember,
  /// InvalidArgument.
  No operator()(const rules::people::RegisterPerson& c) const {
    if (!backend()) return Reason::ForbiddenRole;
    if (c.person && known().person(*c.person) != nullptr)
      return known().person(*c.person)->erased ? Reason::SubjectErased : Reason::AlreadyExists;
    if (c.contact.lookup == Digest{}) return Reason::EmailInvalid;
    if (known().with(c.contact.lookup) != nullptr) return Reason::AlreadyMember;
    draft.add(people::Event(people::PersonRegistered{c.person.value_or(known().fresh(c.contact.lookup)),
                                                     c.contact.lookup,
                                                     people::ClearData{c.contact.email, c.contact.name}}));
    return {};
  }
  No operator()(const rules::people::ChangePersonEmail& c) const {
    if (!backend()) return Reason::ForbiddenRole;
    const Person* person = known().person(c.person);
    if (person == nullptr) return Reason::NotFound;
    if (person->erased) return Reason::SubjectErased;
    if (c.contact.lookup == Digest{}) return Reason::EmailInvalid;
    const Person* other = known().with(c.contact.lookup);
    if (other == person) return Reason::InvalidArgument;
    if (other != nullptr) return Reason::AlreadyMember;
    draft.add(people::Event(
        people::PersonEmailChanged{c.person, c.contact.lookup, people::ClearData{c.contact.email, {}}}));
    return {};
  }
  No operator()(const rules::people::ErasePerson& c) const {
    if (draft.actor.role != Role::Operator) return Reason::ForbiddenRole;
    const Person* person = known().person(c.person);
    if (person == nullptr) return Reason::NotFound;
    if (person->erased) return Reason::SubjectErased;
    if (c.reason.empty()) return Reason::ReasonRequired;
    draft.add(people::Event(people::PersonErased{c.person, known().erased() + 1, c.reason}));
    return {};
  }
};

}  // namespace

void People::take(const people::Event& event) {
  if (const auto* e = std::get_if<people::PersonRegistered>(&event)) {
    const auto& told = std::get<people::ClearData>(e->data);
    persons.push_back({.id = e->person, .lookup = e->lookup, .email = told.email, .name = told.name});
  }
  for (Person& each : persons) {
    if (const auto* e = std::get_if<people::PersonEmailChanged>(&event); e && e->person == each.id) {
      each.lookup = e->lookup;
      each.email = std::get<people::ClearData>(e->data).email;
    }
    if (const auto* e = std::get_if<people::PersonErased>(&event); e && e->person == each.id) {
      each.erased = true;
      each.erased_as = e->number;
      each.lookup = {};
    }
  }
}

const Person* People::person(const PersonId& id) const {
  for (const Person& each : persons)
    if (each.id == id) return &each;
  return nullptr;
}

const Person* People::with(const Digest& lookup) const {
  for (const Person& each : persons)
    if (!each.erased && each.lookup == lookup && lookup != Digest{}) return &each;
  return nullptr;
}

std::uint64_t People::erased() const {
  std::uint64_t count = 0;
  for (const Person& each : persons)
    if (each.erased) ++count;
  return count;
}

PersonId People::fresh(const Digest& lookup) const {
  const auto found = names.find(lookup);
  // A name that is somebody's already was made up for another registration of this e-mail.
  return found == names.end() || person(found->second) != nullptr ? PersonId("unnamed-" + hex(lookup))
                                                                  : found->second;
}

No decide(Draft& draft, const rules::people::Command& command) {
  return std::visit(Deciding{draft}, command);
}

}  // namespace kontor::model
