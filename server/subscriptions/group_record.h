#pragma once
// What is remembered of consumer groups (docs/storage-format.md, "The groups"). Plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "server/protocol/subscription_frames.h"

namespace kontor::server {

/// What a group is told when it is made, for good.
struct GroupSettings {
  protocol::EventFilter filter{};
  std::uint32_t ack_seconds = 30;
  std::uint32_t deliveries_max = 5;
  protocol::AfterParked after_parked = protocol::AfterParked::Hold;

  friend bool operator==(const GroupSettings&, const GroupSettings&) = default;
};

enum class StoredStage : std::uint8_t {
  Done,      // dealt with, while an earlier one is not
  Parked,    // put aside until somebody retries or drops it
  Kept,      // neither dealt with nor parked, and below the floor or behind a parked one
  Returned,  // came back without an acknowledgement
};

/// One event that the floor alone does not tell about.
struct StoredEntry {
  StoredStage stage = StoredStage::Done;
  std::string stream{};
  std::uint32_t deliveries = 0;
  std::string reason{};  // of a parked one
  Instant at{};          // when it was parked

  friend bool operator==(const StoredEntry&, const StoredEntry&) = default;
};

struct GroupKey {
  TenantId tenant;
  std::string name;

  friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
  friend bool operator==(const GroupKey&, const GroupKey&) = default;
};

/// What a store makes durable together.
struct GroupChanges {
  std::optional<Position> floor;
  std::map<Position, std::optional<StoredEntry>> entries;  // nothing: is remembered no longer

  [[nodiscard]] bool empty() const { return !floor && entries.empty(); }
};

}  // namespace kontor::server
