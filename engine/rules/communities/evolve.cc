// How each event changes the state, and the timers. Nothing here decides: what does not fit is a broken
// invariant.
#include "engine/rules/canonical.h"
#include "engine/rules/communities/rules.h"
#include "events/core/assert.h"

namespace kontor::rules::communities {
namespace {

namespace ev = kontor::communities;

TimerKey release_timer(const State& state, Row seat) {
  const Seat& s = state.seats[seat];
  return {s.release_at, state.names.text(state.communities[s.community].stream), seat};
}

class Evolution {
 public:
  Evolution(State& state, Position at) : s_(state), at_(at) {}

  void operator()(const ev::CommunityOpened& e) {
    const Row row = s_.community_ids.intern(e.community.value);
    KONTOR_ASSERT(row == s_.communities.size());
    s_.communities.append({.stream = s_.names.intern("community/" + e.community.value),
                           .time_zone = s_.names.intern(e.time_zone),
                           .opened_at = at_});
  }
  void operator()(const ev::CommunityPoolBooked& e) {
    Community& c = s_.communities.edit(community(e.community));
    KONTOR_ASSERT(!e.size || c.used <= *e.size);  // INV-24
    c.unlimited = !e.size;
    c.pool = e.size.value_or(0);
    c.pool_at = at_;
  }
  void operator()(const ev::CommunityGroupCreated& e) {
    const Row row = s_.group_ids.intern(e.group.value);
    KONTOR_ASSERT(row == s_.groups.size());
    s_.groups.append({.community = community(e.community), .created_at = at_});
  }
  void operator()(const ev::GroupMemberInvited& e) {
    const Row group_row = group(e.group);
    const Row person_row = person(e.person);
    const Row row = s_.memberships.append({.group = group_row, .person = person_row, .changed_at = at_});
    s_.membership_of.put(pair_key(group_row, person_row), row);
    Group& g = s_.groups.edit(group_row);
    KONTOR_ASSERT(g.active);
    (g.last_member == kNone ? g.first_member : s_.memberships.edit(g.last_member).next_in_group) = row;
    g.last_member = row;
    ++g.members;
    ++s_.people.edit(person_row).groups;
  }
  void operator()(const ev::CommunitySeatGranted& e) {
    KONTOR_ASSERT(e.seat == s_.seats.size() + 1);
    const Row person_row = person(e.person);
    KONTOR_ASSERT(s_.people[person_row].seat == kNone);
    const Row community_row = community(e.community);
    Community& c = s_.communities.edit(community_row);
    ++c.used;
    KONTOR_ASSERT(c.unlimited || c.used <= c.pool);  // INV-24
    s_.people.edit(person_row).seat =
        s_.seats.append({.community = community_row, .person = person_row, .changed_at = at_});
  }
  void operator()(const ev::ExistingCommunitySeatUsed& e) {
    KONTOR_ASSERT(s_.people[person(e.person)].seat == e.seat - 1);
    KONTOR_ASSERT(s_.seats[e.seat - 1].phase == SeatPhase::Held);
  }
  void operator()(const ev::GroupMembershipEnded& e) {
    const Row* row = s_.membership_of.find(pair_key(group(e.group), person(e.person)));
    KONTOR_ASSERT(row != nullptr);
    end(*row);
    --s_.groups.edit(group(e.group)).members;
  }
  void operator()(const ev::GroupDeactivated& e) {
    const Row row = group(e.group);
    for (Row m = s_.groups[row].first_member; m != kNone; m = s_.memberships[m].next_in_group)
      if (s_.memberships[m].active) end(m);
    Group& g = s_.groups.edit(row);
    KONTOR_ASSERT(g.members == e.members);
    g.members = 0;
    g.active = false;
    g.ended_at = at_;
  }
  void operator()(const ev::CommunitySeatReleaseScheduled& e) {
    const Row row = held_seat(e.person, e.seat);
    KONTOR_ASSERT(s_.people[s_.seats[row].person].groups == 0);
    Seat& seat = change(row, SeatPhase::Held, SeatPhase::ReleaseScheduled);
    seat.release_at = e.release_at;
    s_.timers.insert(release_timer(s_, row));
  }
  void operator()(const ev::CommunitySeatReleaseCancelled& e) {
    const Row row = held_seat(e.person, e.seat);
    s_.timers.erase(release_timer(s_, row));
    change(row, SeatPhase::ReleaseScheduled, SeatPhase::Held);
  }
  void operator()(const ev::CommunitySeatReleased& e) {
    const Row row = held_seat(e.person, e.seat);
    s_.timers.erase(release_timer(s_, row));
    const Seat& seat = change(row, SeatPhase::ReleaseScheduled, SeatPhase::Released);
    s_.people.edit(seat.person).seat = kNone;
    Community& c = s_.communities.edit(seat.community);
    KONTOR_ASSERT(c.used > 0);
    --c.used;
  }

