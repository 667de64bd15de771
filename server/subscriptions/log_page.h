#pragma once
// A stretch of a tenant's log as a subscription sees it: what the filter takes, and how far was looked. Any
// thread that may read the log.

#include <memory>
#include <string>
#include <vector>

#include "engine/ledger.h"
#include "server/protocol/event_filter.h"

namespace kontor::server {

struct PageWish {
  TenantId tenant;
  Position first = 1;
  std::shared_ptr<const protocol::EventFilter> filter;
  std::size_t matches_max = 1;
  std::size_t events_max = 4'096;      // looked at in one go
  std::size_t bytes_max = 256u << 10;  // of matches; one match may be larger
};

struct PageMatch {
  Position position = 0;
  std::string stream;
  std::string event;
};
struct LogPage {
  std::vector<PageMatch> matches;  // in order of position
  Position scanned = 0;  // everything up to here has been looked at; first - 1 when nothing was there
};

[[nodiscard]] Result<LogPage> read_page(Ledger& ledger, const PageWish& wish);

/// The events at these positions, which are in rising order and there.
[[nodiscard]] Result<std::vector<std::string>> read_positions(Ledger& ledger, const TenantId& tenant,
                                                              const std::vector<Position>& positions);

}  // namespace kontor::server
