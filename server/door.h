#pragma once
// The listening socket, its connections, and the one thread that serves them. Binding, listening and serving
// are three steps: an address that is taken is known before the log is read, and nobody is let in before it
// has been.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/connection.h"
#include "server/limits.h"
#include "server/session.h"
#include "server/turn.h"

namespace kontor::server {

/// What sessions need beside what the door itself gives them.
struct DoorServices {
  Ledger& ledger;
  views::QueryService& queries;
  const views::LiveViews& views;
  std::string store_id;
  Instant started_at;
  LiveEdge& edge;
  GroupStore& groups;
  Clock& clock;
  ViewRebuilder& rebuilder;
  const keys::KeyStore* secrets;
  const ProofDesk* proofs = nullptr;
  std::function<void(std::function<void()>)> sign_aside = {};
};

enum class Stop : std::uint8_t {
  AfterAnswering,  // no new connections or requests; what has arrived is answered
  Now,             // connections are dropped: nobody may say anything any more
};

class Door {
 public:
  /// A line for the log about a connection that ended in trouble: who, and why. Any thread, one at a time.
  using Trouble = std::function<void(std::string_view peer, std::string_view why)>;

  /// Binds "127.0.0.1:7419"; port 0 takes a free one. Listen (9006) when the address is taken, is no loopback
  /// address (there is no TLS in this version), or makes no sense.
  [[nodiscard]] static Result<std::unique_ptr<Door>> bind(const std::string& address, SessionLimits sessions,
                                                          ListenerLimits listener, Trouble trouble);
  ~Door();

  /// "127.0.0.1:40123": what was really bound.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::uint16_t port() const { return bound_.port(); }

  /// From now on connections are taken. What `services` names must outlive `serve` and every answer that
  /// comes after it: close ledger and query service before destroying the door.
  /// Fails also when consumer groups cannot be read from their store.
  [[nodiscard]] Status listen(DoorServices services);
  /// Serves until `stop`; on the calling thread. Only after `listen`.
  void serve();

  /// Any thread, any number of times; a later Now overrules.
  void stop(Stop how);
  /// `on_signal` is called with each SIGTERM or SIGINT, on the serving thread.
  void on_signals(std::function<void(int)> on_signal);

 private:
  struct Signals;

  Door(SessionLimits sessions, ListenerLimits listener, Trouble trouble);
  void accept();
  void admit(boost::asio::ip::tcp::socket socket);
  void letters_came();
  void deliver_letters();
  void events_moved(LiveEdge& edge);
  void tick();
  void wait_for_signal();
  void begin_stop(Stop how);
  void forget(Connection& connection);
  void stop_when_empty();
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;

  const SessionLimits session_limits_;
  const ListenerLimits limits_;
  const Trouble trouble_;
  Turn turn_;  // everything below, but for what threads are given to do
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint bound_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Signals> signals_;
  boost::asio::thread_pool reader_{1};      // of the log
  boost::asio::thread_pool rememberer_{1};  // of consumer groups
  Mailbox mailbox_;
  Followers followers_;
  std::unique_ptr<ConsumerGroups> groups_;
  std::unique_ptr<Explainer> explainer_;
  std::unique_ptr<SessionServices> services_;
  std::unordered_map<SessionId, std::shared_ptr<Connection>> connections_;
  SessionId last_id_ = 0;
  std::optional<Monotonic> stopping_since_;
};

}  // namespace kontor::server
