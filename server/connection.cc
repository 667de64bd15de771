#include "server/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace kontor::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string peer_name(const tcp::socket& socket) {
  boost::system::error_code failure;
  const tcp::endpoint endpoint = socket.remote_endpoint(failure);
  return failure ? "unknown" : endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

}  // namespace

Connection::Connection(tcp::socket socket, SessionId id, const SessionLimits& limits,
                       SessionServices& services, Turn& turn, Clock clock, Closed closed)
    : socket_(std::move(socket)),
      session_(id, limits, services, clock()),
      turn_(turn),
      clock_(std::move(clock)),
      closed_(std::move(closed)),
      peer_(peer_name(socket_)) {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

void Connection::pump() {
  if (!open_) return;
  if (session_.ending() == Ending::Now) return close();
  if (!writing_) write();
  if (!open_) return;
  if (!reading_ && !goodbye_at_ && session_.wants_bytes()) read();
  if (session_.ending() == Ending::AfterSending && !writing_) say_goodbye();
}

void Connection::read() {
  reading_ = true;
  const bool wanted = !goodbye_at_;
  const std::span<std::byte> room = wanted ? session_.space() : std::span<std::byte>(discarded_);
  socket_.async_read_some(asio::buffer(room.data(), room.size()),
                          in_turn(turn_, [self = shared_from_this(), wanted](
                                             const boost::system::error_code& failure, std::size_t n) {
                            self->reading_ = false;
                            self->on_read(failure, wanted ? n : 0);
                          }));
}

void Connection::on_read(const boost::system::error_code& failure, std::size_t count) {
  if (!open_) return;
  // What was decided stays decided; a peer that is gone learns it by asking again.
  if (failure) return close();
  if (goodbye_at_) return read();
  session_.received(count, clock_());
  pump();
}

/// What the socket takes at once is sent when this returns.
void Connection::write() {
  while (open_) {
    sending_ = session_.take_output();
    if (sending_.empty()) return;
    boost::system::error_code failure;
    const std::size_t sent = socket_.write_some(asio::buffer(sending_), failure);
    if (failure && failure != asio::error::would_block) return close();
    if (sent != sending_.size()) return write_rest(sent);
    session_.sent(sent, clock_());
  }
}

void Connection::write_rest(std::size_t sent) {
  writing_ = true;
  const auto rest = asio::buffer(sending_) + sent;
  asio::async_write(socket_, rest,
                    in_turn(turn_, [self = shared_from_this(), sent](const boost::system::error_code& failure,
                                                                     std::size_t n) {
                      self->writing_ = false;
                      self->on_written(failure, sent + n);
                    }));
}

void Connection::on_written(const boost::system::error_code& failure, std::size_t count) {
  if (!open_) return;
  if (failure) return close();
  session_.sent(count, clock_());
  pump();
}

/// Closing with unread bytes would reset the connection and with it the last words. So we only stop talking,
/// and listen until the peer has closed its side.
void Connection::say_goodbye() {
  if (goodbye_at_) return;
  goodbye_at_ = clock_();
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  if (!reading_) read();
}

void Connection::tick(Monotonic now, std::chrono::milliseconds linger) {
  if (!open_) return;
  if (goodbye_at_ && now - *goodbye_at_ >= linger) return close();
  session_.tick(now);
  pump();
}

void Connection::close() {
  if (!open_) return;
  open_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  closed_(*this);
}

}  // namespace kontor::server
