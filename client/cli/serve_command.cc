#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "client/cli/config_flags.h"
#include "client/cli/context.h"
#include "client/cli/heap/huge_pages.h"
#include "engine/clock.h"
#include "server/logging.h"
#include "server/server.h"

namespace kontor::cli {
namespace {

using server::Server;

struct ServeFlags {
  ConfigFlags config;
  bool dev = false;
  std::string port_file;
  bool full_scan = false;
};

/// Scripts wait for this file: it appears whole or not at all.
Status write_port_file(const std::string& path, std::uint16_t port) {
  const std::string draft = path + ".new";
  std::ofstream file(draft, std::ios::trunc);
  file << port << '\n';
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(draft, path, failure);
  if (!file || failure)
    return fail(Reason::DataDirectory, fmt::format("cannot write the port file {}", path));
  return {};
}

void print_start(const server::Config& config, const Server& running, std::string_view store,
                 double seconds) {
  const server::StartReport& report = running.report();
  std::cout << fmt::format("data      {}  (store {})\n", config.data_dir, store)
            << fmt::format("replayed  {} events{} in {:.2f} s; views {}\n", report.events - report.unread,
                           report.unread == 0 ? "" : fmt::format(" behind a snapshot of {}", report.unread),
                           seconds, report.views)
            << fmt::format("listen    tcp  {}     commands and queries, Cap'n Proto\n", report.address);
}

Result<LogAndConfig> begin(const ServeFlags& flags) {
  auto loaded = load(flags.config);
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  std::cout << "kontor " KONTOR_VERSION << (flags.dev ? " (dev mode: loopback only, no TLS, no login)" : "")
            << std::endl;
  auto logger = server::make_logger(loaded->config.log_format, loaded->config.log_level);
  if (flags.dev) logger->warn("development mode: whoever can log in to this machine can write to the ledger");
  if (flags.full_scan) loaded->config.snapshot.start = server::SnapshotStart::FullScan;
  return LogAndConfig{std::move(loaded->config), std::move(logger)};
}

Status serve(const ServeFlags& flags) {
  auto begun = begin(flags);
  if (!begun) return tl::unexpected(std::move(begun).error());
  const auto& [config, logger] = *begun;
  const auto started = std::chrono::steady_clock::now();
  const heap::GrowingAhead growing_ahead;
  const auto note = [&log = *logger](std::string_view text) {
    log.warn("{}", server::safe_sentence(text.substr(0, text.find_last_not_of(" \n") + 1)));
  };

  auto door =
      server::Door::bind(config.listen, config.sessions, config.listener,
                         [&log = *logger](std::string_view peer, std::string_view why) {
                           log.warn("connection of {} ended: {}", server::safe(peer), server::safe(why));
                         });
  if (!door) return tl::unexpected(std::move(door).error());
  auto stores = server::open_stores(config, note);
  if (!stores) return tl::unexpected(std::move(stores).error());
  const std::string store = stores->store_id;
  SystemClock clock;
  auto running = Server::start(std::move(*door), std::move(*stores), clock, config, note);
  if (!running) return tl::unexpected(std::move(running).error());
  (*running)->stop_on_signals([&log = *logger](int signal) {
    log.info("signal {}: answering what has arrived, then stopping; a second one stops at once", signal);
  });

  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  print_start(config, **running, store, took.count());
  if (!flags.port_file.empty()) {
    if (const Status written = write_port_file(flags.port_file, (*running)->port()); !written) return written;
  }
  std::cout << "ready     " << (*running)->report().address << std::endl;
  const Status ended = (*running)->run();
  if (ended) logger->info("stopped");
  return ended;
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  auto flags = std::make_shared<ServeFlags>();
  CLI::App* command = app.add_subcommand("serve", "Run the server in the foreground until SIGTERM or Ctrl-C");
  add_config_flags(*command, flags->config);
  command->add_flag("--dev", flags->dev, "development mode: no TLS, no login, loopback only");
  command->add_option("--port-file", flags->port_file, "write the port here once connections are taken");
  command->add_flag("--full-scan", flags->full_scan,
                    "read the whole log before serving, whatever snapshots there are");
  command->callback([flags, &context] {
    const Status served = serve(*flags);
    if (served) return;
    report(context, served.error());
    if (served.error().code == Reason::OutcomeUnknown) context.exit_code = kStorage;
  });
}

}  // namespace kontor::cli
