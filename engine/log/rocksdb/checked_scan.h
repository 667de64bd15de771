#pragma once
// The one way the history is read from disk. Fails with a named error instead of ever showing less than there
// is: the library may end a scan early after a read error and call that success.

#include <rocksdb/iterator.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/log/continuity.h"
#include "engine/log/rocksdb/database.h"
#include "engine/log/rocksdb/keys.h"

namespace kontor::log {

/// Fetches slices in the order of groups, in which each tenant's slices come in rising order: keeps an
/// iterator for each of a few tenants, so that most fetches are a step forward. One thread.
class SliceReader {
 public:
  explicit SliceReader(const Database& database) : database_(database) {}

  /// Fills in `bytes`. PositionGap when the slice is missing, BlockDamaged and the like when it cannot be
  /// read.
  [[nodiscard]] Status fetch(const SliceRange& range, std::string& bytes);

 private:
  struct Cursor {
    std::unique_ptr<rocksdb::Iterator> iterator;
    std::uint64_t used_at = 0;
  };
  [[nodiscard]] Cursor* cursor_of(const TenantId& tenant);

  const Database& database_;
  std::map<TenantId, Cursor> cursors_;
  std::uint64_t fetches_ = 0;
};

/// Visits groups from `first` to `last` (or to the end of what is stored), each checked by `continuity`,
/// which must expect `first`. Ends early without an error when `visit` returns false. PositionGap when the
/// store ends before `last`.
[[nodiscard]] Status scan_groups(const Database& database, std::uint64_t first,
                                 std::optional<std::uint64_t> last, Continuity& continuity,
                                 const GroupVisitor& visit);

/// No slice lies behind what the groups account for. Otherwise the newest groups are missing: StoreDamaged.
[[nodiscard]] Status check_no_stray_slices(const Database& database, const Continuity& continuity);

}  // namespace kontor::log
