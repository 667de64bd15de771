#include "replay/replay.h"

#include <fmt/format.h>

#include <map>
#include <span>

#include "replay/decoded_history.h"
#include "replay/fold.h"

namespace kontor::replay {
namespace {

class Replay {
 public:
  explicit Replay(const Request& request) : request_(request) {}

  void count(const log::Group& group) {
    ++report_.groups;
    read_ += log::events_in(group);
  }
  Status take(std::span<const DecodedSlice> slices) {
    for (const DecodedSlice& slice : slices)
      if (Status folded = fold(slice); !folded) return folded;
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
  Status fold(const DecodedSlice& slice) {
    const TenantId& tenant = slice.slice->tenant;
    auto& fold = folds_[tenant];
    if (!fold) fold = std::make_unique<TenantFold>(tenant);
    if (!slice.whole)
      return fail(Reason::StoreDamaged,
                  fmt::format("tenant {} position {}: the events are not whole messages", tenant.value,
                              slice.slice->first));
    for (const auto& [event, stream, looked] : slice.events) {
      if (request_.to && fold->position() >= *request_.to) return {};
      if (!event) return fail(event.error());
      if (Status follows = fold->follows(*event, stream); !follows) return follows;
      fold->take(*event);
      ++report_.events;
    }
    return {};
  }

  const Request& request_;
  std::map<TenantId, std::unique_ptr<TenantFold>> folds_;
  std::uint64_t read_ = 0;
  Report report_;
};

}  // namespace

Result<Report> replay(log::EventLog& log, const Request& request, const Progress& progress) {
  Replay replay(request);
  DecodedHistory history(
      request.tenant, {},
      [&](const log::GroupPart&, std::span<const DecodedSlice> slices) { return replay.take(slices); });
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    replay.count(group);
    if (progress) progress(replay.read());
    return history.take(group);
  });
  if (const Status taken = history.finish(); !taken) return fail(taken.error());
  if (!scanned) return fail(scanned.error());
  return replay.finish();
}

}  // namespace kontor::replay
