// kontor import history FILE (docs/history-import.md).

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>

#include "client/cli/context.h"
#include "client/cli/import_events_command.h"
#include "client/cli/import_roster_command.h"
#include "client/cli/moving_line.h"
#include "client/import_report.h"
#include "client/import_runner.h"

namespace kontor::cli {
namespace {

struct ImportOptions {
  std::string file;
  std::string report;
  std::size_t batch = 1'000;
  double retry_seconds = 30;
  bool keep_open = false;
};

/// Where the lines that were not imported are told: a file, or standard error.
class Report {
 public:
  [[nodiscard]] bool open(const std::string& path) {
    if (path.empty()) return true;
    file_.open(path, std::ios::binary | std::ios::trunc);
    return file_.is_open();
  }
  void add(const std::vector<client::LineRefusal>& refusals) {
    for (const client::LineRefusal& refusal : refusals) {
      const std::string line = client::report_line(refusal);
      if (file_.is_open()) {
        file_ << line;
      } else {
        fmt::print(stderr, "{}", line);
      }
    }
  }

 private:
  std::ofstream file_;
};

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  if (!in || !(content << in.rdbuf())) return std::nullopt;
  return std::move(content).str();
}

void show_end(Context& context, const client::HistoryImport& import, std::chrono::milliseconds elapsed) {
  const client::ImportCounts& counts = import.counts();
  fmt::print("{}", client::summary(counts, elapsed));
  if (import.failure().code != 0) {
    const client::LineRefusal& why = import.failure();
    return context.fail(exit_code_of(why.code), fmt::format("[{} {}] {}", why.code, why.name, why.what),
                        "the import stopped", "");
  }
  if (counts.imported + counts.already > 0 || counts.lines == 0) return;
  context.fail(kRefused, "not one line was imported", "",
               "the lines above say why; correct them and import again");
}

void import_history(Context& context, const ImportOptions& options) {
  auto content = read_file(options.file);
  if (!content)
    return context.fail(kNotFound, fmt::format("{} cannot be read", options.file), "", "name a history file");
  const auto address = client::parse_address(context.server);
  if (!address) return context.fail(address.error());
  Report report;
  if (!report.open(options.report))
    return context.fail(kNotFound, fmt::format("{} cannot be written", options.report), "",
                        "name another --report");

  const auto waiting = real_waiting();
  MovingLine progress(waiting.elapsed);
  using AtEnd = client::HistoryImport::AtEnd;
  client::HistoryImport import(*std::move(content), options.keep_open ? AtEnd::KeepOpen : AtEnd::Finish);
  const client::ImportRun run{
      .address = *address,
      .greeting = context.greeting(),
      .batch_commands_max = options.batch,
      .answer_within = context.timeout(),
      .retry_for = std::chrono::milliseconds(static_cast<std::int64_t>(options.retry_seconds * 1'000))};
  client::ImportRunner runner(import, run, waiting, [&] {
    if (const auto refusals = import.take_refusals(); !refusals.empty()) {
      progress.clear();
      report.add(refusals);
    }
    const client::ImportCounts& counts = import.counts();
    progress.show({.answered = counts.answered(), .total = counts.lines, .refused = counts.refused});
  });
  const auto done = runner.run();
  progress.clear();
  report.add(import.take_refusals());
  if (done) return show_end(context, import, waiting.elapsed());
  if (import.counts().answered() > 0) fmt::print("{}", client::summary(import.counts(), waiting.elapsed()));
  context.fail(done.error());
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
  CLI::App* import = app.add_subcommand("import", "bring in what happened before");
  import->require_subcommand(1);
  CLI::App* history =
      import->add_subcommand("history", "commands with their original time, one JSON object a line");
  const auto options = std::make_shared<ImportOptions>();
  history->add_option("file", options->file, "the history (docs/history-import.md)")->required();
  history->add_option("--report", options->report, "write the lines that were not imported here");
  history->add_option("--batch", options->batch, "lines sent together")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  history->add_option("--retry-for", options->retry_seconds, "seconds to look for a server that went away")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  history->add_flag("--keep-open", options->keep_open, "more files follow: do not finish the history");
  add_server_options(*history, context);
  history->callback([&context, options] { import_history(context, *options); });
  add_import_roster(*import, context);
  add_import_events(*import, context);
}

}  // namespace kontor::cli
