// QC1 to QC10 (DOMAIN 4.5).

#include <algorithm>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

constexpr const char* kSettings = "account-settings";

std::vector<const CreditOrder*> newest_first(const Credits& c, auto test) {
  std::vector<const CreditOrder*> found;
  for (const CreditOrder& each : c.orders)
    if (test(each)) found.insert(found.begin(), &each);
  return found;
}

wire::CreditOrderState state_of(const CreditOrder& order) {
  if (order.reversed) return wire::CreditOrderState::REVERSED;
  return static_cast<wire::CreditOrderState>(order.status);
}

void order_row(const Known& k, const CreditOrder& order, wire::CreditOrder::Builder out) {
  const credits::CreditOrderPlaced& p = order.placed;
  out.setOrder(p.order.value);
  out.setUser(p.user.value);
  out.setPackage(p.package.value);
  out.setPackageName(p.package_name);
  out.setPackageRev(p.package_rev);
  out.setPoints(p.points);
  out.setPrice(p.price.value);
  out.setCurrency(std::string(p.currency.text()));
  out.setMode(static_cast<wire::CreditModeOfOrder>(p.mode));
  out.setState(state_of(order));
  out.setBilling(static_cast<wire::CreditBillingState>(order.invoice));
  out.setPlacedAt(order.at.ns);
  out.setPlacedPosition(order.position);
  out.setCreditedAt(order.credited_at.ns);
  out.setCreditedPosition(order.credited);
  out.setInvoiceRef(order.invoice_ref);
  out.setPaymentRef(order.payment_ref);
  const std::int64_t age = (k.at.ns - order.at.ns) / kNanosecondsPerSecond;
  out.setAgeSeconds(age < 0 ? 0 : static_cast<std::uint64_t>(age));
}

void order_rows(const Known& k, const std::vector<const CreditOrder*>& orders, auto init) {
  auto rows = init(static_cast<unsigned>(orders.size()));
  for (unsigned i = 0; i < orders.size(); ++i) order_row(k, *orders[i], rows[i]);
}

/// What a movement of points was, one overload an event.
struct Describing {
  wire::CreditTransaction::Builder out;

  void operator()(const credits::StartBalanceGranted&) {
    out.setKind(wire::CreditTransactionKind::START_BALANCE);
  }
  void operator()(const credits::CreditsAdded& e) {
    out.setKind(wire::CreditTransactionKind::ORDER);
    out.setOrder(e.order.value);
  }
  void operator()(const credits::CreditDebited& e) {
    out.setKind(wire::CreditTransactionKind::PUBLICATION);
    out.setContent(e.content.value);
  }
  void operator()(const credits::CreditsAdjusted& e) {
    const wire::CreditTransactionKind kinds[] = {wire::CreditTransactionKind::MANUAL,
                                                 wire::CreditTransactionKind::ORDER_REVERSED,
                                                 wire::CreditTransactionKind::PUBLICATION_REFUNDED};
    out.setKind(kinds[static_cast<int>(e.cause)]);
    out.setOrder(e.order.value);
    out.setContent(e.content.value);
    out.setReason(e.reason);
    out.setForced(e.overdraft == credits::Overdraft::Forced);
  }
  void operator()(const auto&) {}
};

std::vector<std::pair<const Movement*, std::int64_t>> transactions(const Credits& c, const PersonId& user) {
  std::vector<std::pair<const Movement*, std::int64_t>> found;
  std::int64_t balance = 0;
  for (const Movement& each : c.movements) {
    if (each.user != user) continue;
    balance += each.points;
    found.insert(found.begin(), {&each, balance});
  }
  return found;
}

void transaction_rows(const std::vector<std::pair<const Movement*, std::int64_t>>& all, auto init) {
  auto rows = init(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < all.size(); ++i) {
    const auto& [movement, balance] = all[i];
    rows[i].setPosition(movement->position);
    rows[i].setAt(movement->at.ns);
    rows[i].setRecordedAt(movement->recorded_at.ns);
    rows[i].setPoints(movement->points);
    rows[i].setBalance(balance);
    std::visit(Describing{rows[i]}, movement->event);
  }
}

wire::CreditAccountState account_state(const Credits& c, const PersonId& id) {
  const User* user = c.user(id);
  return user == nullptr ? wire::CreditAccountState::NONE
                         : static_cast<wire::CreditAccountState>(user->account);
}

bool pending(const CreditOrder& order) { return order.status == credits::OrderStatus::Placed; }

