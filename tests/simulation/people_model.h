#pragma once
// Who is known and who is erased, naively: e-mails as text, no keys. Knows plain ASCII addresses only, which
// is what the generator makes.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/rules/people/commands.h"
#include "events/core/actor.h"
#include "events/reasons.h"

namespace kontor::simulation {

class PeopleModel {
 public:
  /// The reason of the refusal, or nothing: then it has happened.
  [[nodiscard]] std::optional<Reason> decide(const rules::people::Command& command, Role role);

  [[nodiscard]] bool erased(const std::string& person) const { return erased_.contains(person); }
  [[nodiscard]] const std::map<std::string, std::string>& emails() const { return emails_; }

 private:
  [[nodiscard]] std::optional<Reason> one(const rules::people::RegisterPerson& command, Role role);
  [[nodiscard]] std::optional<Reason> one(const rules::people::ChangePersonEmail& command, Role role);
  [[nodiscard]] std::optional<Reason> one(const rules::people::ErasePerson& command, Role role);
  [[nodiscard]] bool taken(const std::string& normal) const;

  std::map<std::string, std::string> emails_;  // of those who are known and not erased
  std::set<std::string> erased_;
};

}  // namespace kontor::simulation
