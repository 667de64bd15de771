#pragma once
// Where an export gets its events from: pages of stored bytes, in order. A log on disk gives them, and so
// does a server; neither is believed (docs/exports.md).

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/ids.h"
#include "events/core/result.h"

namespace kontor::exports {

/// Stored events of one tenant from `first` on, at most `count_max`, in order of position; none: there are no
/// more.
using EventPages = std::function<Result<std::vector<std::string>>(Position first, std::size_t count_max)>;

/// The readable form of a stored event: one JSON object, always the same for the same bytes.
using Readable = std::function<Result<std::string>(std::string_view stored)>;

enum class Go : std::uint8_t { On, Stop };
/// Told how many events were read so far; may end the work.
using Progress = std::function<Go(std::uint64_t events)>;

/// The bytes are one stored event, which says of itself that it is this tenant's at this position.
/// StoreDamaged or PositionGap otherwise.
[[nodiscard]] Status check_place(std::string_view stored, const TenantId& tenant, Position position);

/// Position of the tenant's last event; 0: it has none.
[[nodiscard]] Result<Position> last_position(const EventPages& pages);

/// Called with each event in order.
using EventVisitor = std::function<Status(Position position, std::string_view stored)>;

/// Visits the events from 1 to `to`, each checked to be at its place. PositionGap when the source ends
/// before; SessionEnded when `progress` ended the work.
[[nodiscard]] Status visit_events(const EventPages& pages, const TenantId& tenant, Position to,
                                  const Progress& progress, const EventVisitor& visit);

}  // namespace kontor::exports
