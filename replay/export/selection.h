#pragma once
// Which rows of the tables are wanted. Pure; any thread.

#include <optional>

#include "events/core/ids.h"
#include "replay/export/manifest.h"

namespace kontor::exports {

struct Selection {
  Position from = 1;             // rows of events before are left out
  std::optional<Period> period;  // rows outside of it are left out

  [[nodiscard]] bool whole() const { return from <= 1 && !period; }
  /// Something that happened once.
  [[nodiscard]] bool takes(Position position, Instant at) const {
    return position >= from && (!period || period->contains(at));
  }
  /// Something that lasted: from then, until then (0: no end is known).
  [[nodiscard]] bool takes_span(std::int64_t since, std::int64_t until) const {
    if (!period) return true;
    return since < period->to.ns && (until == 0 || until > period->from.ns);
  }
  /// A billing run bills what lies before its cut-off: one of 1 June belongs to a period that ends then.
  [[nodiscard]] bool takes_cutoff(Instant cutoff) const {
    return !period || (period->from < cutoff && cutoff <= period->to);
  }
};

}  // namespace kontor::exports
