#pragma once
// Lines of billing runs as rows, and their keys. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "engine/rules/billing/line.h"
#include "projections/rows.h"

namespace kontor::views {

using rules::billing::Line;
using rules::billing::LineKind;

[[nodiscard]] Line read_line(wire::BillingLine::Reader row);
void write_line(const Line& line, wire::BillingLine::Builder row);

/// Keys of one tenant's billing rows.
struct BillingKeys {
  const TenantId& tenant;

  [[nodiscard]] ViewKey run(std::string_view run) const {
    return ViewKey(tenant, Kind::BillingRunCard).text(run);
  }
  [[nodiscard]] ViewKey runs() const { return ViewKey(tenant, Kind::BillingRunOrder); }
  [[nodiscard]] ViewKey closing() const { return ViewKey(tenant, Kind::BillingClosing); }
  [[nodiscard]] ViewKey items(LineKind kind) const {
    return ViewKey(tenant, Kind::BillingItem).number(static_cast<std::uint64_t>(kind));
  }
  [[nodiscard]] ViewKey item(LineKind kind, Position position, std::uint64_t number) const {
    return items(kind).number(position).number(number);
  }
  [[nodiscard]] ViewKey course(std::string_view course) const {
    return ViewKey(tenant, Kind::BillingCourse).text(course);
  }
  [[nodiscard]] ViewKey seat(std::string_view course, std::uint64_t seat) const {
    return ViewKey(tenant, Kind::BillingSeat).text(course).number(seat);
  }
  [[nodiscard]] ViewKey settlements() const { return ViewKey(tenant, Kind::BillingSettlement); }
  [[nodiscard]] ViewKey settlement(std::string_view course, std::uint64_t run) const {
    return settlements().text(course).number(run);
  }
  [[nodiscard]] ViewKey order(LineKind kind, std::string_view order) const {
    return ViewKey(tenant, Kind::BillingOrder).number(static_cast<std::uint64_t>(kind)).text(order);
  }
};

/// Adds to the newest part if the price is the same.
void charge(Line& line, rules::billing::Part part);
/// Takes one of this price away again, if there is one; an empty part stays in its place.
enum class Which : std::uint8_t { First, Last };
void take_one_away(Line& line, MinorUnits unit_price, Which which);

}  // namespace kontor::views
