#pragma once
// Questions about a moment when some of its facts became known later (DOMAIN 1.2, TX-03). A correction may be
// true since before it was recorded; the views take it in where it was recorded. What was true at a moment,
// as far as it was known at a position, is the views as of that moment plus the late events in between.
// Any thread.

#include <memory>

#include "projections/view_store.h"

namespace kontor::views {

/// The views as of `base`, with the late events up to `known` that were true at `at` taken in: nullptr when
/// there are none, so that `views` itself answers as of `base`. What it is asked "as of" makes no difference
/// to it. `views` must outlive it.
struct LateView {
  std::unique_ptr<ViewStore> views;
  Position position = 0;  // of the newest event in it
};
[[nodiscard]] Result<LateView> with_late_events(const ViewStore& views, const TenantId& tenant, Position base,
                                                Position known, Instant at);

}  // namespace kontor::views
