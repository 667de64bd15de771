#pragma once
// Proves a history that is being read: what Continuity does, with the leaf hashes, which are most of the
// work, made by all processors. One thread calls it.

#include "engine/ahead.h"
#include "engine/log/continuity.h"
#include "engine/log/group_parts.h"

namespace kontor::log {

class GroupProof {
 public:
  /// `continuity` keeps trees and expects the first group that is taken; until `finish` it is used by this
  /// alone. `visit` sees each group that continues the history, in order and one at a time, on any of the
  /// threads and some groups behind the one that was taken last; when it returns false, nothing more is
  /// looked at.
  GroupProof(Continuity& continuity, GroupVisitor visit, unsigned helpers = Crew::free_hands());
  ~GroupProof();

  /// The next group; what is left of it is to be filled in again, or to be thrown away. False: no more need
  /// be taken, `finish` says why.
  bool take(Group& group);
  /// All that was taken is proven and visited, or the first thing that does not hold.
  [[nodiscard]] Status finish();

 private:
  class Batch;
  void begin_batch();
  bool put();
  bool accept(Batch& batch);

  Continuity& continuity_;
  const GroupVisitor visit_;
  Status status_;
  GroupShelf shelf_;
  Crew crew_;
  std::unique_ptr<Batch> next_;  // gathers slices
  Ahead<Batch> ahead_;
};

}  // namespace kontor::log
