#pragma once
// Events of community seats: pools, groups, members (DOMAIN 3, B15-B19). Pure values; any thread. What each
// field means is said once, in events/communities.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::communities {

struct CommunityOpened {
  CommunityId community;
  std::string time_zone;
  friend bool operator==(const CommunityOpened&, const CommunityOpened&) = default;
};

struct CommunityPoolBooked {
  CommunityId community;
  std::uint32_t size = 0;
  friend bool operator==(const CommunityPoolBooked&, const CommunityPoolBooked&) = default;
};

using Event = std::variant<CommunityOpened, CommunityPoolBooked>;

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::communities
