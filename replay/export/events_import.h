#pragma once
// A log again from JSON lines (docs/exports.md): the same tenant, positions and bytes, so the same tree and
// the same state. One thread.

#include <istream>

#include "engine/log/event_log.h"
#include "events/core/digest.h"
#include "events/core/instant.h"
#include "replay/export/event_stream.h"

namespace kontor::exports {

struct ImportedEvents {
  TenantId tenant;
  std::uint64_t events = 0;
  Digest root{};   // of the tenant's tree
  Digest state{};  // of the rules' state, as `kontor replay` prints it
  Instant effective_at;
};

/// Fills an empty log. BundleUnusable, StoreDamaged or PositionGap name the line that is changed, missing,
/// doubled or at another place; nothing says that the last lines are not missing but the root. An event that
/// does not fit the state stops the process (STYLE 6), which is why tools do this in a process of its own.
[[nodiscard]] Result<ImportedEvents> import_events(std::istream& lines, const Readable& readable,
                                                   log::EventLog& into, const Progress& progress);

}  // namespace kontor::exports
