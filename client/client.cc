// docs/wire-protocol.md
#include "client/client.h"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "server/protocol/decode.h"
#include "server/protocol/message.h"

namespace kontor::client {
namespace {

namespace asio = boost::asio;
using Code = boost::system::error_code;

// Answers are larger than requests; a page of events or rows stays far below this.
constexpr protocol::GateLimits kAnswerLimits{.frame_bytes_max = 64u << 20, .segments_max = 512};

tl::unexpected<Failure> trouble(Trouble kind, std::string message, std::uint16_t code = 0) {
  return tl::unexpected<Failure>(Failure{kind, std::move(message), code});
}

/// What a frame means that belongs to no request.
enum class Aside : std::uint8_t { No, PassOver, Ended };

}  // namespace

/// Runs one asynchronous operation at a time, so that each of them can have a deadline.
struct Connection::Socket {
  asio::io_context io{1};
  asio::ip::tcp::socket tcp{io};
  std::string peer;

  /// `start` begins an operation that reports to the handler it is given. nullopt: out of time, and closed.
  template <class Start>
  std::optional<Code> run(Timeout timeout, Start&& start) {
    std::optional<Code> result;
    start([&result](const Code& code, auto&&...) { result = code; });
    io.restart();
    io.run_for(timeout);
    if (result) return result;
    Code ignored;
    tcp.close(ignored);
    io.restart();
    io.run();
    return std::nullopt;
  }
};

Outcome<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
    return trouble(Trouble::Usage,
                   fmt::format("\"{}\" is not an address; write host:port", text.substr(0, 80)));
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return Address{std::string(host), std::string(text.substr(colon + 1))};
}

Connection::Connection() : socket_(std::make_unique<Socket>()), gate_(kAnswerLimits) {}
Connection::~Connection() = default;

Outcome<std::unique_ptr<Connection>> Connection::open(const Address& address, const Greeting& greeting,
                                                      Timeout timeout) {
  std::unique_ptr<Connection> connection(new Connection);
  Socket& socket = *connection->socket_;
  socket.peer = address.text();
  Code code;
  asio::ip::tcp::resolver resolver(socket.io);
  const auto endpoints = resolver.resolve(address.host, address.port, code);
  if (code) return trouble(Trouble::Unreachable, fmt::format("{}: {}", socket.peer, code.message()));
  const auto connected = socket.run(
      timeout, [&](auto handler) { asio::async_connect(socket.tcp, endpoints, std::move(handler)); });
  if (!connected) return trouble(Trouble::Unreachable, fmt::format("{} does not answer", socket.peer));
  if (*connected)
    return trouble(Trouble::Unreachable,
                   fmt::format("no server at {}: {}", socket.peer, connected->message()));
  socket.tcp.set_option(asio::ip::tcp::no_delay(true), code);
  if (auto greeted = connection->greet(greeting, timeout); !greeted) return tl::unexpected(greeted.error());
  return connection;
}

Welcome welcome_of(wire::Welcome::Reader said) {
  return {said.getServerVersion(), said.getStoreId(),     said.getPosition(),
          said.getFrameBytesMax(), said.getInFlightMax(), said.getBatchCommandsMax()};
}

Done Connection::greet(const Greeting& greeting, Timeout timeout) {
  capnp::MallocMessageBuilder message;
  auto hello = message.initRoot<wire::Frame>().initHello();
  hello.setProtocol(protocol::kProtocolVersion);
  hello.setTenant(greeting.tenant.value);
  hello.setClientName(greeting.client_name);
  hello.setHighestPosition(greeting.highest_position);
  hello.setBoundReceipts(greeting.receipts == Receipts::Bound);
  put(message);
  if (auto sent = flush(timeout); !sent) return sent;
  const auto words = receive(timeout);
  if (!words) return tl::unexpected(words.error());
  Done greeted = trouble(Trouble::Garbled, fmt::format("{} did not answer the greeting", socket_->peer));
  const auto read = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader frame) {
    if (!frame.isWelcome()) return;
    welcome_ = welcome_of(frame.getWelcome());
    greeted = Done{};
  });
  if (!read) return trouble(Trouble::Garbled, read.error().message);
  // An honest server that is behind ends the conversation by itself; this one says how far it is and goes on.
  if (greeted && welcome_.position < greeting.highest_position)
    return trouble(
        Trouble::Disproved,
        fmt::format("the server's last position of tenant {} is {}, position {} is known to have been",
                    greeting.tenant.value, welcome_.position, greeting.highest_position),
        static_cast<std::uint16_t>(Reason::ServerBehindClient));
  return greeted;
}

