#pragma once
// Places inside a history from which an opening may read on instead of from the beginning: what was proven up
// to there was written down (engine/snapshots). A log takes none on trust: see docs/storage-format.md,
// "Opening".

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/trees.h"

namespace kontor::log {

using StoreId = std::array<std::uint8_t, 16>;

/// What can be said of a place without reading much.
struct StartPoint {
  LogHead head;          // as of its group
  Digest fingerprint{};  // of that group
};

class LogStarts {
 public:
  virtual ~LogStarts() = default;

  /// Those of this store, in the order in which they are to be tried.
  [[nodiscard]] virtual std::vector<StartPoint> points(const StoreId& store) = 0;

  struct Loaded {
    std::unique_ptr<Trees> trees;  // all of it published
    std::unordered_map<TenantId, Position> last_positions;
  };
  /// Reads all of one of them, by its place in `points`. Fails when any byte is not as it was written.
  [[nodiscard]] virtual Result<Loaded> load(std::size_t point) = 0;
  /// It does not fit the log, or could not be loaded; another is tried.
  virtual void passed_over(std::size_t point, const std::string& why) = 0;
};

}  // namespace kontor::log
