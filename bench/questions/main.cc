// What questions about the past cost beside questions about the present: the same question, in turns, at the
// head, as of a random position, as of a random moment, and as known at an earlier position. One connection,
// one question at a time, on a tenant that tests/acceptance/billing.sh has filled, or with --users on one
// that `kontor bench --mix credits` has. Prints one line for each question and each way to ask it.

#include <capnp/message.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>

#include "client/client.h"
#include "server/protocol/message.h"

namespace kontor::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Question = wire::Query::Question::Builder;
constexpr std::chrono::minutes kPatience{2};

struct Options {
  std::string server = "127.0.0.1:7419";
  std::string tenant = "bill";
  std::uint64_t things = 1'000;  // seats, courses and orders are numbered below these
  std::uint64_t courses = 1;
  std::uint64_t users = 0;      // of a tenant of the load generator; 0: it is one of billing.sh
  std::uint64_t loaded_s = 60;  // so long ago that tenant was filled
  std::size_t rounds = 2'000;
  std::uint64_t seed = 1;
};

enum class Way : std::uint8_t { Head, Position, Moment, KnownAt };
constexpr std::array kWays{Way::Head, Way::Position, Way::Moment, Way::KnownAt};
constexpr std::array kWayNames{"head", "as of a position", "as of a moment", "known at a position"};

struct Kind {
  std::string name;
  std::function<void(Question, std::mt19937_64&)> fill;
};

[[noreturn]] void stop(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

std::vector<Kind> kinds_about_users(std::uint64_t users) {
  const auto user = [users](std::mt19937_64& random) { return fmt::format("u-{:08}", random() % users); };
  return {
      {"MenuBalance", [=](Question q, std::mt19937_64& r) { q.initMenuBalance().setUser(user(r)); }},
      {"CreditOverview", [=](Question q, std::mt19937_64& r) { q.initCreditOverview().setUser(user(r)); }},
  };
}

std::vector<Kind> kinds_of(const Options& options) {
  if (options.users != 0) return kinds_about_users(options.users);
  const auto name = [](std::string_view prefix, std::uint64_t below, std::mt19937_64& random) {
    return fmt::format("{}-{}", prefix, random() % below);
  };
  return {
      {"UsageStatistics", [](Question q, std::mt19937_64&) { q.initUsageStatistics().setCampus("c-1"); }},
      {"SeatOf",
       [=](Question q, std::mt19937_64& r) { q.initSeatOf().setPerson(name("p", options.things, r)); }},
      {"MenuBalance",
       [=](Question q, std::mt19937_64& r) { q.initMenuBalance().setUser(name("u", options.things, r)); }},
      {"GroupOverview",
       [=](Question q, std::mt19937_64& r) { q.initGroupOverview().setGroup(name("o", options.things, r)); }},
      {"CourseSeatPeriods, 100 rows",
       [=](Question q, std::mt19937_64& r) {
         auto periods = q.initCourseSeatPeriods();
         periods.setCourse(name("k", options.courses, r));
         periods.setLimit(100);
       }},
  };
}

struct Range {
  std::uint64_t position = 0;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
};

void pin(wire::Query::Builder query, Way way, const Range& range, std::mt19937_64& random) {
  auto as_of = query.getAsOf();
  const auto span = static_cast<std::uint64_t>(range.to_ns - range.from_ns);
  const std::int64_t moment = range.from_ns + static_cast<std::int64_t>(random() % span);
  const std::uint64_t position = range.position / 2 + random() % (range.position / 2);
  switch (way) {
    case Way::Head: break;
    case Way::Position: as_of.setPosition(position); break;
    case Way::Moment: as_of.setTime(moment); break;
    case Way::KnownAt: query.setKnownPosition(position); break;
  }
}

class Asker {
 public:
  explicit Asker(const Options& options) : random_(options.seed) {
    const auto address = client::parse_address(options.server);
    if (!address) stop(address.error().message);
    auto connection = client::Connection::open(
        *address, {.tenant = TenantId(options.tenant), .client_name = "bench", .highest_position = 0},
        kPatience);
    if (!connection) stop(connection.error().message);
    connection_ = std::move(*connection);
    range_.position = connection_->welcome().position;
    range_.from_ns = 1'580'000'000'000'000'000;  // the history of billing.sh: February ...
    range_.to_ns = 1'588'000'000'000'000'000;    // ... to April 2020
    if (options.users != 0) {
      range_.to_ns = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
      range_.from_ns =
          range_.to_ns - std::chrono::nanoseconds(std::chrono::seconds(options.loaded_s)).count();
    }
  }

  std::uint32_t ask_us(const Kind& kind, Way way) {
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(++request_);
    auto query = frame.initQuery();
    kind.fill(query.initQuestion(), random_);
    pin(query, way, range_, random_);
    const auto started = Clock::now();
    connection_->put(message);
    if (const auto sent = connection_->flush(kPatience); !sent) stop(sent.error().message);
    const auto answer = connection_->receive(kPatience);
    if (!answer) stop(answer.error().message);
    const auto took = Clock::now() - started;
    count(*answer);
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }
  [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }

 private:
  void count(protocol::FrameWords words) {
    const Status read = protocol::read_message<wire::Frame>(words, [this](wire::Frame::Reader frame) {
      if (!frame.isAnswer()) ++unanswered_;
    });
    if (!read) stop(read.error().message);
  }

  std::unique_ptr<client::Connection> connection_;
  std::mt19937_64 random_;
  Range range_;
  std::uint64_t request_ = 0;
  std::uint64_t unanswered_ = 0;
};

std::uint32_t percentile(const std::vector<std::uint32_t>& sorted, std::size_t per_mille) {
  return sorted[(sorted.size() - 1) * per_mille / 1'000];
}

void run(const Options& options) {
  Asker asker(options);
  for (const Kind& kind : kinds_of(options)) {
    std::array<std::vector<std::uint32_t>, kWays.size()> latencies;
    for (std::size_t round = 0; round < options.rounds; ++round)
      for (std::size_t way = 0; way < kWays.size(); ++way) {
        const std::uint32_t us = asker.ask_us(kind, kWays[way]);
        if (round >= options.rounds / 10) latencies[way].push_back(us);  // the first tenth warms up
      }
    for (std::size_t way = 0; way < kWays.size(); ++way) {
      std::ranges::sort(latencies[way]);
      fmt::print("{:<28} {:<20} p50 {:>6} us   p99 {:>6} us   p99.9 {:>6} us\n", kind.name, kWayNames[way],
                 percentile(latencies[way], 500), percentile(latencies[way], 990),
                 percentile(latencies[way], 999));
    }
  }
  fmt::print("no answer (the thing was not there yet): {}\n", asker.unanswered());
}

}  // namespace
}  // namespace kontor::bench

int main(int argc, char** argv) {
  kontor::bench::Options options;
  CLI::App app{"What questions about the past cost"};
  app.add_option("--server", options.server, "address and port");
  app.add_option("--tenant", options.tenant);
  app.add_option("--things", options.things, "how many seats and orders there are")
      ->check(CLI::PositiveNumber);
  app.add_option("--courses", options.courses)->check(CLI::PositiveNumber);
  app.add_option("--users", options.users,
                 "the tenant is one that the load generator filled, with so many users");
  app.add_option("--loaded-seconds", options.loaded_s, "so long ago that began")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "questions of each kind and way")
      ->check(CLI::Range(10, 10'000'000));
  app.add_option("--seed", options.seed);
  CLI11_PARSE(app, argc, argv);
  kontor::bench::run(options);
}
