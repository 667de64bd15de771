// CommunityPool (QB9).
#include "projections/asking.h"

namespace kontor::views {

Asked answer_community_pool(const Asking& asking, std::string_view community,
                            wire::CommunityPool::Builder out) {
  const Maybe<std::string> stored =
      row_of(asking, asking.keys().community_pool(community), "community", community);
  if (!stored) return tl::unexpected<No>(stored.error());
  const StoredRow<wire::CommunityPool> row(*stored);
  const auto pool = row.read();
  out.setCommunity(pool.getCommunity());
  out.setTimeZone(pool.getTimeZone());
  out.setPool(pool.getPool());
  out.setSize(pool.getSize());
  out.setOccupied(pool.getOccupied());
  out.setPendingRelease(pool.getPendingRelease());
  if (pool.getPool() != wire::Pool::LIMITED) return {};
  // The rules refuse a pool below its use.
  out.setFreeNow(pool.getSize() - pool.getOccupied() - pool.getPendingRelease());
  out.setFreeTomorrow(pool.getSize() - pool.getOccupied());
  return {};
}

}  // namespace kontor::views
