#include <fmt/format.h>

#include "client/cli/audit.h"
#include "events/core/digest.h"
#include "projections/data_directory.h"
#include "projections/rocksdb_view_store.h"
#include "projections/view_directories.h"
#include "replay/verify.h"

namespace kontor::cli {
namespace {

std::string views_text(const replay::Verified& verified) {
  switch (verified.views) {
    case replay::ViewsFound::NotAsked: return "none stored";
    case replay::ViewsFound::Equal:
      return fmt::format("{} entries derived anew, all equal", grouped(verified.views_entries));
    case replay::ViewsFound::Behind:
      return fmt::format("{} entries derived anew, all equal; they end with group {} of {} and will catch up",
                         grouped(verified.views_entries), grouped(verified.views_group),
                         grouped(verified.head.group));
  }
  return "";
}

std::string_view views_name(replay::ViewsFound found) {
  switch (found) {
    case replay::ViewsFound::NotAsked: return "none";
    case replay::ViewsFound::Equal: return "equal";
    case replay::ViewsFound::Behind: return "behind";
  }
  return "";
}

void show_json(const Context& context, const replay::Verified& verified, const Meter& meter) {
  boost::json::array tenants;
  for (const replay::TenantResult& tenant : verified.tenants)
    tenants.push_back(boost::json::object{{"tenant", tenant.tenant.value},
                                          {"position", std::to_string(tenant.position)},
                                          {"effectiveAt", tenant.effective_at.text()},
                                          {"stateDigest", hex(tenant.state)}});
  fmt::print("{}", render({{"groups", std::to_string(verified.head.group)},
                           {"events", std::to_string(verified.head.events)},
                           {"root", hex(verified.head.root)},
                           {"views", views_name(verified.views)},
                           {"viewEntries", std::to_string(verified.views_entries)},
                           {"viewGroup", std::to_string(verified.views_group)},
                           {"milliseconds", static_cast<std::int64_t>(meter.seconds() * 1'000)},
                           {"tenants", std::move(tenants)}},
                          context.output()));
}

void show(const Context& context, const replay::Verified& verified, const Meter& meter) {
  if (context.output() != OutputForm::Table) return show_json(context, verified, meter);
  fmt::print("groups    {}, numbered without a gap\n", grouped(verified.head.group));
  fmt::print("events    {} decoded; positions, versions, clocks, timers and commands in order\n",
             grouped(verified.head.events));
  fmt::print("root      sha256 {}, the head's\n", hex(verified.head.root));
  for (const replay::TenantResult& tenant : verified.tenants)
    fmt::print("state     sha256 {}   tenant {} at position {}\n", hex(tenant.state), tenant.tenant.value,
               tenant.position);
  fmt::print("views     {}\n", views_text(verified));
  fmt::print("verified in {:.1f} s   {}\n", meter.seconds(), meter.rate(verified.head.events));
}

Result<views::OpenedViews> open_views(const std::filesystem::path& directory) {
  const auto live = views::live_views_in(directory);
  if (!live) return tl::unexpected(live.error());
  return views::open_rocksdb_view_store(*live, views::Access::ReadOnly);
}

void run(Context& context, const std::string& data_dir) {
  const auto log = open_for_audit(context, data_dir);
  if (!log) return;
  auto views = open_views(DataDirectory{data_dir}.views());
  // No views are no fault: the server derives them at its next start.
  if (!views && views.error().code != Reason::NotFound)
    return report_finding(context, views.error(), "the views cannot be read; a start derives them again");
  Meter meter(log->head().events);
  const auto verified = replay::verify(*log, views ? views->store.get() : nullptr, meter.progress());
  if (!verified) return report_finding(context, verified.error(), "verification failed");
  show(context, *verified, meter);
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto data_dir = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("verify", "prove that the store of a stopped server holds what was promised");
  command->add_option("--data-dir", *data_dir, "the server's data directory; it is only read")->required();
  add_output_option(*command, context);
  command->callback(
      [&context, data_dir] { guarded(context, [&context, data_dir] { run(context, *data_dir); }); });
}

}  // namespace kontor::cli
