#pragma once
// Commands about persons (DOMAIN 1.5). Pure values.

#include <optional>
#include <string>
#include <variant>

#include "events/core/ids.h"
#include "events/people.h"

namespace kontor::rules::people {

using kontor::people::Contact;

/// Makes a person known before anything else names them. Backend only.
struct RegisterPerson {
  std::optional<PersonId> person;  // the platform's own id; absent: a random one
  Contact contact;
  friend bool operator==(const RegisterPerson&, const RegisterPerson&) = default;
};

/// Backend only.
struct ChangePersonEmail {
  PersonId person;
  Contact contact;  // its name is not looked at: a name stays as it was
  friend bool operator==(const ChangePersonEmail&, const ChangePersonEmail&) = default;
};

/// Destroys what can be read of a person; counts and bills stay. Operator only.
struct ErasePerson {
  PersonId person;
  std::string reason;
  friend bool operator==(const ErasePerson&, const ErasePerson&) = default;
};

using Command = std::variant<RegisterPerson, ChangePersonEmail, ErasePerson>;

}  // namespace kontor::rules::people
