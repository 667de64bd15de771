// docs/wire-protocol.md
#include "client/bench/channel.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "server/protocol/decode.h"
#include "server/protocol/message.h"

namespace kontor::bench {
namespace {

using client::Done;
using client::Failure;
using client::Trouble;

tl::unexpected<Failure> trouble(Trouble kind, std::string message) {
  return tl::unexpected<Failure>(Failure{kind, std::move(message), 0});
}

/// A socket connected to one of the addresses the name has; -1 and `errno` when there is none.
int connected_socket(const addrinfo* addresses) {
  for (const addrinfo* at = addresses; at != nullptr; at = at->ai_next) {
    const int descriptor = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (descriptor < 0) continue;
    if (::connect(descriptor, at->ai_addr, at->ai_addrlen) == 0) {
      const int on = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return descriptor;
    }
    const int why = errno;
    ::close(descriptor);
    errno = why;
  }
  return -1;
}

bool wait_for(int descriptor, short events, client::Connection::Timeout timeout) {
  pollfd polled{descriptor, events, 0};
  return ::poll(&polled, 1, static_cast<int>(timeout.count())) > 0;
}

}  // namespace

std::uint64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

std::span<std::byte> ReadBuffer::room(std::size_t bytes) {
  if (words_.size() * sizeof(std::uint64_t) < bytes) words_.resize(bytes / sizeof(std::uint64_t) + 1);
  return std::as_writable_bytes(std::span(words_));
}

Channel::Channel(int descriptor, std::size_t depth) : descriptor_(descriptor) {
  // Answers may overtake each other, so that the oldest request's place is needed while newer ones are free.
  constexpr std::size_t kAhead = 8;
  started_.resize(std::bit_ceil(kAhead * depth));
  mask_ = started_.size() - 1;
}

Channel::Channel(Channel&& other) noexcept
    : speaker(other.speaker),
      step(other.step),
      rests_until_ns(other.rests_until_ns),
      descriptor_(std::exchange(other.descriptor_, -1)),
      welcome_(std::move(other.welcome_)),
      started_(std::move(other.started_)),
      mask_(other.mask_),
      next_request_(other.next_request_),
      in_flight_(other.in_flight_),
      unsent_(std::move(other.unsent_)),
      begun_(std::move(other.begun_)) {}

Channel::~Channel() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

client::Outcome<Channel> Channel::open(const client::Address& address, const std::string& tenant,
                                       std::size_t depth, client::Connection::Timeout timeout) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found);
      failed != 0)
    return trouble(Trouble::Unreachable, fmt::format("{}: {}", address.text(), ::gai_strerror(failed)));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  const int descriptor = connected_socket(addresses.get());
  if (descriptor < 0)
    return trouble(Trouble::Unreachable,
                   fmt::format("no server at {}: {}", address.text(), std::strerror(errno)));
  Channel channel(descriptor, depth);
  if (const Done greeted = channel.greet(tenant, timeout); !greeted) return tl::unexpected(greeted.error());
  return channel;
}

Done Channel::greet(const std::string& tenant, client::Connection::Timeout timeout) {
  capnp::MallocMessageBuilder message;
  auto hello = message.initRoot<wire::Frame>().initHello();
  hello.setProtocol(protocol::kProtocolVersion);
  hello.setTenant(tenant);
  hello.setClientName("kontor bench");
  const FrameTemplate frame = FrameTemplate::fixed(message);
  std::string bytes(frame.size(), '\0');
  frame.write(bytes.data(), 0, speaker);
  if (const Done sent = send(bytes); !sent) return sent;

  // One frame, whole: nothing else comes before a request is sent.
  std::vector<std::uint64_t> words;
  std::size_t have = 0;
  while (true) {
    const auto size = frame_bytes({reinterpret_cast<const std::byte*>(words.data()), have});
    if (size && have >= *size) break;
    words.resize((size.value_or(512) + 7) / 8);
    if (!wait_for(descriptor_, POLLIN, timeout))
      return trouble(Trouble::TimedOut, "the server does not greet");
    const ssize_t count =
        ::recv(descriptor_, reinterpret_cast<char*>(words.data()) + have, size.value_or(8) - have, 0);
    if (count <= 0) return trouble(Trouble::Lost, "the connection was lost while greeting");
    have += static_cast<std::size_t>(count);
  }
  Done greeted = trouble(Trouble::Garbled, "the server did not answer the greeting");
  const auto read = protocol::read_message<wire::Frame>(
      protocol::FrameWords(reinterpret_cast<const capnp::word*>(words.data()), have / sizeof(capnp::word)),
      [&](wire::Frame::Reader root) {
        if (root.isError()) greeted = trouble(Trouble::Refused, root.getError().getWhat());
        if (!root.isWelcome()) return;
        welcome_ = client::welcome_of(root.getWelcome());
        greeted = Done{};
      });
  if (!read) return trouble(Trouble::Garbled, read.error().message);
  return greeted;
}

