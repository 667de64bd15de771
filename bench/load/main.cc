// Durable commands over real sockets: C connections, each with D invitations in flight, for some seconds or
// until SIGTERM. With a pace each connection rests between two commands: what a small command waits while
// something large goes on. Prints one line; bench/load.sh and bench/roster.sh print the conditions it was
// measured under.

#include <fmt/format.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <random>

#include "bench/load/connection.h"
#include "bench/load/workload.h"

namespace kontor::bench {
namespace {

struct Options {
  std::string server = "127.0.0.1:7419";
  std::size_t connections = 1;
  std::size_t depth = 1;
  int seconds = 5;
  int warm_up_seconds = 1;
  int pace_ms = 0;     // between two commands of a connection
  std::string tenant;  // to open; empty: a name of its own
  std::string ask;     // a campus of the tenant, which is open already: questions instead of commands
};

volatile std::sig_atomic_t stopped = 0;

Target target_of(const Options& options, std::uint64_t seed) {
  const auto colon = options.server.rfind(':');
  const auto port = static_cast<std::uint16_t>(std::stoul(options.server.substr(colon + 1)));
  return {options.server.substr(0, colon), port,
          options.tenant.empty() ? fmt::format("load-{:x}", seed) : options.tenant, options.ask};
}

using Connections = std::vector<std::unique_ptr<Connection>>;

// Keeps every connection full until `end`; answers before `begin` are not counted.
Tally drive(Connections& connections, const Options& options, Clock::time_point begin,
            Clock::time_point end) {
  const std::chrono::milliseconds pace(options.pace_ms);
  const int patience_ms = options.pace_ms > 0 ? 1 : 100;
  Tally warm_up;
  Tally tally;
  Clock::time_point next;
  std::vector<pollfd> polled(connections.size());
  while (Clock::now() < end && stopped == 0) {
    const bool may_send = Clock::now() >= next;
    if (may_send) next = Clock::now() + pace;
    for (std::size_t at = 0; at < connections.size(); ++at) {
      if (may_send) connections[at]->fill();
      if (connections[at]->wants_to_write()) connections[at]->write_some();
      const short events = connections[at]->wants_to_write() ? POLLIN | POLLOUT : POLLIN;
      polled[at] = {connections[at]->descriptor(), events, 0};
    }
    ::poll(polled.data(), polled.size(), patience_ms);
    Tally& counted = Clock::now() < begin ? warm_up : tally;
    for (std::size_t at = 0; at < connections.size(); ++at) {
      if ((polled[at].revents & (POLLIN | POLLHUP | POLLERR)) != 0) connections[at]->read_some(counted);
    }
  }
  return tally;
}

std::uint32_t percentile(const std::vector<std::uint32_t>& sorted, std::size_t per_mille) {
  return sorted.empty() ? 0 : sorted[(sorted.size() - 1) * per_mille / 1'000];
}

void report(const Options& options, Tally tally, double seconds) {
  std::ranges::sort(tally.latencies_us);
  const auto done = tally.latencies_us.size();
  fmt::print(
      "{:>4} x {:<4} {:>9} answers/s    p50 {:>7} us   p95 {:>7} us   p99 {:>7} us   p99.9 {:>7} us   "
      "max {:>8} us   refused {}\n",
      options.connections, options.depth, static_cast<std::uint64_t>(static_cast<double>(done) / seconds),
      percentile(tally.latencies_us, 500), percentile(tally.latencies_us, 950),
      percentile(tally.latencies_us, 990), percentile(tally.latencies_us, 999),
      percentile(tally.latencies_us, 1'000), tally.refused);
}

void run(const Options& options) {
  const std::uint64_t seed = std::random_device{}() | std::uint64_t{std::random_device{}()} << 32 | 1;
  const Target target = target_of(options, seed);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  if (options.ask.empty()) {
    Connection opener(target, seed, 0, 1);
    for (const Bytes& frame : opening(seed, std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(),
                                      options.connections))
      opener.ask(frame);
  }
  Connections connections;
  for (std::size_t number = 0; number < options.connections; ++number)
    connections.push_back(std::make_unique<Connection>(target, seed, number, options.depth));
  const auto begin = Clock::now() + std::chrono::seconds(options.warm_up_seconds);
  std::signal(SIGTERM, [](int) { stopped = 1; });
  Tally tally = drive(connections, options, begin, begin + std::chrono::seconds(options.seconds));
  report(options, std::move(tally), std::chrono::duration<double>(Clock::now() - begin).count());
}

}  // namespace
}  // namespace kontor::bench

int main(int argc, char** argv) {
  kontor::bench::Options options;
  CLI::App app{"Durable commands over real sockets"};
  app.add_option("--server", options.server, "address and port");
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 1'000));
  app.add_option("--depth", options.depth, "commands in flight on each connection")
      ->check(CLI::Range(1, 1'024));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(1, 3'600));
  app.add_option("--pace-ms", options.pace_ms, "rest between two commands of a connection")
      ->check(CLI::Range(0, 60'000));
  app.add_option("--tenant", options.tenant, "to open, instead of one with a name of its own");
  app.add_option("--ask", options.ask, "ask about this campus of the tenant instead of sending commands");
  app.add_option("--warm-up", options.warm_up_seconds, "seconds not counted")->check(CLI::Range(0, 3'600));
  CLI11_PARSE(app, argc, argv);
  kontor::bench::run(options);
}
