#pragma once
// Orders of accesses, and the seats of their groups, from the events alone. One thread.

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "events/access.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

struct AccessOrder {
  enum class Phase : std::uint8_t { Placed, Completed, Abandoned, Reversed };
  Phase phase = Phase::Placed;
  std::uint32_t quantity = 0;
  MinorUnits unit_price;
  MinorUnits total;
  Currency currency;
  std::uint64_t seats_with_top_ups = 0;
  MinorUnits total_with_top_ups;
};
[[nodiscard]] std::string_view name_of(AccessOrder::Phase phase);

struct AccessGroup {
  std::int64_t capacity = 0;
  std::int64_t active = 0;
  std::int64_t burnt = 0;
  [[nodiscard]] std::int64_t available() const { return capacity - active - burnt; }
};

class AccessBook {
 public:
  [[nodiscard]] Objection take(const access::Event& event) { return std::visit(*this, event); }
  [[nodiscard]] const boost::unordered_flat_map<std::string, AccessOrder>& orders() const { return orders_; }
  [[nodiscard]] const boost::unordered_flat_map<std::string, AccessGroup>& groups() const { return groups_; }

  Objection operator()(const access::AccessOrderPlaced& e);
  Objection operator()(const access::AccessOrderCompleted& e);
  Objection operator()(const access::AccessOrderAbandoned& e);
  Objection operator()(const access::AccessOrderReversed& e);
  Objection operator()(const access::GroupCreated& e);
  Objection operator()(const access::GroupCapacityIncreased& e);
  Objection operator()(const access::ParticipantEnrolled& e);
  Objection operator()(const access::ParticipantRemoved& e);
  Objection operator()(const access::EnrolmentCorrected& e);
  template <class Other>
  Objection operator()(const Other&) {
    return std::nullopt;
  }

 private:
  [[nodiscard]] AccessOrder* order_in(const OrderId& id, AccessOrder::Phase phase);
  struct Change {
    std::int64_t active = 0;
    std::int64_t burnt = 0;
  };
  Objection change(const GroupId& id, Change by);

  boost::unordered_flat_map<std::string, AccessOrder> orders_;
  boost::unordered_flat_map<std::string, AccessGroup> groups_;
};

}  // namespace kontor::verifier
