#pragma once
// Keys of the rows about credits. Newest first means the complement of a position. Pure; any thread.

#include <string_view>

#include "projections/rows.h"

namespace kontor::views {

struct CreditKeys {
  const TenantId& tenant;

  [[nodiscard]] ViewKey settings() const { return ViewKey(tenant, Kind::CreditSettings); }
  [[nodiscard]] ViewKey packages() const { return ViewKey(tenant, Kind::CreditPackage); }
  [[nodiscard]] ViewKey package(std::string_view package) const { return packages().text(package); }
  [[nodiscard]] ViewKey accounts() const { return ViewKey(tenant, Kind::CreditAccount); }
  [[nodiscard]] ViewKey account(std::string_view user) const { return accounts().text(user); }
  [[nodiscard]] ViewKey transactions(std::string_view user) const {
    return ViewKey(tenant, Kind::CreditTransaction).text(user);
  }
  [[nodiscard]] ViewKey transaction(std::string_view user, Position position) const {
    return transactions(user).number(~position);
  }
  [[nodiscard]] ViewKey order(std::string_view order) const {
    return ViewKey(tenant, Kind::CreditOrder).text(order);
  }
  [[nodiscard]] ViewKey steps(std::string_view order) const {
    return ViewKey(tenant, Kind::CreditOrderStep).text(order);
  }
  [[nodiscard]] ViewKey step(std::string_view order, Position position) const {
    return steps(order).number(position);
  }
  // Lists of orders: the number, then the order's id. Rows without content.
  [[nodiscard]] ViewKey orders_of(std::string_view user) const {
    return ViewKey(tenant, Kind::CreditOrderOfUser).text(user);
  }
  [[nodiscard]] ViewKey orders_by_age() const { return ViewKey(tenant, Kind::CreditOrderByAge); }
  [[nodiscard]] ViewKey orders_credited() const { return ViewKey(tenant, Kind::CreditOrderCredited); }
};

}  // namespace kontor::views
