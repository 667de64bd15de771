#pragma once
// What is known of a tenant's packages, credit accounts, orders and contents. Rows are never erased. The
// number of an id is also the number of its row. `..._at` fields are positions, for refusals to point at.
// Owned by the writer's thread.

#include <cstdint>
#include <string_view>
#include <tuple>

#include "engine/rules/journal.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"
#include "events/credits.h"

namespace kontor::rules::credits {

using kontor::credits::Balance;
using kontor::credits::ContentType;
using kontor::credits::OrderMode;
using kontor::credits::Points;

struct Settings {
  kontor::credits::CreditFeatureConfigured now;  // revision 0: never configured
  Position configured_at = 0;
};

struct Package {
  Row name = kNone;  // State::texts
  std::uint64_t rev = 0;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  bool retired = false;
  Position changed_at = 0;
};

enum class AccountPhase : std::uint8_t { None, Active, Inactive };

struct Account {
  AccountPhase phase = AccountPhase::None;
  bool start_granted = false;
  Balance balance = 0;
  std::uint64_t reserved = 0;
  Instant activated_effective{};  // the first time
  Position registered_at = 0;
  Position phase_at = 0;
  Position balance_at = 0;   // newest transaction
  Position reserved_at = 0;  // newest reservation made or ended
};

enum class OrderPhase : std::uint8_t { Placed, Credited, Cancelled, Reversed };
enum class BillingPhase : std::uint8_t { NotInvoiced, Invoiced, Paid };

struct Order {
  Row user = kNone;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  OrderPhase phase = OrderPhase::Placed;
  BillingPhase billing = BillingPhase::NotInvoiced;
  OrderMode mode = OrderMode::Manual;
  Position placed_at = 0;
  Position credited_at = 0;  // 0: not yet; the points of an order are credited once
  Position phase_at = 0;
  Position billing_at = 0;
};

enum class ReservationPhase : std::uint8_t { None, Open, Resolved };

struct Reservation {
  ReservationPhase phase = ReservationPhase::None;
  Row user = kNone;
  Row stream = kNone;  // State::texts, for the order of timers
  ContentType type = ContentType::Article;
  Points points = 0;
  Instant expires_at{};
  Position changed_at = 0;
};

/// There are more of them than of anything else: what few have lies apart.
struct Content {
  Position published_at = 0;  // the first time; 0: never
  Position debited_at = 0;    // the newest debit, which may be given back once; 0: there was none
  Row user = kNone;           // whose debit that was; without one, who published
  Points points = 0;          // of that debit
  Row apart = kNone;          // State::contents_apart
};
static_assert(sizeof(Content) == 32);

/// What few contents have; one row at most.
struct ContentApart {
  Reservation reservation{};  // the newest
  Position refunded_at = 0;   // the newest debit
  Row published_by = kNone;   // the first time, where that cannot be told from the newest debit
  Points published_for = 0;   // that time
};

struct TimerKey {
  Instant due;
  std::string_view stream;
  Row content = kNone;

  friend auto operator<=>(const TimerKey&, const TimerKey&) = default;
};

struct State {
  explicit State(Journal& journal)
      : texts(journal),
        package_ids(journal),
        user_ids(journal),
        order_ids(journal),
        content_ids(journal),
        settings(journal),
        packages(journal),
        accounts(journal),
        orders(journal),
        contents(journal),
        contents_apart(journal),
        timers(journal) {}

  Interner texts;
  Interner package_ids;
  Interner user_ids;
  Interner order_ids;
  Interner content_ids;
  Cell<Settings> settings;
  Table<Package> packages;
  Table<Account> accounts;
  Table<Order> orders;
  Table<Content> contents;
  Table<ContentApart> contents_apart;
  OrderedSet<TimerKey> timers;  // reservations that will expire

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.texts, self.package_ids, self.user_ids, self.order_ids, self.content_ids,
                    self.settings, self.packages, self.accounts, self.orders, self.contents,
                    self.contents_apart, self.timers);
  }
  /// Where the timers' texts lie.
  static const Interner& timer_texts(const State& self) { return self.texts; }
};

}  // namespace kontor::rules::credits
