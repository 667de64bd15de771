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

/// Views in a RocksDB database of their own, without a write-ahead log. What was applied is kept when the
/// store is closed; a process that is killed leaves the views as they were after some earlier batch, up to
/// some hundred thousand entries before the last one. ReadWrite creates it where there is none, and drops
/// what is there when it cannot be opened: the views can be derived again. ReadOnly changes nothing; it fails
/// with Rebuilding when the database cannot be opened and with NotFound when there is none. Either fails with
/// AlreadyRunning when another process has it open for writing.
[[nodiscard]] Result<OpenedViews> open_rocksdb_view_store(const std::filesystem::path& directory,
                                                          Access access);

}  // namespace kontor::views
