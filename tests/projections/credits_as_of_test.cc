// As of any position the screens of credits say what a naive reading of the log up to there says.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/credits_questions.h"
#include "tests/support/live_history.h"
#include "tests/support/random_credits.h"

namespace kontor::test {
namespace {

constexpr int kSteps = 400;
constexpr int kUsers = 5;
constexpr std::int64_t kHour = 3'600 * kNanosecondsPerSecond;

std::vector<log::Group> random_credit_history(std::uint64_t seed) {
  LiveHistory history;
  RandomCredits random(seed);
  Instant now = berlin("2026-01-02");
  history.done(now, plan_with_credits());
  history.done(now, feature(credits::Feature::On));
  for (const char* name : {"pack-0", "pack-1", "pack-2"})
    history.done(now, of_credits(package_of(2, PackageId(name))));
  for (const char* user : {"u-0", "u-1", "u-2"}) history.done(now, activate(PersonId(user)));
  for (int i = 0; i < kSteps; ++i) {
    now.ns += random.pause_ns() + kHour / 10;
    (void)history.submit(now, random.next(now));
  }
  return one_by_one(history.groups());
}

/// Everything the log said so far, in plain lists.
struct Naive {
  struct Transaction {
    Position position;
    std::int64_t points;
  };
  struct Order {
    std::string id, user;
    Instant placed_at, credited_at;
    Position credited = 0;
    wire::CreditOrderState state = wire::CreditOrderState::PLACED;
    wire::CreditBillingState billing = wire::CreditBillingState::NOT_INVOICED;
    std::size_t steps = 0;
  };
  struct Account {
    wire::CreditAccountState state = wire::CreditAccountState::NONE;
    std::vector<Transaction> transactions;  // oldest first
    std::map<std::string, std::int64_t> reserved;
  };
  std::map<std::string, Account> accounts;
  std::vector<Order> orders;  // oldest first
  std::map<std::string, bool> packages;
  bool on = false;
  std::set<credits::ContentType> chargeable;
  Instant at;

  void read(const RecordedEvent& event) {
    at = event.envelope.effective_at;
    for (Order& order : orders)
      if (event.envelope.stream == "credit-order/" + order.id) ++order.steps;
    if (const auto* own = std::get_if<credits::Event>(&event.body))
      std::visit([&](const auto& e) { take(e, event.envelope.position); }, *own);
  }
  Order& order_of(const OrderId& id) { return *std::ranges::find(orders, id.value, &Order::id); }
  void move(const PersonId& user, std::int64_t points, Position position) {
    accounts[user.value].transactions.push_back({position, points});
  }
  void take(const credits::CreditFeatureConfigured& e, Position) {
    on = e.feature == credits::Feature::On;
    chargeable = {e.chargeable.begin(), e.chargeable.end()};
  }
  void take(const credits::PackageDefined& e, Position) { packages[e.package.value] = true; }
  void take(const credits::PackageRetired& e, Position) { packages[e.package.value] = false; }
  void take(const credits::CreditAccountActivated& e, Position) {
    accounts[e.user.value].state = wire::CreditAccountState::ACTIVE;
  }
  void take(const credits::CreditAccountDeactivated& e, Position) {
    accounts[e.user.value].state = wire::CreditAccountState::INACTIVE;
  }
  void take(const credits::StartBalanceGranted& e, Position p) { move(e.user, e.points, p); }
  void take(const credits::CreditsAdded& e, Position p) { move(e.user, e.points, p); }
  void take(const credits::CreditsAdjusted& e, Position p) { move(e.user, e.points, p); }
  void take(const credits::CreditDebited& e, Position p) {
    move(e.user, -static_cast<std::int64_t>(e.points), p);
    accounts[e.user.value].reserved.erase(e.content.value);
  }
  void take(const credits::CreditReserved& e, Position) {
    accounts[e.user.value].reserved[e.content.value] = e.points;
  }
  void take(const credits::CreditReservationReleased& e, Position) {
    accounts[e.user.value].reserved.erase(e.content.value);
  }
  void take(const credits::CreditOrderPlaced& e, Position) {
    Order order{};
    order.id = e.order.value;
    order.user = e.user.value;
    order.placed_at = at;
    order.steps = 1;
    orders.push_back(order);
  }
  void take(const credits::CreditOrderStatusChanged& e, Position) {
    if (e.status == credits::OrderStatus::Cancelled)
      order_of(e.order).state = wire::CreditOrderState::CANCELLED;
  }
  void take(const credits::CreditOrderCredited& e, Position p) {
    Order& order = order_of(e.order);
    order.state = wire::CreditOrderState::CREDITED;
    order.credited = p;
    order.credited_at = at;
  }
  void take(const credits::CreditOrderReversed& e, Position) {
    order_of(e.order).state = wire::CreditOrderState::REVERSED;
  }
  void take(const credits::CreditOrderInvoiced& e, Position) {
    order_of(e.order).billing = wire::CreditBillingState::INVOICED;
  }
  void take(const credits::CreditOrderPaid& e, Position) {
    order_of(e.order).billing = wire::CreditBillingState::PAID;
  }
  template <class E>
  void take(const E&, Position) {}

