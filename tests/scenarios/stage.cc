#include "tests/scenarios/stage.h"

#include <fmt/format.h>

#include <future>
#include <latch>
#include <utility>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "events/core/digest.h"
#include "projections/data_directory.h"
#include "projections/rocksdb_view_store.h"
#include "projections/view_directories.h"
#include "replay/verify.h"
#include "server/protocol/message.h"

namespace kontor::scenarios {
namespace {

constexpr client::Connection::Timeout kPatience{60'000};

Status trouble(const client::Failure& failure) {
  return fail(Reason::SessionEnded, "the conversation broke: " + failure.message);
}

}  // namespace

Result<std::unique_ptr<Stage>> Stage::open(std::filesystem::path folder) {
  std::unique_ptr<Stage> stage(new Stage(std::move(folder)));
  if (const Status started = stage->start(); !started) return tl::unexpected(started.error());
  return stage;
}

Stage::~Stage() { static_cast<void>(stop()); }

Status Stage::start() {
  auto loaded = server::load_config(
      {.file = {}, .environment = [](const std::string&) { return std::nullopt; }, .flags = {}});
  if (!loaded) return tl::unexpected(loaded.error());
  server::Config& config = loaded->config;
  config.listen = "127.0.0.1:0";
  config.data_dir = folder_.string();
  auto door = server::Door::bind(config.listen, config.sessions, config.listener,
                                 [](std::string_view, std::string_view) {});
  if (!door) return tl::unexpected(std::move(door).error());
  auto stores = server::open_stores(config, [](std::string_view) {});
  if (!stores) return tl::unexpected(std::move(stores).error());
  auto server =
      server::Server::start(std::move(*door), std::move(*stores), clock_, config, [](std::string_view) {});
  if (!server) return tl::unexpected(std::move(server).error());
  server_ = std::move(*server);
  thread_ = std::thread([this] { served_ = server_->run(); });
  return {};
}

Status Stage::stop() {
  for (auto& [tenant, connection] : connections_) connection.reset();
  if (thread_.joinable()) {
    server_->stop();
    thread_.join();
  }
  server_.reset();
  return served_;
}

Status Stage::restart(Views views) {
  if (const Status stopped = stop(); !stopped) return stopped;
  if (views == Views::ThrowAway) {
    std::error_code failure;
    std::filesystem::remove_all(DataDirectory{folder_}.views(), failure);
    if (failure) return fail(Reason::DataDirectory, "cannot remove the views: " + failure.message());
  }
  return start();
}

Result<TenantStatus> Stage::wake(const TenantId& tenant, StatusDetail detail) {
  // A request for the status is decided in order with the commands, by the thread that fires what is due; its
  // answer comes once that is durable.
  auto answer = std::make_shared<std::promise<TenantStatus>>();
  auto status = answer->get_future();
  const Status accepted = server_->ledger().status(
      tenant, detail, [answer](TenantStatus found) { answer->set_value(std::move(found)); });
  if (!accepted) return tl::unexpected(accepted.error());
  if (status.wait_for(kPatience) != std::future_status::ready)
    return fail(Reason::DeadlineExceeded, "the ledger does not answer");
  TenantStatus found = status.get();
  positions_[tenant] = found.position;
  return found;
}

Position Stage::position(const TenantId& tenant) const {
  const auto found = positions_.find(tenant);
  return found == positions_.end() ? 0 : found->second;
}

Status Stage::move_to(Instant at) {
  if (at < clock_.now()) return fail(Reason::InvalidArgument, "time does not go back");
  for (auto& [tenant, connection] : connections_) {
    while (true) {
      const auto status = wake(tenant);
      if (!status) return tl::unexpected(status.error());
      // Timers of other tenants fire on the way, a little late for the clock and in time for their rules.
      if (!status->wakes_at || *status->wakes_at >= at) break;
      clock_.set(std::max(clock_.now(), *status->wakes_at));
    }
  }
  clock_.set(at);
  return {};
}

Status Stage::ask(const TenantId& tenant, capnp::MessageBuilder& request,
                  const std::function<void(wire::Frame::Reader)>& read) {
  auto& connection = connections_[tenant];
  if (!connection) {
    auto opened = connect(tenant);
    if (!opened) return trouble(opened.error());
    connection = std::move(*opened);
  }
  connection->put(request);
  if (const auto sent = connection->flush(kPatience); !sent) return trouble(sent.error());
  const auto words = connection->receive(kPatience);
  if (!words) return trouble(words.error());
  return protocol::read_message<wire::Frame>(*words, read);
}

client::Outcome<std::unique_ptr<client::Connection>> Stage::connect(const TenantId& tenant) const {
  return client::Connection::open({"127.0.0.1", std::to_string(server_->port())}, {tenant, "scenario", 0},
                                  kPatience);
}

Status Stage::race(const TenantId& tenant,
                   const std::vector<std::unique_ptr<capnp::MallocMessageBuilder>>& requests,
                   const std::function<void(std::size_t, wire::Frame::Reader)>& read) {
  std::vector<std::unique_ptr<client::Connection>> racers;
  for (const auto& request : requests) {
    auto opened = connect(tenant);
    if (!opened) return trouble(opened.error());
    racers.push_back(std::move(*opened));
    racers.back()->put(*request);
  }
  std::vector<client::Done> sent(racers.size());
  std::latch ready(static_cast<std::ptrdiff_t>(racers.size()));
  std::latch go(1);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < racers.size(); ++i)
    threads.emplace_back([&ready, &go, &done = sent[i], &racer = *racers[i]] {
      ready.count_down();
      go.wait();
      done = racer.flush(kPatience);
    });
  ready.wait();
  go.count_down();
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < racers.size(); ++i) {
    if (!sent[i]) return trouble(sent[i].error());
    const auto words = racers[i]->receive(kPatience);
    if (!words) return trouble(words.error());
    const Status told =
        protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader frame) { read(i, frame); });
    if (!told) return told;
  }
  return {};
}

