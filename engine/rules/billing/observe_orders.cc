// What becomes billable by orders of accesses and credits, and by contracts.
#include <algorithm>

#include "engine/rules/billing/growing.h"
#include "events/core/assert.h"

namespace kontor::rules::billing {
namespace {

/// Something that is charged once, at one price.
struct Charge {
  LineKind kind = LineKind::AccessOrder;
  std::string name;
  std::uint32_t number = 0;
  std::string person;
  Part part;
  Currency currency;
};

class ObserveOrders {
 public:
  ObserveOrders(State& state, const Envelope& envelope) : s_(state), envelope_(envelope) {}

  void operator()(const kontor::access::AccessOrderPlaced& e) { place(LineKind::AccessOrder, e.order.value); }
  void operator()(const kontor::access::AccessOrderAbandoned& e) {
    if (const Row row = find(LineKind::AccessOrder, e.order.value); row != kNone)
      s_.items.edit(row).phase = ItemPhase::Nothing;
  }
  void operator()(const kontor::access::AccessOrderCompleted& e) {
    bill_order({.kind = LineKind::AccessOrder,
                .name = e.order.value,
                .number = 0,
                .person = e.buyer.value,
                .part = {e.quantity, e.unit_price},
                .currency = e.currency});
  }
  // A group has the id of its order.
  void operator()(const kontor::access::GroupCapacityIncreased& e) {
    const Row before = find(LineKind::AccessTopUp, e.group.value);
    const Row row = begin({.kind = LineKind::AccessTopUp,
                           .name = e.group.value,
                           .number = before == kNone ? 1 : s_.items[before].number + 1,
                           .person = {},
                           .part = {e.quantity, e.unit_price},
                           .currency = e.currency});
    s_.items.edit(row).sibling = before;
    s_.order_items.put(key(LineKind::AccessTopUp, e.group.value), row);
    become_open(s_, row, envelope_.position, envelope_.effective_at);
  }
  void operator()(const kontor::access::AccessOrderReversed& e) {
    const Row order = find(LineKind::AccessOrder, e.order.value);
    KONTOR_ASSERT(order != kNone);
    const Row newest_top_up = find(LineKind::AccessTopUp, e.order.value);
    take_back(s_, order, envelope_);
    for (Row row = newest_top_up; row != kNone;) {
      const Row before = s_.items[row].sibling;
      take_back(s_, row, envelope_);
      row = before;
    }
  }

  void operator()(const kontor::credits::CreditOrderPlaced& e) {
    place(LineKind::CreditOrder, e.order.value);
  }
  void operator()(const kontor::credits::CreditOrderStatusChanged& e) {
    if (e.status != kontor::credits::OrderStatus::Cancelled) return;
    const Row row = find(LineKind::CreditOrder, e.order.value);
    if (row != kNone && s_.items[row].phase == ItemPhase::Growing)
      s_.items.edit(row).phase = ItemPhase::Nothing;
  }
  void operator()(const kontor::credits::CreditOrderCredited& e) {
    bill_order({.kind = LineKind::CreditOrder,
                .name = e.order.value,
                .number = 0,
                .person = e.user.value,
                .part = {1, e.price},
                .currency = e.currency});
  }
  void operator()(const kontor::credits::CreditOrderReversed& e) {
    const Row row = find(LineKind::CreditOrder, e.order.value);
    KONTOR_ASSERT(row != kNone);
    take_back(s_, row, envelope_);
  }
  // By hand, which may be before it is credited; a run that is closed has marked what it bills before.
  void operator()(const kontor::credits::CreditOrderInvoiced& e) {
    const Row row = find(LineKind::CreditOrder, e.order.value);
    if (row == kNone) return;
    const ItemPhase phase = s_.items[row].phase;
    if (phase == ItemPhase::Open || phase == ItemPhase::Growing) s_.items.edit(row).phase = ItemPhase::Billed;
  }

  void operator()(const kontor::communities::CommunityPoolBooked& e) {
    if (e.price.value == 0) return;
    bill_contract({.kind = LineKind::CommunityPool,
                   .name = e.community.value,
                   .number = 0,
                   .person = {},
                   .part = {1, e.price},
                   .currency = e.currency},
                  envelope_.effective_at);
  }
  void operator()(const kontor::seats::FlatBooked& e) {
    if (e.price.value == 0) return;
    bill_contract({.kind = LineKind::FlatContract,
                   .name = e.campus.value + "/" + e.period.value,
                   .number = 0,
                   .person = {},
                   .part = {1, e.price},
                   .currency = e.currency},
                  std::max(e.from, envelope_.effective_at));
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  [[nodiscard]] std::uint64_t key(LineKind kind, const std::string& name) {
    return pair_key(s_.names.intern(name), static_cast<std::uint32_t>(kind));
  }
  [[nodiscard]] Row find(LineKind kind, const std::string& name) const {
    const Row text = s_.names.find(name);
    const Row* row =
        text == kNone ? nullptr : s_.order_items.find(pair_key(text, static_cast<std::uint32_t>(kind)));
    return row == nullptr ? kNone : *row;
  }
  /// An order that may be billed later.
  void place(LineKind kind, const std::string& name) {
    const Row row = s_.items.append({.kind = kind, .name = s_.names.intern(name)});
    s_.order_items.put(key(kind, name), row);
    rest_on(s_, row, envelope_.position);
  }
  void fill(Row row, const Charge& what) {
    if (!what.person.empty()) s_.items.edit(row).person = s_.names.intern(what.person);
    s_.items.edit(row).number = what.number;
    s_.items.edit(row).currency = what.currency;
    charge(s_, row, what.part);
    rest_on(s_, row, envelope_.position);
  }
  Row begin(const Charge& what) {
    const Row row = s_.items.append({.kind = what.kind, .name = s_.names.intern(what.name)});
    fill(row, what);
    return row;
  }
  void bill_order(const Charge& what) {
    const Row row = find(what.kind, what.name);
    KONTOR_ASSERT(row != kNone);
    fill(row, what);
    if (s_.items[row].phase == ItemPhase::Billed) {  // invoiced by hand before: a line that no run takes
      s_.items.edit(row).position = envelope_.position;
      s_.items.edit(row).effective_at = envelope_.effective_at;
    } else {
      become_open(s_, row, envelope_.position, envelope_.effective_at);
    }
  }
  void bill_contract(const Charge& what, Instant from) {
    become_open(s_, begin(what), envelope_.position, from);
  }

  State& s_;
  const Envelope& envelope_;
};

}  // namespace

void observe_orders(State& state, const Event& event, const Envelope& envelope) {
  ObserveOrders observer(state, envelope);
  if (const auto* seats = std::get_if<kontor::seats::Event>(&event)) std::visit(observer, *seats);
  if (const auto* access = std::get_if<kontor::access::Event>(&event)) std::visit(observer, *access);
  if (const auto* credits = std::get_if<kontor::credits::Event>(&event)) std::visit(observer, *credits);
  if (const auto* pools = std::get_if<kontor::communities::Event>(&event)) std::visit(observer, *pools);
}

}  // namespace kontor::rules::billing
