// Names and e-mails of persons (DOMAIN 1.3, 1.5).

#include <fmt/format.h>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

bool may_see(schema::Role role) {
  return role == schema::Role::BACKEND || role == schema::Role::ADMIN || role == schema::Role::SUPPORT ||
         role == schema::Role::GROUP_LEADER;
}

/// Nothing of a person that is erased by now can be read, whichever time is asked about.
No detail(const Known& k, wire::PersonDetailQuestion::Reader q, wire::PersonDetail::Builder out) {
  if (!may_see(q.getRole())) return Reason::ForbiddenRole;
  const PersonId id(std::string(q.getPerson().cStr()));
  const Person* then = k.world.people.person(id);
  if (then == nullptr) return Reason::NotFound;
  const Person& today = *k.head.people.person(id);
  out.setPerson(id.value);
  if (today.erased) {
    out.setState(wire::PersonState::ERASED);
    out.setLabel(fmt::format("erased #{}", today.erased_as));
    return {};
  }
  out.setEmail(then->email);
  out.setName(then->name);
  return {};
}

}  // namespace

bool answer_people(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out, No& no) {
  if (q.which() != wire::Query::Question::PERSON_DETAIL) return false;
  no = detail(k, q.getPersonDetail(), out.initPersonDetail());
  return true;
}

}  // namespace kontor::model
