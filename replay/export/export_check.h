#pragma once
// Checking an export that somebody was handed (docs/exports.md): who signed it, whether its files are those
// that were signed and no others, and whether the events hash to the root that the manifest names. Reads
// only. One thread.

#include <filesystem>
#include <optional>

#include "replay/export/event_stream.h"
#include "replay/export/manifest.h"

namespace kontor::exports {

/// Whether the events were hashed again.
enum class Events : std::uint8_t {
  Proven,     // they are exactly the first `size` events of the tree
  NotInside,  // the export does not hold them from position 1 on, and no bundle was given
};

struct CheckedExport {
  Manifest manifest;
  bool is_signed = false;
  Events events = Events::NotInside;
};

struct CheckRequest {
  const proof::NoteKey* key = nullptr;  // whose signature it must have; null: none is asked for
  std::filesystem::path bundle;         // events to hash, when the export itself has none; empty: none
};

/// NotSigned, BundleUnusable (a file is missing, too many, or has other bytes), RootMismatch, DataDirectory.
[[nodiscard]] Result<CheckedExport> check_export(const std::filesystem::path& directory,
                                                 const CheckRequest& request, const Readable& readable);

}  // namespace kontor::exports
