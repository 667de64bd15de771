#include "replay/replay.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

#include "replay/fold.h"

namespace kontor::replay {
namespace {

class Replay {
 public:
  explicit Replay(const Request& request) : request_(request) {}

  Status take(const log::Group& group) {
    ++report_.groups;
    for (const log::TenantSlice& slice : group.slices) {
      read_ += slice.count;
      if (request_.tenant && slice.tenant != *request_.tenant) continue;
      if (Status folded = fold(slice); !folded) return folded;
    }
    return {};
  }

  Result<Report> finish() {
    if (request_.tenant && folds_.empty())
      return fail(Reason::NotFound, fmt::format("the log has no event of tenant {}", request_.tenant->value));
    for (const auto& [tenant, fold] : folds_)
      report_.tenants.push_back(
          {tenant, fold->position(), fold->effective_at(), rules::state_digest(fold->state())});
    return std::move(report_);
  }
  [[nodiscard]] std::uint64_t read() const { return read_; }

 private:
  Status fold(const log::TenantSlice& slice) {
    auto& fold = folds_[slice.tenant];
    if (!fold) fold = std::make_unique<TenantFold>(slice.tenant);
    if (!log::split_events(slice.bytes, slice.count, events_))
      return fail(Reason::StoreDamaged,
                  fmt::format("tenant {} position {}: the events are not whole messages", slice.tenant.value,
                              slice.first));
    for (const std::string_view stored : events_) {
      if (request_.to && fold->position() >= *request_.to) return {};
      const Result<RecordedEvent> event = decode(stored);
      if (!event) return fail(event.error());
      if (Status follows = fold->follows(*event); !follows) return follows;
      fold->take(*event);
      ++report_.events;
    }
    return {};
  }

  const Request& request_;
  std::map<TenantId, std::unique_ptr<TenantFold>> folds_;
  std::vector<std::string_view> events_;  // reused by every slice
  std::uint64_t read_ = 0;
  Report report_;
};

}  // namespace

Result<Report> replay(log::EventLog& log, const Request& request, const Progress& progress) {
  Replay replay(request);
  Status taken;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    taken = replay.take(group);
    if (taken && progress) progress(replay.read());
    return taken.has_value();
  });
  if (!taken) return fail(taken.error());
  if (!scanned) return fail(scanned.error());
  return replay.finish();
}

}  // namespace kontor::replay
