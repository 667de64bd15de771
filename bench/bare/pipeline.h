#pragma once
// The bare pipeline: what durable commands over sockets cost when nothing is decided. Frames come in through
// the frame gate, all that came during one sync are made durable as one value, then each is answered. There
// are no rules, ids, hashes or views: it is the limit that `kontor serve` is compared with
// (docs/performance.md).
//
// One thread serves the sockets and makes the answers, another one syncs. The answers to one connection that
// became due together are one write.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/bare/committer.h"
#include "bench/bare/replies.h"

namespace kontor::bare {

class Connection;

class Pipeline {
 public:
  /// Opens a database that must not exist yet, and listens on a free port of the loopback address.
  [[nodiscard]] static Result<std::unique_ptr<Pipeline>> open(const std::string& directory);
  ~Pipeline();

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// Serves until SIGTERM or SIGINT.
  void serve();

 private:
  friend class Connection;

  Pipeline();
  void accept();
  void deliver(std::unique_ptr<Group> group);
  void forget(std::uint32_t connection) { connections_.erase(connection); }

  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::signal_set signals_;
  Replies replies_;
  std::unordered_map<std::uint32_t, std::shared_ptr<Connection>> connections_;
  std::uint32_t last_number_ = 0;
  std::vector<Connection*> due_;  // those with answers of the group that is being delivered
  std::unique_ptr<Committer> committer_;
};

}  // namespace kontor::bare
