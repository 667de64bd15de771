#include "tests/model/communities.h"

#include <algorithm>

#include "tests/model/world.h"
#include "tests/model/zone.h"

namespace kontor::model {
namespace {

struct Taking {
  Communities& c;
  Instant at;

  CommunitySeat& seat(communities::SeatNumber number) const {
    return *std::find_if(c.seats.begin(), c.seats.end(), [&](const auto& s) { return s.number == number; });
  }

  void operator()(const communities::CommunityOpened& e) const { c.all.push_back({e, {}}); }
  void operator()(const communities::CommunityPoolBooked& e) const { c.community(e.community)->pool = e; }
  void operator()(const communities::CommunitySeatGranted& e) const {
    c.seats.push_back({.number = e.seat,
                       .community = e.community,
                       .person = e.person,
                       .group = e.group,
                       .since = at,
                       .release_at = {}});
  }
  void operator()(const communities::CommunitySeatReleaseScheduled& e) const {
    seat(e.seat).release_at = e.release_at;
  }
  void operator()(const communities::CommunitySeatReleaseCancelled& e) const {
    seat(e.seat).release_at.reset();
  }
  void operator()(const communities::CommunitySeatReleased& e) const {
    seat(e.seat).active = false;
    seat(e.seat).release_at.reset();
  }
  void operator()(const communities::CommunityGroupCreated& e) const {
    c.groups.push_back({e.group, e.community});
  }
  void operator()(const communities::GroupMemberInvited& e) const {
    c.members.push_back({e.group, e.person});
  }
  void operator()(const communities::ExistingCommunitySeatUsed&) const {}
  void operator()(const communities::GroupMembershipEnded& e) const {
    for (CommunityMember& each : c.members)
      if (each.group == e.group && each.person == e.person) each.active = false;
  }
  void operator()(const communities::GroupDeactivated& e) const {
    c.group(e.group)->active = false;
    for (CommunityMember& each : c.members)
      if (each.group == e.group) each.active = false;
  }
};

/// One overload a command.
struct Deciding {
  Draft& draft;

  [[nodiscard]] Communities& known() const { return draft.world.communities; }
  [[nodiscard]] bool is(Role role) const { return draft.actor.role == role; }
  [[nodiscard]] bool manager() const { return is(Role::CampusManager) || is(Role::CourseManager); }
  void add(communities::Event event) const { draft.add(Event(std::move(event))); }

  No operator()(const rules::communities::OpenCommunity& c) const {
    if (!is(Role::ContractDesk)) return Reason::ForbiddenRole;
    if (known().community(c.community) != nullptr) return Reason::AlreadyExists;
    if (!zone_exists(c.time_zone)) return Reason::InvalidArgument;
    add(communities::CommunityOpened{c.community, c.time_zone});
    return {};
  }
  No operator()(const rules::communities::BookCommunityPool& c) const {
    if (!is(Role::ContractDesk)) return Reason::ForbiddenRole;
    const Community* community = known().community(c.community);
    if (community == nullptr) return Reason::NotFound;
    if (c.size && (*c.size < 1 || *c.size > 1'000'000)) return Reason::InvalidArgument;
    if (c.price.value < 0 || c.price.value > 1'000'000'000'000) return Reason::AmountOutOfRange;
    if (c.size && *c.size < known().occupied(c.community)) return Reason::ContingentBelowUsage;
    const communities::CommunityPoolBooked next{c.community, c.size, c.price, c.currency};
    if (community->pool && community->pool->size == c.size && c.price.value == 0)
      return Reason::InvalidArgument;
    add(next);
    return {};
  }
  No operator()(const rules::communities::CreateCommunityGroup& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    if (known().community(c.community) == nullptr) return Reason::NotFound;
    if (known().group(c.group) != nullptr) return Reason::AlreadyExists;
    add(communities::CommunityGroupCreated{c.group, c.community});
    return {};
  }
  No operator()(const rules::communities::InviteToCommunityGroup& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    const CommunityGroup* found = known().group(c.group);
    if (found == nullptr) return Reason::NotFound;
    const CommunityGroup group = *found;
    if (!group.active) return Reason::GroupInactive;
    if (known().member(c.group, c.person)) return Reason::AlreadyMember;
    if (const CommunitySeat* held = known().seat_of(c.person)) {
      const CommunitySeat seat = *held;
      add(communities::GroupMemberInvited{c.group, c.person});
      if (seat.release_at)
        add(communities::CommunitySeatReleaseCancelled{seat.community, seat.number, c.person, c.group});
      else
        add(communities::ExistingCommunitySeatUsed{c.group, c.person, seat.community, seat.number});
      return {};
    }
    const Community& community = *known().community(group.community);
    const bool unlimited = community.pool && !community.pool->size;
    const std::uint32_t pool = community.pool ? community.pool->size.value_or(0) : 0;
    if (!unlimited && known().occupied(group.community) >= pool) return Reason::NoCommunitySeatsLeft;
    communities::SeatNumber number = 1;
    for (const CommunitySeat& each : known().seats) number = std::max(number, each.number + 1);
    add(communities::GroupMemberInvited{c.group, c.person});
    add(communities::CommunitySeatGranted{group.community, number, c.person, c.group});
    return {};
  }

