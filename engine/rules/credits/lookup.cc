#include "engine/rules/credits/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/credits/limits.h"

namespace kontor::rules::credits {
namespace {

template <class T, class Id>
const T* find(const Interner& ids, const Table<T>& rows, const Id& id) {
  const Row row = ids.find(id.value);
  return row == kNone ? nullptr : &rows[row];
}

std::optional<Refusal> feature_off(const Asked& asked) {
  if (asked.unlicensed) return asked.unlicensed;
  const Settings& settings = asked.state.settings.get();
  if (settings.now.feature == Feature::On) return std::nullopt;
  return refuse(Reason::FeatureNotLicensed, "the credit system is switched off",
                {fact("creditFeature", "off")}, positions({settings.configured_at}))
      .value();
}

const ContentApart& apart(const State& state, const Content& content) {
  static constexpr ContentApart kNothing{};
  return content.apart == kNone ? kNothing : state.contents_apart[content.apart];
}

}  // namespace

std::optional<Refusal> refused_to(const Asked& asked, Roles roles) {
  if (!allowed(asked.ctx, roles)) return forbidden(asked.ctx, roles).value();
  return feature_off(asked);
}

std::optional<Refusal> refused_to_user(const Asked& asked, const PersonId& user) {
  const Roles roles{Role::Backend, Role::Author};
  const bool own = asked.ctx.actor.role != Role::Author || asked.ctx.actor.id == user.value;
  if (!allowed(asked.ctx, roles) || !own) return forbidden(asked.ctx, roles).value();
  return feature_off(asked);
}

const Package* find_package(const State& state, const PackageId& package) {
  return find(state.package_ids, state.packages, package);
}
const Account* find_account(const State& state, const PersonId& user) {
  return find(state.user_ids, state.accounts, user);
}
const Order* find_order(const State& state, const OrderId& order) {
  return find(state.order_ids, state.orders, order);
}
const Content* find_content(const State& state, const ContentId& content) {
  return find(state.content_ids, state.contents, content);
}

const Reservation& reservation_of(const State& state, const Content& content) {
  return apart(state, content).reservation;
}

Position refunded_at(const State& state, const Content& content) { return apart(state, content).refunded_at; }

FirstPublication first_publication(const State& state, const Content& content) {
  if (content.published_at == 0) return {};
  const ContentApart& more = apart(state, content);
  if (more.published_by != kNone) return {more.published_by, more.published_for};
  return {content.user, content.points};
}

tl::unexpected<Refusal> no_account(const PersonId& user, const Account* account) {
  const Position because = account == nullptr ? 0 : account->phase_at;
  return refuse(Reason::NoCreditAccount, fmt::format("user {} has no active credit account", user.value),
                {fact("user", user.value)}, positions({because}));
}

tl::unexpected<Refusal> no_order(const OrderId& order) {
  return refuse(Reason::NotFound, fmt::format("there is no credit order {}", order.value),
                {fact("order", order.value)});
}

tl::unexpected<Refusal> reason_required() {
  return refuse(Reason::ReasonRequired, "this needs a reason that the books can show");
}

tl::unexpected<Refusal> invalid(std::string what, std::vector<Fact> facts, std::vector<Position> because) {
  return refuse(Reason::InvalidArgument, std::move(what), std::move(facts), std::move(because));
}

tl::unexpected<Refusal> insufficient(Reason code, const PersonId& user, const Account& account,
                                     std::uint64_t needed) {
  std::vector<Fact> facts{fact("balance", account.balance), fact("reserved", account.reserved),
                          fact("available", available(account)), fact("needed", needed)};
  if (code == Reason::InsufficientCredit) {
    facts.push_back(fact("draft_allowed", "true"));
    facts.push_back(fact("link", "account-settings"));
  }
  return refuse(code,
                fmt::format("user {} has {} points left, {} needed", user.value, available(account), needed),
                std::move(facts),
                positions({account.phase_at, account.balance_at,
                           account.reserved == 0 ? Position{0} : account.reserved_at}));
}

std::optional<Refusal> out_of_range(const Account& account, std::int64_t points) {
  const Balance after = account.balance + points;  // both far from the ends of 64 bits
  // What is reserved may still be debited.
  const Balance lowest = points < 0 ? after - static_cast<Balance>(account.reserved) : after;
  if (-kBalanceMax <= lowest && after <= kBalanceMax) return std::nullopt;
  return refuse(Reason::AmountOutOfRange, "the balance would leave the range of points",
                {fact("balance", account.balance), fact("points", points), fact("max", kBalanceMax)},
                positions({account.balance_at}))
      .value();
}

std::optional<Refusal> too_many(std::uint64_t points) {
  if (points <= kPointsMax) return std::nullopt;
  return refuse(Reason::AmountOutOfRange, fmt::format("{} points are too many at once", points),
                {fact("points", points), fact("max", kPointsMax)})
      .value();
}

std::vector<Position> positions(std::initializer_list<Position> all) {
  std::vector<Position> out(all);
  std::erase(out, Position{0});
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

}  // namespace kontor::rules::credits
