// kontor verify (docs/auditing.md).
#include <fmt/format.h>

#include <optional>

#include "client/cli/audit.h"
#include "events/core/digest.h"
#include "projections/data_directory.h"
#include "projections/rocksdb_view_store.h"
#include "projections/view_directories.h"
#include "replay/kept_notes.h"
#include "replay/verify.h"

namespace kontor::cli {
namespace {

struct VerifyOptions {
  std::string data_dir;
  std::vector<std::string> keys;
  std::string checkpoints;
  std::string leaf_hashes;
  std::string remember;
};

/// All that was proven.
struct Proven {
  replay::Verified verified;
  replay::Held held;
};

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

void show_json(const Context& context, const Proven& proven, const Meter& meter) {
  const replay::Verified& verified = proven.verified;
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
                           {"checkpoints", std::to_string(proven.held.promises)},
                           {"leafHashes", std::to_string(proven.held.leaves)},
                           {"remembered", std::to_string(proven.held.remembered)},
                           {"milliseconds", static_cast<std::int64_t>(meter.seconds() * 1'000)},
                           {"tenants", std::move(tenants)}},
                          context.output()));
}

void show_held(const VerifyOptions& options, const replay::Held& held) {
  if (held.promises > 0)
    fmt::print("promises  {} checkpoints of {} trees, all held\n", grouped(held.promises),
               grouped(held.trees));
  if (!options.leaf_hashes.empty())
    fmt::print("leaves    {} events, all as remembered\n", grouped(held.leaves));
  if (!options.remember.empty())
    fmt::print("remember  {} leaf hashes remembered in {}\n", grouped(held.remembered), options.remember);
}

void show(const Context& context, const VerifyOptions& options, const Proven& proven, const Meter& meter) {
  if (context.output() != OutputForm::Table) return show_json(context, proven, meter);
  const replay::Verified& verified = proven.verified;
  fmt::print("groups    {}, numbered without a gap\n", grouped(verified.head.group));
  fmt::print("events    {} decoded; positions, versions, clocks, timers and commands in order\n",
             grouped(verified.head.events));
  fmt::print("root      sha256 {}, the head's\n", hex(verified.head.root));
  for (const replay::TenantResult& tenant : verified.tenants)
    fmt::print("state     sha256 {}   tenant {} at position {}\n", hex(tenant.state), tenant.tenant.value,
               tenant.position);
  fmt::print("views     {}\n", views_text(verified));
  show_held(options, proven.held);
  fmt::print("verified in {:.1f} s   {}\n", meter.seconds(), meter.rate(verified.head.events));
}

Result<views::OpenedViews> open_views(const std::filesystem::path& directory) {
  const auto live = views::live_views_in(directory);
  if (!live) return tl::unexpected(live.error());
  return views::open_rocksdb_view_store(*live, views::Access::ReadOnly);
}

Result<std::vector<replay::Promise>> read_promises(const VerifyOptions& options) {
  if (options.checkpoints.empty()) return std::vector<replay::Promise>();
  std::vector<proof::NoteKey> keys;
  for (const std::string& text : options.keys) {
    const auto key = proof::NoteKey::parse(text);
    if (!key) return fail(Reason::BundleUnusable, fmt::format("--key {}: {}", text, key.error().message));
    keys.push_back(*key);
  }
  return replay::read_notes(options.checkpoints, keys);
}

/// What is remembered of the store, and the files that it is read from and written to.
struct Files {
  std::optional<replay::LeafHashReader> leaves;
  std::optional<replay::LeafHashWriter> remember;
};

Result<replay::Held> hold(const VerifyOptions& options, const AuditedStore& store, Files& files,
                          const replay::Progress& progress) {
  replay::Memory memory;
  auto promises = read_promises(options);
  if (!promises) return fail(promises.error());
  memory.promises = *std::move(promises);
  if (!options.leaf_hashes.empty()) {
    auto opened = replay::LeafHashReader::open(options.leaf_hashes);
    if (!opened) return fail(opened.error());
    memory.leaves = &files.leaves.emplace(*std::move(opened));
  }
  if (!options.remember.empty()) {
    auto created = replay::LeafHashWriter::create(options.remember, store.name);
    if (!created) return fail(created.error());
    memory.remember = &files.remember.emplace(*std::move(created));
  }
  if (memory.promises.empty() && memory.leaves == nullptr && memory.remember == nullptr)
    return replay::Held{};
  return replay::hold_against(*store.log, store.name, std::move(memory), progress);
}

void run(Context& context, const VerifyOptions& options) {
  const AuditedStore store = open_store_for_audit(context, options.data_dir);
  if (!store.log) return;
  auto views = open_views(DataDirectory{options.data_dir}.views());
  // No views are no fault: the server derives them at its next start.
  if (!views && views.error().code != Reason::NotFound)
    return report_finding(context, views.error(), "the views cannot be read; a start derives them again");
  Meter meter(store.log->head().events);
  Files files;
  const auto held = hold(options, store, files, meter.progress());
  if (!held) return report_finding(context, held.error(), "the store is not what was promised");
  auto verified = replay::verify(*store.log, views ? views->store.get() : nullptr, meter.progress());
  if (!verified) return report_finding(context, verified.error(), "verification failed");
  // Only what holds is worth remembering.
  if (files.remember)
    if (const Status finished = files.remember->finish(); !finished)
      return report_finding(context, finished.error(), "the leaf hashes cannot be written");
  show(context, options, {*std::move(verified), *held}, meter);
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command =
      app.add_subcommand("verify", "prove that the store of a stopped server holds what was promised");
  command->add_option("--data-dir", options->data_dir, "the server's data directory; it is only read")
      ->required();
  CLI::Option* key = command->add_option(
      "--key", options->keys, "the pinned key of the checkpoints: name+id+base64; several after a rotation");
  command->add_option("--checkpoints", options->checkpoints, "folder of the signed notes that were kept")
      ->needs(key);
  command->add_option("--leaf-hashes", options->leaf_hashes,
                      "file of an earlier --remember: names the event that was changed");
  command->add_option("--remember", options->remember,
                      "write the leaf hashes of all events to this file, if everything holds");
  add_output_option(*command, context);
  command->callback(
      [&context, options] { guarded(context, [&context, options] { run(context, *options); }); });
}

}  // namespace kontor::cli
