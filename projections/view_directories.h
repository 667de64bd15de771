#pragma once
// The views of a data directory on disk (docs/storage-format.md, "The views"): every generation is a
// directory of its own, and a small file names the live one. Replacing that file is the whole of a switch, so
// that a crash leaves either the old ones or the new ones.

#include <filesystem>
#include <memory>
#include <string>

#include "projections/view_shelf.h"

namespace kontor::views {

struct OpenedShelf {
  std::unique_ptr<ViewShelf> shelf;
  std::string dropped_because;  // empty: the live views were not dropped
};

/// Opens the live views of `directory` for writing, or empty ones where there are none, and removes all
/// others: what a crash has left of a rebuild, or of views that were given up. Fails as
/// open_rocksdb_view_store does, and with DataDirectory.
[[nodiscard]] Result<OpenedShelf> open_view_shelf(const std::filesystem::path& directory);

/// Where in `directory` the live views lie, for who only reads them. Changes nothing. NotFound when there are
/// none; Rebuilding when the file that names them makes no sense, or names what is not there.
[[nodiscard]] Result<std::filesystem::path> live_views_in(const std::filesystem::path& directory);

}  // namespace kontor::views
