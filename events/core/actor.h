#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kontor {

/// Business role in which a command is sent (DOMAIN 1.1). The engine checks it, the backend authenticates it.
/// Numbers are stored for ever.
enum class Role : std::uint16_t {
  Unknown = 0,
  Backend = 1,
  Scheduler = 2,
  Support = 3,
  ContractDesk = 4,
  CampusManager = 5,
  CourseManager = 6,
  Member = 7,
  Billing = 8,
  Operator = 9,
  Admin = 10,
  PlatformAuthor = 11,  // owner of the platform's settings
  Buyer = 12,
  GroupLeader = 13,
  CreditManager = 14,
  Author = 15,  // who publishes
};

[[nodiscard]] std::string_view role_name(Role role);

/// Who acts: a role, the platform's id of the person or machine, and the channel it came through.
struct Actor {
  Role role = Role::Unknown;
  std::string id;
  std::string channel;

  friend bool operator==(const Actor&, const Actor&) = default;
};

}  // namespace kontor
