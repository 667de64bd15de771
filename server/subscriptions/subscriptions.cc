// docs/subscriptions.md
#include "server/subscriptions/subscriptions.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/protocol/encode.h"
#include "server/subscriptions/log_page.h"

namespace kontor::server {

namespace pr = protocol;

Subscriptions::Subscriptions(SessionId session, const SessionLimits& limits, SessionServices& services,
                             std::string& output)
    : session_(session), limits_(limits), services_(services), output_(output) {}

// What the client says

void Subscriptions::subscribe(Request request, const TenantId& tenant, pr::SubscribeRequest&& wish,
                              Monotonic now) {
  if (all_.size() >= limits_.subscriptions_max)
    return pr::encode_error(
        request,
        {Reason::InvalidArgument,
         fmt::format("{} subscriptions are open on this connection, at most that many", all_.size())},
        output_);
  if (all_.empty()) services_.followers.add(tenant, session_);
  tenant_ = tenant;
  if (wish.group)
    begin_membership(request, wish);
  else
    begin_cursor(request, std::move(wish), now);
  if (all_.empty()) services_.followers.remove(tenant_, session_);
}

void Subscriptions::begin_cursor(Request request, pr::SubscribeRequest&& wish, Monotonic now) {
  const Position head = services_.edge.head(tenant_);
  Cursor cursor{.serial = ++last_serial_,
                .filter = std::make_shared<const pr::EventFilter>(std::move(wish.filter)),
                .next = wish.from == 0 ? head + 1 : wish.from,
                .caught_up_at = head,
                .credits = wish.window,
                .told = 0,
                .told_at = now};
  cursor.told = cursor.next - 1;
  pr::encode_subscribed(request, cursor.next, head, output_);
  // Whoever begins at the head has caught up.
  if (cursor.next > head) tell_progress(request, cursor, now);
  all_.emplace(request, std::move(cursor));
}

void Subscriptions::begin_membership(Request request, const pr::SubscribeRequest& wish) {
  const auto joined = services_.groups.join({session_, request}, tenant_, wish);
  if (!joined) return pr::encode_error(request, joined.error(), output_);
  pr::encode_subscribed(request, joined->from, services_.edge.head(tenant_), output_);
  all_.emplace(request, Membership{joined->member});
}

void Subscriptions::credit(Request request, std::uint32_t items) {
  const auto one = all_.find(request);
  if (one == all_.end()) return;
  if (const auto* membership = std::get_if<Membership>(&one->second)) {
    if (const Status given = services_.groups.credit(membership->member, items); !given)
      end(one, given.error(), Leaving::Saying);
    return;
  }
  auto& cursor = std::get<Cursor>(one->second);
  if (items > pr::kCreditsMax - std::min(cursor.credits, pr::kCreditsMax))
    return end(one,
               Error{Reason::InvalidArgument,
                     fmt::format("more than {} items may not be under way", pr::kCreditsMax)},
               Leaving::Saying);
  cursor.credits += items;
}

void Subscriptions::ack(Request request, const pr::AckRequest& ack) {
  const auto one = all_.find(request);
  if (one == all_.end()) return;
  if (const auto* membership = std::get_if<Membership>(&one->second))
    return services_.groups.ack(membership->member, ack.positions);
  end(one, Error{Reason::InvalidArgument, "only members of a group acknowledge"}, Leaving::Saying);
}

void Subscriptions::park(Request request, pr::ParkRequest&& park) {
  const auto one = all_.find(request);
  if (one == all_.end()) return;
  if (const auto* membership = std::get_if<Membership>(&one->second))
    return services_.groups.park(membership->member, park.position, std::move(park.reason));
  end(one, Error{Reason::InvalidArgument, "only members of a group park events"}, Leaving::Saying);
}

void Subscriptions::cancel(Request request) {
  if (const auto one = all_.find(request); one != all_.end()) end(one, std::nullopt, Leaving::Saying);
}

// What comes back

void Subscriptions::deliver(Request request, PageLetter&& letter, Monotonic now) {
  reading_ = false;
  const auto one = all_.find(request);
  if (one == all_.end()) return;
  auto* cursor = std::get_if<Cursor>(&one->second);
  if (cursor == nullptr || cursor->serial != letter.serial) return;
  if (letter.failure) return end(one, std::move(letter.failure), Leaving::Saying);
  output_ += letter.frames;
  cursor->credits -= letter.items;
  const bool was_behind = cursor->next <= cursor->caught_up_at;
  cursor->next = letter.scanned + 1;
  if (was_behind && cursor->next > cursor->caught_up_at) tell_progress(request, *cursor, now);
}

void Subscriptions::deliver(Request request, GroupLetter&& letter) {
  const auto one = all_.find(request);
  if (one == all_.end()) return;
  const auto* membership = std::get_if<Membership>(&one->second);
  if (membership == nullptr || membership->member != letter.member) return;
  if (letter.failure) return end(one, std::move(letter.failure), Leaving::Saying);
  output_ += letter.frames;
}

// Reading

bool Subscriptions::can_read(const Cursor& cursor) const {
  return cursor.credits > 0 && cursor.next <= services_.edge.head(tenant_);
}

void Subscriptions::advance(Room room) {
  if (reading_ || room == Room::None || all_.empty()) return;
  auto turn = all_.upper_bound(last_read_);
  for (std::size_t i = 0; i < all_.size(); ++i, ++turn) {
    if (turn == all_.end()) turn = all_.begin();
    const auto* cursor = std::get_if<Cursor>(&turn->second);
    if (cursor == nullptr || !can_read(*cursor)) continue;
    last_read_ = turn->first;
    return read(turn->first, *cursor);
  }
}

void Subscriptions::read(Request request, const Cursor& cursor) {
  reading_ = true;
  PageWish wish{
      .tenant = tenant_, .first = cursor.next, .filter = cursor.filter, .matches_max = cursor.credits};
  services_.read_aside(
      [&services = services_, session = session_, request, serial = cursor.serial, wish = std::move(wish)] {
        PageLetter letter{.serial = serial, .frames = {}, .items = 0, .scanned = 0, .failure = {}};
        auto page = read_page(services.ledger, wish);
        if (page) {
          for (PageMatch& match : page->matches)
            pr::encode_item(request, {match.position, 1, std::move(match.event)}, letter.frames);
          letter.items = static_cast<std::uint32_t>(page->matches.size());
          letter.scanned = page->scanned;
        } else {
          letter.failure = std::move(page).error();
        }
        services.mailbox.post({session, request, std::move(letter)});
      });
}

// Time and the end

void Subscriptions::tell_progress(Request request, Cursor& cursor, Monotonic now) {
  cursor.told = cursor.next - 1;
  cursor.told_at = now;
  const Position head = services_.edge.head(tenant_);
  pr::encode_progress(request, {cursor.told, head, cursor.credits == 0 && cursor.next <= head}, output_);
}

void Subscriptions::tick(Monotonic now) {
  for (auto& [request, one] : all_) {
    auto* cursor = std::get_if<Cursor>(&one);
    if (cursor == nullptr) continue;
    const Monotonic silent = now - cursor->told_at;
    const bool moved = cursor->told + 1 != cursor->next;
    if (silent >= limits_.heartbeat || (moved && silent >= limits_.progress_after))
      tell_progress(request, *cursor, now);
  }
}

void Subscriptions::end(All::iterator one, std::optional<Error> error, Leaving how) {
  const auto* cursor = std::get_if<Cursor>(&one->second);
  if (cursor == nullptr) services_.groups.leave(std::get<Membership>(one->second).member, how);
  pr::encode_ended(one->first, {std::move(error), cursor == nullptr ? 0 : cursor->next}, output_);
  erase(one);
}

void Subscriptions::erase(All::iterator one) {
  all_.erase(one);
  if (all_.empty()) services_.followers.remove(tenant_, session_);
}

void Subscriptions::end_all(const Error& error, Leaving how) {
  while (!all_.empty()) end(all_.begin(), error, how);
}

void Subscriptions::gone() {
  while (!all_.empty()) {
    if (const auto* membership = std::get_if<Membership>(&all_.begin()->second))
      services_.groups.leave(membership->member, Leaving::Lost);
    erase(all_.begin());
  }
}

}  // namespace kontor::server