Status Stage::close_and_verify() {
  // A timer may be due a nanosecond after its moment: a first round lets it happen, the second looks.
  for (const auto& [tenant, connection] : connections_)
    if (const auto woken = wake(tenant); !woken) return tl::unexpected(woken.error());
  std::map<TenantId, TenantStatus> live;
  for (const auto& [tenant, connection] : connections_) {
    auto status = wake(tenant, StatusDetail::WithDigest);
    if (!status) return tl::unexpected(status.error());
    if (status->position != 0) live[tenant] = std::move(*status);
  }
  if (const Status stopped = stop(); !stopped) return stopped;

  const DataDirectory directory{folder_};
  log::RocksDbLogOptions options{.path = directory.log().string()};
  options.access = log::Access::ReadOnly;
  auto log = log::RocksDbLog::open(std::move(options));
  if (!log) return tl::unexpected(log.error());
  const auto live_views = views::live_views_in(directory.views());
  if (!live_views) return tl::unexpected(live_views.error());
  auto views = views::open_rocksdb_view_store(*live_views, views::Access::ReadOnly);
  if (!views) return tl::unexpected(views.error());
  const auto verified = replay::verify(**log, views->store.get(), [](std::uint64_t) {});
  if (!verified) return tl::unexpected(verified.error());
  for (const replay::TenantResult& replayed : verified->tenants) {
    const auto found = live.find(replayed.tenant);
    if (found == live.end()) continue;
    if (found->second.position != replayed.position || found->second.state != replayed.state)
      return fail(
          Reason::StoreDamaged,
          fmt::format("tenant {}: the replay ends at position {} in state {}, the server was at {} in {}",
                      replayed.tenant.value, replayed.position, hex(replayed.state), found->second.position,
                      hex(found->second.state)));
    live.erase(found);
  }
  if (!live.empty()) return fail(Reason::StoreDamaged, "the log does not hold every tenant");
  return {};
}

}  // namespace kontor::scenarios
