#include <fmt/format.h>

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>

#include "client/bench/report.h"
#include "client/cli/context.h"
#include "engine/clock.h"

namespace kontor::cli {
namespace {

using bench::BatchMode;
using bench::LoadOptions;
using bench::Mix;

struct BenchOptions {
  LoadOptions load;
  std::string data_dir;  // where the disk's sync is measured
  std::uint64_t server_pid = 0;
};

std::atomic<bool> stopped{false};

constexpr int kSyncsProbed = 100;

/// What the parser cannot see by itself; empty when all is well.
std::string contradiction(const BenchOptions& options) {
  const LoadOptions& load = options.load;
  if (load.rate > 0 && load.pace_seconds > 0) return "--rate and --pace exclude each other";
  if (load.rate > 0 && load.tenants > load.clients) return "an open loop needs a client for each tenant";
  if (!load.ask.empty() && load.batch > 0)
    return "questions come one by one: --ask and --batch exclude each other";
  if (!load.ask.empty() && load.tenant.empty()) return "--ask needs the --tenant that has the campus";
  if (!load.ask.empty() && load.tenants > 1) return "--ask is about one tenant";
  if (load.size.memberships > 0 && !bench::has_members(load.mix))
    return "credits have no memberships: --memberships goes with the other mixes";
  if (!options.data_dir.empty() && !std::filesystem::is_directory(options.data_dir))
    return fmt::format("{} is no directory", options.data_dir);
  if (options.server_pid != 0 && !bench::usage_of(options.server_pid))
    return fmt::format("there is no process {} to look at", options.server_pid);
  return {};
}

void print(Context& context, const LoadOptions& load, const bench::Measured& measured,
           const bench::Conditions& conditions) {
  const OutputForm form = context.output();
  if (form == OutputForm::Table || form == OutputForm::Plain) {
    fmt::print("{}", bench::in_words(load, measured, conditions));
  } else if (form == OutputForm::Csv) {
    fmt::print("{}", render_list({bench::columns(load, measured, conditions)}, form));
  } else {
    fmt::print("{}\n", boost::json::serialize(bench::columns(load, measured, conditions)));
  }
}

void run(Context& context, BenchOptions options) {
  if (const std::string wrong = contradiction(options); !wrong.empty())
    return context.fail(kUsage, wrong, "", "kontor bench --help");
  const auto address = client::parse_address(context.server);
  if (!address) return context.fail(address.error());
  LoadOptions& load = options.load;
  std::random_device chance;
  load.seed = std::uint64_t{chance()} << 32 | chance();
  load.server = *address;
  load.timeout = context.timeout();
  load.wall_ns = SystemClock().now().ns;
  if (load.tenant.empty()) load.tenant = fmt::format("bench-{:x}", load.seed);
  if (options.server_pid != 0) load.server_pid = options.server_pid;

  bench::Conditions conditions;
  conditions.machine = bench::machine_line();
  conditions.version = KONTOR_VERSION;
  const auto probe = [&options]() -> std::optional<bench::SyncLatency> {
    if (options.data_dir.empty()) return std::nullopt;
    return bench::measure_sync(options.data_dir, kSyncsProbed);
  };
  if (!options.data_dir.empty()) conditions.disk = bench::file_system_of(options.data_dir);
  conditions.sync_before = probe();
  for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stopped = true; });
  const auto measured =
      bench::run_load(load, stopped, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  if (!measured) return context.fail(measured.error());
  conditions.sync_after = probe();
  print(context, load, *measured, conditions);
  if (bench::unmeant(load, *measured) > 0) context.exit_code = kRefused;
}

void add_shape(CLI::App& command, LoadOptions& load) {
  std::map<std::string, Mix> mixes;
  for (const Mix mix : bench::kMixes) mixes.emplace(bench::name_of(mix), mix);
  const std::map<std::string, BatchMode> modes{{"each", BatchMode::Each},
                                               {"all-or-nothing", BatchMode::AllOrNothing}};
  command.add_option("--mix", load.mix, "what is asked for: all, credits, seats, access or invitations")
      ->transform(CLI::Transformer(mixes).description(""))
      ->default_str("all");
  command.add_option("--tenants", load.tenants, "how many ledgers; each is opened anew")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  command
      .add_option("--entities", load.size.entities, "accounts, courses and groups of a tenant: few are hot")
      ->check(CLI::Range(1u, 50'000'000u))
      ->capture_default_str();
  command
      .add_option("--memberships", load.size.memberships,
                  "members of these courses and groups, in all, before the run")
      ->check(CLI::Range(0u, 50'000'000u))
      ->capture_default_str();
  command.add_option("--clients", load.clients, "connections")
      ->check(CLI::Range(1u, 4'000u))
      ->capture_default_str();
  command.add_option("--depth", load.depth, "requests in flight on each")
      ->check(CLI::Range(1u, 1'024u))
      ->capture_default_str();
  command.add_option("--batch", load.batch, "commands in a request; 0: single commands")
      ->check(CLI::Range(0u, 10'000u))
      ->capture_default_str();
  command.add_option("--mode", load.mode, "of a batch: each or all-or-nothing")
      ->transform(CLI::Transformer(modes).description(""))
      ->default_str("each");
}

void add_clock(CLI::App& command, LoadOptions& load) {
  command
      .add_option(
          "--rate", load.rate,
          "commands a second by the clock, measured from when each was to start; 0: as fast as answers come")
      ->check(CLI::Range(0.0, 10'000'000.0))
      ->capture_default_str();
  command.add_option("--pace", load.pace_seconds, "seconds a connection rests between requests")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  command.add_option("--seconds", load.seconds, "how long to measure")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  command.add_option("--warm-up", load.warm_up_seconds, "seconds before, not counted")
      ->check(CLI::Range(0.0, 3'600.0))
      ->capture_default_str();
}

}  // namespace

void add_bench(CLI::App& app, Context& context) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command =
      app.add_subcommand("bench", "load a running server and measure it (docs/performance.md)");
  command->add_option("--server", context.server, "where the server listens; KONTOR_SERVER")
      ->capture_default_str();
  command->add_option("--timeout", context.timeout_seconds, "seconds to wait for an answer")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  add_output_option(*command, context);
  add_shape(*command, options->load);
  add_clock(*command, options->load);
  command->add_option("--tenant", options->load.tenant,
                      "a name for the tenant that is opened, instead of a new one");
  command->add_option("--ask", options->load.ask,
                      "ask about this campus of the tenant instead of sending commands");
  command->add_option("--server-pid", options->server_pid, "the server's process: adds what it costs");
  command->add_option("--data-dir", options->data_dir,
                      "a directory on the server's disk: adds what a sync takes there");
  command->callback([options, &context] { run(context, *options); });
}

}  // namespace kontor::cli
