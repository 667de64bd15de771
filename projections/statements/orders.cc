// What becomes billable by orders of accesses and credits, and by contracts.
#include <algorithm>
#include <variant>

#include "projections/statements/billable.h"

namespace kontor::views {
namespace {

class BillableOrders {
 public:
  BillableOrders(const Envelope& envelope, ViewWriter& rows) : envelope_(envelope), rows_(rows) {}

  void operator()(const access::AccessOrderPlaced& e) { place(LineKind::AccessOrder, e.order.value); }
  void operator()(const access::AccessOrderCompleted& e) {
    Line line = line_of(LineKind::AccessOrder, e.order.value, {e.quantity, e.unit_price}, e.currency);
    line.person = e.buyer.value;
    bill_order(e.order.value, std::move(line));
  }
  void operator()(const access::GroupCapacityIncreased& e) {
    const ViewKey key = keys().order(LineKind::AccessTopUp, e.group.value);
    const auto before = rows_.find<wire::BillingOrderCard>(key);
    const std::uint32_t number = (before ? before->read().getItems().size() : 0) + 1;
    Line line = line_of(LineKind::AccessTopUp, e.group.value + "/" + std::to_string(number),
                        {e.quantity, e.unit_price}, e.currency);
    line.number = number;
    create_line(rows_, line);
    rows_.edit<wire::BillingOrderCard>(key, [&](wire::BillingOrderCard::Builder row) { remember(row); });
  }
  void operator()(const access::AccessOrderReversed& e) {
    take_back(LineKind::AccessOrder, e.order.value);
    take_back(LineKind::AccessTopUp, e.order.value);
  }

  void operator()(const credits::CreditOrderPlaced& e) { place(LineKind::CreditOrder, e.order.value); }
  void operator()(const credits::CreditOrderCredited& e) {
    Line line = line_of(LineKind::CreditOrder, e.order.value, {1, e.price}, e.currency);
    line.person = e.user.value;
    bill_order(e.order.value, std::move(line));
  }
  void operator()(const credits::CreditOrderReversed& e) { take_back(LineKind::CreditOrder, e.order.value); }
  void operator()(const credits::CreditOrderInvoiced& e) {
    rows_.change<wire::BillingOrderCard>(
        keys().order(LineKind::CreditOrder, e.order.value),
        [&](wire::BillingOrderCard::Builder row) { row.setSettledPosition(envelope_.position); });
  }

  void operator()(const communities::CommunityPoolBooked& e) {
    if (e.price.value != 0)
      create_line(rows_, line_of(LineKind::CommunityPool, e.community.value, {1, e.price}, e.currency));
  }
  void operator()(const seats::FlatBooked& e) {
    if (e.price.value == 0) return;
    Line line =
        line_of(LineKind::FlatContract, e.campus.value + "/" + e.period.value, {1, e.price}, e.currency);
    line.effective_at = std::max(e.from, envelope_.effective_at);
    create_line(rows_, line);
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  [[nodiscard]] BillingKeys keys() const { return BillingKeys{rows_.tenant()}; }

  [[nodiscard]] Line line_of(LineKind kind, std::string entity, rules::billing::Part part,
                             const Currency& currency) const {
    Line line;
    line.kind = kind;
    line.entity = std::move(entity);
    line.position = envelope_.position;
    line.effective_at = envelope_.effective_at;
    line.currency = currency;
    line.evidence = {envelope_.position};
    charge(line, part);
    return line;
  }
  void place(LineKind kind, const std::string& order) {
    rows_.create<wire::BillingOrderCard>(keys().order(kind, order), [&](wire::BillingOrderCard::Builder row) {
      row.setPlaced(envelope_.position);
    });
  }
  void remember(wire::BillingOrderCard::Builder row) {
    const auto before = row.disownItems();
    const auto known = before.getReader();
    auto items = row.initItems(known.size() + 1);
    for (unsigned i = 0; i < known.size(); ++i) items.set(i, known[i]);
    items.set(known.size(), envelope_.position);
  }
  void bill_order(const std::string& order, Line line) {
    const ViewKey key = keys().order(line.kind, order);
    const auto card = rows_.require<wire::BillingOrderCard>(key);
    line.evidence = {card.read().getPlaced(), envelope_.position};
    create_line(rows_, line);
    rows_.change<wire::BillingOrderCard>(key, [&](wire::BillingOrderCard::Builder row) { remember(row); });
  }
  void take_back(LineKind kind, const std::string& order) {
    const auto card = rows_.find<wire::BillingOrderCard>(keys().order(kind, order));
    if (!card) return;
    std::uint32_t number = kind == LineKind::AccessTopUp ? 1 : 0;
    for (const Position position : card->read().getItems()) {
      take_back_line(rows_, {kind, position, number}, envelope_);
      ++number;
    }
  }

  const Envelope& envelope_;
  ViewWriter& rows_;
};

}  // namespace

void apply_orders(const RecordedEvent& event, ViewWriter& rows) {
  BillableOrders orders(event.envelope, rows);
  if (const auto* seats = std::get_if<seats::Event>(&event.body)) std::visit(orders, *seats);
  if (const auto* access = std::get_if<access::Event>(&event.body)) std::visit(orders, *access);
  if (const auto* credits = std::get_if<credits::Event>(&event.body)) std::visit(orders, *credits);
  if (const auto* pools = std::get_if<communities::Event>(&event.body)) std::visit(orders, *pools);
}

}  // namespace kontor::views
