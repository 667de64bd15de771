#include "server/door.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>

#include "events/core/assert.h"

namespace kontor::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kTickEvery{200};

Monotonic monotonic_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

tl::unexpected<Error> cannot_listen(const std::string& address, std::string_view why) {
  return fail(Reason::Listen, fmt::format("cannot listen on {}: {}", address, why));
}

Result<tcp::endpoint> parse_endpoint(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return cannot_listen(address, "write it as ADDRESS:PORT");
  std::string host = address.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto [stop, failure] = std::from_chars(address.data() + colon + 1, end, port);
  if (failure != std::errc{} || stop != end)
    return cannot_listen(address, "the port must be a number from 0 to 65535");
  error_code ec;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec) return cannot_listen(address, "the address must be a number such as 127.0.0.1");
  if (!ip.is_loopback())
    return cannot_listen(address,
                         "this version has neither TLS nor login, so it takes loopback addresses only");
  return tcp::endpoint(ip, port);
}

}  // namespace

struct Door::Signals {
  Signals(asio::io_context& io, std::function<void(int)> callback)
      : set(io, SIGTERM, SIGINT), on_signal(std::move(callback)) {}
  asio::signal_set set;
  std::function<void(int)> on_signal;
};

Door::Door(SessionLimits sessions, ListenerLimits listener, Trouble trouble)
    : session_limits_(sessions),
      limits_(listener),
      trouble_(std::move(trouble)),
      acceptor_(io_),
      timer_(io_),
      mailbox_([this] { letters_came(); }) {}

Door::~Door() {
  reader_.join();
  rememberer_.join();
}

Result<std::unique_ptr<Door>> Door::bind(const std::string& address, SessionLimits sessions,
                                         ListenerLimits listener, Trouble trouble) {
  const auto endpoint = parse_endpoint(address);
  if (!endpoint) return tl::unexpected(endpoint.error());
  std::unique_ptr<Door> door(new Door(sessions, listener, std::move(trouble)));
  error_code ec;
  door->acceptor_.open(endpoint->protocol(), ec);
  if (!ec) door->acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) door->acceptor_.bind(*endpoint, ec);
  if (!ec) door->bound_ = door->acceptor_.local_endpoint(ec);
  if (ec)
    return cannot_listen(address, ec == asio::error::address_in_use ? "the port is in use" : ec.message());
  return door;
}

std::string Door::address() const {
  const std::string host = bound_.address().to_string();
  return bound_.address().is_v6() ? fmt::format("[{}]:{}", host, port()) : fmt::format("{}:{}", host, port());
}

Status Door::listen(DoorServices services) {
  const auto in = [](asio::thread_pool& pool) {
    return [&pool](std::function<void()> work) { asio::post(pool, std::move(work)); };
  };
  groups_ = std::make_unique<ConsumerGroups>(
      ConsumerGroups::Services{.ledger = services.ledger,
                               .edge = services.edge,
                               .store = services.groups,
                               .mailbox = mailbox_,
                               .elsewhere = {.reading = in(reader_),
                                             .remembering = in(rememberer_),
                                             .back =
                                                 [this](std::function<void()> work) {
                                                   asio::post(io_, in_turn(turn_, std::move(work)));
                                                 }},
                               .monotonic = monotonic_now,
                               .clock = services.clock},
      GroupsLimits{.groups_max = GroupsLimits{}.groups_max,
                   .group = {},
                   .heartbeat = session_limits_.heartbeat,
                   .progress_after = session_limits_.progress_after});
  if (Status loaded = groups_->load(); !loaded) return loaded;
  explainer_ = std::make_unique<Explainer>(Explainer::Services{.ledger = services.ledger,
                                                               .queries = services.queries,
                                                               .views = services.views,
                                                               .secrets = services.secrets,
                                                               .clock = services.clock},
                                           ExplainerLimits{});
  services_ = std::make_unique<SessionServices>(
      SessionServices{.ledger = services.ledger,
                      .queries = services.queries,
                      .views = services.views,
                      .mailbox = mailbox_,
                      .read_aside = in(reader_),
                      .connections = [this] { return static_cast<std::uint32_t>(connections_.size()); },
                      .store_id = std::move(services.store_id),
                      .started_at = services.started_at,
                      .edge = services.edge,
                      .followers = followers_,
                      .groups = *groups_,
                      .rebuilder = services.rebuilder,
                      .explainer = *explainer_,
                      .proofs = services.proofs,
                      .sign_aside = std::move(services.sign_aside)});
  services.edge.wake_with([this, &edge = services.edge] {
    asio::post(io_, in_turn(turn_, [this, &edge] { events_moved(edge); }));
  });
  error_code ec;
  acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (ec)
    return cannot_listen(address(), ec == asio::error::address_in_use ? "the port is in use" : ec.message());
  return {};
}

