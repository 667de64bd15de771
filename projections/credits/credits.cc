#include "projections/credits/credits.h"

#include <algorithm>
#include <variant>

#include "events/core/actor.h"
#include "events/envelope.h"
#include "projections/credits/credit_keys.h"

namespace kontor::views {
namespace {

namespace own = kontor::credits;

/// One event on its way into the rows.
class Entry {
 public:
  Entry(const Envelope& envelope, ViewWriter& rows) : envelope_(envelope), rows_(rows) {}

  void add(const own::CreditFeatureConfigured& e) {
    const auto costs = [&](own::ContentType type) {
      return std::ranges::find(e.chargeable, type) != e.chargeable.end();
    };
    rows_.edit<wire::CreditSettings>(keys().settings(), [&](wire::CreditSettings::Builder row) {
      row.setOn(e.feature == own::Feature::On);
      row.setArticleFree(!costs(own::ContentType::Article));
      row.setSnapshotFree(!costs(own::ContentType::Snapshot));
      row.setEventFree(!costs(own::ContentType::Event));
    });
  }
  void add(const tenancy::TenantPlanChanged& e) {
    rows_.edit<wire::CreditSettings>(keys().settings(), [&](wire::CreditSettings::Builder row) {
      row.setInPlan(e.credits == tenancy::CreditsOption::Included);
    });
  }

  void add(const own::PackageDefined& e) {
    rows_.edit<wire::CreditPackage>(keys().package(e.package.value), [&](wire::CreditPackage::Builder row) {
      row.setPackage(text(e.package.value));
      row.setRev(e.rev);
      row.setName(text(e.name));
      row.setPoints(e.points);
      row.setPrice(e.price.value);
      row.setCurrency(std::string(e.currency.text()));
      row.setRetired(false);
    });
  }
  void add(const own::PackageRetired& e) {
    rows_.change<wire::CreditPackage>(keys().package(e.package.value),
                                      [](wire::CreditPackage::Builder row) { row.setRetired(true); });
  }

  void add(const own::UserRegistered& e) {
    touch(e.user, [&](wire::CreditAccount::Builder row) { row.setUserType(text(e.user_type)); });
  }
  void add(const own::CreditAccountActivated& e) {
    touch(e.user, [](wire::CreditAccount::Builder row) { row.setState(wire::CreditAccountState::ACTIVE); });
  }
  void add(const own::CreditAccountDeactivated& e) {
    touch(e.user, [](wire::CreditAccount::Builder row) { row.setState(wire::CreditAccountState::INACTIVE); });
  }

  void add(const own::StartBalanceGranted& e) {
    book(e.user, e.points, wire::CreditTransactionKind::START_BALANCE, [](auto) {});
  }
  void add(const own::CreditsAdded& e) {
    book(e.user, e.points, wire::CreditTransactionKind::ORDER,
         [&](wire::CreditTransaction::Builder row) { row.setOrder(text(e.order.value)); });
  }
  void add(const own::CreditsAdjusted& e) {
    book(e.user, e.points, kind_of(e.cause), [&](wire::CreditTransaction::Builder row) {
      row.setOrder(text(e.order.value));
      row.setContent(text(e.content.value));
      row.setReason(text(e.reason));
      row.setForced(e.overdraft == own::Overdraft::Forced);
    });
  }
  void add(const own::CreditDebited& e) {
    book(e.user, -static_cast<std::int64_t>(e.points), wire::CreditTransactionKind::PUBLICATION,
         [&](wire::CreditTransaction::Builder row) { row.setContent(text(e.content.value)); });
    if (e.source == own::DebitSource::Reservation) set_aside(e.user, -static_cast<std::int64_t>(e.points));
  }
  void add(const own::CreditReserved& e) { set_aside(e.user, e.points); }
  void add(const own::CreditReservationReleased& e) {
    set_aside(e.user, -static_cast<std::int64_t>(e.points));
  }

  void add(const own::CreditOrderPlaced& e) {
    rows_.create<wire::CreditOrder>(keys().order(e.order.value), [&](wire::CreditOrder::Builder row) {
      row.setOrder(text(e.order.value));
      row.setUser(text(e.user.value));
      row.setPackage(text(e.package.value));
      row.setPackageName(text(e.package_name));
      row.setPackageRev(e.package_rev);
      row.setPoints(e.points);
      row.setPrice(e.price.value);
      row.setCurrency(std::string(e.currency.text()));
      row.setMode(e.mode == own::OrderMode::Automatic ? wire::CreditModeOfOrder::AUTOMATIC
                                                      : wire::CreditModeOfOrder::MANUAL);
      row.setPlacedAt(envelope_.effective_at.ns);
      row.setPlacedPosition(envelope_.position);
    });
    rows_.mark(keys().orders_of(e.user.value).number(~envelope_.position).text(e.order.value));
    rows_.mark(keys().orders_by_age().number(~envelope_.position).text(e.order.value));
    touch(e.user, [](wire::CreditAccount::Builder row) {
      row.setOrders(row.getOrders() + 1);
      row.setPendingOrders(row.getPendingOrders() + 1);
    });
  }
  void add(const own::CreditOrderStatusChanged& e) {
    // Crediting has an event of its own.
    if (e.status != own::OrderStatus::Cancelled) return;
    change_order(e.order,
                 [](wire::CreditOrder::Builder row) { row.setState(wire::CreditOrderState::CANCELLED); });
    decided(PersonId(user_of(e.order)));
  }
  void add(const own::CreditOrderCredited& e) {
    change_order(e.order, [&](wire::CreditOrder::Builder row) {
      row.setState(wire::CreditOrderState::CREDITED);
      row.setCreditedAt(envelope_.effective_at.ns);
      row.setCreditedPosition(envelope_.position);
    });
    rows_.mark(keys().orders_credited().number(envelope_.position).text(e.order.value));
    decided(e.user);
  }
  void add(const own::CreditOrderReversed& e) {
    change_order(e.order,
                 [](wire::CreditOrder::Builder row) { row.setState(wire::CreditOrderState::REVERSED); });
  }
  void add(const own::CreditOrderInvoiced& e) {
    change_order(e.order, [&](wire::CreditOrder::Builder row) {
      row.setBilling(wire::CreditBillingState::INVOICED);
      row.setInvoiceRef(text(e.ref));
    });
  }
  void add(const own::CreditOrderPaid& e) {
    change_order(e.order, [&](wire::CreditOrder::Builder row) {
      row.setBilling(wire::CreditBillingState::PAID);
      row.setPaymentRef(text(e.ref));
    });
  }
  template <class E>
  void add(const E&) {}  // shown nowhere but in the history of an order

