#include "replay/export/exporter.h"

#include <fmt/format.h>

#include <utility>

#include "events/core/merkle.h"
#include "projections/rocksdb_view_store.h"
#include "replay/export/csv_tables.h"
#include "replay/export/derived_tables.h"
#include "replay/export/json_lines.h"
#include "replay/export/sqlite_tables.h"

namespace kontor::exports {
namespace {

class JsonLines final : public EventConsumer {
 public:
  JsonLines(OutputFile& file, Position from, Readable readable)
      : file_(file), from_(from), readable_(std::move(readable)) {}

  Status take(Position position, std::string_view stored) override {
    if (position < from_) return {};
    const Result<std::string> line = json_line(stored, readable_);
    if (!line) return fail(line.error().code, fmt::format("position {}: {}", position, line.error().message));
    return file_.write(*line);
  }
  Status finish() override { return {}; }

 private:
  OutputFile& file_;
  Position from_;
  Readable readable_;
};

/// The views lie in a scratch folder of the export, so that memory does not grow with them.
class Tables final : public EventConsumer {
 public:
  Tables(const Request& request, std::unique_ptr<TableSink> sink, std::unique_ptr<views::ViewStore> views,
         Readable readable)
      : selection_(request.selection),
        sink_(std::move(sink)),
        views_(std::move(views)),
        tables_(*views_, request.tenant, selection_, *sink_,
                request.format == Format::Gobd ? EventRows::LeftOut : EventRows::Written,
                std::move(readable)) {}

  Status take(Position position, std::string_view stored) override { return tables_.take(position, stored); }
  Status finish() override {
    if (Status written = tables_.write(); !written) return written;
    return sink_->finish();
  }

 private:
  Selection selection_;
  std::unique_ptr<TableSink> sink_;
  std::unique_ptr<views::ViewStore> views_;
  DerivedTables tables_;
};

std::string comment_of(const Request& request) {
  return fmt::format("Events of tenant {} from position {} to {}, exported {} by kontor {}",
                     request.tenant.value, request.selection.from, request.to, request.moment.text(),
                     KONTOR_VERSION);
}

Result<std::unique_ptr<TableSink>> make_sink(const Request& request, OutputDirectory& out) {
  switch (request.format) {
    case Format::Csv: return std::make_unique<CsvTables>(out);
    case Format::Gobd:
      return std::make_unique<GobdTables>(
          out, GobdFrame{request.supplier, comment_of(request), request.selection.period});
    case Format::Sqlite: {
      auto made = SqliteTables::create(out.foreign_file(std::string(kSqliteName)),
                                       request.selection.whole() ? Extent::Whole : Extent::Part);
      if (!made) return fail(made.error());
      return *std::move(made);
    }
    case Format::Jsonl:
    case Format::Bundle: break;
  }
  return std::unique_ptr<TableSink>();
}

}  // namespace

Result<std::unique_ptr<EventConsumer>> make_consumer(const Request& request, OutputDirectory& out,
                                                     const Readable& readable) {
  if (request.format == Format::Bundle) return std::unique_ptr<EventConsumer>();
  if (request.format == Format::Jsonl) {
    const Result<OutputFile*> file = out.file(std::string(kJsonlName));
    if (!file) return fail(file.error());
    return std::make_unique<JsonLines>(**file, request.selection.from, readable);
  }
  Result<std::unique_ptr<TableSink>> sink = make_sink(request, out);
  if (!sink) return fail(sink.error());
  auto views = views::open_rocksdb_view_store(out.scratch(), views::Access::ReadWrite);
  if (!views) return fail(views.error());
  return std::make_unique<Tables>(request, *std::move(sink), std::move(views->store), readable);
}

Result<Manifest> finish_export(OutputDirectory& out, Manifest manifest, const Signer* signer) {
  auto files = out.seal();
  if (!files) return fail(files.error());
  manifest.files = *std::move(files);
  manifest.key_name = signer != nullptr ? signer->key_name : std::string(kUnsigned);
  if (Status committed = out.commit(std::string(kManifestName), manifest_file(manifest, signer)); !committed)
    return fail(committed.error());
  return manifest;
}

Result<Manifest> export_events(const Request& request, const EventPages& pages, const Readable& readable,
                               const Signer* signer, const std::filesystem::path& path,
                               const Progress& progress) {
  const auto out = OutputDirectory::create(path);
  if (!out) return fail(out.error());
  auto consumer = make_consumer(request, **out, readable);
  if (!consumer) return fail(consumer.error());
  MerkleFrontier tree;
  Status done = visit_events(pages, request.tenant, request.to, progress,
                             [&](Position position, std::string_view stored) {
                               tree.append(bytes_of(stored));
                               return (*consumer)->take(position, stored);
                             });
  if (done) done = (*consumer)->finish();
  consumer->reset();  // before the directory: the views lie inside of it
  if (!done) return fail(done.error());
  return finish_export(**out,
                       Manifest{.key_name = {},
                                .format = request.format,
                                .tenant = request.tenant,
                                .from = request.selection.from,
                                .to = request.to,
                                .period = request.selection.period,
                                .moment = request.moment,
                                .size = tree.size(),
                                .root = tree.root(),
                                .files = {}},
                       signer);
}

}  // namespace kontor::exports
