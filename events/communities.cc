#include "events/communities.h"

#include <array>

#include "events/codec.h"

namespace kontor {
namespace communities {

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event>> kNames{"CommunityOpened",
                                                                                   "CommunityPoolBooked"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  return std::visit([](const auto& e) { return "community/" + e.community.value; }, event);
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
  b.setSize(e.size);
}
communities::CommunityPoolBooked take(schema::CommunityPoolBooked::Reader r) {
  return {.community = CommunityId(text(r.getCommunity())), .size = r.getSize()};
}

}  // namespace

void write(const communities::Event& event, schema::CommunitiesEvent::Builder out) {
  struct Put {
    schema::CommunitiesEvent::Builder out;
    void operator()(const communities::CommunityOpened& e) { put(e, out.initCommunityOpened()); }
    void operator()(const communities::CommunityPoolBooked& e) { put(e, out.initCommunityPoolBooked()); }
  };
  std::visit(Put{out}, event);
}

communities::Event read(schema::CommunitiesEvent::Reader in) {
  switch (in.which()) {
    case schema::CommunitiesEvent::COMMUNITY_OPENED: return take(in.getCommunityOpened());
    case schema::CommunitiesEvent::COMMUNITY_POOL_BOOKED: return take(in.getCommunityPoolBooked());
  }
  KJ_FAIL_REQUIRE("unknown communities event");
}

}  // namespace codec
}  // namespace kontor
