// kontor export, kontor export verify (docs/exports.md).

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "client/cli/audit.h"
#include "client/cli/export_signing.h"
#include "client/cli/export_source.h"
#include "engine/clock.h"
#include "events/core/base64.h"
#include "events/reasons.h"
#include "projections/data_directory.h"
#include "replay/export/export_check.h"
#include "replay/export/exporter.h"

namespace kontor::cli {
namespace {

struct ExportOptions {
  std::string format;
  std::string data_dir;
  std::string out;
  std::string scope = "tenant";
  Position from = 1;
  Position to = 0;
  std::string period;
  std::string sign_with;
  bool without_signature = false;
  std::string supplier;
  std::string location;
};

struct VerifyOptions {
  std::string directory;
  std::string key;
  std::string bundle;
  bool without_signature = false;
};

constexpr const char* kHelp = "kontor export --help";

/// What the options say; nullopt after a mistake in them, which has been reported.
std::optional<exports::Request> read_request(Context& context, const ExportOptions& options) {
  const auto wrong = [&](std::string_view what, std::string_view advice) {
    context.fail(kUsage, what, "", advice);
    return std::nullopt;
  };
  if (options.format.empty())
    return wrong("--format is required", "--format jsonl, csv, sqlite, gobd or bundle");
  if (options.out.empty()) return wrong("--out is required", "--out names a directory that is not there yet");
  const auto format = exports::format_from_name(options.format);
  const bool lines = *format == exports::Format::Jsonl || *format == exports::Format::Bundle;
  if (lines && !options.period.empty())
    return wrong("a period selects rows of tables, and this form has none",
                 "name positions: --from and --to");
  if (options.scope == "store" && (*format != exports::Format::Bundle || options.data_dir.empty()))
    return wrong("--scope store is for a bundle of a data directory", kHelp);
  exports::Request request{
      .format = *format,
      .tenant = TenantId(context.tenant),
      .to = options.to,
      .selection = {.from = options.from, .period = {}},
      .supplier = {options.supplier.empty() ? context.tenant : options.supplier, options.location},
      .moment = SystemClock().now()};
  if (options.period.empty()) return request;
  const auto period = exports::Period::parse(options.period);
  if (!period) return wrong(period.error().message, "--period 2026-01-01..2027-01-01");
  request.selection.period = *period;
  return request;
}

/// Fixes `to`; false when there is nothing there, which has been reported.
bool settle_end(Context& context, exports::Request& request, Position last) {
  if (last == 0) {
    context.fail(kNotFound, fmt::format("tenant {} has no events", request.tenant.value), "",
                 "name a --tenant");
    return false;
  }
  if (request.to == 0) request.to = last;
  if (request.to <= last && request.selection.from <= request.to) return true;
  context.fail(kUsage, fmt::format("positions {} to {} are not there", request.selection.from, request.to),
               fmt::format("tenant {} ends at position {}", request.tenant.value, last), kHelp);
  return false;
}

exports::Progress going(Meter& meter) {
  return [shown = meter.progress()](std::uint64_t events) {
    if (shown) shown(events);
    return interrupted() ? exports::Go::Stop : exports::Go::On;
  };
}

void report_failure(Context& context, const Error& error) {
  if (interrupted()) return context.fail(kInterrupted, "interrupted", "", "nothing was left behind");
  const ReasonInfo& info = reason_info(error.code);
  const auto number = static_cast<std::uint16_t>(error.code);
  context.fail(exit_code_of(number),
               fmt::format("[{} {}] the export was not made; nothing was left behind", number, info.name),
               error.message, info.advice);
}

void show(const Context& context, const exports::Manifest& manifest, const ExportOptions& options,
          const Meter& meter) {
  std::uint64_t bytes = 0;
  for (const exports::FileEntry& file : manifest.files) bytes += file.size;
  if (context.output() != OutputForm::Table) {
    fmt::print("{}", render({{"out", options.out},
                             {"format", exports::format_name(manifest.format)},
                             {"from", std::to_string(manifest.from)},
                             {"to", std::to_string(manifest.to)},
                             {"size", std::to_string(manifest.size)},
                             {"root", base64(manifest.root)},
                             {"files", manifest.files.size()},
                             {"bytes", std::to_string(bytes)},
                             {"signedBy", manifest.key_name},
                             {"milliseconds", static_cast<std::int64_t>(meter.seconds() * 1'000)}},
                            context.output()));
    return;
  }
  fmt::print("exported  {} events to {}   {} files, {} bytes   {}   {:.1f} s\n", grouped(manifest.size),
             options.out, manifest.files.size(), grouped(bytes), meter.rate(manifest.size), meter.seconds());
  fmt::print("root      {} of size {}\nsigned    {}\n", base64(manifest.root), manifest.size,
             options.without_signature ? "by nobody" : "by " + manifest.key_name);
}

/// The signer, or none when that was asked for; false after a failure that has been reported.
bool find_signer(Context& context, const ExportOptions& options, std::optional<exports::Signer>& signer) {
  if (options.without_signature) return true;
  std::filesystem::path file = options.sign_with;
  if (file.empty() && !options.data_dir.empty()) file = default_key_file(options.data_dir);
  if (file.empty()) {
    context.fail(kUsage, "nobody signs the manifest", "a server's key stays where it is",
                 "--sign-with KEYFILE, or --unsigned");
    return false;
  }
  Result<exports::Signer> loaded = load_signer(file);
  if (!loaded) {
    report_finding(context, loaded.error(), fmt::format("{} does not sign", file.string()));
    return false;
  }
  signer = *std::move(loaded);
  return true;
}

/// The log may not be shorter than what was signed for it: then its end is gone, and nothing more is signed.
Status reaches_notes(const exports::BundleParts& parts, std::uint64_t last) {
  for (const std::string& note : parts.notes)
    if (size_of_note(note) > last)
      return fail(
          Reason::TwoHistories,
          fmt::format("a note that was signed speaks of {} events, there are {}", size_of_note(note), last));
  return {};
}

void from_directory(Context& context, const ExportOptions& options, exports::Request request) {
  std::optional<exports::Signer> signer;
  if (!find_signer(context, options, signer)) return;
  const exports::Signer* by = signer ? &*signer : nullptr;
  const auto log = open_for_audit(context, options.data_dir);
  if (!log) return;
  const bool whole_store = options.scope == "store";
  const exports::EventPages pages = pages_of(*log, request.tenant);
  std::uint64_t last = log->head().events;
  if (!whole_store) {
    const auto position = exports::last_position(pages);
    if (!position) return report_failure(context, position.error());
    last = *position;
    if (!settle_end(context, request, last)) return;
  }
  const bool bundle = request.format == exports::Format::Bundle;
  exports::BundleParts parts;
  if (bundle) {
    auto found =
        parts_of(options.data_dir, *log, whole_store ? std::nullopt : std::optional(request.tenant), by);
    if (!found) return report_failure(context, found.error());
    parts = *std::move(found);
    if (Status reached = reaches_notes(parts, last); !reached)
      return report_failure(context, reached.error());
  }
  Meter meter(whole_store ? log->head().events : bundle ? 2 * request.to : request.to);
  const exports::Progress progress = going(meter);
  const auto made =
      whole_store ? exports::export_store_bundle(request, parts, *log, by, options.out, progress)
      : bundle    ? exports::export_bundle(request, parts, pages, by, options.out, progress)
                  : exports::export_events(request, pages, readable_events(), by, options.out, progress);
  if (!made) return report_failure(context, made.error());
  show(context, *made, options, meter);
}

void from_server(Context& context, const ExportOptions& options, exports::Request request) {
  std::optional<exports::Signer> signer;
  if (!find_signer(context, options, signer)) return;
  const exports::Signer* by = signer ? &*signer : nullptr;
  const auto connection = context.connect();
  if (!connection) return;
  const bool bundle = request.format == exports::Format::Bundle;
  exports::BundleParts parts;
  const Position last = connection->welcome().position;
  if (bundle && last != 0) {
    auto found = parts_of(*connection, context.timeout(), request.to == 0 ? last : request.to);
    if (!found) return report_failure(context, found.error());
    parts = *std::move(found);
    // The server goes on: what its newest note speaks of is what is exported.
    if (request.to == 0) request.to = size_of_note(parts.notes.back());
  }
  if (!settle_end(context, request, bundle ? std::max(request.to, last) : last)) return;
  const exports::EventPages pages = pages_of(*connection, context.timeout());
  Meter meter(bundle ? 2 * request.to : request.to);
  const exports::Progress progress = going(meter);
  const auto made =
      bundle ? exports::export_bundle(request, parts, pages, by, options.out, progress)
             : exports::export_events(request, pages, readable_events(), by, options.out, progress);
  if (!made) return report_failure(context, made.error());
  show(context, *made, options, meter);
}

void run_export(Context& context, const ExportOptions& options) {
  const auto request = read_request(context, options);
  if (!request) return;
  note_interrupts();
  if (options.data_dir.empty()) return from_server(context, options, *request);
  guarded(context, [&] { from_directory(context, options, *request); });
}

void show(const Context& context, const exports::CheckedExport& checked) {
  const exports::Manifest& manifest = checked.manifest;
  const bool proven = checked.events == exports::Events::Proven;
  if (context.output() != OutputForm::Table) {
    fmt::print("{}", render({{"format", exports::format_name(manifest.format)},
                             {"scope", manifest.tenant ? manifest.tenant->value : std::string("store")},
                             {"from", std::to_string(manifest.from)},
                             {"to", std::to_string(manifest.to)},
                             {"size", std::to_string(manifest.size)},
                             {"root", base64(manifest.root)},
                             {"files", manifest.files.size()},
                             {"signedBy", checked.is_signed ? manifest.key_name : std::string()},
                             {"events", proven ? "proven" : "not inside"}},
                            context.output()));
    return;
  }
  fmt::print("files     {}, all as the manifest says, and no others\n", manifest.files.size());
  fmt::print("signed    {}\n", checked.is_signed ? "by " + manifest.key_name : std::string("by nobody"));
  fmt::print("events    {}\n",
             proven ? fmt::format("{} hash to the manifest's root", grouped(manifest.size))
                    : std::string("are not in it from the first on; hash them with --bundle FILE"));
  fmt::print("root      {} of size {}\n", base64(manifest.root), manifest.size);
}

void run_verify(Context& context, const VerifyOptions& options) {
  if (options.key.empty() && !options.without_signature)
    return context.fail(kUsage, "whose signature is it to have?", "",
                        "--key NAME+ID+BASE64 of the log's key, or --unsigned");
  std::optional<proof::NoteKey> key;
  if (!options.key.empty()) {
    const auto parsed = proof::NoteKey::parse(options.key);
    if (!parsed) return context.fail(kUsage, parsed.error().message, "", "copy the whole text of the key");
    key = *parsed;
  }
  const auto checked = exports::check_export(
      options.directory, {.key = key ? &*key : nullptr, .bundle = options.bundle}, readable_events());
  if (!checked) return report_finding(context, checked.error(), "the export is not what it should be");
  show(context, *checked);
}

void add_export_verify(CLI::App& command, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verify = command.add_subcommand("verify", "check an export against its signed manifest");
  verify->add_option("directory", options->directory, "the export")->required();
  verify->add_option("--key", options->key, "text of the key that must have signed it");
  verify->add_option("--bundle", options->bundle, "a bundle whose events must hash to the manifest's root");
  verify->add_flag("--unsigned", options->without_signature, "ask for no signature");
  add_output_option(*verify, context);
  verify->callback([&context, options] { run_verify(context, *options); });
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "write a tenant's events, or tables of them, with a signed manifest");
  command->require_subcommand(0, 1);
  command->add_option("--format", options->format, "jsonl, csv, sqlite, gobd, bundle (docs/exports.md)")
      ->check(CLI::IsMember({"jsonl", "csv", "sqlite", "gobd", "bundle"}));
  command->add_option("--out", options->out, "directory to be made");
  command->add_option("--data-dir", options->data_dir,
                      "of a stopped server, or a copy; only read. Without it: a server");
  command->add_option("--from", options->from, "first position")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--to", options->to, "last position; the newest when left out")
      ->check(CLI::PositiveNumber);
  command->add_option("--period", options->period,
                      "rows of tables from this day or time up to and without that: FROM..TO");
  command->add_option("--scope", options->scope, "a bundle of one tenant, or of the whole store")
      ->check(CLI::IsMember({"tenant", "store"}))
      ->capture_default_str();
  command->add_option("--sign-with", options->sign_with,
                      "key file; of a data directory its own when left out");
  command->add_flag("--unsigned", options->without_signature, "sign nothing");
  command->add_option("--supplier", options->supplier,
                      "gobd: who hands the data over; the tenant when left out");
  command->add_option("--supplier-location", options->location, "gobd: where that is");
  add_server_options(*command, context);
  add_export_verify(*command, context);
  command->callback([&context, options, command] {
    if (command->get_subcommands().empty()) run_export(context, *options);
  });
}

}  // namespace kontor::cli
