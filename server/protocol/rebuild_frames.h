#pragma once
// The frames about views that are built anew (docs/wire-protocol.md): a client's to today's types, ours to
// bytes. Pure.

#include <cstdint>
#include <string>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

enum class RebuildRequest : std::uint8_t { Status, Begin, Adopt, Discard };

/// Unsupported for one that this server does not know.
[[nodiscard]] Result<RebuildRequest> read_rebuild(wire::RebuildRequest::Reader from);

struct RebuildInfo {
  wire::RebuildState state = wire::RebuildState::NONE;
  std::uint64_t group = 0;
  std::uint64_t of_group = 0;
  std::uint64_t events = 0;
  std::uint64_t of_events = 0;
  std::uint64_t compared_group = 0;
  std::uint64_t entries_compared = 0;
  std::uint64_t entries_differing = 0;
  std::string first_difference;
  TenantId tenant;
  Position position = 0;
  std::string failure;
  Instant started_at;
  Instant ended_at;
};

/// Appends one whole frame to `out`.
void encode_rebuild_report(std::uint64_t request, const RebuildInfo& report, std::string& out);

}  // namespace kontor::protocol