  [[nodiscard]] static std::int64_t sum(const Account& account) {
    std::int64_t out = 0;
    for (const Transaction& one : account.transactions) out += one.points;
    return out;
  }
  [[nodiscard]] static std::int64_t reserved(const Account& account) {
    std::int64_t out = 0;
    for (const auto& [content, points] : account.reserved) out += points;
    return out;
  }
};

/// Asks as of one position and compares with the naive reading up to it.
class Compared {
 public:
  Compared(Naive& naive, const views::ViewStore& views, Position position)
      : naive_(naive), views_(views), position_(position) {}

  void all() {
    for (int i = 0; i < kUsers; ++i) user("u-" + std::to_string(i));
    lists();
    for (const Naive::Order& order : naive_.orders) detail(order);
  }

 private:
  [[nodiscard]] Answered said(const Ask& question) const {
    return answered(views_, as_of(position_, question));
  }

  void user(const std::string& user) {
    const Naive::Account& account = naive_.accounts[user];
    const std::int64_t balance = Naive::sum(account);
    const std::int64_t available = balance - Naive::reserved(account);
    const Answered menu = said(menu_balance(user));
    EXPECT_EQ(menu.body().getMenuBalance().getAccount(), account.state);
    EXPECT_EQ(menu.body().getMenuBalance().getBalance(), balance);
    EXPECT_EQ(menu.body().getMenuBalance().getAvailable(), available);
    const bool active = account.state == wire::CreditAccountState::ACTIVE;
    const auto pending = std::ranges::count_if(naive_.orders, [&](const Naive::Order& order) {
      return order.user == user && order.state == wire::CreditOrderState::PLACED;
    });
    const Answered card = said(conversion_card(user));
    EXPECT_EQ(card.body().getConversionCard().getShow(), naive_.on && active && balance <= 0);
    EXPECT_EQ(card.body().getConversionCard().getPendingOrder(), pending > 0);
    const Answered can = said(can_publish(user, wire::PublishedKind::EVENT));
    const bool free = !active || !naive_.chargeable.contains(credits::ContentType::Event);
    EXPECT_EQ(can.body().getCanPublish().getAllowed(), naive_.on && (free || available >= 1));
    transactions(user, account);
    orders_of(user);
  }

  void transactions(const std::string& user, const Naive::Account& account) {
    const Answered answer = said(transaction_list(user));
    const auto rows = answer.body().getTransactionList().getTransactions();
    ASSERT_EQ(rows.size(), account.transactions.size());
    std::int64_t balance = Naive::sum(account);
    for (unsigned i = 0; i < rows.size(); ++i) {
      const auto& wanted = account.transactions[account.transactions.size() - 1 - i];
      EXPECT_EQ(rows[i].getPosition(), wanted.position);
      EXPECT_EQ(rows[i].getPoints(), wanted.points);
      EXPECT_EQ(rows[i].getBalance(), balance);
      balance -= wanted.points;
    }
    const Answered overview = said(credit_overview(user));
    const auto last = overview.body().getCreditOverview().getLastTransactions();
    ASSERT_EQ(last.size(), std::min(rows.size(), 3U));
    for (unsigned i = 0; i < last.size(); ++i) EXPECT_EQ(last[i].getPosition(), rows[i].getPosition());
  }

