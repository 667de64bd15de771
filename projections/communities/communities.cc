#include "projections/communities/communities.h"

#include <variant>

#include "projections/rows.h"

namespace kontor::views {
namespace {

namespace ev = communities;

// What of a pool moves: seats held, and seats about to come back.
struct Moved {
  int occupied = 0;
  int pending = 0;
};

void count(ViewWriter& rows, const CommunityId& community, Moved moved) {
  const auto add = [&](std::uint64_t value, int by) {
    if (by < 0 && value == 0) rows.fail_event("a count would fall below zero");
    return by < 0 ? value - (value > 0 ? 1 : 0) : value + static_cast<std::uint64_t>(by);
  };
  rows.change<wire::CommunityPool>(Keys{rows.tenant()}.community_pool(community.value),
                                   [&](wire::CommunityPool::Builder row) {
                                     row.setOccupied(add(row.getOccupied(), moved.occupied));
                                     row.setPendingRelease(add(row.getPendingRelease(), moved.pending));
                                   });
}

template <std::invocable<wire::SeatOf::Builder> Change>
void change_person(ViewWriter& rows, const PersonId& person, const Change& change) {
  rows.edit<wire::SeatOf>(Keys{rows.tenant()}.person_card(person.value), [&](wire::SeatOf::Builder row) {
    row.setPerson(text(person.value));
    change(row);
  });
}

void add(ViewWriter& rows, const ev::CommunityOpened& event) {
  rows.create<wire::CommunityPool>(Keys{rows.tenant()}.community_pool(event.community.value),
                                   [&](wire::CommunityPool::Builder row) {
                                     row.setCommunity(text(event.community.value));
                                     row.setTimeZone(text(event.time_zone));
                                   });
}

void add(ViewWriter& rows, const ev::CommunityPoolBooked& event) {
  rows.change<wire::CommunityPool>(Keys{rows.tenant()}.community_pool(event.community.value),
                                   [&](wire::CommunityPool::Builder row) {
                                     row.setPool(event.size ? wire::Pool::LIMITED : wire::Pool::UNLIMITED);
                                     row.setSize(event.size.value_or(0));
                                   });
}

void add(ViewWriter& rows, const ev::CommunitySeatGranted& event, Instant at) {
  count(rows, event.community, {.occupied = 1});
  change_person(rows, event.person, [&](wire::SeatOf::Builder row) {
    auto seat = row.initCommunitySeat();
    seat.setSeat(event.seat);
    seat.setCommunity(text(event.community.value));
    seat.setSince(at.ns);
  });
}

void add(ViewWriter& rows, const ev::CommunitySeatReleaseScheduled& event) {
  count(rows, event.community, {.occupied = -1, .pending = 1});
  change_person(rows, event.person,
                [&](wire::SeatOf::Builder row) { row.getCommunitySeat().setReleaseAt(event.release_at.ns); });
}

void add(ViewWriter& rows, const ev::CommunitySeatReleaseCancelled& event) {
  count(rows, event.community, {.occupied = 1, .pending = -1});
  change_person(rows, event.person,
                [](wire::SeatOf::Builder row) { row.getCommunitySeat().setReleaseAt(0); });
}

void add(ViewWriter& rows, const ev::CommunitySeatReleased& event) {
  count(rows, event.community, {.pending = -1});
  change_person(rows, event.person, [](wire::SeatOf::Builder row) { row.disownCommunitySeat(); });
}

}  // namespace

void Communities::apply(const RecordedEvent& event, ViewWriter& rows) const {
  const auto* body = std::get_if<ev::Event>(&event.body);
  if (body == nullptr) return;
  const Instant at = event.envelope.effective_at;
  std::visit(Overloaded{
                 [&](const ev::CommunityOpened& e) { add(rows, e); },
                 [&](const ev::CommunityPoolBooked& e) { add(rows, e); },
                 [&](const ev::CommunitySeatGranted& e) { add(rows, e, at); },
                 [&](const ev::CommunitySeatReleaseScheduled& e) { add(rows, e); },
                 [&](const ev::CommunitySeatReleaseCancelled& e) { add(rows, e); },
                 [&](const ev::CommunitySeatReleased& e) { add(rows, e); },
                 [](const auto&) {},  // groups and who is in them are shown nowhere
             },
             *body);
}

}  // namespace kontor::views
