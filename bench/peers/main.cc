// One run of one peer, as a line of CSV: bench/peers/compare.sh starts the peers and calls this.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <random>

#include "bench/peers/peer.h"

namespace kontor::peers {
namespace {

void print(const Measured& measured) {
  const auto us = [&](double share) { return measured.latency.within(share) / 1'000; };
  fmt::print(
      "commands_per_second,p50_us,p99_us,p999_us,max_us,commands,refused,failed\n{:.0f},{},{},{},{},{},{},{}"
      "\n",
      static_cast<double>(measured.commands) / measured.seconds, us(0.5), us(0.99), us(0.999),
      measured.latency.max() / 1'000, measured.commands, measured.refused, measured.failed);
}

}  // namespace
}  // namespace kontor::peers

int main(int argc, char** argv) {
  using kontor::peers::Work;
  kontor::peers::Shape shape;
  std::string peer;
  std::map<std::string, Work> works{{"debit", Work::Debit}, {"seat", Work::Seat}};
  CLI::App app{"The same work on what a team would use instead of kontor"};
  app.add_option("--peer", peer)->required()->check(CLI::IsMember({"postgresql", "redis", "sqlite"}));
  app.add_option("--target", shape.target, "connection string, socket or file")->required();
  app.add_option("--work", shape.work)->transform(CLI::Transformer(works));
  app.add_option("--clients", shape.clients)->check(CLI::Range(1, 1'000));
  app.add_option("--depth", shape.depth, "in flight on each client; Redis alone")
      ->check(CLI::Range(1, 1'024));
  app.add_option("--batch", shape.batch)->check(CLI::Range(1, 10'000));
  app.add_option("--entities", shape.entities)->check(CLI::Range(1, 10'000'000));
  app.add_option("--seconds", shape.seconds)->check(CLI::Range(0.1, 3'600.0));
  app.add_option("--warm-up", shape.warm_up_seconds)->check(CLI::Range(0.0, 600.0));
  CLI11_PARSE(app, argc, argv);
  shape.seed = std::uint64_t{std::random_device{}()} << 32 | std::random_device{}();
  const auto measured = peer == "postgresql" ? run_postgresql(shape)
                        : peer == "redis"    ? run_redis(shape)
                                             : run_sqlite(shape);
  kontor::peers::print(measured);
  return measured.failed == 0 ? 0 : 1;
}
