#pragma once
// Folds a log from its beginning: where every tenant stands, and the digest of its state. Reads the log
// alone.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/log/event_log.h"
#include "events/core/digest.h"
#include "events/core/instant.h"
#include "events/core/result.h"

namespace kontor::replay {

struct Request {
  std::optional<TenantId> tenant;  // only this one; NotFound when the log has no event of it
  std::optional<Position> to;      // events of a tenant after this position are left out
};

struct TenantResult {
  TenantId tenant;
  Position position = 0;
  Instant effective_at;  // of the event there
  Digest state{};        // SHA-256 over the rules' state; equal to what the server reports at this position
};

struct Report {
  std::uint64_t groups = 0;
  std::uint64_t events = 0;           // folded
  std::vector<TenantResult> tenants;  // in order of name
};

/// Told the count of events read so far, group by group.
using Progress = std::function<void(std::uint64_t events)>;

/// Fails with the log's own errors, or StoreDamaged or PositionGap where an event cannot follow the one
/// before.
[[nodiscard]] Result<Report> replay(log::EventLog& log, const Request& request, const Progress& progress);

}  // namespace kontor::replay
