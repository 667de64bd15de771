#pragma once
// What lies on every credit account, from the events alone (docs/verifier.md). One thread.

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <string>

#include "events/credits.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

struct Account {
  std::int64_t balance = 0;
  std::int64_t reserved = 0;
  [[nodiscard]] std::int64_t available() const { return balance - reserved; }
};

class CreditBook {
 public:
  [[nodiscard]] Objection take(const credits::Event& event) { return std::visit(*this, event); }
  [[nodiscard]] const boost::unordered_flat_map<std::string, Account>& accounts() const { return accounts_; }

  Objection operator()(const credits::CreditAccountActivated& e);
  Objection operator()(const credits::StartBalanceGranted& e);
  Objection operator()(const credits::CreditsAdjusted& e);
  Objection operator()(const credits::CreditOrderPlaced& e);
  Objection operator()(const credits::CreditOrderStatusChanged& e);
  Objection operator()(const credits::CreditOrderCredited& e);
  Objection operator()(const credits::CreditsAdded& e);
  Objection operator()(const credits::CreditOrderReversed& e);
  Objection operator()(const credits::CreditReserved& e);
  Objection operator()(const credits::CreditReservationReleased& e);
  Objection operator()(const credits::CreditDebited& e);
  template <class Other>
  Objection operator()(const Other&) {
    return std::nullopt;
  }

 private:
  enum class Phase : std::uint8_t { Placed, Credited, Cancelled, Reversed };
  struct Order {
    PersonId user;
    credits::Points points = 0;
    MinorUnits price;
    Currency currency;
    Phase phase = Phase::Placed;
    bool added = false;  // its points, to the account
  };
  struct Reservation {
    PersonId user;
    credits::Points points = 0;
  };

  struct Change {
    std::int64_t balance = 0;
    std::int64_t reserved = 0;
  };
  Objection move(const PersonId& user, Change by);
  Objection release(const ContentId& content, const PersonId& user, credits::Points points);
  [[nodiscard]] Order* order_in(const OrderId& id, Phase phase);

  boost::unordered_flat_map<std::string, Account> accounts_;
  boost::unordered_flat_set<std::string> started_;  // users who have had their start balance
  boost::unordered_flat_map<std::string, Order> orders_;
  boost::unordered_flat_map<std::string, Reservation> reservations_;  // by content; open ones
};

}  // namespace kontor::verifier