void Door::serve() {
  KONTOR_ASSERT(services_ != nullptr);
  in_turn(turn_, [this] {
    accept();
    tick();
  })();
  io_.run();
  explainer_->close();
  reader_.join();
  rememberer_.join();
  groups_->close();
}

void Door::accept() {
  acceptor_.async_accept(in_turn(turn_, [this](const error_code& failure, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (!failure) {
      admit(std::move(socket));
      return accept();
    }
    // Out of descriptors, most likely: the next tick tries again, so that this does not spin.
    trouble_("listener", failure.message());
    timer_.expires_after(kTickEvery);
    timer_.async_wait(in_turn(turn_, [this](const error_code& cancelled) {
      if (cancelled) return;
      accept();
      tick();
    }));
  }));
}

void Door::admit(tcp::socket socket) {
  const SessionId id = ++last_id_;
  const auto connection =
      std::make_shared<Connection>(std::move(socket), id, session_limits_, *services_, turn_, monotonic_now,
                                   [this](Connection& closed) { forget(closed); });
  connections_.emplace(id, connection);
  if (connections_.size() > limits_.connections_max)
    connection->session().refuse(
        {Reason::TooManyConnections,
         fmt::format("{} connections are open, at most that many", limits_.connections_max)});
  connection->pump();
}

/// By whichever thread completes an answer. It takes the only one that anybody waits for to its session
/// itself: to wake up the door's thread for it takes longer than to send it.
void Door::letters_came() {
  if (turn_.begin_if_free()) {
    const bool alone = services_->unanswered == 1;
    if (alone) deliver_letters();
    turn_.end();
    if (alone) return;
  }
  asio::post(io_, in_turn(turn_, [this] { deliver_letters(); }));
}

void Door::deliver_letters() {
  std::vector<Connection*> touched;
  const Monotonic now = monotonic_now();
  for (Letter& letter : mailbox_.take()) {
    const auto found = connections_.find(letter.session);
    if (found == connections_.end()) continue;  // gone; who sent the request asks again
    found->second->session().deliver(std::move(letter), now);
    if (touched.empty() || touched.back() != found->second.get()) touched.push_back(found->second.get());
  }
  // One write for all that has become ready. Pumping may close connections, and with them the pointers.
  std::vector<std::shared_ptr<Connection>> alive;
  alive.reserve(touched.size());
  for (Connection* connection : touched) alive.push_back(connection->shared_from_this());
  for (const auto& connection : alive) connection->pump();
}

/// There are new durable events: who follows these tenants reads on.
void Door::events_moved(LiveEdge& edge) {
  for (const auto& [tenant, head] : edge.take_moved()) {
    groups_->head_moved(tenant);
    for (const SessionId id : followers_.of(tenant)) {
      const auto found = connections_.find(id);
      if (found != connections_.end()) found->second->session().events_moved();
    }
  }
}

std::vector<std::shared_ptr<Connection>> Door::all() const {
  std::vector<std::shared_ptr<Connection>> copy;
  copy.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) copy.push_back(connection);
  return copy;
}

void Door::tick() {
  const Monotonic now = monotonic_now();
  for (const auto& connection : all()) connection->tick(now, limits_.linger_timeout);
  groups_->tick();
  if (stopping_since_ && now - *stopping_since_ >= limits_.drain_timeout) return begin_stop(Stop::Now);
  timer_.expires_after(kTickEvery);
  timer_.async_wait(in_turn(turn_, [this](const error_code& cancelled) {
    if (!cancelled) tick();
  }));
}

void Door::stop(Stop how) {
  asio::post(io_, in_turn(turn_, [this, how] { begin_stop(how); }));
}

void Door::begin_stop(Stop how) {
  error_code ignored;
  acceptor_.close(ignored);
  if (!stopping_since_) stopping_since_ = monotonic_now();
  for (const auto& connection : all()) {
    if (how == Stop::Now) {
      connection->close();
    } else {
      connection->session().drain();
      connection->pump();
    }
  }
  stop_when_empty();
}

void Door::forget(Connection& connection) {
  if (const std::string& why = connection.session().trouble(); !why.empty()) trouble_(connection.peer(), why);
  connection.session().gone();
  connections_.erase(connection.session().id());
  stop_when_empty();
}

void Door::stop_when_empty() {
  if (stopping_since_ && connections_.empty()) io_.stop();
}

void Door::wait_for_signal() {
  signals_->set.async_wait([this](const error_code& failure, int signal) {
    if (failure) return;
    signals_->on_signal(signal);
    wait_for_signal();
  });
}

void Door::on_signals(std::function<void(int)> on_signal) {
  signals_ = std::make_unique<Signals>(io_, std::move(on_signal));
  wait_for_signal();
}

}  // namespace kontor::server
