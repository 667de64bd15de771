#include <fmt/format.h>

#include "client/cli/audit.h"
#include "events/core/digest.h"
#include "replay/replay.h"

namespace kontor::cli {
namespace {

struct ReplayOptions {
  std::string data_dir;
  std::string tenant;
  Position to = 0;
};

boost::json::object tenant_json(const replay::TenantResult& tenant) {
  return {{"tenant", tenant.tenant.value},
          {"position", std::to_string(tenant.position)},
          {"effectiveAt", tenant.effective_at.text()},
          {"stateDigest", hex(tenant.state)}};
}

void show(Context& context, const replay::Report& report, const Meter& meter) {
  if (context.output() != OutputForm::Table) {
    boost::json::array tenants;
    for (const replay::TenantResult& tenant : report.tenants) tenants.push_back(tenant_json(tenant));
    fmt::print("{}", render({{"groups", std::to_string(report.groups)},
                             {"events", std::to_string(report.events)},
                             {"milliseconds", static_cast<std::int64_t>(meter.seconds() * 1'000)},
                             {"tenants", std::move(tenants)}},
                            context.output()));
    return;
  }
  fmt::print("replayed  {} events in {} groups   {}   {:.1f} s\n", grouped(report.events),
             grouped(report.groups), meter.rate(report.events), meter.seconds());
  for (const replay::TenantResult& tenant : report.tenants)
    fmt::print("tenant    {}   position {}   {}\nstate     sha256 {}\n", tenant.tenant.value, tenant.position,
               tenant.effective_at.text(), hex(tenant.state));
}

void run(Context& context, const ReplayOptions& options) {
  const auto log = open_for_audit(context, options.data_dir);
  if (!log) return;
  replay::Request request;
  if (!options.tenant.empty()) request.tenant = TenantId(options.tenant);
  if (options.to != 0) request.to = options.to;
  Meter meter(log->head().events);
  const auto report = replay::replay(*log, request, meter.progress());
  if (!report) return report_finding(context, report.error(), "the log cannot be replayed");
  show(context, *report, meter);
}

}  // namespace

void add_replay(CLI::App& app, Context& context) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand("replay", "fold the log of a stopped server and print its state");
  command->add_option("--data-dir", options->data_dir, "the server's data directory; it is only read")
      ->required();
  command->add_option("--to", options->to, "leave out a tenant's events after this position")
      ->check(CLI::PositiveNumber);
  command->add_option("--tenant", options->tenant, "this tenant only");
  add_output_option(*command, context);
  command->callback(
      [&context, options] { guarded(context, [&context, options] { run(context, *options); }); });
}

}  // namespace kontor::cli
