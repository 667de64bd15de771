#include "tests/simulation/people_model.h"

#include <algorithm>
#include <cctype>

namespace kontor::simulation {
namespace {

namespace cmd = rules::people;

/// Empty: not an address.
std::string normal(std::string text) {
  while (!text.empty() && text.front() == ' ') text.erase(text.begin());
  while (!text.empty() && text.back() == ' ') text.pop_back();
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool one_at = std::ranges::count(text, '@') == 1 && text.front() != '@' && text.back() != '@';
  return one_at && text.find(' ') == std::string::npos ? text : std::string();
}

}  // namespace

std::optional<Reason> PeopleModel::decide(const cmd::Command& command, Role role) {
  return std::visit([&](const auto& kind) { return one(kind, role); }, command);
}

std::optional<Reason> PeopleModel::one(const cmd::RegisterPerson& command, Role role) {
  const std::string person = command.person.value().value;
  const std::string email = normal(command.contact.email);
  if (role != Role::Backend) return Reason::ForbiddenRole;
  if (erased_.contains(person)) return Reason::SubjectErased;
  if (emails_.contains(person)) return Reason::AlreadyExists;
  if (email.empty()) return Reason::EmailInvalid;
  if (taken(email)) return Reason::AlreadyMember;
  emails_[person] = email;
  return std::nullopt;
}

std::optional<Reason> PeopleModel::one(const cmd::ChangePersonEmail& command, Role role) {
  const std::string& person = command.person.value;
  const std::string email = normal(command.contact.email);
  if (role != Role::Backend) return Reason::ForbiddenRole;
  if (erased_.contains(person)) return Reason::SubjectErased;
  if (!emails_.contains(person)) return Reason::NotFound;
  if (email.empty()) return Reason::EmailInvalid;
  if (emails_[person] == email) return Reason::InvalidArgument;
  if (taken(email)) return Reason::AlreadyMember;
  emails_[person] = email;
  return std::nullopt;
}

std::optional<Reason> PeopleModel::one(const cmd::ErasePerson& command, Role role) {
  const std::string& person = command.person.value;
  if (role != Role::Operator) return Reason::ForbiddenRole;
  if (erased_.contains(person)) return Reason::SubjectErased;
  if (!emails_.contains(person)) return Reason::NotFound;
  if (command.reason.empty()) return Reason::ReasonRequired;
  emails_.erase(person);
  erased_.insert(person);
  return std::nullopt;
}

bool PeopleModel::taken(const std::string& email) const {
  return std::ranges::any_of(emails_, [&](const auto& known) { return known.second == email; });
}

}  // namespace kontor::simulation
