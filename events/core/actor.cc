#include "events/core/actor.h"

namespace kontor {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::Unknown: return "unknown";
    case Role::Backend: return "backend";
    case Role::Scheduler: return "scheduler";
    case Role::Support: return "support";
    case Role::ContractDesk: return "contractDesk";
    case Role::CampusManager: return "campusManager";
    case Role::CourseManager: return "courseManager";
    case Role::Member: return "member";
    case Role::Billing: return "billing";
    case Role::Operator: return "operator";
    case Role::Admin: return "admin";
    case Role::PlatformAuthor: return "platformAuthor";
    case Role::Buyer: return "buyer";
    case Role::GroupLeader: return "groupLeader";
    case Role::CreditManager: return "creditManager";
    case Role::Author: return "author";
  }
  return "unknown";
}

}  // namespace kontor