void account_row(const Credits& c, const PersonId& id, wire::CreditAccount::Builder out) {
  out.setUser(id.value);
  out.setState(account_state(c, id));
  out.setBalance(c.balance(id));
  out.setReserved(static_cast<std::uint64_t>(c.reserved(id)));
  std::uint64_t orders = 0;
  std::uint64_t waiting = 0;
  for (const CreditOrder& each : c.orders) {
    if (each.placed.user != id) continue;
    ++orders;
    if (pending(each)) ++waiting;
  }
  out.setOrders(orders);
  out.setPendingOrders(waiting);
  out.setTransactions(transactions(c, id).size());
  if (const User* user = c.user(id)) {
    out.setUserType(user->type);
    out.setLastActivity(user->last_at.ns);
    out.setLastActivityPosition(user->last);
  }
}

void menu(const Credits& c, const PersonId& user, wire::MenuBalance::Builder out) {
  out.setUser(user.value);
  out.setAccount(account_state(c, user));
  out.setBalance(c.balance(user));
  out.setReserved(static_cast<std::uint64_t>(c.reserved(user)));
  out.setAvailable(c.available(user));
  out.setLink(kSettings);
}

void overview(const Known& k, const PersonId& user, wire::CreditOverview::Builder out) {
  const Credits& c = k.world.credits;
  account_row(c, user, out.initAccount());
  out.setAvailable(c.available(user));
  auto orders = newest_first(c, [&](const CreditOrder& each) { return each.placed.user == user; });
  orders.resize(std::min<std::size_t>(orders.size(), 3));
  order_rows(k, orders, [&](unsigned n) { return out.initLastOrders(n); });
  auto last = transactions(c, user);
  last.resize(std::min<std::size_t>(last.size(), 3));
  transaction_rows(last, [&](unsigned n) { return out.initLastTransactions(n); });
}

void packages(const Credits& c, wire::PackagesQuestion::Reader q, wire::PackageList::Builder out) {
  std::vector<Package> found;
  for (const Package& each : c.packages)
    if (q.getAll() || !each.retired) found.push_back(each);
  std::sort(found.begin(), found.end(),
            [](const Package& a, const Package& b) { return a.now.package < b.now.package; });
  auto rows = out.initPackages(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < found.size(); ++i) {
    rows[i].setPackage(found[i].now.package.value);
    rows[i].setRev(found[i].now.rev);
    rows[i].setName(found[i].now.name);
    rows[i].setPoints(found[i].now.points);
    rows[i].setPrice(found[i].now.price.value);
    rows[i].setCurrency(std::string(found[i].now.currency.text()));
    rows[i].setRetired(found[i].retired);
  }
}

void card(const World& world, const PersonId& user, wire::ConversionCard::Builder out) {
  const Credits& c = world.credits;
  const bool on =
      world.plan.credits == tenancy::CreditsOption::Included && c.settings.feature == credits::Feature::On;
  out.setUser(user.value);
  out.setBalance(c.balance(user));
  out.setShow(on && c.active(user) && c.balance(user) <= 0);
  out.setLink(kSettings);
  for (const CreditOrder& each : c.orders)
    if (each.placed.user == user && pending(each)) out.setPendingOrder(true);
}

void administration(const Known& k, wire::OrderFilterQuestion::Reader q,
                    wire::OrderAdministration::Builder out) {
  const auto wanted = [&](const CreditOrder& each) {
    if (q.getState() != wire::OrderStateFilter::ANY &&
        static_cast<int>(q.getState()) != static_cast<int>(state_of(each)) + 1)
      return false;
    if (q.getBilling() != wire::BillingStateFilter::ANY &&
        static_cast<int>(q.getBilling()) != static_cast<int>(each.invoice) + 1)
      return false;
    if (q.getUser().size() != 0 && each.placed.user.value != q.getUser().cStr()) return false;
    return q.getPackage().size() == 0 || each.placed.package.value == q.getPackage().cStr();
  };
  order_rows(k, newest_first(k.world.credits, wanted), [&](unsigned n) { return out.initOrders(n); });
}

void accounts(const Credits& c, wire::AccountAdministration::Builder out) {
  std::vector<PersonId> found;
  for (const User& each : c.users)
    if (each.account != Account::None) found.push_back(each.id);
  std::sort(found.begin(), found.end());
  auto rows = out.initAccounts(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < found.size(); ++i) account_row(c, found[i], rows[i]);
}

void uninvoiced(const Known& k, wire::UninvoicedQuestion::Reader q, wire::UninvoicedOrders::Builder out) {
  std::vector<const CreditOrder*> found;
  for (const CreditOrder& each : k.world.credits.orders) {
    if (each.status != credits::OrderStatus::Credited || each.reversed || each.invoice != Invoice::No)
      continue;
    if (q.getCutoff() == 0 || each.credited_at.ns < q.getCutoff()) found.push_back(&each);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const CreditOrder* a, const CreditOrder* b) { return a->credited < b->credited; });
  order_rows(k, found, [&](unsigned n) { return out.initOrders(n); });
}

