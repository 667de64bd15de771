#pragma once
// The flags by which a configuration is given on a command line.

#include <spdlog/logger.h>

#include <map>
#include <memory>
#include <string>

#include "client/cli/context.h"
#include "server/config.h"

namespace kontor::cli {

struct ConfigFlags {
  std::string file;
  std::map<std::string, std::string> values;  // key to value
};
/// --config, and a flag for what is often set: --listen, --data-dir, --log-format, --log-level.
void add_config_flags(CLI::App& command, ConfigFlags& flags);

[[nodiscard]] Result<server::LoadedConfig> load(const ConfigFlags& flags);

/// Says on standard error what is wrong and what to do, and sets the exit code that fits.
void report(Context& context, const Error& error);

struct LogAndConfig {
  server::Config config;
  std::shared_ptr<spdlog::logger> logger;
};

}  // namespace kontor::cli
