#include "server/subscriptions/log_page.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::server {
namespace {

constexpr std::size_t kReadAtOnce = 256;
// Positions closer than this are read together: skipping a few events is cheaper than seeking once more.
constexpr Position kNear = 16;

}  // namespace

Result<LogPage> read_page(Ledger& ledger, const PageWish& wish) {
  LogPage page{.matches = {}, .scanned = wish.first - 1};
  std::size_t looked_at = 0;
  std::size_t bytes = 0;
  while (looked_at < wish.events_max) {
    const std::size_t count = std::min(kReadAtOnce, wish.events_max - looked_at);
    auto events = ledger.read(wish.tenant, page.scanned + 1, count);
    if (!events) return tl::unexpected(std::move(events).error());
    for (std::string& event : *events) {
      auto heading = protocol::event_heading(event);
      if (!heading) return tl::unexpected(std::move(heading).error());
      if (wish.filter->matches(heading->type, heading->stream)) {
        if (!page.matches.empty() && bytes + event.size() > wish.bytes_max) return page;
        bytes += event.size();
        page.matches.push_back({heading->position, std::move(heading->stream), std::move(event)});
      }
      page.scanned = heading->position;
      if (page.matches.size() == wish.matches_max) return page;
    }
    looked_at += events->size();
    if (events->size() < count) break;
  }
  return page;
}

Result<std::vector<std::string>> read_positions(Ledger& ledger, const TenantId& tenant,
                                                const std::vector<Position>& positions) {
  std::vector<std::string> out;
  std::size_t next = 0;
  while (next < positions.size()) {
    std::size_t end = next + 1;
    while (end < positions.size() && positions[end] - positions[end - 1] <= kNear) ++end;
    const Position first = positions[next];
    const Position last = positions[end - 1];
    auto events = ledger.read(tenant, first, last - first + 1);
    if (!events) return tl::unexpected(std::move(events).error());
    if (events->size() != last - first + 1)
      return fail(Reason::PositionGap, fmt::format("positions {} to {} of tenant {} are not all there", first,
                                                   last, tenant.value));
    for (; next < end; ++next) out.push_back(std::move((*events)[positions[next] - first]));
  }
  return out;
}

}  // namespace kontor::server
