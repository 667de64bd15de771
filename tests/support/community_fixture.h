#pragma once
// The community of DOMAIN 9.5: a pool of 5, all used.

#include <string>

#include "tests/support/given.h"

namespace kontor::test {

namespace com = rules::communities;

inline const CommunityId kCommunity{"community-1"};
inline const CommunityId kOtherCommunity{"community-2"};
inline const GroupId kCommunityGroup{"g-1"};
inline const GroupId kOtherCommunityGroup{"g-2"};

[[nodiscard]] inline rules::Command open_community(const CommunityId& community = kCommunity,
                                                   std::string time_zone = "Europe/Berlin") {
  return com::Command(com::OpenCommunity{.community = community, .time_zone = std::move(time_zone)});
}
[[nodiscard]] inline rules::Command book_pool(std::optional<std::uint32_t> size,
                                              const CommunityId& community = kCommunity) {
  return com::Command(
      com::BookCommunityPool{.community = community, .size = size, .price = {}, .currency = {}});
}
[[nodiscard]] inline rules::Command create_group(const GroupId& group,
                                                 const CommunityId& community = kCommunity) {
  return com::Command(com::CreateCommunityGroup{.community = community, .group = group});
}
[[nodiscard]] inline rules::Command join(std::string_view person, const GroupId& group = kCommunityGroup) {
  return com::Command(com::InviteToCommunityGroup{.group = group, .person = PersonId(person)});
}
[[nodiscard]] inline rules::Command leave_group(std::string_view person,
                                                const GroupId& group = kCommunityGroup) {
  return com::Command(com::EndGroupMembership{.group = group, .person = PersonId(person)});
}
[[nodiscard]] inline rules::Command deactivate(const GroupId& group) {
  return com::Command(com::DeactivateGroup{.group = group});
}

/// A community with two groups and a pool of `size`.
inline void open_pool(Given& given, std::optional<std::uint32_t> size) {
  given.done(open_community())
      .done(book_pool(size))
      .done(create_group(kCommunityGroup))
      .done(create_group(kOtherCommunityGroup));
}

/// DOMAIN 9.5: five members; the second is in both groups.
inline void fill_pool(Given& given) {
  open_pool(given, 5);
  for (int i = 1; i <= 5; ++i) given.done(join("m-" + std::to_string(i)));
  given.done(join("m-2", kOtherCommunityGroup));
}

}  // namespace kontor::test
