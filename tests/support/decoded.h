#pragma once
// What a log holds, as values.

#include <vector>

#include "engine/log/event_log.h"
#include "events/envelope.h"

namespace kontor::test {

/// The events in order. Fails when the slice is not whole messages or one of them cannot be read.
[[nodiscard]] Result<std::vector<RecordedEvent>> decoded(const log::TenantSlice& slice);
/// Those of all its slices.
[[nodiscard]] Result<std::vector<RecordedEvent>> decoded(const log::Group& group);

}  // namespace kontor::test
