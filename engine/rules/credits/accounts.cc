// RegisterUser, ActivateCreditAccount, DeactivateCreditAccount, PostManualTransaction (DOMAIN 4.3 C3 to C5,
// C8).
#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/credits/limits.h"
#include "engine/rules/credits/lookup.h"

namespace kontor::rules::credits {

namespace ev = kontor::credits;

Decision<Event> decide_one(const Asked& asked, const RegisterUser& command) {
  if (auto refused = refused_to(asked, {Role::Backend})) return tl::unexpected(*std::move(refused));
  const Account* account = find_account(asked.state, command.user);
  if (account != nullptr && account->registered_at != 0)
    return refuse(Reason::AlreadyExists, fmt::format("user {} is registered already", command.user.value),
                  {fact("user", command.user.value)}, {account->registered_at});
  Events events{ev::Event(ev::UserRegistered{command.user, command.user_type})};
  const auto& accounts = asked.state.settings.get().now.auto_accounts;
  const auto begins = std::ranges::find(accounts, command.user_type, &ev::AutoAccount::user_type);
  // Who has or had an account already keeps it as it is: registering is no way to begin anew.
  const bool had_one = account != nullptr && account->phase != AccountPhase::None;
  if (begins == accounts.end() || had_one) return events;
  events.emplace_back(ev::Event(ev::CreditAccountActivated{command.user}));
  if (begins->start_balance > 0)
    events.emplace_back(ev::Event(ev::StartBalanceGranted{command.user, begins->start_balance}));
  return events;
}

Decision<Event> decide_one(const Asked& asked, const ActivateCreditAccount& command) {
  if (auto refused = refused_to(asked, {Role::Operator})) return tl::unexpected(*std::move(refused));
  if (const Account* account = find_account(asked.state, command.user); is_active(account))
    return refuse(Reason::AccountAlreadyActive,
                  fmt::format("the credit account of user {} is active already", command.user.value),
                  {fact("user", command.user.value)}, {account->phase_at});
  return Events{ev::Event(ev::CreditAccountActivated{command.user})};
}

Decision<Event> decide_one(const Asked& asked, const DeactivateCreditAccount& command) {
  if (auto refused = refused_to(asked, {Role::Operator})) return tl::unexpected(*std::move(refused));
  if (command.reason.empty()) return reason_required();
  const Account* account = find_account(asked.state, command.user);
  if (!is_active(account)) return no_account(command.user, account);
  return Events{ev::Event(ev::CreditAccountDeactivated{command.user, command.reason})};
}

Decision<Event> decide_one(const Asked& asked, const PostManualTransaction& command) {
  // By hand it is the operator's; what has been true since earlier is a correction, as everywhere.
  const Roles by_hand{Role::Operator};
  const Roles correcting{Role::Admin, Role::Support};
  const bool back_dated = asked.ctx.effective_at < asked.ctx.now;
  if (auto refused = refused_to(asked, back_dated ? correcting : by_hand))
    return tl::unexpected(*std::move(refused));
  if (command.points == 0) return invalid("a transaction moves at least one point", {fact("points", 0)});
  if (command.reason.empty()) return reason_required();
  // The smallest number of 64 bits has no positive counterpart.
  const auto size = command.points > 0 ? static_cast<std::uint64_t>(command.points)
                                       : ~static_cast<std::uint64_t>(command.points) + 1;
  if (auto refused = too_many(size)) return tl::unexpected(*std::move(refused));
  const Account* account = find_account(asked.state, command.user);
  if (!is_active(account)) return no_account(command.user, account);
  if (asked.ctx.effective_at < account->activated_effective)
    return invalid(
        "the account did not exist then",
        {fact("effective_at", asked.ctx.effective_at), fact("activated", account->activated_effective)},
        {account->phase_at});
  if (auto refused = out_of_range(*account, command.points)) return tl::unexpected(*std::move(refused));
  const bool overdrawn = command.points < 0 && available(*account) + command.points < 0;
  if (overdrawn && command.force == Force::No)
    return insufficient(Reason::InsufficientCredit, command.user, *account, size);
  return Events{
      ev::Event(ev::CreditsAdjusted{.user = command.user,
                                    .points = command.points,
                                    .reason = command.reason,
                                    .overdraft = overdrawn ? ev::Overdraft::Forced : ev::Overdraft::None})};
}

}  // namespace kontor::rules::credits
