#pragma once
// Following a tenant's events (docs/subscriptions.md). Keeps a connection of its own; when that is lost it
// connects anew and goes on behind what it has seen. A member of a group gets again what it had not
// acknowledged. Synchronous: every call has a deadline. One thread per object.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "client/client.h"
#include "client/pipeline.h"
#include "server/protocol/event_filter.h"
#include "server/protocol/subscription_frames.h"

namespace kontor::client {

struct SubscriptionWish {
  Position from = 0;  // 0: what comes from now on; of a group only when it is new
  protocol::EventFilter filter;
  std::uint32_t window = 256;  // items under way
  std::optional<protocol::GroupTerms> group;
};

struct Event {
  Position position = 0;
  std::uint32_t deliveries = 1;
  std::string stored;  // events/envelope.h
};
/// Nothing more has been sent than what has been seen; how far the server looked.
struct Looked {
  Position position = 0;
  Position head = 0;
};
/// Of a member: these are remembered as dealt with. Late ones have gone to others.
struct Noted {
  std::vector<Position> positions;
  std::vector<Position> late;
};
/// There was nothing to hear in the time given.
struct Silence {};
using Heard = std::variant<Event, Looked, Noted, Silence>;

class Subscription {
 public:
  struct Limits {
    Connection::Timeout answer_within{30'000};
    std::chrono::milliseconds retry_for{30'000};  // to look for a server that is gone; 0: not at all
  };
  Subscription(Address address, Greeting greeting, SubscriptionWish wish, Limits limits,
               Pipeline::Waiting waiting);

  /// Connects and subscribes. Refused, with the server's code, when it does not take the subscription.
  [[nodiscard]] Done open();
  /// What comes next. An event that was returned counts as seen; a member acknowledges it besides. Refused
  /// when the server ended the subscription.
  [[nodiscard]] Outcome<Heard> next(Connection::Timeout within);
  /// Of a member.
  void ack(Position position);
  void park(Position position, std::string_view reason);
  /// Sends what waits to be sent.
  [[nodiscard]] Done flush();
  /// Says goodbye: what a member has goes to others, and counts as never handed out. Waits for the answer to
  /// all that was acknowledged.
  [[nodiscard]] Done close(Connection::Timeout within);

  /// Everything up to here has been seen, or was not wanted: the next subscription begins behind it.
  [[nodiscard]] Position seen() const { return seen_; }
  /// The head when it began.
  [[nodiscard]] Position head_at_first() const { return head_at_first_; }

 private:
  [[nodiscard]] Done subscribe();
  [[nodiscard]] Done reconnect(const Failure& lost);
  [[nodiscard]] Outcome<Heard> take(wire::Frame::Reader frame);
  [[nodiscard]] Done take_next(Connection::Timeout within);
  void used_one();

  Address address_;
  Greeting greeting_;
  SubscriptionWish wish_;
  Limits limits_;
  Pipeline::Waiting waiting_;
  std::unique_ptr<Connection> connection_;
  std::vector<Position> to_ack_;
  std::set<Position> unnoted_;  // acknowledged or parked, and not known to be remembered
  std::uint32_t to_credit_ = 0;
  Position seen_ = 0;
  Position head_at_first_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace kontor::client
