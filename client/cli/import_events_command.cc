// kontor import events FILE.jsonl --data-dir NEWDIR (docs/exports.md).

#include "client/cli/import_events_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "client/cli/audit.h"
#include "client/cli/export_source.h"
#include "events/core/base64.h"
#include "events/core/digest.h"
#include "projections/data_directory.h"
#include "replay/export/events_import.h"
#include "replay/export/manifest.h"

namespace kontor::cli {
namespace {

namespace fs = std::filesystem;

struct EventsImport {
  std::string file;
  std::string data_dir;
  std::string key;
};

void show(const Context& context, const exports::ImportedEvents& imported, const EventsImport& options,
          const Meter& meter) {
  if (context.output() != OutputForm::Table) {
    fmt::print("{}", render({{"dataDir", options.data_dir},
                             {"tenant", imported.tenant.value},
                             {"position", std::to_string(imported.events)},
                             {"effectiveAt", imported.effective_at.text()},
                             {"root", base64(imported.root)},
                             {"stateDigest", hex(imported.state)},
                             {"milliseconds", static_cast<std::int64_t>(meter.seconds() * 1'000)}},
                            context.output()));
    return;
  }
  fmt::print("imported  {} events into {}   {}   {:.1f} s\n", grouped(imported.events), options.data_dir,
             meter.rate(imported.events), meter.seconds());
  fmt::print("tenant    {}   position {}   {}\nroot      {}\nstate     sha256 {}\n", imported.tenant.value,
             imported.events, imported.effective_at.text(), base64(imported.root), hex(imported.state));
}

/// The manifest beside the file, if there is one, must name the root of what was imported: the last lines may
/// be missing, or all lines be those of another history, and nothing in the file says so.
Status check_manifest(const EventsImport& options, const exports::ImportedEvents& imported) {
  const fs::path path = fs::path(options.file).parent_path() / exports::kManifestName;
  std::optional<proof::NoteKey> key;
  if (!options.key.empty()) {
    const auto parsed = proof::NoteKey::parse(options.key);
    if (!parsed) return fail(parsed.error());
    key = *parsed;
  }
  std::ifstream in(path, std::ios::binary);
  if (!in && key) return fail(Reason::NotSigned, fmt::format("there is no manifest at {}", path.string()));
  if (!in) return {};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto opened = exports::open_manifest(text, key ? &*key : nullptr);
  if (!opened) return fail(opened.error());
  if (opened->manifest.size == imported.events && opened->manifest.root == imported.root) return {};
  return fail(Reason::RootMismatch,
              fmt::format("the {} events hash to {}, the manifest says {} of {}", imported.events,
                          base64(imported.root), base64(opened->manifest.root), opened->manifest.size));
}

Result<exports::ImportedEvents> fill(const EventsImport& options, const fs::path& partial,
                                     const exports::Progress& progress) {
  std::ifstream lines(options.file, std::ios::binary);
  if (!lines) return fail(Reason::NotFound, fmt::format("{} cannot be read", options.file));
  auto log = log::RocksDbLog::open({.path = DataDirectory{partial}.log().string()});
  if (!log) return fail(log.error());
  auto imported = exports::import_events(lines, readable_events(), **log, progress);
  if (!imported) return imported;
  if (Status flushed = (*log)->flush(log::RocksDbLog::FlushWait::UntilDone); !flushed)
    return fail(flushed.error());
  if (Status same = check_manifest(options, *imported); !same) return fail(same.error());
  return imported;
}

void import_events(Context& context, const EventsImport& options, const fs::path& partial) {
  Meter meter(0);
  const exports::Progress progress = [](std::uint64_t) {
    return interrupted() ? exports::Go::Stop : exports::Go::On;
  };
  const auto imported = fill(options, partial, progress);
  if (!imported && interrupted())
    return context.fail(kInterrupted, "interrupted", "", "nothing was left behind");
  if (!imported)
    return report_finding(context, imported.error(), "the events were not imported; nothing was left behind");
  std::error_code error;
  fs::rename(partial, options.data_dir, error);
  if (error)
    return context.fail(kInUse, fmt::format("{} cannot take its name: {}", options.data_dir, error.message()),
                        "", "name another --data-dir");
  show(context, *imported, options, meter);
}

void run(Context& context, const EventsImport& options) {
  std::error_code error;
  if (fs::exists(options.data_dir, error))
    return context.fail(kInUse,
                        fmt::format("{} is there already: events become a new store", options.data_dir), "",
                        "name another --data-dir");
  const fs::path name(options.data_dir);
  const fs::path partial = (name.has_filename() ? name : name.parent_path()).string() + ".partial";
  if (!fs::create_directory(partial, error))
    return context.fail(kInUse, fmt::format("{} is there already, or cannot be made", partial.string()),
                        "another import is under way, or was killed and left it",
                        "remove it, or name another --data-dir");
  note_interrupts();
  guarded(context, [&] { import_events(context, options, partial); });
  fs::remove_all(partial, error);
}

}  // namespace

void add_import_events(CLI::App& import, Context& context) {
  auto options = std::make_shared<EventsImport>();
  CLI::App* command = import.add_subcommand("events", "a new store from exported JSON lines");
  command->add_option("file", options->file, "events.jsonl of an export (docs/exports.md)")->required();
  command->add_option("--data-dir", options->data_dir, "directory to be made")->required();
  command->add_option("--key", options->key,
                      "text of the key that must have signed the manifest beside the file");
  add_output_option(*command, context);
  command->callback([&context, options] { run(context, *options); });
}

}  // namespace kontor::cli
