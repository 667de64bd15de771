#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "client/cli/config_flags.h"
#include "client/cli/output.h"

namespace kontor::cli {
namespace {

struct KeyFlag {
  const char* flag;
  const char* key;
  const char* doc;
};
constexpr KeyFlag kKeyFlags[] = {
    {"--listen", "server.listen", "address and port; port 0 takes a free one"},
    {"--data-dir", "server.data_dir", "directory of the log and the views"},
    {"--log-format", "log.format", "auto, text or json"},
    {"--log-level", "log.level", "debug, info, warn or error"},
};

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::string flag_of(const std::string& key) {
  for (const KeyFlag& one : kKeyFlags) {
    if (key == one.key) return one.flag;
  }
  return "flag";
}

void show(const server::LoadedConfig& loaded, OutputForm form) {
  boost::json::array rows;
  for (const server::ConfigEntry& entry : loaded.entries) {
    rows.push_back(boost::json::object{{"key", entry.key},
                                       {"value", entry.value},
                                       {"origin", entry.origin == "flag" ? flag_of(entry.key) : entry.origin},
                                       {"meaning", entry.doc}});
  }
  std::cout << render_list(rows, form);
}

void add_show(CLI::App& group, Context& context) {
  auto flags = std::make_shared<ConfigFlags>();
  CLI::App* command =
      group.add_subcommand("show", "Print every key, its value, and where the value comes from");
  add_config_flags(*command, *flags);
  add_output_option(*command, context);
  command->callback([flags, &context] {
    const auto loaded = load(*flags);
    if (loaded)
      show(*loaded, context.output());
    else
      report(context, loaded.error());
  });
}

void add_check(CLI::App& group, Context& context) {
  auto file = std::make_shared<std::string>();
  CLI::App* command =
      group.add_subcommand("check", "Say whether a configuration file is right; exit code 78 if not");
  command->add_option("FILE", *file, "configuration file")->required();
  command->callback([file, &context] {
    // The file alone: what the environment of this shell says is not its fault.
    const auto loaded = server::load_config(
        {.file = *file, .environment = [](const std::string&) { return std::nullopt; }, .flags = {}});
    if (loaded)
      std::cout << *file << ": right\n";
    else
      report(context, loaded.error());
  });
}

}  // namespace

void report(Context& context, const Error& error) {
  const ReasonInfo& info = reason_info(error.code);
  const auto number = static_cast<std::uint16_t>(error.code);
  context.fail(exit_code_of(number), fmt::format("[{} {}] {}", number, info.name, error.message), "",
               info.advice);
}

void add_config_flags(CLI::App& command, ConfigFlags& flags) {
  command.add_option("--config", flags.file, "configuration file (TOML)")->envname("KONTOR_CONFIG");
  for (const KeyFlag& one : kKeyFlags) {
    command.add_option_function<std::string>(
        one.flag,
        [&flags, key = std::string(one.key)](const std::string& value) { flags.values[key] = value; },
        one.doc);
  }
}

Result<server::LoadedConfig> load(const ConfigFlags& flags) {
  server::ConfigSources sources{.file = std::nullopt, .environment = environment, .flags = flags.values};
  if (!flags.file.empty()) sources.file = flags.file;
  return server::load_config(sources);
}

void add_config(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("config", "Look at the configuration");
  group->require_subcommand(1);
  add_show(*group, context);
  add_check(*group, context);
}

}  // namespace kontor::cli
