#pragma once
// The shop of DOMAIN 9.1: one product, one platform, groups that are bought in it.

#include <algorithm>

#include "tests/support/given.h"

namespace kontor::test {

namespace grp = rules::access;

inline const ProductId kProduct{"kurs-a"};
inline const OrderId kOrder{"g-200"};
inline const GroupId kGroup{"g-200"};
inline const OrderId kOtherOrder{"g-300"};
inline const GroupId kOtherGroup{"g-300"};
inline const PersonId kBuyer{"p-buyer"};
constexpr std::string_view kTag = "tag-kurs-a";

/// The commands of group access as the catalog's commands.
template <class C>
[[nodiscard]] rules::Command access_command(C one) {
  return rules::Command(grp::Command(std::move(one)));
}

[[nodiscard]] inline rules::Command configure(grp::ConfigureGroupFeature settings) {
  return access_command(std::move(settings));
}
[[nodiscard]] inline rules::Command product_at(std::int64_t price) {
  return access_command(grp::RegisterGroupProduct{.product = kProduct,
                                                  .unit_price = MinorUnits{price},
                                                  .currency = Currency{},
                                                  .tags = {std::string(kTag)}});
}
[[nodiscard]] inline grp::PlaceAccessOrder group_order(std::uint64_t quantity,
                                                       const OrderId& order = kOrder) {
  return {.order = order,
          .product = kProduct,
          .mode = grp::AccessMode::Group,
          .buyer = kBuyer,
          .quantity = quantity,
          .title = "Mitarbeiter der Spreadmind GmbH",
          .buyer_seat = {}};
}
[[nodiscard]] inline grp::PlaceAccessOrder single_order(const OrderId& order = kOrder) {
  return {.order = order,
          .product = kProduct,
          .mode = grp::AccessMode::Single,
          .buyer = kBuyer,
          .quantity = {},
          .title = {},
          .buyer_seat = {}};
}
[[nodiscard]] inline rules::Command complete(const OrderId& order = kOrder) {
  return access_command(grp::CompleteAccessOrder{.order = order, .payment_ref = "pay-1"});
}
[[nodiscard]] inline people::Contact contact(std::string_view name) {
  return {.email = std::string(name) + "@example.org", .name = std::string(name), .lookup = {}};
}
[[nodiscard]] inline rules::Command enrol(std::string_view name, const GroupId& group = kGroup) {
  return access_command(grp::EnrolParticipant{.group = group, .contact = contact(name)});
}
[[nodiscard]] inline rules::Command remove(const PersonId& person, const GroupId& group = kGroup,
                                           std::string reason = "") {
  return access_command(
      grp::RemoveParticipant{.group = group, .person = person, .reason = std::move(reason)});
}

/// The person with this name's e-mail.
[[nodiscard]] inline PersonId person_named(const Given& given, std::string_view name) {
  people::Contact wanted = contact(name);
  fill_lookup(wanted);
  const auto& people = given.state().people;
  const rules::Row* row = people.by_lookup.find(wanted.lookup);
  EXPECT_NE(row, nullptr) << name << " is not known";
  return row == nullptr ? PersonId("p-nobody") : PersonId(people.names.text(people.persons[*row].name));
}

[[nodiscard]] inline const grp::Group& group_in(const Given& given, const GroupId& id = kGroup) {
  const auto& s = given.state().access;
  return s.groups[s.orders[s.order_ids.find(id.value)].group];
}

/// "9/10" as the management page shows it.
[[nodiscard]] inline std::string seats_left(const Given& given, const GroupId& id = kGroup) {
  const grp::Group& group = group_in(given, id);
  return std::to_string(group.available()) + "/" + std::to_string(group.capacity);
}

/// How many of the recorded events have this name.
[[nodiscard]] inline std::int64_t count_of(const Given& given, std::string_view name) {
  return std::ranges::count_if(given.events(),
                               [&](const RecordedEvent& e) { return type_name(e.body) == name; });
}
[[nodiscard]] inline Position position_named(const Given& given, std::string_view name) {
  const auto& events = given.events();
  const auto at = std::find_if(events.rbegin(), events.rend(),
                               [&](const RecordedEvent& e) { return type_name(e.body) == name; });
  return at == events.rend() ? 0 : at->envelope.position;
}

/// A platform with plan, connection to a CRM, and a product at 10.00 a seat.
inline void open_shop(Given& given) {
  given.done(rules::tenancy::Command(
      rules::tenancy::ChangeTenantPlan{.suite = tenancy::Suite::ExpertSuitePlus, .credits = {}}));
  given.done(configure({.seat_replacement = {},
                        .notify_on_enrol = {},
                        .crm_provider = "crm-1",
                        .crm_state = grp::CrmState::Connected}));
  given.done(product_at(1000));
}

inline void buy_group(Given& given, std::uint64_t quantity, const OrderId& order = kOrder,
                      std::optional<grp::BuyerSeat> buyer = {}) {
  auto placed = group_order(quantity, order);
  placed.buyer_seat = buyer;
  given.done(access_command(placed)).done(complete(order));
}

inline void forbid_replacement(Given& given) {
  given.done(configure({.seat_replacement = grp::SeatReplacement::Forbidden,
                        .notify_on_enrol = {},
                        .crm_provider = {},
                        .crm_state = {}}));
}

}  // namespace kontor::test
