#include "bench/load/connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "bench/load/workload.h"
#include "server/protocol/message.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::bench {

Connection::Connection(const Target& target, std::uint64_t seed, std::size_t number, std::size_t depth)
    : seed_(seed), number_(number), campus_(target.campus), started_(depth) {
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  if (::inet_pton(AF_INET, target.host.c_str(), &address.sin_addr) != 1) stop("not an IPv4 address");
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    stop(std::strerror(errno));
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ask(hello(target.tenant));
}

Connection::~Connection() { ::close(descriptor_); }

void Connection::stop(const std::string& why) const {
  fmt::print(stderr, "connection {}: {}\n", number_, why);
  std::exit(1);
}

void Connection::ask(const std::string& frame) {
  out_ += frame;
  while (wants_to_write()) write_some();
  Tally ignored;
  started_[0] = Clock::now();
  in_flight_ = 1;
  while (in_flight_ > 0) {
    read_into_gate();
    while (one_frame(ignored)) {
    }
  }
  if (ignored.refused > 0) stop("the tenant could not be opened");
}

void Connection::fill() {
  for (; in_flight_ < started_.size(); ++in_flight_) {
    ++next_;
    started_[next_ % started_.size()] = Clock::now();
    out_ += campus_.empty() ? invitation(seed_, number_, next_, next_) : question(campus_, next_);
  }
}

void Connection::write_some() {
  const ssize_t count =
      ::send(descriptor_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    stop(std::strerror(errno));
  }
  sent_ += static_cast<std::size_t>(count);
  if (sent_ < out_.size()) return;
  out_.clear();
  sent_ = 0;
}

void Connection::read_some(Tally& tally) {
  read_into_gate();
  while (one_frame(tally)) {
  }
}

void Connection::read_into_gate() {
  const auto space = gate_.space();
  const ssize_t count = ::recv(descriptor_, space.data(), space.size(), 0);
  if (count == 0) stop("closed by the server");
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    stop(std::strerror(errno));
  }
  gate_.filled(static_cast<std::size_t>(count));
}

bool Connection::one_frame(Tally& tally) {
  const auto frame = gate_.next();
  if (!frame) stop(frame.error().message);
  if (!*frame) return false;
  take(**frame, tally);
  return true;
}

// Answers may overtake each other by less than the depth, so a request's slot is not taken again before its
// answer has come.
void Connection::take(protocol::FrameWords frame, Tally& tally) {
  const Status read = protocol::read_message<wire::Frame>(frame, [&](wire::Frame::Reader root) {
    if (root.isError()) stop(root.getError().getWhat().cStr());
    if (root.isGoaway()) stop(root.getGoaway().getReason().cStr());
    if (root.isRefusal()) {
      if (tally.refused++ == 0) fmt::print(stderr, "refused: {}\n", root.getRefusal().getWhat().cStr());
    } else if (root.isReceipt() || root.isAnswer()) {
      const auto took = Clock::now() - started_[root.getRequestId() % started_.size()];
      const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
      tally.latencies_us.push_back(static_cast<std::uint32_t>(us));
    }
  });
  if (!read) stop(read.error().message);
  --in_flight_;
}

}  // namespace kontor::bench