void Connection::put(capnp::MessageBuilder& frame) {
  const auto segments = frame.getSegmentsForOutput();
  const auto table = capnp::messageToFlatArray(segments);
  const auto bytes = table.asBytes();
  outgoing_.append(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

Done Connection::flush(Timeout timeout) {
  if (outgoing_.empty()) return {};
  const auto sent = socket_->run(timeout, [&](auto handler) {
    asio::async_write(socket_->tcp, asio::buffer(outgoing_), std::move(handler));
  });
  outgoing_.clear();
  if (!sent) return trouble(Trouble::TimedOut, fmt::format("{} takes nothing more", socket_->peer));
  if (*sent) return trouble(Trouble::Lost, fmt::format("the connection to {} was lost", socket_->peer));
  return {};
}

Done Connection::read_more(Timeout timeout) {
  const auto space = gate_.space();
  std::size_t count = 0;
  const auto read = socket_->run(timeout, [&](auto handler) {
    socket_->tcp.async_read_some(asio::buffer(space.data(), space.size()),
                                 [&count, handler](const Code& code, std::size_t bytes) mutable {
                                   count = bytes;
                                   handler(code);
                                 });
  });
  if (!read) return trouble(Trouble::TimedOut, fmt::format("no answer from {} in time", socket_->peer));
  if (*read) return trouble(Trouble::Lost, fmt::format("the connection to {} was lost", socket_->peer));
  gate_.filled(count);
  return {};
}

/// The next whole frame among the bytes that are here, if there is one.
Outcome<std::optional<protocol::FrameWords>> Connection::take_frame() {
  while (true) {
    const auto next = gate_.next();
    if (!next) return trouble(Trouble::Garbled, next.error().message);
    if (!*next) return std::nullopt;
    Aside aside = Aside::No;
    Failure ended;
    const auto read = protocol::read_message<wire::Frame>(**next, [&](wire::Frame::Reader frame) {
      if (frame.isGoaway()) aside = Aside::PassOver;
      // An error with no request id is about the conversation: it ends.
      if (frame.isError() && frame.getRequestId() == 0) {
        const auto error = frame.getError();
        ended = {Trouble::Refused, std::string(error.getWhat()), error.getCode()};
        aside = Aside::Ended;
      }
    });
    if (!read) return trouble(Trouble::Garbled, read.error().message);
    if (aside == Aside::Ended) return tl::unexpected(std::move(ended));
    if (aside == Aside::No) return *next;
  }
}

Outcome<protocol::FrameWords> Connection::receive(Timeout timeout) {
  while (true) {
    const auto frame = take_frame();
    if (!frame) return tl::unexpected(frame.error());
    if (*frame) return **frame;
    if (auto more = read_more(timeout); !more) return tl::unexpected(more.error());
  }
}

Outcome<std::optional<protocol::FrameWords>> Connection::poll(Timeout timeout) {
  auto frame = take_frame();
  if (!frame || *frame) return frame;
  std::optional<Code> readable;
  socket_->tcp.async_wait(asio::ip::tcp::socket::wait_read,
                          [&readable](const Code& code) { readable = code; });
  socket_->io.restart();
  socket_->io.run_for(timeout);
  if (!readable) {
    Code ignored;
    socket_->tcp.cancel(ignored);
    socket_->io.restart();
    socket_->io.run();
    return std::nullopt;
  }
  if (auto more = read_more(timeout); !more) return tl::unexpected(more.error());
  return take_frame();
}

}  // namespace kontor::client
