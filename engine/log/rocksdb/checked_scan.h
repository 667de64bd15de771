#pragma once
// The one way the history is read from disk. Fails with a named error instead of ever showing less than there
// is: the library may end a scan early after a read error and call that success.

#include <rocksdb/iterator.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/log/continuity.h"
#include "engine/log/group_proof.h"
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

/// Reads groups one after the other. One thread.
class GroupReader {
 public:
  GroupReader(const Database& database, std::uint64_t first);
  /// Fills in the next group that is stored; false: there is none. Numbers and positions are for the caller
  /// to check.
  [[nodiscard]] Result<bool> next(Group& group);

 private:
  SliceReader slices_;
  std::unique_ptr<rocksdb::Iterator> entries_;
  bool begun_ = false;
  std::uint64_t last_;  // that was read
};

/// Visits groups from `first` to `last`, each checked by `continuity`, which must expect `first`. Ends early
/// without an error when `visit` returns false. PositionGap when the store ends before `last`.
[[nodiscard]] Status scan_groups(const Database& database, std::uint64_t first, std::uint64_t last,
                                 Continuity& continuity, const GroupVisitor& visit);

/// The same with the group that `continuity`, which keeps trees, expects next, to the end of what is stored;
/// on all processors.
[[nodiscard]] Status prove_groups(const Database& database, Continuity& continuity,
                                  const GroupVisitor& visit);

/// No slice lies behind what the groups account for. Otherwise the newest groups are missing: StoreDamaged.
[[nodiscard]] Status check_no_stray_slices(const Database& database, const Continuity& continuity);

}  // namespace kontor::log
