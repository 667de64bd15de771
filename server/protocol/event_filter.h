#pragma once
// Which events a subscription wants: by kind and by stream. Pure; a value that any thread may read.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/ids.h"
#include "events/core/result.h"

namespace kontor::protocol {

struct EventFilter {
  std::vector<std::string> types;    // "CampusOpened", or a beginning: "Credit*"; none: all
  std::vector<std::string> streams;  // "course/k-1", or a beginning: "course/"; none: all

  [[nodiscard]] bool matches(std::string_view type, std::string_view stream) const;

  friend bool operator==(const EventFilter&, const EventFilter&) = default;
};

/// Why a pattern is refused, as the end of a sentence that begins with its name; nothing when it is fine.
[[nodiscard]] std::optional<std::string> type_pattern_problem(std::string_view pattern);
[[nodiscard]] std::optional<std::string> stream_pattern_problem(std::string_view pattern);

/// What a filter looks at.
struct EventHeading {
  Position position = 0;
  std::string type;  // "Unknown" when a newer version wrote it
  std::string stream;
};
/// Of stored bytes, without reading the rest; StoreDamaged when they are not an event.
[[nodiscard]] Result<EventHeading> event_heading(std::string_view stored);

}  // namespace kontor::protocol
