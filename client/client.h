#pragma once
// Talking to a kontor server over TCP (docs/wire-protocol.md). Synchronous: every call has a deadline and
// leaves nothing running behind it. One thread per object.

#include <capnp/message.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "events/core/ids.h"
#include "server/protocol/frame_gate.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::client {

struct Address {
  std::string host;
  std::string port;

  [[nodiscard]] std::string text() const { return host + ":" + port; }
};

/// What went wrong between us and the server. Answers of the server, refusals included, are not troubles.
enum class Trouble : std::uint8_t {
  Usage,        // the address makes no sense
  Unreachable,  // no connection: nothing was sent
  Lost,         // the connection ended: what was sent and not answered may or may not have happened
  TimedOut,     // no answer in time: likewise
  Refused,      // the server ended the conversation with an error of its own, see `code`
  Garbled,      // the other side does not speak this protocol
  Disproved,    // what the server said does not hold, or it cannot prove it: see `code`
};
struct Failure {
  Trouble trouble = Trouble::Lost;
  std::string message;
  std::uint16_t code = 0;
};
template <class T>
using Outcome = tl::expected<T, Failure>;
using Done = Outcome<void>;

/// "127.0.0.1:7419", "[::1]:7419" or "localhost:7419".
[[nodiscard]] Outcome<Address> parse_address(std::string_view text);

/// Whether receipts are to bind the server (events/proof/binding.h).
enum class Receipts : std::uint8_t { Plain, Bound };

struct Greeting {
  TenantId tenant;
  std::string client_name;
  Position highest_position = 0;  // of what is kept; the server must not be behind it
  Receipts receipts = Receipts::Plain;
};

/// What the server said of itself and of the tenant.
struct Welcome {
  std::string server_version;
  std::string store_id;
  Position position = 0;
  std::uint32_t frame_bytes_max = 0;
  std::uint32_t in_flight_max = 0;
  std::uint32_t batch_commands_max = 0;
};
[[nodiscard]] Welcome welcome_of(wire::Welcome::Reader said);

class Connection {
 public:
  using Timeout = std::chrono::milliseconds;

  /// Connects and greets. ServerBehindClient, of the server or disproved, when its head is behind the highest
  /// position.
  [[nodiscard]] static Outcome<std::unique_ptr<Connection>> open(const Address& address,
                                                                 const Greeting& greeting, Timeout timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] const Welcome& welcome() const { return welcome_; }

  /// Puts a frame behind those that wait to be sent.
  void put(capnp::MessageBuilder& frame);
  /// Sends everything that waits.
  [[nodiscard]] Done flush(Timeout timeout);
  /// The next frame of the server; it lives until the next call. `goaway` and frames that only keep the
  /// connection alive are passed over.
  [[nodiscard]] Outcome<protocol::FrameWords> receive(Timeout timeout);
  /// The same, but nothing within `timeout` is nothing, and the connection lives on.
  [[nodiscard]] Outcome<std::optional<protocol::FrameWords>> poll(Timeout timeout);

 private:
  struct Socket;
  Connection();
  [[nodiscard]] Done greet(const Greeting& greeting, Timeout timeout);
  [[nodiscard]] Done read_more(Timeout timeout);
  [[nodiscard]] Outcome<std::optional<protocol::FrameWords>> take_frame();

  std::unique_ptr<Socket> socket_;
  protocol::FrameGate gate_;
  std::string outgoing_;
  Welcome welcome_;
};

}  // namespace kontor::client
