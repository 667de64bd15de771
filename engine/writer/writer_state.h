#pragma once
// What a writer has in memory as of a group of the log: what a snapshot holds beside the trees.

#include <cstdint>
#include <map>
#include <memory>

#include "engine/writer/tenant.h"

namespace kontor {

struct WriterState {
  std::uint64_t last_group = 0;
  Instant now;  // the newest recorded_at
  std::map<TenantId, std::unique_ptr<Tenant>> tenants;

  /// Fills in an empty one; `last_group` stays. It counts only if `in` is still ok.
  void load(rules::ArchiveReader& in);
};

}  // namespace kontor
