#pragma once
// One conversation (docs/wire-protocol.md) without its socket: bytes go in, bytes come out, time is told to
// it. What it asks of the engine and the views comes back as letters. Whoever has the door's turn (turn.h):
// one thread at a time for all sessions.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "server/limits.h"
#include "server/mailbox.h"
#include "server/protocol/decode.h"
#include "server/protocol/frame_gate.h"
#include "server/roster_stage.h"
#include "server/session_services.h"
#include "server/subscriptions/subscriptions.h"
#include "server/time.h"

namespace kontor::server {

enum class Ending : std::uint8_t {
  Open,          // the conversation goes on
  AfterSending,  // close once the last words are sent
  Now,           // close at once
};

class Session {
 public:
  Session(SessionId id, const SessionLimits& limits, SessionServices& services, Monotonic now);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Whether more should be read from the peer: not while too much is in flight or unsent, nor at the end.
  [[nodiscard]] bool wants_bytes() const;
  /// Where to read to; only while `wants_bytes`.
  [[nodiscard]] std::span<std::byte> space() { return gate_.space(); }
  /// `count` bytes have been read into `space()`.
  void received(std::size_t count, Monotonic now);
  /// An answer to one of this session's requests.
  void deliver(Letter letter, Monotonic now);
  /// Looks at the clock; about once a second.
  void tick(Monotonic now);
  /// There are more events of the tenant: subscriptions go on.
  void events_moved() { settle(); }
  /// The peer is gone, and nothing more will be said to it.
  void gone();
  /// Instead of a conversation.
  void refuse(Error error) { end(std::move(error), 0); }
  /// The server stops: says so, answers what has arrived, then ends.
  void drain();

  /// Bytes for the peer, all there are. Tell `sent` as they go.
  [[nodiscard]] std::string take_output();
  void sent(std::size_t count, Monotonic now);

  [[nodiscard]] Ending ending() const { return ending_; }
  /// Why it ends, for the server's log; empty while all is well.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] SessionId id() const { return id_; }

 private:
  enum class Phase : std::uint8_t { Greeting, Welcoming, Talking, Draining };
  struct Open {
    protocol::Framing framing = protocol::Framing::Single;
    std::size_t commands = 0;
    std::size_t weight = 1;
  };

  void process();
  [[nodiscard]] bool may_process() const;
  void take_frame(protocol::FrameWords words);
  void refuse_bytes(const Error& error);
  void end(Error error, std::uint64_t request);
  void settle();

  void on(std::uint64_t request, protocol::HelloRequest&& hello);
  void on(std::uint64_t request, protocol::SubmitRequest&& submit);
  void on(std::uint64_t request, protocol::QueryRequest&& query);
  void on(std::uint64_t request, protocol::ExplainRequest&& explain);
  void on(std::uint64_t request, protocol::EventsRequest&& events);
  void on(std::uint64_t request, protocol::StatusRequest&&);
  void on(std::uint64_t request, protocol::PingRequest&&);
  void on(std::uint64_t request, protocol::RosterRowsRequest&& upload);
  void on(std::uint64_t request, protocol::SubscribeRequest&& subscribe);
  void on(std::uint64_t request, protocol::CreditRequest&& credit);
  void on(std::uint64_t request, protocol::AckRequest&& ack);
  void on(std::uint64_t request, protocol::ParkRequest&& park);
  void on(std::uint64_t request, protocol::CancelRequest&&);
  void on(std::uint64_t request, protocol::GroupsRequest&& groups);
  void on(std::uint64_t request, protocol::RebuildRequest&& rebuild);
  void on(std::uint64_t request, protocol::ProveRequest&& prove);
  void on(std::uint64_t request, protocol::InvalidRequest&& invalid);

  [[nodiscard]] Status can_bind() const;
  [[nodiscard]] bool is_reader_stuck(std::size_t unsent_max) const;
  void welcome(std::uint64_t request, const TenantStatus& status);
  void report(std::uint64_t request, const TenantStatus& status);
  void opened(std::uint64_t request, Open open);
  [[nodiscard]] std::size_t weight_of_page() const;
  void ask_status(std::uint64_t request, StatusDetail detail);
  void answer_error(std::uint64_t request, const Error& error);

  const SessionId id_;
  const SessionLimits& limits_;
  SessionServices& services_;
  protocol::FrameGate gate_;
  protocol::Decoder decoder_;
  RosterStage roster_;
  Phase phase_ = Phase::Greeting;
  Ending ending_ = Ending::Open;
  std::string trouble_;
  TenantId tenant_;
  Position client_position_ = 0;  // the newest receipt the client says it holds
  Receipts receipts_ = Receipts::Plain;

  std::unordered_map<std::uint64_t, Open> open_;  // requests without an answer
  std::size_t in_flight_ = 0;                     // their weights
  std::string output_;
  std::size_t unsent_ = 0;  // taken and not sent
  Subscriptions subscriptions_;
  Monotonic now_;  // as it was told last

  Monotonic opened_at_;
  Monotonic heard_at_;                    // last byte from the peer, or last answer to it
  Monotonic progress_at_;                 // last byte sent
  std::optional<Monotonic> frame_since_;  // a frame has begun and is not whole
};

}  // namespace kontor::server