 private:
  [[nodiscard]] Row community(const CommunityId& id) const {
    const Row row = s_.community_ids.find(id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }
  [[nodiscard]] Row group(const GroupId& id) const {
    const Row row = s_.group_ids.find(id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }
  /// People need no opening: they appear with their first event.
  Row person(const PersonId& id) {
    const Row row = s_.person_ids.intern(id.value);
    if (row == s_.people.size()) s_.people.append({});
    return row;
  }
  [[nodiscard]] Row held_seat(const PersonId& id, ev::SeatNumber number) {
    KONTOR_ASSERT(number >= 1);
    KONTOR_ASSERT(s_.people[person(id)].seat == number - 1);
    return number - 1;
  }
  Seat& change(Row row, SeatPhase from, SeatPhase to) {
    Seat& seat = s_.seats.edit(row);
    KONTOR_ASSERT(seat.phase == from);
    seat.phase = to;
    seat.changed_at = at_;
    return seat;
  }
  void end(Row row) {
    Membership& membership = s_.memberships.edit(row);
    KONTOR_ASSERT(membership.active);
    membership.active = false;
    membership.changed_at = at_;
    Person& person = s_.people.edit(membership.person);
    KONTOR_ASSERT(person.groups > 0);
    --person.groups;
  }

  State& s_;
  Position at_;
};

}  // namespace

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  std::visit(Evolution{state, envelope.position}, event);
}

std::optional<Timer> next_timer(const State& state) {
  const TimerKey* key = state.timers.first();
  if (key == nullptr) return std::nullopt;
  return Timer{.due = key->due, .effective_at = key->due, .stream = key->stream, .row = key->seat};
}

std::vector<Event> fire(const State& state, const Timer& timer) {
  const Seat& seat = state.seats[timer.row];
  KONTOR_ASSERT(seat.phase == SeatPhase::ReleaseScheduled);
  KONTOR_ASSERT(seat.release_at == timer.due);
  return {ev::CommunitySeatReleased{.community = CommunityId(state.community_ids.text(seat.community)),
                                    .seat = timer.row + 1,
                                    .person = PersonId(state.person_ids.text(seat.person))}};
}

void describe(const State& state, Canonical& out) {
  out.add_all(state.names, state.community_ids, state.group_ids, state.person_ids);
  out.add(state.communities.size());
  for (Row r = 0; r < state.communities.size(); ++r) {
    const Community& c = state.communities[r];
    out.add_all(c.stream, c.time_zone, c.unlimited, c.pool, c.used, c.opened_at, c.pool_at);
  }
  out.add(state.groups.size());
  for (Row r = 0; r < state.groups.size(); ++r) {
    const Group& g = state.groups[r];
    out.add_all(g.community, g.active, g.members, g.first_member, g.last_member, g.created_at, g.ended_at);
  }
  out.add(state.people.size());
  for (Row r = 0; r < state.people.size(); ++r) out.add_all(state.people[r].seat, state.people[r].groups);
  out.add(state.memberships.size());
  for (Row r = 0; r < state.memberships.size(); ++r) {
    const Membership& m = state.memberships[r];
    out.add_all(m.group, m.person, m.active, m.next_in_group, m.changed_at);
  }
  out.add(state.seats.size());
  for (Row r = 0; r < state.seats.size(); ++r) {
    const Seat& s = state.seats[r];
    out.add_all(s.community, s.person, s.phase, s.release_at, s.changed_at);
  }
  // The look-up holds nothing of its own but its size; a timer is a scheduled seat.
  out.add_all(state.membership_of.size(), state.timers.size());
}

}  // namespace kontor::rules::communities