void Channel::write(const FrameTemplate& frame, char* out, std::uint64_t started_ns) {
  frame.write(out, next_request_, speaker);
  started_[next_request_ & mask_] = started_ns;
  ++next_request_;
  ++in_flight_;
  speaker.sequence += frame.commands();
}

Done Channel::send(std::span<const char> bytes) {
  if (!unsent_.empty()) {
    unsent_.append(bytes.data(), bytes.size());
    return send_rest();
  }
  const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN && errno != EINTR)
    return trouble(Trouble::Lost, fmt::format("the connection was lost: {}", std::strerror(errno)));
  const std::size_t sent = count < 0 ? 0 : static_cast<std::size_t>(count);
  if (sent < bytes.size()) unsent_.assign(bytes.data() + sent, bytes.size() - sent);
  return {};
}

Done Channel::ask_views(std::uint64_t position, std::uint64_t started_ns) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Frame>().initQuery();
  query.setWaitPosition(position);
  query.getQuestion().initPackageList();
  const FrameTemplate frame = FrameTemplate::fixed(message);
  std::string bytes(frame.size(), '\0');
  write(frame, bytes.data(), started_ns);
  return send(bytes);
}

Done Channel::send_rest() {
  const ssize_t count = ::send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN && errno != EINTR)
    return trouble(Trouble::Lost, fmt::format("the connection was lost: {}", std::strerror(errno)));
  if (count > 0) unsent_.erase(0, static_cast<std::size_t>(count));
  return {};
}

Done Channel::receive(ReadBuffer& buffer, const OnReply& on_reply, const OnCode& on_code) {
  constexpr std::size_t kReadBytes = 128u << 10;
  const std::span<std::byte> room = buffer.room(begun_.size() + kReadBytes);
  std::memcpy(room.data(), begun_.data(), begun_.size());
  const ssize_t count =
      ::recv(descriptor_, room.data() + begun_.size(), room.size() - begun_.size(), MSG_DONTWAIT);
  if (count == 0) return trouble(Trouble::Lost, "the server closed the connection");
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return {};
    return trouble(Trouble::Lost, fmt::format("the connection was lost: {}", std::strerror(errno)));
  }
  std::span<const std::byte> left = room.first(begun_.size() + static_cast<std::size_t>(count));
  while (const auto size = frame_bytes(left)) {
    if (left.size() < *size) break;
    const auto words = reinterpret_cast<const capnp::word*>(left.data());
    const auto reply = look_at({words, *size / sizeof(capnp::word)}, on_code);
    if (!reply) return trouble(Trouble::Garbled, reply.error().message);
    if (const Done taken = take(*reply, on_reply); !taken) return taken;
    left = left.subspan(*size);
  }
  begun_.assign(reinterpret_cast<const char*>(left.data()), left.size());
  return {};
}

Done Channel::take(const Reply& reply, const OnReply& on_reply) {
  if (reply.kind == ReplyKind::Goaway) return trouble(Trouble::Lost, "the server ended the conversation");
  std::uint64_t& started = started_[reply.request & mask_];
  if (reply.request == 0 || started == 0)
    return trouble(Trouble::Garbled, fmt::format("an answer to request {}, code {}, which was not asked",
                                                 reply.request, reply.code));
  on_reply(reply, std::exchange(started, 0));
  --in_flight_;
  return {};
}

Done Channel::finish(ReadBuffer& buffer, const OnReply& on_reply, const OnCode& on_code,
                     client::Connection::Timeout timeout) {
  const std::uint64_t until = now_ns() + static_cast<std::uint64_t>(timeout.count()) * 1'000'000;
  while (in_flight_ > 0) {
    if (now_ns() >= until) return trouble(Trouble::TimedOut, "no answer in time");
    const short events = has_unsent() ? POLLIN | POLLOUT : POLLIN;
    if (!wait_for(descriptor_, events, client::Connection::Timeout(100))) continue;
    if (has_unsent())
      if (const Done sent = send_rest(); !sent) return sent;
    if (const Done received = receive(buffer, on_reply, on_code); !received) return received;
  }
  return {};
}

}  // namespace kontor::bench
