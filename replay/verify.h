#pragma once
// The full check of a store (docs/auditing.md): reads the log alone, judges every event, folds the rules'
// state, derives all views anew and compares them with the stored ones. Changes nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "projections/view_store.h"
#include "replay/replay.h"

namespace kontor::replay {

/// What became of the comparison with the stored views.
enum class ViewsFound : std::uint8_t {
  NotAsked,
  Equal,   // and level with the log
  Behind,  // equal to what they had read; the server will catch up
};

struct Verified {
  log::LogHead head;  // counted and hashed anew
  std::vector<TenantResult> tenants;
  ViewsFound views = ViewsFound::NotAsked;
  std::uint64_t views_group = 0;    // how far the stored views have read
  std::uint64_t views_entries = 0;  // compared
};

/// `views` may be null: there are none, or they are not to be compared. The first thing that does not hold is
/// the error: of the log StoreDamaged, PositionGap, RootMismatch and what reading it can fail with; of the
/// views ViewsDiffer, naming the first entry that differs, or Rebuilding when they cannot be read.
[[nodiscard]] Result<Verified> verify(log::EventLog& log, const views::ViewStore* views,
                                      const Progress& progress);

}  // namespace kontor::replay
