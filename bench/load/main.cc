// Durable commands over real sockets: C connections, each with D invitations in flight, for some seconds.
// Prints one line; bench/load.sh prints the conditions it was measured under.

#include <fmt/format.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
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
};

Target target_of(const Options& options, std::uint64_t seed) {
  const auto colon = options.server.rfind(':');
  const auto port = static_cast<std::uint16_t>(std::stoul(options.server.substr(colon + 1)));
  return {options.server.substr(0, colon), port, fmt::format("load-{:x}", seed)};
}

using Connections = std::vector<std::unique_ptr<Connection>>;

// Keeps every connection full until `end`; answers before `begin` are not counted.
Tally drive(Connections& connections, Clock::time_point begin, Clock::time_point end) {
  Tally warm_up;
  Tally tally;
  std::vector<pollfd> polled(connections.size());
  while (Clock::now() < end) {
    for (std::size_t at = 0; at < connections.size(); ++at) {
      connections[at]->fill();
      if (connections[at]->wants_to_write()) connections[at]->write_some();
      const short events = connections[at]->wants_to_write() ? POLLIN | POLLOUT : POLLIN;
      polled[at] = {connections[at]->descriptor(), events, 0};
    }
    ::poll(polled.data(), polled.size(), 100);
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

void report(const Options& options, Tally tally) {
  std::ranges::sort(tally.latencies_us);
  const auto done = tally.latencies_us.size();
  fmt::print(
      "{:>4} x {:<4} {:>9} commands/s   p50 {:>7} us   p95 {:>7} us   p99 {:>7} us   p99.9 {:>7} us   "
      "refused {}\n",
      options.connections, options.depth, done / static_cast<std::size_t>(options.seconds),
      percentile(tally.latencies_us, 500), percentile(tally.latencies_us, 950),
      percentile(tally.latencies_us, 990), percentile(tally.latencies_us, 999), tally.refused);
}

void run(const Options& options) {
  const std::uint64_t seed = std::random_device{}() | std::uint64_t{std::random_device{}()} << 32 | 1;
  const Target target = target_of(options, seed);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Connection opener(target, seed, 0, 1);
  for (const Bytes& frame : opening(seed, std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(),
                                    options.connections)) {
    opener.ask(frame);
  }
  Connections connections;
  for (std::size_t number = 0; number < options.connections; ++number)
    connections.push_back(std::make_unique<Connection>(target, seed, number, options.depth));
  const auto begin = Clock::now() + std::chrono::seconds(options.warm_up_seconds);
  report(options, drive(connections, begin, begin + std::chrono::seconds(options.seconds)));
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
  app.add_option("--warm-up", options.warm_up_seconds, "seconds not counted")->check(CLI::Range(0, 3'600));
  CLI11_PARSE(app, argc, argv);
  kontor::bench::run(options);
}