  /// One line in the history of the order that the event belongs to.
  void step(std::string_view order, std::string_view kind, const std::string& detail) {
    rows_.create_for_good<wire::CreditOrderStep>(
        keys().step(order, envelope_.position), [&](wire::CreditOrderStep::Builder row) {
          row.setPosition(envelope_.position);
          row.setAt(envelope_.effective_at.ns);
          row.setEvent(std::string(kind));
          row.setActorRole(std::string(role_name(envelope_.actor.role)));
          row.setActor(text(envelope_.actor.id));
          row.setDetail(text(detail));
        });
  }

 private:
  [[nodiscard]] CreditKeys keys() const { return CreditKeys{rows_.tenant()}; }

  static wire::CreditTransactionKind kind_of(own::AdjustmentCause cause) {
    switch (cause) {
      case own::AdjustmentCause::Manual: break;
      case own::AdjustmentCause::OrderReversed: return wire::CreditTransactionKind::ORDER_REVERSED;
      case own::AdjustmentCause::PublicationRefunded:
        return wire::CreditTransactionKind::PUBLICATION_REFUNDED;
    }
    return wire::CreditTransactionKind::MANUAL;
  }

  template <class Change>
  void touch(const PersonId& user, const Change& change) {
    rows_.edit<wire::CreditAccount>(keys().account(user.value), [&](wire::CreditAccount::Builder row) {
      row.setUser(text(user.value));
      // A correction that has been true since earlier is no newer activity.
      if (envelope_.effective_at.ns >= row.getLastActivity()) {
        row.setLastActivity(envelope_.effective_at.ns);
        row.setLastActivityPosition(envelope_.position);
      }
      change(row);
    });
  }
  template <class Fill>
  void book(const PersonId& user, std::int64_t points, wire::CreditTransactionKind kind, const Fill& fill) {
    std::int64_t balance = 0;
    touch(user, [&](wire::CreditAccount::Builder row) {
      balance = row.getBalance() + points;
      row.setBalance(balance);
      row.setTransactions(row.getTransactions() + 1);
    });
    rows_.create_for_good<wire::CreditTransaction>(keys().transaction(user.value, envelope_.position),
                                                   [&](wire::CreditTransaction::Builder row) {
                                                     row.setPosition(envelope_.position);
                                                     row.setAt(envelope_.effective_at.ns);
                                                     row.setRecordedAt(envelope_.recorded_at.ns);
                                                     row.setKind(kind);
                                                     row.setPoints(points);
                                                     row.setBalance(balance);
                                                     fill(row);
                                                   });
  }
  void set_aside(const PersonId& user, std::int64_t points) {
    touch(user, [&](wire::CreditAccount::Builder row) {
      row.setReserved(row.getReserved() +
                      static_cast<std::uint64_t>(points));  // wraps for what is given back
    });
  }
  template <class Change>
  void change_order(const OrderId& order, const Change& change) {
    rows_.change<wire::CreditOrder>(keys().order(order.value), change);
  }
  [[nodiscard]] std::string user_of(const OrderId& order) {
    return std::string(view(rows_.require<wire::CreditOrder>(keys().order(order.value)).read().getUser()));
  }
  /// An order of the user does not wait any more.
  void decided(const PersonId& user) {
    touch(user, [](wire::CreditAccount::Builder row) { row.setPendingOrders(row.getPendingOrders() - 1); });
  }

  const Envelope& envelope_;
  ViewWriter& rows_;
};

/// What the history of an order says beside the kind of event.
std::string detail_of(const Event& event) {
  const auto of = [](const auto& e) -> std::string {
    if constexpr (requires { e.reason; })
      return e.reason;
    else if constexpr (requires { e.ref; })
      return e.ref;
    else if constexpr (requires { e.error; })
      return e.error;
    else
      return {};
  };
  return std::visit([&](const auto& domain) { return std::visit(of, domain); }, event);
}

}  // namespace

void Credits::apply(const RecordedEvent& event, ViewWriter& rows) const {
  Entry entry(event.envelope, rows);
  if (const auto* credits = std::get_if<own::Event>(&event.body))
    std::visit([&](const auto& e) { entry.add(e); }, *credits);
  else if (const auto* tenancy = std::get_if<tenancy::Event>(&event.body))
    std::visit([&](const auto& e) { entry.add(e); }, *tenancy);
  // The mails that an order asked for, and what came of them, are part of its history.
  constexpr std::string_view kOrders = "credit-order/";
  const std::string_view stream = event.envelope.stream;
  if (stream.starts_with(kOrders))
    entry.step(stream.substr(kOrders.size()), type_name(event.body), detail_of(event.body));
}

}  // namespace kontor::views
