// kontor import roster FILE (docs/roster-import.md).

#include "client/cli/import_roster_command.h"

#include <fmt/format.h>

#include <optional>

#include "client/cli/moving_line.h"
#include "client/import_report.h"
#include "client/roster_report.h"

namespace kontor::cli {
namespace {

struct RosterOptions {
  std::string file;
  std::string group;
  std::string mode = "all-or-nothing";
  std::string as;
  std::string result;
  bool dry_run = false;
};

void show_problems(Context& context, const client::RosterSurvey& survey) {
  for (const client::RosterProblem& problem : survey.problems) fmt::print(stderr, "  {}\n", problem.what);
  const auto first = reason_info(survey.problems.front().code);
  context.fail(kRefused,
               fmt::format("[{} {}] the file has {} problems", static_cast<unsigned>(first.code), first.name,
                           survey.problem_count),
               survey.problem_count > survey.problems.size()
                   ? fmt::format("the first {} are named above", survey.problems.size())
                   : "they are named above",
               "correct them and import again; nothing was imported");
}

client::RosterJob job_of(const RosterOptions& options) {
  const auto colon = options.as.find(':');
  return {.path = options.file,
          .group = options.group,
          .role = options.as.substr(0, colon),
          .actor = colon == std::string::npos ? options.as : options.as.substr(colon + 1),
          .mode = options.mode == "fill" ? client::RosterMode::Fill : client::RosterMode::AllOrNothing,
          .run = options.dry_run ? client::RosterRun::Dry : client::RosterRun::ForReal};
}

/// Upload, command and report; false when it has been said why not.
bool carry_out(Context& context, client::RosterImport& import, client::RosterRun run, MovingLine& progress) {
  const client::RosterImport::OnNo on_no = [&](wire::Frame::Reader answer) {
    progress.clear();
    if (!report_no(context, answer, "nothing was imported"))
      context.fail({client::Trouble::Garbled, "an answer to something that was not asked", 0});
  };
  // What failed is told on a line of its own.
  const auto went = [&](const client::Outcome<bool>& step) {
    if (!step || !*step) progress.clear();
    if (!step) context.fail(step.error());
    return step && *step;
  };
  const std::uint64_t rows = import.result().rows;
  const auto show = [&](std::uint64_t uploaded, std::uint64_t refused) {
    progress.show({.answered = uploaded, .total = rows, .refused = refused, .unit = "rows"});
  };
  if (!went(import.upload(show, on_no))) return false;
  progress.say(fmt::format(" {} rows uploaded · the server decides", client::grouped(rows)));
  if (!went(import.decide(on_no))) return false;
  if (run == client::RosterRun::ForReal) progress.say(" decided and durable · waiting for the report");
  if (!went(import.fetch(on_no))) return false;
  progress.clear();
  return true;
}

void import_roster(Context& context, const RosterOptions& options) {
  const auto survey = client::read_roster(options.file, [](const client::RosterEntry&) {});
  if (!survey) return context.fail(survey.error());
  if (survey->problem_count > 0) return show_problems(context, *survey);
  const auto connection = context.connect();
  if (!connection) return;
  const auto waiting = real_waiting();
  MovingLine progress(waiting.elapsed);
  const client::RosterJob job = job_of(options);
  client::RosterImport import(*connection, job, *survey, context.timeout());
  if (!carry_out(context, import, job.run, progress)) return;

  fmt::print("{}", client::roster_summary(import.result(), job.run));
  const std::string result = options.result.empty() ? options.file + ".result.csv" : options.result;
  if (const auto written = client::write_roster_result(options.file, result, import.result()); !written)
    return context.fail(written.error());
  const std::string_view note = options.dry_run             ? " · nothing was written (dry run)"
                                : import.result().duplicate ? " · imported before; nothing was changed"
                                                            : "";
  fmt::print("report {}{}\n", result, note);
}

}  // namespace

void add_import_roster(CLI::App& import, Context& context) {
  CLI::App* roster = import.add_subcommand("roster", "participants of a group, one a row of a CSV file");
  const auto options = std::make_shared<RosterOptions>();
  roster->add_option("file", options->file, "CSV with the columns email and name")->required();
  roster->add_option("--group", options->group, "the group's id")->required();
  roster->add_option("--mode", options->mode, "enrol all rows or none, or as many as fit")
      ->check(CLI::IsMember({"all-or-nothing", "fill"}))
      ->capture_default_str();
  roster->add_option("--as", options->as, "who imports: groupLeader:ID or admin:ID")->required();
  roster->add_option("--result", options->result, "where to write what became of each row");
  roster->add_flag("--dry-run", options->dry_run, "say what would happen; write nothing");
  add_server_options(*roster, context);
  roster->callback([&context, options] { import_roster(context, *options); });
}

}  // namespace kontor::cli
