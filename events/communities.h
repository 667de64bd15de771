#pragma once
// Events of community seats: pools, groups, members (DOMAIN 3, B15-B19). Pure values; any thread. What each
// field means is said once, in events/communities.capnp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::communities {

/// Numbered per tenant, from 1.
using SeatNumber = std::uint32_t;

struct CommunityOpened {
  CommunityId community;
  std::string time_zone;
  friend bool operator==(const CommunityOpened&, const CommunityOpened&) = default;
};

struct CommunityPoolBooked {
  CommunityId community;
  std::optional<std::uint32_t> size;  // nullopt: unlimited
  MinorUnits price{};
  Currency currency;
  friend bool operator==(const CommunityPoolBooked&, const CommunityPoolBooked&) = default;
};

struct CommunitySeatGranted {
  CommunityId community;
  SeatNumber seat = 0;
  PersonId person;
  GroupId group;
  friend bool operator==(const CommunitySeatGranted&, const CommunitySeatGranted&) = default;
};

struct CommunitySeatReleaseScheduled {
  CommunityId community;
  SeatNumber seat = 0;
  PersonId person;
  Instant release_at;
  friend bool operator==(const CommunitySeatReleaseScheduled&,
                         const CommunitySeatReleaseScheduled&) = default;
};

struct CommunitySeatReleaseCancelled {
  CommunityId community;
  SeatNumber seat = 0;
  PersonId person;
  GroupId group;
  friend bool operator==(const CommunitySeatReleaseCancelled&,
                         const CommunitySeatReleaseCancelled&) = default;
};

struct CommunitySeatReleased {
  CommunityId community;
  SeatNumber seat = 0;
  PersonId person;
  friend bool operator==(const CommunitySeatReleased&, const CommunitySeatReleased&) = default;
};

struct CommunityGroupCreated {
  GroupId group;
  CommunityId community;
  friend bool operator==(const CommunityGroupCreated&, const CommunityGroupCreated&) = default;
};

struct GroupMemberInvited {
  GroupId group;
  PersonId person;
  friend bool operator==(const GroupMemberInvited&, const GroupMemberInvited&) = default;
};

struct ExistingCommunitySeatUsed {
  GroupId group;
  PersonId person;
  CommunityId community;
  SeatNumber seat = 0;
  friend bool operator==(const ExistingCommunitySeatUsed&, const ExistingCommunitySeatUsed&) = default;
};

struct GroupMembershipEnded {
  GroupId group;
  PersonId person;
  friend bool operator==(const GroupMembershipEnded&, const GroupMembershipEnded&) = default;
};

struct GroupDeactivated {
  GroupId group;
  std::uint32_t members = 0;
  friend bool operator==(const GroupDeactivated&, const GroupDeactivated&) = default;
};

/// In the order of the schema's union.
struct Event
    : std::variant<CommunityOpened, CommunityPoolBooked, CommunitySeatGranted, CommunitySeatReleaseScheduled,
                   CommunitySeatReleaseCancelled, CommunitySeatReleased, CommunityGroupCreated,
                   GroupMemberInvited, ExistingCommunitySeatUsed, GroupMembershipEnded, GroupDeactivated> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::communities
