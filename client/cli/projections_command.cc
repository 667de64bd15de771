#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "client/cli/context.h"
#include "client/cli/moving_line.h"
#include "client/cli/rebuild_lines.h"
#include "projections/catalog.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

using Steady = std::chrono::steady_clock;
using Fill = std::function<void(wire::RebuildRequest::Builder)>;

constexpr std::chrono::milliseconds kLookEvery{200};

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

struct RebuildOptions {
  bool adopt = false;
  bool adopt_anyway = false;
  bool no_wait = false;
};

/// A report that outlives the frame it came in.
class Report {
 public:
  explicit Report(wire::RebuildReport::Reader from)
      : message_(std::make_unique<capnp::MallocMessageBuilder>()) {
    message_->setRoot(from);
  }
  [[nodiscard]] wire::RebuildReport::Reader operator*() const {
    return message_->getRoot<wire::RebuildReport>().asReader();
  }

 private:
  std::unique_ptr<capnp::MallocMessageBuilder> message_;
};

void status_wish(wire::RebuildRequest::Builder wish) { wish.setStatus(); }
void begin_wish(wire::RebuildRequest::Builder wish) { wish.setBegin(); }
void adopt_wish(wire::RebuildRequest::Builder wish) { wish.setAdopt(); }
void discard_wish(wire::RebuildRequest::Builder wish) { wish.setDiscard(); }

/// Nothing after a no, which has been reported.
std::optional<Report> ask_rebuild(Context& context, client::Connection& connection, const Fill& fill) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  fill(frame.initRebuild());
  std::optional<Report> report;
  static_cast<void>(ask(context, connection, message, [&](wire::Frame::Reader answer) {
    if (!report_no(context, answer, "")) report.emplace(answer.getRebuildReport());
  }));
  return report;
}

/// How fast it is, by looking twice.
class Speed {
 public:
  std::uint64_t take(wire::RebuildReport::Reader report) {
    const auto now = Steady::now();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - at_).count();
    const std::uint64_t per_second =
        looked_ ? events_per_second(events_, report.getEvents(), static_cast<std::uint64_t>(took)) : 0;
    looked_ = true;
    at_ = now;
    events_ = report.getEvents();
    return per_second;
  }

 private:
  bool looked_ = false;
  Steady::time_point at_;
  std::uint64_t events_ = 0;
};

void show(const Context& context, wire::RebuildReport::Reader report, std::uint64_t per_second) {
  if (context.output() != OutputForm::Table) {
    boost::json::object json = protocol::struct_to_json(report);
    if (per_second != 0) json["eventsPerSecond"] = std::to_string(per_second);
    fmt::print("{}", render(json, context.output()));
    return;
  }
  std::string names;
  for (const views::Projection* projection : views::all_projections())
    names += fmt::format("{}{}", names.empty() ? "" : " ", projection->name());
  fmt::print("views     {}\nrebuild   {}\n", names, rebuild_line(report, per_second));
}

void list(Context& context) {
  const auto connection = context.connect();
  if (!connection) return;
  Speed speed;
  auto report = ask_rebuild(context, *connection, status_wish);
  if (!report) return;
  static_cast<void>(speed.take(**report));
  if ((**report).getState() == wire::RebuildState::RUNNING) {
    std::this_thread::sleep_for(kLookEvery);
    report = ask_rebuild(context, *connection, status_wish);
    if (!report) return;
  }
  show(context, **report, speed.take(**report));
}

void one(Context& context, const Fill& fill) {
  const auto connection = context.connect();
  if (!connection) return;
  if (const auto report = ask_rebuild(context, *connection, fill)) show(context, **report, 0);
}

/// Looks until the work is done; nothing after a failure, or an interrupt, which the work survives.
std::optional<Report> wait(Context& context, client::Connection& connection) {
  const auto begun = Steady::now();
  MovingLine line(
      [begun] { return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begun); });
  Speed speed;
  while (interrupted == 0) {
    auto report = ask_rebuild(context, connection, status_wish);
    if (!report || (**report).getState() != wire::RebuildState::RUNNING) {
      line.clear();
      return report;
    }
    line.say(rebuild_progress(**report, speed.take(**report)));
    std::this_thread::sleep_for(kLookEvery);
  }
  line.clear();
  fmt::print(stderr, "the server goes on; `kontor projections ls` says how far it is\n");
  context.exit_code = kInterrupted;
  return std::nullopt;
}

void judge(Context& context, const RebuildOptions& options, wire::RebuildReport::Reader report) {
  if (report.getState() == wire::RebuildState::FAILED)
    return context.fail(kFailed, "the views could not be built anew", report.getFailure().cStr(),
                        "the live ones are as they were");
  if (report.getState() == wire::RebuildState::NONE)
    return context.fail(kConflict, "somebody else has discarded the new views", "", "");
  if (report.getEntriesDiffering() != 0 && !options.adopt_anyway)
    context.fail(kDiffers, "the live views differ from those that were built anew", rebuild_finding(report),
                 report.getState() == wire::RebuildState::LEVEL
                     ? "look at the event, then `kontor projections adopt` or `kontor projections discard`"
                     : "");
}

void rebuild(Context& context, const RebuildOptions& options) {
  const auto connection = context.connect();
  if (!connection) return;
  std::optional<Report> report = ask_rebuild(context, *connection, begin_wish);
  if (!report) return;
  if (options.no_wait) return show(context, **report, 0);
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  report = wait(context, *connection);
  if (!report) return;
  const bool level = (**report).getState() == wire::RebuildState::LEVEL;
  const bool equal = (**report).getEntriesDiffering() == 0;
  if (level && (options.adopt_anyway || (options.adopt && equal))) {
    report = ask_rebuild(context, *connection, adopt_wish);
    if (!report) return;
  }
  show(context, **report, 0);
  judge(context, options, **report);
}

}  // namespace

void add_projections(CLI::App& app, Context& context) {
  auto options = std::make_shared<RebuildOptions>();
  CLI::App* command = app.add_subcommand("projections", "views built anew beside the live ones, and adopted");
  command->require_subcommand(1);
  const auto verb = [&](const char* name, const char* says) {
    CLI::App* added = command->add_subcommand(name, says);
    add_server_options(*added, context);
    return added;
  };
  verb("ls", "the projections, and how far a rebuild is")->callback([&context] { list(context); });
  CLI::App* build =
      verb("rebuild", "derive all views from the log again and compare them with the live ones");
  build->add_flag("--adopt", options->adopt, "answer from the new ones if nothing differs");
  build->add_flag("--adopt-anyway", options->adopt_anyway, "answer from the new ones whatever differs");
  build->add_flag("--no-wait", options->no_wait, "only begin");
  build->callback([&context, options] {
    if (options->no_wait && (options->adopt || options->adopt_anyway))
      return context.fail(kUsage, "who does not wait cannot adopt", "", "leave --no-wait out");
    rebuild(context, *options);
  });
  verb("adopt", "answer from the new views, whatever differs")->callback([&context] {
    one(context, adopt_wish);
  });
  verb("discard", "forget the new views")->callback([&context] { one(context, discard_wish); });
}

}  // namespace kontor::cli