  /// Whoever is in no active group any more gives the seat back at the end of the day.
  void schedule(const PersonId& person) const {
    if (known().member_anywhere(person)) return;
    const CommunitySeat* held = known().seat_of(person);
    if (held == nullptr || held->release_at) return;
    const CommunitySeat seat = *held;
    const std::string zone = known().community(seat.community)->opened.time_zone;
    add(communities::CommunitySeatReleaseScheduled{seat.community, seat.number, person,
                                                   next_midnight(zone, draft.at)});
  }

  No operator()(const rules::communities::EndGroupMembership& c) const {
    const bool self = is(Role::Member) && draft.actor.id == c.person.value;
    if (!manager() && !self) return Reason::ForbiddenRole;
    if (known().group(c.group) == nullptr) return Reason::NotFound;
    if (!known().member(c.group, c.person)) return Reason::NotGroupMember;
    add(communities::GroupMembershipEnded{c.group, c.person});
    schedule(c.person);
    return {};
  }
  No operator()(const rules::communities::DeactivateGroup& c) const {
    if (!manager()) return Reason::ForbiddenRole;
    const CommunityGroup* group = known().group(c.group);
    if (group == nullptr) return Reason::NotFound;
    if (!group->active) return Reason::GroupInactive;
    std::vector<PersonId> members;
    for (const CommunityMember& each : known().members)
      if (each.active && each.group == c.group) members.push_back(each.person);
    add(communities::GroupDeactivated{c.group, static_cast<std::uint32_t>(members.size())});
    for (const PersonId& each : members) schedule(each);
    return {};
  }
};

}  // namespace

void Communities::take(const communities::Event& event, Instant at) { std::visit(Taking{*this, at}, event); }

Community* Communities::community(const CommunityId& id) {
  for (Community& each : all)
    if (each.opened.community == id) return &each;
  return nullptr;
}
CommunityGroup* Communities::group(const GroupId& id) {
  for (CommunityGroup& each : groups)
    if (each.id == id) return &each;
  return nullptr;
}
bool Communities::member(const GroupId& group, const PersonId& person) const {
  return std::any_of(members.begin(), members.end(), [&](const CommunityMember& each) {
    return each.active && each.group == group && each.person == person;
  });
}
bool Communities::member_anywhere(const PersonId& person) const {
  return std::any_of(members.begin(), members.end(),
                     [&](const CommunityMember& each) { return each.active && each.person == person; });
}
CommunitySeat* Communities::seat_of(const PersonId& person) {
  for (CommunitySeat& each : seats)
    if (each.active && each.person == person) return &each;
  return nullptr;
}
std::uint32_t Communities::occupied(const CommunityId& id) const {
  return static_cast<std::uint32_t>(std::count_if(
      seats.begin(), seats.end(), [&](const CommunitySeat& s) { return s.active && s.community == id; }));
}

No decide(Draft& draft, const rules::communities::Command& command) {
  return std::visit(Deciding{draft}, command);
}

void collect_due(const Communities& communities, std::vector<Due>& due) {
  for (std::size_t i = 0; i < communities.seats.size(); ++i) {
    const CommunitySeat& seat = communities.seats[i];
    if (seat.active && seat.release_at)
      due.push_back({*seat.release_at, *seat.release_at, "community/" + seat.community.value,
                     Due::What::ReleaseCommunitySeat, i});
  }
}

void release_community_seat(Draft& draft, std::size_t row) {
  const CommunitySeat seat = draft.world.communities.seats[row];
  draft.add(Event(
      communities::Event(communities::CommunitySeatReleased{seat.community, seat.number, seat.person})));
}

}  // namespace kontor::model
