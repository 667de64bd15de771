// Publish, SaveDraft, SchedulePublication, ConfirmPublication, CancelScheduled, RefundPublication (DOMAIN 4.3
// C9 to C12, C14).
#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/credits/limits.h"
#include "engine/rules/credits/lookup.h"

namespace kontor::rules::credits {
namespace {

namespace ev = kontor::credits;

/// What a publication of this kind costs this user now: nothing for who is outside of the scheme (C-06) and
/// for kinds that cost nothing.
Points price_of(const State& state, const Account* account, ContentType type) {
  if (!is_active(account)) return 0;
  const auto& chargeable = state.settings.get().now.chargeable;
  return std::ranges::find(chargeable, type) == chargeable.end() ? Points{0} : kPointsOfAPublication;
}

tl::unexpected<Refusal> type_unknown() {
  return refuse(Reason::ContentTypeUnknown, "the kind of content is none of article, snapshot, event");
}

/// A content costs once for its life (C-A1), unless the settings charge for every publication.
std::optional<Refusal> published_already(const State& state, const ContentId& id, const Content* content) {
  if (content == nullptr || content->published_at == 0) return std::nullopt;
  if (state.settings.get().now.republishing == ev::Republishing::Charged) return std::nullopt;
  const auto [user, points] = first_publication(state, *content);
  return refuse(Reason::AlreadyPublished,
                fmt::format("content {} was published before; nothing is charged again", id.value),
                {fact("content", id.value), fact("position", content->published_at),
                 fact("user", state.user_ids.text(user)), fact("points", points)},
                {content->published_at})
      .value();
}

bool is_open(const State& state, const Content* content) {
  return content != nullptr && reservation_of(state, *content).phase == ReservationPhase::Open;
}

/// The events of a publication whose point was reserved.
Events publish_reserved(const State& state, const ContentId& id, const Reservation& reservation) {
  const PersonId user(state.user_ids.text(reservation.user));
  const bool charged = reservation.points > 0 && is_active(&state.accounts[reservation.user]);
  Events events;
  if (charged)
    events.emplace_back(
        ev::Event(ev::CreditDebited{user, reservation.points, id, ev::DebitSource::Reservation}));
  else
    events.emplace_back(
        ev::Event(ev::CreditReservationReleased{id, user, reservation.points, ev::ReleaseCause::Uncharged}));
  events.emplace_back(ev::Event(ev::PublicationAccepted{
      id, reservation.type, user, charged ? ev::Charge::Charged : ev::Charge::Uncharged}));
  return events;
}

/// The open reservation of a content; or why there is none.
tl::expected<const Reservation*, Refusal> open_reservation(const State& state, const ContentId& id) {
  const Content* content = find_content(state, id);
  const Reservation* reservation = content == nullptr ? nullptr : &reservation_of(state, *content);
  if (reservation == nullptr || reservation->phase == ReservationPhase::None)
    return refuse(Reason::NotFound, fmt::format("content {} was never scheduled", id.value),
                  {fact("content", id.value)});
  if (reservation->phase == ReservationPhase::Resolved)
    return refuse(Reason::ReservationAlreadyResolved,
                  fmt::format("the reservation for content {} has been used or released", id.value),
                  {fact("content", id.value)}, {reservation->changed_at});
  return reservation;
}

}  // namespace

Decision<Event> decide_one(const Asked& asked, const Publish& command) {
  if (auto refused = refused_to_user(asked, command.user)) return tl::unexpected(*std::move(refused));
  if (!command.type) return type_unknown();
  const Content* content = find_content(asked.state, command.content);
  if (is_open(asked.state, content)) {
    const Reservation& reservation = reservation_of(asked.state, *content);
    const std::string_view owner = asked.state.user_ids.text(reservation.user);
    if (owner != command.user.value || reservation.type != *command.type)
      return invalid(fmt::format("content {} is scheduled for user {}", command.content.value, owner),
                     {fact("content", command.content.value), fact("user", owner)}, {reservation.changed_at});
    return publish_reserved(asked.state, command.content, reservation);
  }
  if (auto refused = published_already(asked.state, command.content, content))
    return tl::unexpected(*std::move(refused));
  const Account* account = find_account(asked.state, command.user);
  const Points price = price_of(asked.state, account, *command.type);
  if (price == 0)
    return Events{ev::Event(
        ev::PublicationAccepted{command.content, *command.type, command.user, ev::Charge::Uncharged})};
  if (available(*account) < static_cast<Balance>(price))
    return insufficient(Reason::InsufficientCredit, command.user, *account, price);
  return Events{
      ev::Event(ev::CreditDebited{command.user, price, command.content, ev::DebitSource::Balance}),
      ev::Event(ev::PublicationAccepted{command.content, *command.type, command.user, ev::Charge::Charged})};
}

Decision<Event> decide_one(const Asked& asked, const SaveDraft& command) {
  if (auto refused = refused_to_user(asked, command.user)) return tl::unexpected(*std::move(refused));
  return Events{ev::Event(ev::DraftSaved{command.content, command.user})};
}

Decision<Event> decide_one(const Asked& asked, const SchedulePublication& command) {
  if (auto refused = refused_to_user(asked, command.user)) return tl::unexpected(*std::move(refused));
  if (!command.type) return type_unknown();
  const Instant expires_at = command.expires_at.value_or(Instant{command.at.ns + kReservationNanoseconds});
  if (command.at < asked.ctx.now || expires_at <= command.at || !expires_at.valid())
    return invalid("a publication is scheduled from now on, and its reservation ends after it",
                   {fact("now", asked.ctx.now), fact("at", command.at), fact("expiresAt", expires_at)});
  const Content* content = find_content(asked.state, command.content);
  if (auto refused = published_already(asked.state, command.content, content))
    return tl::unexpected(*std::move(refused));
  if (is_open(asked.state, content))
    return refuse(
        Reason::AlreadyExists, fmt::format("content {} is scheduled already", command.content.value),
        {fact("content", command.content.value)}, {reservation_of(asked.state, *content).changed_at});
  const Account* account = find_account(asked.state, command.user);
  const Points price = price_of(asked.state, account, *command.type);
  if (price > 0 && available(*account) < static_cast<Balance>(price))
    return insufficient(Reason::InsufficientCredit, command.user, *account, price);
  return Events{ev::Event(ev::CreditReserved{.content = command.content,
                                             .type = *command.type,
                                             .user = command.user,
                                             .points = price,
                                             .at = command.at,
                                             .expires_at = expires_at})};
}

Decision<Event> decide_one(const Asked& asked, const ConfirmPublication& command) {
  if (auto refused = refused_to(asked, {Role::Backend})) return tl::unexpected(*std::move(refused));
  const auto reservation = open_reservation(asked.state, command.content);
  if (!reservation) return tl::unexpected(reservation.error());
  return publish_reserved(asked.state, command.content, **reservation);
}

Decision<Event> decide_one(const Asked& asked, const CancelScheduled& command) {
  if (auto refused = refused_to(asked, {Role::Backend})) return tl::unexpected(*std::move(refused));
  const auto reservation = open_reservation(asked.state, command.content);
  if (!reservation) return tl::unexpected(reservation.error());
  return Events{ev::Event(ev::CreditReservationReleased{
      command.content, PersonId(asked.state.user_ids.text((*reservation)->user)), (*reservation)->points,
      ev::ReleaseCause::Cancelled})};
}

Decision<Event> decide_one(const Asked& asked, const RefundPublication& command) {
  if (auto refused = refused_to(asked, {Role::Operator})) return tl::unexpected(*std::move(refused));
  if (command.reason.empty()) return reason_required();
  const Content* content = find_content(asked.state, command.content);
  if (content == nullptr || content->debited_at == 0)
    return refuse(Reason::NotFound, fmt::format("nothing was charged for content {}", command.content.value),
                  {fact("content", command.content.value)},
                  positions({content == nullptr ? Position{0} : content->published_at}));
  if (const Position refunded = refunded_at(asked.state, *content); refunded != 0)
    return refuse(Reason::LineAlreadyBilled,
                  fmt::format("the point for content {} was given back already", command.content.value),
                  {fact("content", command.content.value)}, positions({content->debited_at, refunded}));
  if (auto refused = out_of_range(asked.state.accounts[content->user], content->points))
    return tl::unexpected(*std::move(refused));
  return Events{ev::Event(ev::CreditsAdjusted{.user = PersonId(asked.state.user_ids.text(content->user)),
                                              .points = content->points,
                                              .cause = ev::AdjustmentCause::PublicationRefunded,
                                              .reason = command.reason,
                                              .content = command.content,
                                              .debit = content->debited_at})};
}

}  // namespace kontor::rules::credits
