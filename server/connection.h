#pragma once
// A socket and its session: moves bytes between the two, and nothing else. Whoever has the door's turn; what
// the socket calls back takes it.

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "server/session.h"
#include "server/turn.h"

namespace kontor::server {

/// Shared, because completion handlers of the socket still run after it has been closed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::function<Monotonic()>;
  using Closed = std::function<void(Connection&)>;

  Connection(boost::asio::ip::tcp::socket socket, SessionId id, const SessionLimits& limits,
             SessionServices& services, Turn& turn, Clock clock, Closed closed);

  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  /// After anything that may have changed the session: sends, reads or closes as it now wants.
  void pump();
  /// About five times a second. `linger` is how long a peer may take over the last words.
  void tick(Monotonic now, std::chrono::milliseconds linger);
  /// At once and without a word.
  void close();

 private:
  void read();
  void on_read(const boost::system::error_code& failure, std::size_t count);
  void write();
  void write_rest(std::size_t sent);
  void on_written(const boost::system::error_code& failure, std::size_t count);
  void say_goodbye();

  boost::asio::ip::tcp::socket socket_;
  Session session_;
  Turn& turn_;
  const Clock clock_;
  const Closed closed_;
  std::string peer_;
  std::string sending_;
  std::array<std::byte, 4'096> discarded_{};
  std::optional<Monotonic> goodbye_at_;  // the last words are sent; what still comes is thrown away
  bool reading_ = false;
  bool writing_ = false;
  bool open_ = true;
};

}  // namespace kontor::server
