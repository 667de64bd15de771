#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "projections/view_store.h"

namespace kontor::views {

enum class Access : std::uint8_t { ReadWrite, ReadOnly };

/// A store, and why what was there had to be dropped (empty: it did not).
struct OpenedViews {
  std::unique_ptr<ViewStore> store;
  std::string dropped_because;
};

/// Views in a RocksDB database of their own. ReadWrite creates it where there is none, and drops what is
/// there when it cannot be opened or has another `shape`: both are answered by deriving the views again.
/// ReadOnly changes nothing; it fails with Rebuilding for either, and with NotFound when there is no database
/// at all.
[[nodiscard]] Result<OpenedViews> open_rocksdb_view_store(const std::filesystem::path& directory,
                                                          std::uint32_t shape, Access access);

}  // namespace kontor::views
