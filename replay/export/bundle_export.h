#pragma once
// An export as a bundle (events/proof/bundle.h): what kontor-verify reads. The notes stand before the events,
// so the events are read twice: once for the root, once to be written. One thread.

#include <filesystem>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "events/proof/checkpoint.h"
#include "replay/export/event_stream.h"
#include "replay/export/exporter.h"
#include "replay/export/manifest.h"

namespace kontor::exports {

constexpr std::string_view kBundleName = "events.bundle";

/// Whether a checkpoint of exactly the last event is signed for the bundle when none was kept. Only who has
/// the log at hand may: a second root for a size would be a second history.
enum class LastCheckpoint : std::uint8_t { SignNow, AsKept };

/// What goes into a bundle beside its events.
struct BundleParts {
  LastCheckpoint last = LastCheckpoint::SignNow;
  std::string log;  // the name of the log's key
  std::uint64_t epoch = 1;
  std::vector<std::string> keys;       // texts of keys, for display
  std::vector<std::string> rotations;  // signed statements, oldest first
  std::vector<std::string> notes;  // signed checkpoints of the tree, in any order; later ones are left out
};

/// A bundle of one tenant, `selection.from` to `to`. With a signer it ends with a checkpoint of exactly that
/// size, signed here. TwoHistories when a note that was signed before has another root: then nothing is
/// signed.
[[nodiscard]] Result<Manifest> export_bundle(const Request& request, const BundleParts& parts,
                                             const EventPages& pages, const Signer* signer,
                                             const std::filesystem::path& path, const Progress& progress);

/// A bundle of all tenants, group by group. `request.tenant`, `to` and `selection` are not looked at.
[[nodiscard]] Result<Manifest> export_store_bundle(const Request& request, const BundleParts& parts,
                                                   log::EventLog& log, const Signer* signer,
                                                   const std::filesystem::path& path,
                                                   const Progress& progress);

/// Root over the first `manifest.size` events of the manifest's tree, which may be one of the tenants of a
/// bundle of the whole store. BundleUnusable when they are not all there, or not in order.
[[nodiscard]] Result<Digest> root_of_bundle(const std::filesystem::path& file, const Manifest& manifest);

}  // namespace kontor::exports
