#include "events/communities.h"

#include <algorithm>
#include <array>

#include "events/codec.h"

namespace kontor {
namespace communities {

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "CommunityOpened",
      "CommunityPoolBooked",
      "CommunitySeatGranted",
      "CommunitySeatReleaseScheduled",
      "CommunitySeatReleaseCancelled",
      "CommunitySeatReleased",
      "CommunityGroupCreated",
      "GroupMemberInvited",
      "ExistingCommunitySeatUsed",
      "GroupMembershipEnded",
      "GroupDeactivated"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  return std::visit(
      [](const auto& e) {
        // What a seat does belongs to its community, also where a group is named: I8 is read off one stream.
        using E = std::decay_t<decltype(e)>;
        constexpr bool of_group = std::is_same_v<E, ExistingCommunitySeatUsed> ||
                                  std::is_same_v<E, CommunityGroupCreated> || !requires {
          e.community;
        };
        if constexpr (of_group)
          return "community-group/" + e.group.value;
        else
          return "community/" + e.community.value;
      },
      event);
}

}  // namespace communities

namespace codec {
namespace {

void put(const communities::CommunityOpened& e, schema::CommunityOpened::Builder b) {
  b.setCommunity(stored(e.community.value));
  b.setTimeZone(stored(e.time_zone));
}
communities::CommunityOpened take(schema::CommunityOpened::Reader r) {
  return {.community = CommunityId(text(r.getCommunity())), .time_zone = text(r.getTimeZone())};
}

void put(const communities::CommunityPoolBooked& e, schema::CommunityPoolBooked::Builder b) {
  b.setCommunity(stored(e.community.value));
  if (e.size) b.initSize().setSeats(*e.size);
  b.setPrice(e.price.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
}
communities::CommunityPoolBooked take(schema::CommunityPoolBooked::Reader r) {
  communities::CommunityPoolBooked e;
  e.community = CommunityId(text(r.getCommunity()));
  if (r.hasSize()) e.size = r.getSize().getSeats();
  e.price = MinorUnits{r.getPrice()};
  const auto letters = r.getCurrency();
  KJ_REQUIRE(letters.size() == 3, "a currency has three letters");
  e.currency = Currency{{letters[0], letters[1], letters[2]}};
  return e;
}

void put(const communities::CommunitySeatGranted& e, schema::CommunitySeatGranted::Builder b) {
  b.setCommunity(stored(e.community.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setGroup(stored(e.group.value));
}
communities::CommunitySeatGranted take(schema::CommunitySeatGranted::Reader r) {
  return {.community = CommunityId(text(r.getCommunity())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .group = GroupId(text(r.getGroup()))};
}

void put(const communities::CommunitySeatReleaseScheduled& e,
         schema::CommunitySeatReleaseScheduled::Builder b) {
  b.setCommunity(stored(e.community.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setReleaseAt(e.release_at.ns);
}
communities::CommunitySeatReleaseScheduled take(schema::CommunitySeatReleaseScheduled::Reader r) {
  return {.community = CommunityId(text(r.getCommunity())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .release_at = Instant{r.getReleaseAt()}};
}

void put(const communities::CommunitySeatReleaseCancelled& e,
         schema::CommunitySeatReleaseCancelled::Builder b) {
  b.setCommunity(stored(e.community.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setGroup(stored(e.group.value));
}
communities::CommunitySeatReleaseCancelled take(schema::CommunitySeatReleaseCancelled::Reader r) {
  return {.community = CommunityId(text(r.getCommunity())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .group = GroupId(text(r.getGroup()))};
}

void put(const communities::CommunitySeatReleased& e, schema::CommunitySeatReleased::Builder b) {
  b.setCommunity(stored(e.community.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
}
communities::CommunitySeatReleased take(schema::CommunitySeatReleased::Reader r) {
  return {.community = CommunityId(text(r.getCommunity())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson()))};
}

void put(const communities::CommunityGroupCreated& e, schema::CommunityGroupCreated::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setCommunity(stored(e.community.value));
}
communities::CommunityGroupCreated take(schema::CommunityGroupCreated::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .community = CommunityId(text(r.getCommunity()))};
}

void put(const communities::GroupMemberInvited& e, schema::GroupMemberInvited::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
}
communities::GroupMemberInvited take(schema::GroupMemberInvited::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .person = PersonId(text(r.getPerson()))};
}

void put(const communities::ExistingCommunitySeatUsed& e, schema::ExistingCommunitySeatUsed::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
  b.setCommunity(stored(e.community.value));
  b.setSeat(e.seat);
}
communities::ExistingCommunitySeatUsed take(schema::ExistingCommunitySeatUsed::Reader r) {
  return {.group = GroupId(text(r.getGroup())),
          .person = PersonId(text(r.getPerson())),
          .community = CommunityId(text(r.getCommunity())),
          .seat = r.getSeat()};
}

void put(const communities::GroupMembershipEnded& e, schema::GroupMembershipEnded::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
}
communities::GroupMembershipEnded take(schema::GroupMembershipEnded::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .person = PersonId(text(r.getPerson()))};
}

void put(const communities::GroupDeactivated& e, schema::GroupDeactivated::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setMembers(e.members);
}
communities::GroupDeactivated take(schema::GroupDeactivated::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .members = r.getMembers()};
}

}  // namespace

void write(const communities::Event& event, schema::CommunitiesEvent::Builder out) {
  struct Put {
    schema::CommunitiesEvent::Builder out;
    void operator()(const communities::CommunityOpened& e) { put(e, out.initCommunityOpened()); }
    void operator()(const communities::CommunityPoolBooked& e) { put(e, out.initCommunityPoolBooked()); }
    void operator()(const communities::CommunitySeatGranted& e) { put(e, out.initCommunitySeatGranted()); }
    void operator()(const communities::CommunitySeatReleaseScheduled& e) {
      put(e, out.initCommunitySeatReleaseScheduled());
    }
    void operator()(const communities::CommunitySeatReleaseCancelled& e) {
      put(e, out.initCommunitySeatReleaseCancelled());
    }
    void operator()(const communities::CommunitySeatReleased& e) { put(e, out.initCommunitySeatReleased()); }
    void operator()(const communities::CommunityGroupCreated& e) { put(e, out.initCommunityGroupCreated()); }
    void operator()(const communities::GroupMemberInvited& e) { put(e, out.initGroupMemberInvited()); }
    void operator()(const communities::ExistingCommunitySeatUsed& e) {
      put(e, out.initExistingCommunitySeatUsed());
    }
    void operator()(const communities::GroupMembershipEnded& e) { put(e, out.initGroupMembershipEnded()); }
    void operator()(const communities::GroupDeactivated& e) { put(e, out.initGroupDeactivated()); }
  };
  std::visit(Put{out}, event);
}

communities::Event read(schema::CommunitiesEvent::Reader in) {
  using Stored = schema::CommunitiesEvent;
  switch (in.which()) {
    case Stored::COMMUNITY_OPENED: return take(in.getCommunityOpened());
    case Stored::COMMUNITY_POOL_BOOKED: return take(in.getCommunityPoolBooked());
    case Stored::COMMUNITY_SEAT_GRANTED: return take(in.getCommunitySeatGranted());
    case Stored::COMMUNITY_SEAT_RELEASE_SCHEDULED: return take(in.getCommunitySeatReleaseScheduled());
    case Stored::COMMUNITY_SEAT_RELEASE_CANCELLED: return take(in.getCommunitySeatReleaseCancelled());
    case Stored::COMMUNITY_SEAT_RELEASED: return take(in.getCommunitySeatReleased());
    case Stored::COMMUNITY_GROUP_CREATED: return take(in.getCommunityGroupCreated());
    case Stored::GROUP_MEMBER_INVITED: return take(in.getGroupMemberInvited());
    case Stored::EXISTING_COMMUNITY_SEAT_USED: return take(in.getExistingCommunitySeatUsed());
    case Stored::GROUP_MEMBERSHIP_ENDED: return take(in.getGroupMembershipEnded());
    case Stored::GROUP_DEACTIVATED: return take(in.getGroupDeactivated());
  }
  KJ_FAIL_REQUIRE("unknown communities event");
}

}  // namespace codec
}  // namespace kontor
