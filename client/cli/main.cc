// The one program: every subcommand is a file beside this one. Reading it shows the whole machine.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/context.h"
#include "client/cli/heap/huge_pages.h"
#include "server/protocol/suggest.h"

namespace kontor::cli {
namespace {

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

/// The first word that is no option and no subcommand: CLI11 says only that a subcommand is required.
int wrong_usage(const CLI::App& app, const CLI::ParseError& error, std::string_view first) {
  const auto names = names_of(app);
  const bool known = std::find(names.begin(), names.end(), first) != names.end();
  if (!first.empty() && first.front() != '-' && !known) {
    fmt::print(stderr, "kontor: unknown subcommand \"{}\"{}\n  do    kontor --help lists them\n", first,
               protocol::suggestion(first, names));
    return kUsage;
  }
  fmt::print(stderr, "kontor: {}\n  do    kontor {}--help\n", error.what(),
             known ? std::string(first) + " " : std::string());
  return kUsage;
}

int run(int argc, char** argv) {
  CLI::App app{"kontor: a ledger for seats and credits"};
  app.name("kontor");
  app.require_subcommand(1);
  app.set_version_flag("--version", "kontor " KONTOR_VERSION);
  Context context;
  add_serve(app, context);
  add_config(app, context);
  add_submit(app, context);
  add_query(app, context);
  add_events(app, context);
  add_tail(app, context);
  add_groups(app, context);
  add_effects(app, context);
  add_projections(app, context);
  add_status(app, context);
  add_explain(app, context);
  add_explain_number(app, context);
  add_diff(app, context);
  add_import(app, context);
  add_replay(app, context);
  add_verify(app, context);
  add_bill(app, context);
  add_export(app, context);
  add_checkpoint(app, context);
  add_prove(app, context);
  add_key(app, context);
  add_bench(app, context);
  add_snapshot(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return wrong_usage(app, error, argc > 1 ? argv[1] : "");
  }
  return context.exit_code;
}

}  // namespace
}  // namespace kontor::cli

int main(int argc, char** argv) {
  kontor::heap::use_huge_pages();
  try {
    return kontor::cli::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "kontor: {}\n", error.what());
    return kontor::cli::kFailed;
  }
}
