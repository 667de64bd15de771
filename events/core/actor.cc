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
  }
  return "unknown";
}

}  // namespace kontor
