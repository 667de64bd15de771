#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "client/cli/config_flags.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "engine/snapshots/snapshot_maker.h"
#include "projections/data_directory.h"

namespace kontor::cli {
namespace {

enum class From : std::uint8_t { Newest, Beginning };

/// Opens as a server does, so that HEAD is level with the log and another process is kept out.
Status create(const server::Config& config, From from) {
  const DataDirectory directory{config.data_dir};
  if (!std::filesystem::exists(directory.log()))
    return fail(Reason::DataDirectory, fmt::format("there is no store in {}", config.data_dir));
  const auto began = std::chrono::steady_clock::now();
  snapshots::SnapshotShelf shelf(nullptr, directory.snapshots().string(),
                                 [](std::string_view said) { std::cerr << said << '\n'; });
  log::RocksDbLogOptions options{.path = directory.log().string()};
  if (from == From::Newest) options.starts = &shelf;
  auto log = log::RocksDbLog::open(std::move(options));
  if (!log) return tl::unexpected(std::move(log).error());
  const std::uint64_t last = (*log)->head().group;
  if (last == 0) return fail(Reason::DataDirectory, "the log is empty: there is nothing to write down");
  const auto made = snapshots::make_snapshot(
      **log, (*log)->store_id(), shelf, last,
      from == From::Newest ? snapshots::Base::Newest : snapshots::Base::Nothing, [] { return false; });
  if (!made) return fail(made.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("snapshot  {}\n          {} events in {} groups, {} of them read; {} bytes in {:.2f} s\n",
             (*made)->path, (*made)->head.events, (*made)->head.group, (*made)->groups_read, (*made)->bytes,
             took.count());
  return {};
}

}  // namespace

void add_snapshot(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("snapshot", "State written down, so that a start need not read the whole log");
  group->require_subcommand(1);
  struct Flags {
    ConfigFlags config;
    bool full_scan = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      group->add_subcommand("create", "Write one as of the end of the log, while no server runs");
  add_config_flags(*command, flags->config);
  command->add_flag("--full-scan", flags->full_scan, "from the whole log, not from the newest snapshot");
  command->callback([flags, &context] {
    const auto loaded = load(flags->config);
    if (!loaded) return report(context, loaded.error());
    const From from = flags->full_scan ? From::Beginning : From::Newest;
    if (const Status done = create(loaded->config, from); !done) report(context, done.error());
  });
}

}  // namespace kontor::cli
