#include "tests/support/tampered_log.h"

#include "events/core/merkle.h"
#include "tests/support/live_history.h"

namespace kontor::test {

Status TamperedLog::scan(std::uint64_t first, const log::GroupVisitor& visit) {
  for (const log::Group& group : groups_)
    if (group.number >= first && !visit(group)) return {};
  return {};
}

log::LogHead head_of(const std::vector<log::Group>& groups) {
  MerkleFrontier tree;
  for (const log::Group& single : one_by_one(groups)) tree.append(bytes_of(single.slices[0].bytes));
  return {groups.size(), tree.size(), tree.root()};
}

std::vector<RecordedEvent> events_of(const std::vector<log::Group>& groups) {
  std::vector<RecordedEvent> events;
  for (const log::Group& single : one_by_one(groups))
    events.push_back(decode(single.slices[0].bytes).value());
  return events;
}

std::vector<log::Group> groups_of(const std::vector<RecordedEvent>& events) {
  std::vector<log::Group> groups;
  for (const RecordedEvent& event : events) {
    log::TenantSlice slice{TenantId("t"), groups.size() + 1, 1, {}};
    encode(event.envelope, event.body, slice.bytes);
    groups.push_back({groups.size() + 1, {std::move(slice)}});
  }
  return groups;
}

}  // namespace kontor::test
