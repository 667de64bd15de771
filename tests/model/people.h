#pragma once
// What the model knows of persons.

#include <map>
#include <optional>
#include <vector>

#include "engine/rules/people/commands.h"
#include "events/people.h"

namespace kontor::model {

struct Person {
  PersonId id;
  Digest lookup{};              // all zero: none, or retired
  std::uint64_t erased_as = 0;  // number of the erasure; 0: not erased
  bool erased = false;
  std::string email;
  std::string name;
};

struct People {
  std::vector<Person> persons;
  std::map<Digest, PersonId> names;  // chance makes up names of persons: what it made up is told to the model

  void take(const people::Event& event);
  [[nodiscard]] const Person* person(const PersonId& id) const;
  [[nodiscard]] const Person* with(const Digest& lookup) const;
  [[nodiscard]] std::uint64_t erased() const;
  [[nodiscard]] PersonId fresh(const Digest& lookup) const;
};

}  // namespace kontor::model
