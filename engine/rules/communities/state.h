#pragma once
// What is known of a tenant's communities, their groups and seats. Flat rows; relations are row numbers; rows
// are never erased. Owned by the writer's thread. `..._at` fields are positions, for refusals to point at.

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "engine/rules/journal.h"
#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::rules::communities {

struct Community {
  Row stream = kNone;     // State::names
  Row time_zone = kNone;  // State::names
  bool unlimited = false;
  std::uint32_t pool = 0;  // 0 until one is booked
  std::uint32_t used = 0;  // seats that have not come back, those about to included
  Position opened_at = 0;
  Position pool_at = 0;
};

struct Group {
  Row community = kNone;
  bool active = true;
  std::uint32_t members = 0;
  Row first_member = kNone;  // memberships by time of invitation, also those that have ended
  Row last_member = kNone;
  Position created_at = 0;
  Position ended_at = 0;
};

struct Person {
  Row seat = kNone;          // the one not released; a person holds at most one in the tenant
  std::uint32_t groups = 0;  // active memberships
};

struct Membership {
  Row group = kNone;
  Row person = kNone;
  bool active = true;
  Row next_in_group = kNone;
  Position changed_at = 0;
};

enum class SeatPhase : std::uint8_t { Held, ReleaseScheduled, Released };

/// Row r is seat number r + 1.
struct Seat {
  Row community = kNone;  // that granted it
  Row person = kNone;
  SeatPhase phase = SeatPhase::Held;
  Instant release_at{};  // of a scheduled release
  Position changed_at = 0;
};

/// By due time, then by stream (TB7).
struct TimerKey {
  Instant due;
  std::string_view stream;
  Row seat = kNone;

  friend auto operator<=>(const TimerKey&, const TimerKey&) = default;
};

struct State {
  explicit State(Journal& journal)
      : names(journal),
        community_ids(journal),
        group_ids(journal),
        person_ids(journal),
        communities(journal),
        groups(journal),
        people(journal),
        memberships(journal),
        seats(journal),
        membership_of(journal),
        timers(journal) {}

  Interner names;  // streams and time zones
  // The number of an id is also the number of its row.
  Interner community_ids;
  Interner group_ids;
  Interner person_ids;
  Table<Community> communities;
  Table<Group> groups;
  Table<Person> people;
  Table<Membership> memberships;
  Table<Seat> seats;
  Index<std::uint64_t, Row> membership_of;  // (group, person) → the newest membership
  OrderedSet<TimerKey> timers;

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.names, self.community_ids, self.group_ids, self.person_ids, self.communities,
                    self.groups, self.people, self.memberships, self.seats, self.membership_of, self.timers);
  }
  /// Where the timers' texts lie.
  static const Interner& timer_texts(const State& self) { return self.names; }
};

/// Two rows as one key.
[[nodiscard]] constexpr std::uint64_t pair_key(Row first, Row second) {
  return static_cast<std::uint64_t>(first) << 32 | second;
}

}  // namespace kontor::rules::communities
