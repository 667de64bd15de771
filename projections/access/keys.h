#pragma once
// Keys of the rows of group access. Pure; any thread.

#include <cstdint>
#include <string_view>

#include "projections/view_key.h"

namespace kontor::views {

struct AccessKeys {
  const TenantId& tenant;

  [[nodiscard]] ViewKey group(std::string_view group) const { return one(Kind::Group, group); }
  [[nodiscard]] ViewKey participants(std::string_view group) const { return one(Kind::Participant, group); }
  [[nodiscard]] ViewKey participant(std::string_view group, std::string_view person) const {
    return participants(group).text(person);
  }
  [[nodiscard]] ViewKey led_groups(std::string_view person) const { return one(Kind::LedGroup, person); }
  [[nodiscard]] ViewKey led_group(std::string_view person, std::string_view group) const {
    return led_groups(person).text(group);
  }
  [[nodiscard]] ViewKey product(std::string_view product) const { return one(Kind::AccessProduct, product); }
  [[nodiscard]] ViewKey order(std::string_view order) const { return one(Kind::AccessOrder, order); }
  [[nodiscard]] ViewKey order_lines() const { return ViewKey(tenant, Kind::AccessOrderLine); }
  [[nodiscard]] ViewKey order_line(std::uint64_t time, Position position) const {
    return order_lines().number(time).number(position);
  }
  [[nodiscard]] ViewKey tags(std::string_view person) const { return one(Kind::AccessTag, person); }
  [[nodiscard]] ViewKey tag(std::string_view person, std::string_view tag) const {
    return tags(person).text(tag);
  }
  [[nodiscard]] ViewKey entitlements(std::string_view person) const { return one(Kind::Entitlement, person); }
  [[nodiscard]] ViewKey entitlements(std::string_view person, std::string_view tag) const {
    return entitlements(person).text(tag);
  }
  [[nodiscard]] ViewKey entitlement(std::string_view person, std::string_view tag,
                                    std::string_view order) const {
    return entitlements(person, tag).text(order);
  }
  [[nodiscard]] ViewKey mail(Position request) const {
    return ViewKey(tenant, Kind::MailRequest).number(request);
  }
  [[nodiscard]] ViewKey roster(std::string_view import) const { return one(Kind::Roster, import); }
  [[nodiscard]] ViewKey roster_lines(std::string_view import) const { return one(Kind::RosterLine, import); }
  [[nodiscard]] ViewKey roster_line(std::string_view import, std::uint64_t line) const {
    return roster_lines(import).number(line);
  }
  [[nodiscard]] ViewKey roster_of_file(std::string_view group, std::string_view hash) const {
    return one(Kind::RosterOfFile, group).text(hash);
  }

 private:
  [[nodiscard]] ViewKey one(Kind kind, std::string_view part) const {
    return ViewKey(tenant, kind).text(part);
  }
};

}  // namespace kontor::views
