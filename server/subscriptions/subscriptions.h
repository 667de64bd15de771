#pragma once
// The subscriptions of one session (docs/subscriptions.md). A subscription of its own is a cursor and nothing
// more: it reads the log a page at a time, as far as its credits and the session's room allow, and keeps no
// event. Who does not read costs the server a number. A member of a group is led by its group. The sessions'
// thread.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "server/limits.h"
#include "server/mailbox.h"
#include "server/protocol/subscription_frames.h"
#include "server/session_services.h"
#include "server/time.h"

namespace kontor::server {

class Subscriptions {
 public:
  using Request = std::uint64_t;

  /// What is said goes to `output`, which outlives this object.
  Subscriptions(SessionId session, const SessionLimits& limits, SessionServices& services,
                std::string& output);

  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] bool has(Request request) const { return all_.contains(request); }

  void subscribe(Request request, const TenantId& tenant, protocol::SubscribeRequest&& wish, Monotonic now);
  // About a subscription that has ended meanwhile these say nothing: its end is on the way.
  void credit(Request request, std::uint32_t items);
  void ack(Request request, const protocol::AckRequest& ack);
  void park(Request request, protocol::ParkRequest&& park);
  void cancel(Request request);

  void deliver(Request request, PageLetter&& letter, Monotonic now);
  void deliver(Request request, GroupLetter&& letter);

  /// Begins to read where there is something to read, one page at a time.
  enum class Room : std::uint8_t { None, Some };
  void advance(Room room);
  void tick(Monotonic now);
  /// Each ends with this reason; nothing at all is said when the peer is gone.
  void end_all(const Error& error, Leaving how);
  void gone();

 private:
  struct Cursor {
    std::uint64_t serial = 0;
    std::shared_ptr<const protocol::EventFilter> filter;
    Position next = 1;          // first position that has not been looked at
    Position caught_up_at = 0;  // the head when it began: reaching it is worth a word
    std::uint32_t credits = 0;
    Position told = 0;  // the last position the client knows of
    Monotonic told_at{};
  };
  struct Membership {
    MemberId member = 0;
  };
  using One = std::variant<Cursor, Membership>;
  using All = std::map<Request, One>;

  void begin_cursor(Request request, protocol::SubscribeRequest&& wish, Monotonic now);
  void begin_membership(Request request, const protocol::SubscribeRequest& wish);
  [[nodiscard]] bool can_read(const Cursor& cursor) const;
  void read(Request request, const Cursor& cursor);
  void tell_progress(Request request, Cursor& cursor, Monotonic now);
  void end(All::iterator one, std::optional<Error> error, Leaving how);
  void erase(All::iterator one);

  const SessionId session_;
  const SessionLimits& limits_;
  SessionServices& services_;
  std::string& output_;
  TenantId tenant_;
  All all_;
  std::uint64_t last_serial_ = 0;
  Request last_read_ = 0;  // whose turn it was
  bool reading_ = false;
};

}  // namespace kontor::server
