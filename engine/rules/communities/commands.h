#pragma once
// Commands about community seats (DOMAIN 3.3, B15-B18). Pure values; ids are valid id texts (checked at the
// door). The rules in words: engine/rules/communities/README.md.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "events/core/ids.h"
#include "events/core/money.h"

namespace kontor::rules::communities {

struct OpenCommunity {
  CommunityId community;
  std::string time_zone = "Europe/Berlin";  // IANA name
  friend bool operator==(const OpenCommunity&, const OpenCommunity&) = default;
};

/// From now on the pool has this size.
struct BookCommunityPool {
  CommunityId community;
  std::optional<std::uint32_t> size;  // absent: unlimited
  MinorUnits price{};                 // of the contract item; 0: none
  Currency currency;
  friend bool operator==(const BookCommunityPool&, const BookCommunityPool&) = default;
};

struct CreateCommunityGroup {
  CommunityId community;
  GroupId group;  // unique in the tenant
  friend bool operator==(const CreateCommunityGroup&, const CreateCommunityGroup&) = default;
};

struct InviteToCommunityGroup {
  GroupId group;
  PersonId person;
  friend bool operator==(const InviteToCommunityGroup&, const InviteToCommunityGroup&) = default;
};

struct EndGroupMembership {
  GroupId group;
  PersonId person;
  friend bool operator==(const EndGroupMembership&, const EndGroupMembership&) = default;
};

struct DeactivateGroup {
  GroupId group;
  friend bool operator==(const DeactivateGroup&, const DeactivateGroup&) = default;
};

using Command = std::variant<OpenCommunity, BookCommunityPool, CreateCommunityGroup, InviteToCommunityGroup,
                             EndGroupMembership, DeactivateGroup>;

}  // namespace kontor::rules::communities
