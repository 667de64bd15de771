#pragma once
// Makes an export of one tenant (docs/exports.md): reads its events in order from wherever they come, writes
// them in one of the forms beside where the export will be, signs what was written, and gives it its name.
// One thread.

#include <filesystem>
#include <memory>

#include "replay/export/event_stream.h"
#include "replay/export/gobd_tables.h"
#include "replay/export/manifest.h"
#include "replay/export/selection.h"

namespace kontor::exports {

/// What is wanted.
struct Request {
  Format format = Format::Jsonl;
  TenantId tenant;
  Position to = 0;      // the last event; the views of the tables are as of there
  Selection selection;  // of JSON lines: `from` only
  Supplier supplier;    // of the package for a tax audit
  Instant moment;       // now
};

/// Takes a tenant's events, from position 1 to the last.
class EventConsumer {
 public:
  EventConsumer() = default;
  EventConsumer(const EventConsumer&) = delete;
  EventConsumer& operator=(const EventConsumer&) = delete;
  virtual ~EventConsumer() = default;

  [[nodiscard]] virtual Status take(Position position, std::string_view stored) = 0;
  [[nodiscard]] virtual Status finish() = 0;
};

/// What writes this form into the directory; null for a bundle, which is not made of one tenant's events
/// alone (bundle_export.h).
[[nodiscard]] Result<std::unique_ptr<EventConsumer>> make_consumer(const Request& request,
                                                                   OutputDirectory& out,
                                                                   const Readable& readable);

/// What was made. Fails with what the source fails with, or DataDirectory; then nothing stays.
[[nodiscard]] Result<Manifest> export_events(const Request& request, const EventPages& pages,
                                             const Readable& readable, const Signer* signer,
                                             const std::filesystem::path& path, const Progress& progress);

/// Seals the files, signs the manifest and gives the directory its name. `manifest` says all but its files
/// and, with a signer, its key.
[[nodiscard]] Result<Manifest> finish_export(OutputDirectory& out, Manifest manifest, const Signer* signer);

}  // namespace kontor::exports
