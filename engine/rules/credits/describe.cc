// The state of credits in a fixed order, for its digest.
#include "engine/rules/canonical.h"
#include "engine/rules/credits/lookup.h"
#include "engine/rules/credits/rules.h"

namespace kontor::rules::credits {
namespace {

void describe_settings(const Settings& settings, Canonical& out) {
  const auto& s = settings.now;
  out.add_all(s.rev, s.feature, s.order_mode, s.auto_accounts.size());
  for (const auto& account : s.auto_accounts)
    out.add_all(std::string_view(account.user_type), account.start_balance);
  out.add_all(std::string_view(s.payment_note), std::string_view(s.alert_address), s.chargeable.size());
  for (const ContentType type : s.chargeable) out.add(type);
  out.add_all(s.republishing, settings.configured_at);
}
void describe_row(const Package& r, Canonical& out) {
  out.add_all(r.name, r.rev, r.points, r.price, r.currency.text(), r.retired, r.changed_at);
}
void describe_row(const Account& r, Canonical& out) {
  out.add_all(r.phase, r.start_granted, r.balance, r.reserved, r.activated_effective, r.registered_at,
              r.phase_at, r.balance_at, r.reserved_at);
}
void describe_row(const Order& r, Canonical& out) {
  out.add_all(r.user, r.points, r.price, r.currency.text(), r.phase, r.billing, r.mode, r.placed_at,
              r.credited_at, r.phase_at, r.billing_at);
}
void describe_row(const State& state, const Content& r, Canonical& out) {
  const auto [published_by, published_for] = first_publication(state, r);
  out.add_all(r.published_at, published_for, published_by, r.debited_at == 0 ? kNone : r.user, r.points,
              r.debited_at, refunded_at(state, r));
  const Reservation& v = reservation_of(state, r);
  out.add_all(v.phase, v.user, v.stream, v.type, v.points, v.expires_at, v.changed_at);
}

template <class T>
void describe_table(const Table<T>& table, Canonical& out) {
  out.add(table.size());
  for (Row row = 0; row < table.size(); ++row) describe_row(table[row], out);
}

}  // namespace

void describe(const State& state, Canonical& out) {
  out.add_all(state.texts, state.package_ids, state.user_ids, state.order_ids, state.content_ids);
  describe_settings(state.settings.get(), out);
  describe_table(state.packages, out);
  describe_table(state.accounts, out);
  describe_table(state.orders, out);
  out.add(state.contents.size());
  for (Row row = 0; row < state.contents.size(); ++row) describe_row(state, state.contents[row], out);
  out.add(state.timers.size());
  for (const TimerKey& key : state.timers) out.add_all(key.due, key.stream, key.content);
}

}  // namespace kontor::rules::credits