/// What Publish would be told for a content that nobody has heard of.
No publish_refused(const World& world, const PersonId& user, wire::PublishedKind kind, std::uint32_t cost) {
  const Credits& c = world.credits;
  if (const Person* person = world.people.person(user); person != nullptr && person->erased)
    return Reason::SubjectErased;
  if (world.plan.credits != tenancy::CreditsOption::Included || c.settings.feature != credits::Feature::On)
    return Reason::FeatureNotLicensed;
  if (kind == wire::PublishedKind::UNSET) return Reason::ContentTypeUnknown;
  if (cost > 0 && c.available(user) < cost) return Reason::InsufficientCredit;
  return {};
}

void can_publish(const World& world, wire::PublishQuestion::Reader q, wire::CanPublish::Builder out) {
  const Credits& c = world.credits;
  const PersonId user(std::string(q.getUser().cStr()));
  const bool named = q.getContentType() != wire::PublishedKind::UNSET;
  const auto type = static_cast<credits::ContentType>(static_cast<int>(q.getContentType()) - 1);
  const std::uint32_t cost = named && c.active(user) && c.chargeable(type) ? 1 : 0;
  const No no = publish_refused(world, user, q.getContentType(), cost);
  out.setUser(user.value);
  out.setAllowed(!no);
  out.setCost(cost);
  out.setAvailable(c.available(user));
  if (no) out.setReason(std::string(reason_info(*no).name));
  out.setDraftAllowed(no != Reason::FeatureNotLicensed && no != Reason::SubjectErased);
  if (no == Reason::InsufficientCredit) out.setLink(kSettings);
}

No detail(const Known& k, const OrderId& id, wire::OrderDetail::Builder out) {
  const Credits& c = k.world.credits;
  const CreditOrder* found = nullptr;
  for (const CreditOrder& each : c.orders)
    if (each.placed.order == id) found = &each;
  if (found == nullptr) return Reason::NotFound;
  order_row(k, *found, out.initOrder());
  std::vector<const OrderStep*> steps;
  for (const OrderStep& each : c.steps)
    if (each.order == id) steps.push_back(&each);
  auto rows = out.initHistory(static_cast<unsigned>(steps.size()));
  for (unsigned i = 0; i < steps.size(); ++i) {
    rows[i].setPosition(steps[i]->position);
    rows[i].setAt(steps[i]->at.ns);
    rows[i].setEvent(steps[i]->event);
    rows[i].setActorRole(std::string(role_name(steps[i]->by.role)));
    rows[i].setActor(steps[i]->by.id);
    rows[i].setDetail(steps[i]->detail);
  }
  return {};
}

}  // namespace

bool answer_credits(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out,
                    No& no) {
  using Q = wire::Query::Question;
  const Credits& c = k.world.credits;
  const auto user = [](auto asked) { return PersonId(std::string(asked.getUser().cStr())); };
  no = {};
  switch (q.which()) {
    case Q::MENU_BALANCE: menu(c, user(q.getMenuBalance()), out.initMenuBalance()); break;
    case Q::CREDIT_OVERVIEW: overview(k, user(q.getCreditOverview()), out.initCreditOverview()); break;
    case Q::ORDER_LIST: {
      const PersonId asked = user(q.getOrderList());
      auto list = out.initOrderList();
      order_rows(k, newest_first(c, [&](const CreditOrder& each) { return each.placed.user == asked; }),
                 [&](unsigned n) { return list.initOrders(n); });
      break;
    }
    case Q::TRANSACTION_LIST: {
      auto list = out.initTransactionList();
      transaction_rows(transactions(c, user(q.getTransactionList())),
                       [&](unsigned n) { return list.initTransactions(n); });
      break;
    }
    case Q::PACKAGE_LIST: packages(c, q.getPackageList(), out.initPackageList()); break;
    case Q::CONVERSION_CARD: card(k.world, user(q.getConversionCard()), out.initConversionCard()); break;
    case Q::CAN_PUBLISH: can_publish(k.world, q.getCanPublish(), out.initCanPublish()); break;
    case Q::ORDER_DETAIL:
      no = detail(k, OrderId(std::string(q.getOrderDetail().getOrder().cStr())), out.initOrderDetail());
      break;
    case Q::ORDER_ADMINISTRATION:
      administration(k, q.getOrderAdministration(), out.initOrderAdministration());
      break;
    case Q::ACCOUNT_ADMINISTRATION: accounts(c, out.initAccountAdministration()); break;
    case Q::UNINVOICED_ORDERS: uninvoiced(k, q.getUninvoicedOrders(), out.initUninvoicedOrders()); break;
    default: return false;
  }
  return true;
}

}  // namespace kontor::model
