#pragma once
// Makes snapshots beside a running writer without touching it: reads on from the newest one, or from the
// beginning, folds what came since into a state of its own, and writes that down. Costs the writer nothing;
// costs the memory of a second state while it lasts. Also for stores nobody serves.

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/log/event_log.h"
#include "engine/snapshots/snapshot_shelf.h"

namespace kontor::snapshots {

struct Made {
  log::LogHead head;
  std::uint64_t groups_read = 0;
  std::uint64_t bytes = 0;
  std::string path;
};

enum class Base : std::uint8_t {
  Newest,   // read on from the newest snapshot that fits
  Nothing,  // read everything
};

/// A snapshot as of group `last` of the log, all of which is durable. Nothing when `stop` says so on the way.
/// RootMismatch when what was read is not what the log's own trees say: damage.
[[nodiscard]] Result<std::optional<Made>> make_snapshot(log::EventLog& log, const log::StoreId& store,
                                                        SnapshotShelf& shelf, std::uint64_t last, Base base,
                                                        const std::function<bool()>& stop);

/// Reads the log from the beginning up to `until.group` and compares count and root. Nothing when `stop` says
/// so. RootMismatch, or what reading it says, when it is damaged.
[[nodiscard]] Status prove_beginning(log::EventLog& log, const log::LogHead& until,
                                     const std::function<bool()>& stop);

}  // namespace kontor::snapshots