  template <class Rows>
  std::vector<std::string> ids(const Rows& rows) {
    std::vector<std::string> out;
    for (const auto row : rows) out.emplace_back(row.getOrder());
    return out;
  }
  template <class Wanted>
  std::vector<std::string> newest_first(const Wanted& wanted) {
    std::vector<std::string> out;
    for (auto order = naive_.orders.rbegin(); order != naive_.orders.rend(); ++order)
      if (wanted(*order)) out.push_back(order->id);
    return out;
  }

  void orders_of(const std::string& user) {
    const Answered answer = said(order_list(user));
    EXPECT_EQ(ids(answer.body().getOrderList().getOrders()),
              newest_first([&](const Naive::Order& order) { return order.user == user; }));
  }

  void lists() {
    const Answered placed = said(order_administration(wire::OrderStateFilter::PLACED));
    EXPECT_EQ(ids(placed.body().getOrderAdministration().getOrders()),
              newest_first([](const Naive::Order& o) { return o.state == wire::CreditOrderState::PLACED; }));
    std::vector<Naive::Order> open;
    for (const Naive::Order& order : naive_.orders)
      if (order.state == wire::CreditOrderState::CREDITED &&
          order.billing == wire::CreditBillingState::NOT_INVOICED)
        open.push_back(order);
    std::ranges::sort(open, {}, &Naive::Order::credited);
    std::vector<std::string> oldest_first;
    for (const Naive::Order& order : open) oldest_first.push_back(order.id);
    const Answered uninvoiced = said(uninvoiced_orders());
    EXPECT_EQ(ids(uninvoiced.body().getUninvoicedOrders().getOrders()), oldest_first);
    std::vector<std::string> accounts, in_force, shown_accounts, shown_packages;
    for (const auto& [user, account] : naive_.accounts)
      if (account.state != wire::CreditAccountState::NONE) accounts.push_back(user);
    for (const auto& [package, sold] : naive_.packages)
      if (sold) in_force.push_back(package);
    const Answered administration = said(account_administration());
    for (const auto row : administration.body().getAccountAdministration().getAccounts())
      shown_accounts.emplace_back(row.getUser());
    const Answered packages = said(package_list());
    for (const auto row : packages.body().getPackageList().getPackages())
      shown_packages.emplace_back(row.getPackage());
    EXPECT_EQ(shown_accounts, accounts);
    EXPECT_EQ(shown_packages, in_force);
  }

  void detail(const Naive::Order& order) {
    const Answered answer = said(order_detail(order.id));
    const auto row = answer.body().getOrderDetail().getOrder();
    EXPECT_EQ(row.getState(), order.state);
    EXPECT_EQ(row.getBilling(), order.billing);
    EXPECT_EQ(row.getCreditedPosition(), order.credited);
    EXPECT_EQ(answer.body().getOrderDetail().getHistory().size(), order.steps);
  }

  Naive& naive_;
  const views::ViewStore& views_;
  const Position position_;
};

class CreditsAsOf : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, CreditsAsOf, testing::Values(1, 2, 3));

TEST_P(CreditsAsOf, EveryPositionIsWhatTheLogSaidUpToIt) {
  const std::vector<log::Group> events = random_credit_history(GetParam());
  const DerivedViews whole(events);
  Naive naive;
  for (const log::Group& group : events) {
    const RecordedEvent event = decode(group.slices[0].bytes).value();
    naive.read(event);
    Compared(naive, *whole.store, event.envelope.position).all();
    ASSERT_FALSE(HasFailure()) << "at position " << event.envelope.position << ", " << type_name(event.body);
  }
  EXPECT_GE(naive.orders.size(), 5U) << "the history moves too little to prove anything";
}

}  // namespace
}  // namespace kontor::test
