#include "tests/support/decoded.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace kontor::test {

Result<std::vector<RecordedEvent>> decoded(const log::TenantSlice& slice) {
  std::vector<std::string_view> stored;
  if (!log::split_events(slice.bytes, slice.count, stored))
    return fail(Reason::StoreDamaged, "a slice is not whole messages");
  std::vector<RecordedEvent> events;
  for (const std::string_view bytes : stored) {
    auto event = decode(bytes);
    if (!event) return fail(event.error());
    events.push_back(*std::move(event));
  }
  return events;
}

Result<std::vector<RecordedEvent>> decoded(const log::Group& group) {
  std::vector<RecordedEvent> events;
  for (const log::TenantSlice& slice : group.slices) {
    auto more = decoded(slice);
    if (!more) return more;
    std::ranges::move(*more, std::back_inserter(events));
  }
  return events;
}

}  // namespace kontor::test
