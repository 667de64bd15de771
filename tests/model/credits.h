#pragma once
// What the model knows of the credit system: every movement of points ever made, nothing summed up.

#include <optional>
#include <string>
#include <vector>

#include "engine/rules/credits/commands.h"
#include "events/core/actor.h"
#include "events/credits.h"

namespace kontor::model {

struct Package {
  credits::PackageDefined now;
  bool retired = false;
};
enum class Account { None, Active, Inactive };
struct User {
  PersonId id;
  std::string type;
  bool registered = false;
  Account account = Account::None;
  Instant since;      // of the account
  Position last = 0;  // latest event of the account, and when it is true
  Instant last_at;
};
struct Movement {
  PersonId user;
  std::int64_t points = 0;
  Position position = 0;
  Instant at;
  Instant recorded_at;
  credits::Event event;
};
enum class Invoice { No, Sent, Paid };
struct CreditOrder {
  credits::CreditOrderPlaced placed;
  Position position = 0;
  Instant at;
  credits::OrderStatus status = credits::OrderStatus::Placed;
  bool reversed = false;
  Invoice invoice = Invoice::No;
  Instant credited_at;
  Position credited = 0;
  std::string invoice_ref;
  std::string payment_ref;
};
/// A line in the history of an order: whatever belongs to its stream.
struct OrderStep {
  OrderId order;
  Position position = 0;
  Instant at;
  std::string event;
  Actor by;
  std::string detail;  // reason, reference, or what failed
};
struct Publication {
  credits::PublicationAccepted accepted;
  Position position = 0;
  Instant at;
};
struct Reservation {
  credits::CreditReserved made;
  bool open = true;
};

struct Credits {
  credits::CreditFeatureConfigured settings;
  bool republishing_was_charged = false;  // at any time
  std::vector<Package> packages;
  std::vector<User> users;
  std::vector<Movement> movements;
  std::vector<CreditOrder> orders;
  std::vector<OrderStep> steps;
  std::vector<Publication> publications;
  std::vector<Reservation> reservations;

  void take(const credits::Event& event, Position position, Instant at, Instant recorded_at);

  [[nodiscard]] Package* package(const PackageId& id);
  [[nodiscard]] CreditOrder* order(const OrderId& id);
  [[nodiscard]] const User* user(const PersonId& id) const;
  [[nodiscard]] bool active(const PersonId& id) const;
  [[nodiscard]] std::int64_t balance(const PersonId& id) const;
  [[nodiscard]] std::int64_t reserved(const PersonId& id) const;
  [[nodiscard]] std::int64_t available(const PersonId& id) const { return balance(id) - reserved(id); }
  [[nodiscard]] const Reservation* scheduled(const ContentId& id) const;
  [[nodiscard]] bool published(const ContentId& id) const;
  [[nodiscard]] bool chargeable(credits::ContentType type) const;
};

}  // namespace kontor::model
