// Which commands about credits are accepted, and what follows (DOMAIN 4.3).

#include <algorithm>
#include <map>
#include <set>

#include "tests/model/world.h"

namespace kontor::model {
namespace {

constexpr std::int64_t kMost = 1'000'000'000;
constexpr std::int64_t kDay = 24 * 3'600 * kNanosecondsPerSecond;

/// One overload a command.
struct Deciding {
  Draft& draft;

  [[nodiscard]] Credits& known() const { return draft.world.credits; }
  [[nodiscard]] bool is(Role role) const { return draft.actor.role == role; }
  [[nodiscard]] bool own(const PersonId& user) const {
    return is(Role::Backend) || (is(Role::Author) && draft.actor.id == user.value);
  }
  void add(credits::Event event) const { draft.add(Event(std::move(event))); }
  /// FeatureNotLicensed while it is off, or no part of the plan.
  [[nodiscard]] No off() const {
    const bool on = draft.world.plan.credits == tenancy::CreditsOption::Included &&
                    known().settings.feature == credits::Feature::On;
    return on ? No() : No(Reason::FeatureNotLicensed);
  }

  No operator()(const rules::credits::ConfigureCredits& c) const {
    if (!is(Role::Operator)) return Reason::ForbiddenRole;
    if (c.feature == credits::Feature::On && draft.world.plan.credits == tenancy::CreditsOption::Excluded)
      return Reason::FeatureNotLicensed;
    credits::CreditFeatureConfigured next = known().settings;
    std::map<std::string, credits::Points> types;
    for (const auto& each : next.auto_accounts) types[each.user_type] = each.start_balance;
    std::set<std::string> seen;
    for (const auto& each : c.auto_accounts) {
      if (each.user_type.empty() || !seen.insert(each.user_type).second) return Reason::InvalidArgument;
      if (each.start_balance > kMost) return Reason::AmountOutOfRange;
      types.erase(each.user_type);
      if (each.beginning == rules::credits::Beginning::WithAccount)
        types[each.user_type] = each.start_balance;
    }
    next.auto_accounts.clear();
    for (const auto& [type, points] : types) next.auto_accounts.push_back({type, points});
    next.feature = c.feature.value_or(next.feature);
    next.order_mode = c.order_mode.value_or(next.order_mode);
    next.payment_note = c.payment_note.value_or(next.payment_note);
    next.alert_address = c.alert_address.value_or(next.alert_address);
    next.republishing = c.republishing.value_or(next.republishing);
    if (c.chargeable) {
      const std::set<credits::ContentType> kinds(c.chargeable->begin(), c.chargeable->end());
      next.chargeable.assign(kinds.begin(), kinds.end());
    }
    if (next == known().settings) return Reason::InvalidArgument;
    ++next.rev;
    add(next);
    return {};
  }

