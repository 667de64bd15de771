#pragma once
// What several decisions ask of the state, and the refusals they share. Pure; the thread that owns the state.

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/rules/credits/decisions.h"
#include "engine/rules/roles.h"

namespace kontor::rules::credits {

using Events = std::vector<Event>;

/// FORBIDDEN_ROLE, then FEATURE_NOT_LICENSED while the feature is off or not in the plan.
[[nodiscard]] std::optional<Refusal> refused_to(const Asked& asked, Roles roles);
/// The same for what users do themselves: an author only in their own name, the backend for everybody.
[[nodiscard]] std::optional<Refusal> refused_to_user(const Asked& asked, const PersonId& user);

/// Nothing when the id was never used.
[[nodiscard]] const Package* find_package(const State& state, const PackageId& package);
[[nodiscard]] const Account* find_account(const State& state, const PersonId& user);
[[nodiscard]] const Order* find_order(const State& state, const OrderId& order);
[[nodiscard]] const Content* find_content(const State& state, const ContentId& content);
/// The newest one; of phase None when there never was one.
[[nodiscard]] const Reservation& reservation_of(const State& state, const Content& content);
/// When the newest debit was given back; 0: it was not.
[[nodiscard]] Position refunded_at(const State& state, const Content& content);
/// Who published it the first time and for how much; nobody and nothing before.
struct FirstPublication {
  Row user = kNone;
  Points points = 0;

  friend bool operator==(const FirstPublication&, const FirstPublication&) = default;
};
[[nodiscard]] FirstPublication first_publication(const State& state, const Content& content);

[[nodiscard]] inline bool is_active(const Account* account) {
  return account != nullptr && account->phase == AccountPhase::Active;
}
/// What may be spent: below 0 after a forced transaction.
[[nodiscard]] inline Balance available(const Account& account) {
  return account.balance - static_cast<Balance>(account.reserved);
}

[[nodiscard]] tl::unexpected<Refusal> no_account(const PersonId& user, const Account* account);
[[nodiscard]] tl::unexpected<Refusal> no_order(const OrderId& order);
[[nodiscard]] tl::unexpected<Refusal> reason_required();
[[nodiscard]] tl::unexpected<Refusal> invalid(std::string what, std::vector<Fact> facts = {},
                                              std::vector<Position> because = {});
/// With the numbers that decided and where the account came to have so little.
[[nodiscard]] tl::unexpected<Refusal> insufficient(Reason code, const PersonId& user, const Account& account,
                                                   std::uint64_t needed);
/// AMOUNT_OUT_OF_RANGE when a balance would leave its limits.
[[nodiscard]] std::optional<Refusal> out_of_range(const Account& account, std::int64_t points);
/// Of one transaction, a package or a start balance.
[[nodiscard]] std::optional<Refusal> too_many(std::uint64_t points);

/// These positions without 0 and duplicates, rising.
[[nodiscard]] std::vector<Position> positions(std::initializer_list<Position> all);

}  // namespace kontor::rules::credits
