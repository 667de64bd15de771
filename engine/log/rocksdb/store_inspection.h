#pragma once
// Judging the files of a store before the storage library sees them (docs/storage-format.md, "Opening").

#include <string>
#include <vector>

#include "engine/log/rocksdb/files.h"
#include "engine/log/rocksdb/guarded_file_system.h"
#include "engine/log/rocksdb/head_file.h"

namespace kontor::log {

/// What the files look like, read against HEAD. Nothing has been changed.
struct Inspection {
  Cuts cuts;                       // torn ends of the last unsynced write: may be cut off
  std::vector<std::string> notes;  // one sentence for each cut
  std::vector<std::string>
      missing;  // files HEAD speaks of that are not there, perhaps because nothing in them is needed
  std::optional<Error> damage;  // found by reading: refuse. `cuts` then shows how far the files are intact
};

/// Fails only when the files cannot be read at all.
[[nodiscard]] Result<Inspection> inspect_store(const Files& files, const std::string& directory,
                                               const HeadRecord& head);

}  // namespace kontor::log
