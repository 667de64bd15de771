#pragma once
// What is known of a tenant's settings, products, orders, groups and participants. Flat rows; relations are
// row numbers; rows are never erased. Owned by the writer's thread. `..._at` fields are positions of the
// events that matter, for refusals to point at.

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "engine/rules/journal.h"
#include "events/access.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::rules::access {

using kontor::access::AccessMode;
using kontor::access::CrmState;
using kontor::access::SeatReplacement;

/// Settings of the platform (DOMAIN 2.2).
struct Settings {
  SeatReplacement seat_replacement = SeatReplacement::Allowed;
  bool notify_on_enrol = true;
  std::string crm_provider;
  CrmState crm_state = CrmState::None;
  std::uint64_t rev = 0;
  Position changed_at = 0;
  std::string mail_template;
  std::uint64_t template_rev = 0;  // 0: the built-in text
};

struct Product {
  MinorUnits unit_price;
  Currency currency;
  Row tag = kNone;  // State::tags
  std::uint64_t rev = 0;
  Position changed_at = 0;
};

enum class OrderPhase : std::uint8_t { Placed, Completed, Abandoned, Reversed };

struct Order {
  Row product = kNone;
  Row buyer = kNone;  // State::person_ids
  AccessMode mode = AccessMode::Group;
  OrderPhase phase = OrderPhase::Placed;
  bool include_buyer = false;
  std::uint32_t quantity = 0;  // as ordered, without top-ups
  MinorUnits unit_price;
  MinorUnits total;
  MinorUnits top_ups;  // paid for later
  Currency currency;
  std::uint64_t price_list_rev = 0;
  std::string title;
  std::string payment_ref;
  Row group = kNone;
  Row tag = kNone;  // of the single access
  Position phase_at = 0;
  Position completed_at = 0;
  CommandId completed_by{};
};

struct Group {
  Row order = kNone;
  Row leader = kNone;  // State::person_ids
  Row tag = kNone;
  std::uint32_t capacity = 0;
  std::uint32_t active = 0;
  std::uint32_t burnt = 0;
  std::uint32_t numbers = 0;  // seats that were ever given a number
  Row first_member = kNone;   // by time of the first enrolment
  Row last_member = kNone;
  Position created_at = 0;
  Position capacity_at = 0;
  Position enrolled_at = 0;  // the newest enrolment
  Position burnt_at = 0;     // the newest removal that burnt a seat
  Position leader_at = 0;
  Position closed_at = 0;  // 0: open

  [[nodiscard]] std::uint32_t available() const { return capacity - active - burnt; }
};

enum class MemberPhase : std::uint8_t { Active, Removed, Burnt };

/// A person in a group, from the first enrolment on.
struct Member {
  Row group = kNone;
  Row person = kNone;
  MemberPhase phase = MemberPhase::Active;
  std::uint32_t seat = 0;   // number in the group; of the burnt seat while one is burnt
  std::uint32_t mails = 0;  // asked for so far
  Row next = kNone;         // of the group
  Position changed_at = 0;
  Instant changed_effective;
};

/// A seat number that was given before and is free again.
using FreeSeat = std::pair<Row, std::uint32_t>;  // group, number

[[nodiscard]] constexpr std::uint64_t pair_key(Row first, Row second) {
  return static_cast<std::uint64_t>(first) << 32 | second;
}

struct State {
  explicit State(Journal& journal)
      : settings(journal),
        product_ids(journal),
        order_ids(journal),
        person_ids(journal),
        tags(journal),
        products(journal),
        orders(journal),
        groups(journal),
        members(journal),
        member_of(journal),
        entitlements(journal),
        burnt_by(journal),
        free_seats(journal),
        imports(journal) {}

  Cell<Settings> settings;
  // The number of an id is also the number of its row.
  Interner product_ids;
  Interner order_ids;
  Interner person_ids;  // without rows
  Interner tags;        // without rows
  Table<Product> products;
  Table<Order> orders;
  Table<Group> groups;
  Table<Member> members;
  Index<std::uint64_t, Row> member_of;               // (group, person)
  Index<std::uint64_t, std::uint32_t> entitlements;  // (person, tag) → live ones; absent: none
  Index<Position, Row> burnt_by;                     // removal → member whose seat it burnt
  OrderedSet<FreeSeat> free_seats;
  Cell<std::uint64_t> imports;  // so far

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.settings, self.product_ids, self.order_ids, self.person_ids, self.tags,
                    self.products, self.orders, self.groups, self.members, self.member_of, self.entitlements,
                    self.burnt_by, self.free_seats, self.imports);
  }
};

}  // namespace kontor::rules::access