  No operator()(const rules::credits::DefinePackage& c) const {
    if (!is(Role::Operator)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (c.name.empty() || c.name.size() > 200 || c.points == 0) return Reason::InvalidArgument;
    if (c.points > kMost) return Reason::AmountOutOfRange;
    if (c.price.value < 0) return Reason::InvalidArgument;
    if (c.price.value > kMost) return Reason::AmountOutOfRange;
    if (c.currency == kNoCurrency) return Reason::InvalidArgument;
    credits::PackageDefined next{c.package, 1, c.name, c.points, c.price, c.currency};
    if (const Package* before = known().package(c.package)) {
      next.rev = before->now.rev;
      if (!before->retired && before->now == next) return Reason::InvalidArgument;
      ++next.rev;
    }
    add(next);
    return {};
  }

  No operator()(const rules::credits::RetirePackage& c) const {
    if (!is(Role::Operator)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    const Package* package = known().package(c.package);
    if (package == nullptr) return Reason::PackageUnknown;
    if (package->retired) return Reason::PackageRetired;
    add(credits::PackageRetired{c.package});
    return {};
  }

  No operator()(const rules::credits::RegisterUser& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    const User* user = known().user(c.user);
    if (user != nullptr && user->registered) return Reason::AlreadyExists;
    const bool has_account = user != nullptr && user->account != Account::None;
    add(credits::UserRegistered{c.user, c.user_type});
    const auto types = known().settings.auto_accounts;
    for (const auto& each : types) {
      if (each.user_type != c.user_type || has_account) continue;
      add(credits::CreditAccountActivated{c.user});
      if (each.start_balance > 0) add(credits::StartBalanceGranted{c.user, each.start_balance});
    }
    return {};
  }

  No operator()(const rules::credits::ActivateCreditAccount& c) const {
    if (!is(Role::Operator)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (known().active(c.user)) return Reason::AccountAlreadyActive;
    add(credits::CreditAccountActivated{c.user});
    return {};
  }

  No operator()(const rules::credits::DeactivateCreditAccount& c) const {
    if (!is(Role::Operator)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (c.reason.empty()) return Reason::ReasonRequired;
    if (!known().active(c.user)) return Reason::NoCreditAccount;
    add(credits::CreditAccountDeactivated{c.user, c.reason});
    return {};
  }

  void credit(const credits::CreditOrderPlaced& order) const {
    add(credits::CreditOrderCredited{order.order, order.user, order.points, order.price, order.currency});
    add(credits::CreditsAdded{order.user, order.points, order.order});
  }

  No operator()(const rules::credits::PlaceCreditOrder& c) const {
    if (!own(c.user)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (known().order(c.order) != nullptr) return Reason::AlreadyExists;
    if (!known().active(c.user)) return Reason::NoCreditAccount;
    const Package* package = known().package(c.package);
    if (package == nullptr) return Reason::PackageUnknown;
    if (package->retired) return Reason::PackageRetired;
    const credits::PackageDefined& p = package->now;
    const credits::CreditFeatureConfigured settings = known().settings;
    const credits::CreditOrderPlaced placed{c.order, c.user,     c.package,          p.rev, p.name, p.points,
                                            p.price, p.currency, settings.order_mode};
    add(placed);
    draft.add(Event(effects::Event(effects::AlertRequested{
        effects::AlertKind::CreditOrder, "credit-order/" + c.order.value, settings.alert_address})));
    draft.add(Event(effects::Event(effects::OrderMailRequested{c.order, c.user, settings.payment_note})));
    if (settings.order_mode == credits::OrderMode::Automatic) credit(placed);
    return {};
  }

  No operator()(const rules::credits::SetOrderStatus& c) const {
    if (!is(Role::CreditManager)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    const CreditOrder* found = known().order(c.order);
    if (found == nullptr) return Reason::NotFound;
    const bool credited = c.status == rules::credits::NewOrderStatus::Credited;
    if (found->status == credits::OrderStatus::Credited)
      return credited ? Reason::OrderAlreadyCredited : Reason::InvalidStatusTransition;
    if (found->status == credits::OrderStatus::Cancelled) return Reason::OrderCancelled;
    const credits::CreditOrderPlaced placed = found->placed;
    add(credits::CreditOrderStatusChanged{
        c.order, credited ? credits::OrderStatus::Credited : credits::OrderStatus::Cancelled});
    if (credited) credit(placed);
    return {};
  }

  No operator()(const rules::credits::PostManualTransaction& c) const {
    const bool correcting = is(Role::Admin) || is(Role::Support);
    if (draft.at < draft.now ? !correcting : !is(Role::Operator)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (c.points == 0) return Reason::InvalidArgument;
    if (c.reason.empty()) return Reason::ReasonRequired;
    if (c.points > kMost || c.points < -kMost) return Reason::AmountOutOfRange;
    if (!known().active(c.user)) return Reason::NoCreditAccount;
    if (draft.at < known().user(c.user)->since) return Reason::InvalidArgument;
    const bool over = c.points < 0 && known().available(c.user) + c.points < 0;
    if (over && c.force == rules::credits::Force::No) return Reason::InsufficientCredit;
    add(credits::CreditsAdjusted{.user = c.user,
                                 .points = c.points,
                                 .reason = c.reason,
                                 .overdraft = over ? credits::Overdraft::Forced : credits::Overdraft::None});
    return {};
  }

  /// Publishes what a reservation was made for.
  void publish_reserved(const credits::CreditReserved& made) const {
    if (made.points == 0 || !known().active(made.user)) {
      add(credits::CreditReservationReleased{made.content, made.user, made.points,
                                             credits::ReleaseCause::Uncharged});
      add(credits::PublicationAccepted{made.content, made.type, made.user, credits::Charge::Uncharged});
      return;
    }
    add(credits::CreditDebited{made.user, made.points, made.content, credits::DebitSource::Reservation});
    add(credits::PublicationAccepted{made.content, made.type, made.user, credits::Charge::Charged});
  }

  [[nodiscard]] bool costs(const PersonId& user, credits::ContentType type) const {
    return known().active(user) && known().chargeable(type);
  }
  [[nodiscard]] bool once_only() const {
    return known().settings.republishing == credits::Republishing::Free;
  }

  No operator()(const rules::credits::Publish& c) const {
    if (!own(c.user)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (!c.type) return Reason::ContentTypeUnknown;
    if (const Reservation* reservation = known().scheduled(c.content)) {
      const credits::CreditReserved made = reservation->made;
      if (made.user != c.user || made.type != *c.type) return Reason::InvalidArgument;
      publish_reserved(made);
      return {};
    }
    if (once_only() && known().published(c.content)) return Reason::AlreadyPublished;
    if (!costs(c.user, *c.type)) {
      add(credits::PublicationAccepted{c.content, *c.type, c.user, credits::Charge::Uncharged});
      return {};
    }
    if (known().available(c.user) < 1) return Reason::InsufficientCredit;
    add(credits::CreditDebited{c.user, 1, c.content, credits::DebitSource::Balance});
    add(credits::PublicationAccepted{c.content, *c.type, c.user, credits::Charge::Charged});
    return {};
  }

  No operator()(const rules::credits::SaveDraft& c) const {
    if (!own(c.user)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    add(credits::DraftSaved{c.content, c.user});
    return {};
  }

  No operator()(const rules::credits::SchedulePublication& c) const {
    if (!own(c.user)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (!c.type) return Reason::ContentTypeUnknown;
    const Instant expires = c.expires_at.value_or(Instant{c.at.ns + kDay});
    if (c.at < draft.now || expires <= c.at) return Reason::InvalidArgument;
    if (once_only() && known().published(c.content)) return Reason::AlreadyPublished;
    if (known().scheduled(c.content) != nullptr) return Reason::AlreadyExists;
    const bool cost = costs(c.user, *c.type);
    if (cost && known().available(c.user) < 1) return Reason::InsufficientCredit;
    add(credits::CreditReserved{c.content, *c.type, c.user, cost ? 1U : 0U, c.at, expires});
    return {};
  }

  /// The open reservation of a content, or why there is none.
  No reservation_refused(const ContentId& content) const {
    if (known().scheduled(content) != nullptr) return {};
    for (const Reservation& each : known().reservations)
      if (each.made.content == content) return Reason::ReservationAlreadyResolved;
    return Reason::NotFound;
  }

  No operator()(const rules::credits::ConfirmPublication& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (const No no = reservation_refused(c.content)) return no;
    const credits::CreditReserved made = known().scheduled(c.content)->made;
    publish_reserved(made);
    return {};
  }

  No operator()(const rules::credits::CancelScheduled& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (const No no = reservation_refused(c.content)) return no;
    const credits::CreditReserved made = known().scheduled(c.content)->made;
    add(credits::CreditReservationReleased{made.content, made.user, made.points,
                                           credits::ReleaseCause::Cancelled});
    return {};
  }

  No operator()(const rules::credits::ReverseCreditOrder& c) const {
    if (!is(Role::CreditManager)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (c.reason.empty()) return Reason::ReasonRequired;
    const CreditOrder* found = known().order(c.order);
    if (found == nullptr) return Reason::NotFound;
    if (found->status != credits::OrderStatus::Credited || found->reversed)
      return Reason::InvalidStatusTransition;
    const credits::CreditOrderPlaced p = found->placed;
    const bool over = known().available(p.user) < p.points;
    if (over && c.force == rules::credits::Force::No) return Reason::InsufficientCreditToReverse;
    add(credits::CreditOrderReversed{c.order, p.user, p.points, p.price, p.currency, c.reason});
    add(credits::CreditsAdjusted{.user = p.user,
                                 .points = -std::int64_t{p.points},
                                 .cause = credits::AdjustmentCause::OrderReversed,
                                 .reason = c.reason,
                                 .overdraft = over ? credits::Overdraft::Forced : credits::Overdraft::None,
                                 .order = c.order});
    return {};
  }

  No operator()(const rules::credits::RefundPublication& c) const {
    if (!is(Role::Operator)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    if (c.reason.empty()) return Reason::ReasonRequired;
    const Movement* debit = nullptr;
    for (const Movement& each : known().movements)
      if (const auto* e = std::get_if<credits::CreditDebited>(&each.event); e && e->content == c.content)
        debit = &each;
    if (debit == nullptr) return Reason::NotFound;
    for (const Movement& each : known().movements)
      if (const auto* e = std::get_if<credits::CreditsAdjusted>(&each.event);
          e && e->debit == debit->position)
        return Reason::LineAlreadyBilled;
    const credits::CreditsAdjusted back{.user = debit->user,
                                        .points = -debit->points,
                                        .cause = credits::AdjustmentCause::PublicationRefunded,
                                        .reason = c.reason,
                                        .content = c.content,
                                        .debit = debit->position};
    add(back);
    return {};
  }

  No operator()(const rules::credits::MarkOrderInvoiced& c) const {
    if (!is(Role::CreditManager)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    const CreditOrder* order = known().order(c.order);
    if (order == nullptr) return Reason::NotFound;
    if (order->invoice != Invoice::No || order->reversed || order->status == credits::OrderStatus::Cancelled)
      return Reason::InvalidStatusTransition;
    add(credits::CreditOrderInvoiced{c.order, c.ref, order->placed.price, order->placed.currency});
    return {};
  }

  No operator()(const rules::credits::MarkOrderPaid& c) const {
    if (!is(Role::CreditManager)) return Reason::ForbiddenRole;
    if (const No no = off()) return no;
    const CreditOrder* order = known().order(c.order);
    if (order == nullptr) return Reason::NotFound;
    if (order->invoice != Invoice::Sent) return Reason::InvalidStatusTransition;
    add(credits::CreditOrderPaid{c.order, c.ref, order->placed.price, order->placed.currency});
    return {};
  }
};

}  // namespace

No decide(Draft& draft, const rules::credits::Command& command) {
  return std::visit(Deciding{draft}, command);
}

void collect_due(const Credits& credits, std::vector<Due>& due) {
  for (std::size_t i = 0; i < credits.reservations.size(); ++i) {
    const Reservation& each = credits.reservations[i];
    if (!each.open) continue;
    due.push_back({each.made.expires_at, each.made.expires_at, "content/" + each.made.content.value,
                   Due::What::ExpireReservation, i});
  }
}

void expire_reservation(Draft& draft, std::size_t row) {
  const credits::CreditReserved made = draft.world.credits.reservations[row].made;
  draft.add(Event(credits::Event(credits::CreditReservationReleased{made.content, made.user, made.points,
                                                                    credits::ReleaseCause::Expired})));
}

}  // namespace kontor::model
