// How commands about credits are made up.

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

PersonId user(Chance& c) { return c.name<PersonId>("p", 5); }
PackageId package(Chance& c) { return c.name<PackageId>("pack", 3); }
OrderId order(Chance& c) { return c.name<OrderId>("co", 8); }
ContentId content(Chance& c) { return c.name<ContentId>("article", 8); }

std::optional<credits::ContentType> type(Chance& c) {
  if (!c.plausible() && c.percent(15)) return {};
  return static_cast<credits::ContentType>(c.dice.below(3));
}

rules::credits::Force force(Chance& c) {
  return c.percent(20) ? rules::credits::Force::Yes : rules::credits::Force::No;
}

OrderId some_order(Chance& c) {
  const auto& all = c.world->credits.orders;
  return all.empty() || c.percent(10) ? order(c) : c.dice.pick(all).placed.order;
}

ContentId some_scheduled(Chance& c) {
  const auto& all = c.world->credits.reservations;
  return all.empty() || c.percent(15) ? content(c) : c.dice.pick(all).made.content;
}

/// The backend, or the author in the own name.
Role sender(Chance& c) { return c.percent(70) ? Role::Backend : Role::Author; }

std::string reason(Chance& c) { return c.percent(c.plausible() ? 97 : 70) ? "somebody asked" : ""; }

std::uint32_t points(Chance& c) {
  if (c.plausible()) return 1 + static_cast<std::uint32_t>(c.dice.below(4));
  const std::uint32_t edges[] = {0, 1, 1'000'000'000, 1'000'000'001};
  return edges[c.dice.below(4)];
}

}  // namespace

Role fill(Chance& c, rules::credits::ConfigureCredits& command) {
  if (c.percent(60)) command.feature = c.percent(93) ? credits::Feature::On : credits::Feature::Off;
  if (c.percent(40)) command.order_mode = static_cast<credits::OrderMode>(c.dice.below(2));
  const std::uint64_t types = c.dice.below(3);
  for (std::uint64_t i = 0; i < types; ++i)
    command.auto_accounts.push_back(
        {c.percent(50) || (c.plausible() && i == 1) ? "company" : "club",
         c.percent(80) ? rules::credits::Beginning::WithAccount : rules::credits::Beginning::WithoutAccount,
         c.percent(30) ? 0 : points(c)});
  if (c.plausible() && types == 2) command.auto_accounts[0].user_type = "club";
  if (c.percent(20)) command.payment_note = c.percent(50) ? "note-1" : "";
  if (c.percent(20)) command.alert_address = c.percent(50) ? "desk-1" : "";
  if (c.percent(15)) {
    command.chargeable.emplace();
    for (int kind = 0; kind < 3; ++kind)
      if (c.percent(70)) command.chargeable->push_back(static_cast<credits::ContentType>(2 - kind));
  }
  if (c.percent(30)) command.republishing = static_cast<credits::Republishing>(c.dice.below(2));
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::DefinePackage& command) {
  command.package = package(c);
  command.name = c.text("ten points", 200);
  command.points = points(c);
  const std::int64_t prices[] = {0, 990, 1'000'000'000, 1'000'000'001, -1};
  command.price.value = prices[c.dice.below(c.plausible() ? 2 : 5)];
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::RetirePackage& command) {
  command.package = package(c);
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::RegisterUser& command) {
  command.user = user(c);
  command.user_type = c.percent(40) ? "company" : c.percent(60) ? "club" : "reader";
  if (!c.plausible() && c.percent(20)) command.user_type.clear();
  return Role::Backend;
}
Role fill(Chance& c, rules::credits::ActivateCreditAccount& command) {
  command.user = user(c);
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::DeactivateCreditAccount& command) {
  command.user = user(c);
  command.reason = reason(c);
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::PlaceCreditOrder& command) {
  command.order = order(c);
  command.user = user(c);
  command.package = package(c);
  return sender(c);
}
Role fill(Chance& c, rules::credits::SetOrderStatus& command) {
  command.order = some_order(c);
  command.status =
      c.percent(75) ? rules::credits::NewOrderStatus::Credited : rules::credits::NewOrderStatus::Cancelled;
  return Role::CreditManager;
}
Role fill(Chance& c, rules::credits::PostManualTransaction& command) {
  command.user = user(c);
  command.points = c.dice.between(-4, 4);
  if (!c.plausible() && c.percent(40)) {
    const std::int64_t edges[] = {0, 1'000'000'000, 1'000'000'001, -1'000'000'000, -1'000'000'001};
    command.points = edges[c.dice.below(5)];
  }
  command.reason = reason(c);
  command.force = force(c);
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::Publish& command) {
  command.content = content(c);
  command.type = type(c);
  command.user = user(c);
  if (const Reservation* made = c.world->credits.scheduled(command.content);
      made != nullptr && c.percent(80)) {
    command.user = made->made.user;
    command.type = made->made.type;
  }
  return sender(c);
}
Role fill(Chance& c, rules::credits::SaveDraft& command) {
  command.content = content(c);
  command.user = user(c);
  return sender(c);
}
Role fill(Chance& c, rules::credits::SchedulePublication& command) {
  command.content = content(c);
  command.type = type(c);
  command.user = user(c);
  command.at =
      c.plausible() ? Instant{c.now.ns + c.dice.between(0, 40) * 3'600 * kNanosecondsPerSecond} : c.moment();
  if (c.percent(50)) command.expires_at = c.later(command.at);
  return sender(c);
}
Role fill(Chance& c, rules::credits::ConfirmPublication& command) {
  command.content = some_scheduled(c);
  return Role::Backend;
}
Role fill(Chance& c, rules::credits::CancelScheduled& command) {
  command.content = some_scheduled(c);
  return Role::Backend;
}
Role fill(Chance& c, rules::credits::ReverseCreditOrder& command) {
  command.order = some_order(c);
  command.reason = reason(c);
  command.force = force(c);
  return Role::CreditManager;
}
Role fill(Chance& c, rules::credits::RefundPublication& command) {
  command.content = content(c);
  command.reason = reason(c);
  return Role::Operator;
}
Role fill(Chance& c, rules::credits::MarkOrderInvoiced& command) {
  command.order = some_order(c);
  command.ref = c.percent(95) ? "invoice-1" : "";
  return Role::CreditManager;
}
Role fill(Chance& c, rules::credits::MarkOrderPaid& command) {
  command.order = some_order(c);
  command.ref = c.percent(95) ? "payment-1" : "";
  return Role::CreditManager;
}

}  // namespace kontor::model
