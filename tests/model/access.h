#pragma once
// What the model knows of group access: orders, groups, and every seat that was ever taken. Nothing counted.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/rules/access/commands.h"
#include "events/access.h"
#include "events/core/instant.h"

namespace kontor::model {

enum class OrderState { Placed, Completed, Abandoned, Reversed };
struct AccessOrder {
  access::AccessOrderPlaced placed;
  OrderState state = OrderState::Placed;
};
struct Group {
  access::GroupCreated created;
  std::uint32_t capacity = 0;
  PersonId leader;
  PersonId buyer;
  std::int64_t top_ups = 0;  // paid for
  bool closed = false;
  Instant created_at;
  Instant closed_at;
};
struct Enrolment {
  access::ParticipantEnrolled enrolled;
  Position position = 0;
  Instant since;
  bool active = true;
  bool burnt = false;
  Position removal = 0;
  Instant removed_at;
};
struct SingleAccess {
  OrderId order;
  PersonId person;
  std::string tag;
  Position granted = 0;
  Instant since;
  bool live = true;
  Position revoked = 0;
  Instant until;
};
/// Who leads or led a group: until dismissed.
struct Leader {
  GroupId group;
  PersonId person;
};
/// What was sold or taken back: an order completed, topped up, reversed.
struct Sale {
  access::Event event;
  Position position = 0;
  Instant at;
};
struct Import {
  access::RosterImportStarted started;
  Instant at;
  std::vector<access::RefusedRow> refused;
  std::optional<access::RosterImportFinished> finished;
};

struct Access {
  access::GroupFeatureConfigured settings{.notify_on_enrol = true, .crm_provider = {}};
  std::uint64_t template_rev = 0;
  std::string mail_template;
  std::vector<access::GroupProductRegistered> products;
  std::vector<AccessOrder> orders;
  std::vector<Group> groups;
  std::vector<Enrolment> enrolments;
  std::vector<SingleAccess> singles;
  std::vector<Leader> leaders;
  std::vector<Sale> sales;
  std::vector<Import> imports;

  void take(const access::Event& event, Position position, Instant at);

  [[nodiscard]] const access::GroupProductRegistered* product(const ProductId& id) const;
  [[nodiscard]] AccessOrder* order(const OrderId& id);
  [[nodiscard]] Group* group(const GroupId& id);
  [[nodiscard]] std::uint32_t active_in(const GroupId& group) const;
  [[nodiscard]] std::uint32_t burnt_in(const GroupId& group) const;
  [[nodiscard]] bool member(const GroupId& group, const PersonId& person) const;
  [[nodiscard]] const Enrolment* own_burnt(const GroupId& group, const PersonId& person) const;
  [[nodiscard]] std::uint32_t free_seat(const GroupId& group) const;
  /// Live entitlements of a person to a tag.
  [[nodiscard]] std::uint32_t entitlements(const PersonId& person, const std::string& tag) const;
};

}  // namespace kontor::model
