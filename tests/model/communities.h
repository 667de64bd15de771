#pragma once
// What the model knows of communities: pools, groups, memberships and seats, nothing counted.

#include <optional>
#include <string>
#include <vector>

#include "engine/rules/communities/commands.h"
#include "events/communities.h"

namespace kontor::model {

struct Community {
  communities::CommunityOpened opened;
  std::optional<communities::CommunityPoolBooked> pool;
};
struct CommunityGroup {
  GroupId id;
  CommunityId community;
  bool active = true;
};
struct CommunityMember {
  GroupId group;
  PersonId person;
  bool active = true;
};
struct CommunitySeat {
  communities::SeatNumber number = 0;
  CommunityId community;
  PersonId person;
  GroupId group;
  Instant since;
  bool active = true;
  std::optional<Instant> release_at;
};

struct Communities {
  std::vector<Community> all;
  std::vector<CommunityGroup> groups;
  std::vector<CommunityMember> members;
  std::vector<CommunitySeat> seats;

  void take(const communities::Event& event, Instant at);

  [[nodiscard]] Community* community(const CommunityId& id);
  [[nodiscard]] CommunityGroup* group(const GroupId& id);
  [[nodiscard]] bool member(const GroupId& group, const PersonId& person) const;
  [[nodiscard]] bool member_anywhere(const PersonId& person) const;
  [[nodiscard]] CommunitySeat* seat_of(const PersonId& person);
  /// Seats that are taken, also those about to be released.
  [[nodiscard]] std::uint32_t occupied(const CommunityId& id) const;
};

}  // namespace kontor::model
