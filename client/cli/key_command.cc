#include <fmt/format.h>

#include "client/cli/config_flags.h"
#include "engine/clock.h"
#include "server/signing_key.h"

namespace kontor::cli {
namespace {

/// A subcommand that is told a configuration.
template <class Work>
void add(CLI::App& group, Context& context, const char* name, const char* doc, Work work) {
  auto flags = std::make_shared<ConfigFlags>();
  CLI::App* command = group.add_subcommand(name, doc);
  add_config_flags(*command, *flags);
  command->callback([flags, &context, work] {
    const auto loaded = load(*flags);
    if (!loaded) return report(context, loaded.error());
    if (const Status done = work(loaded->config); !done) report(context, done.error());
  });
}

Status show(const server::Config& config) {
  const auto keys = server::signing_keys(config);
  if (!keys) return tl::unexpected(keys.error());
  if (keys->key.empty())
    return tl::unexpected(
        Error{Reason::SigningKey, "this store has no signing key yet: its first start makes it"});
  fmt::print("{}\n", keys->key);
  for (const std::string& statement : keys->rotations) fmt::print("\n{}", statement);
  return {};
}

Status rotate(const server::Config& config) {
  SystemClock clock;
  const auto changed = server::change_signing_key(config, clock);
  if (!changed) return tl::unexpected(changed.error());
  fmt::print("from  {}\nto    {}\n", changed->from.text(), changed->to.text());
  return {};
}

}  // namespace

void add_key(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("key", "The key that checkpoints are signed with");
  group->require_subcommand(1);
  add(*group, context, "show", "Print the key as auditors pin it, and what it followed", show);
  add(*group, context, "rotate", "Hand over to a new key, while no server runs", rotate);
}

}  // namespace kontor::cli
