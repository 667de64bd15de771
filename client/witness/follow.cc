// docs/witness.md
#include "client/witness/follow.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::witness {

using client::disproved;
using client::Outcome;

Outcome<Followed> follow_once(client::Proofs& proofs, Witness& witness, std::uint64_t unix_seconds) {
  const auto seen = witness.newest(proofs.tree());
  if (!seen) return disproved(seen.error());
  const std::uint64_t size_before = *seen ? (*seen)->size : 0;
  const auto newest = proofs.checkpoint(std::max(size_before, proofs.claimed()));
  if (!newest) return tl::unexpected(newest.error());
  const proof::Checkpoint& now = newest->checkpoint;
  if (*seen && now == **seen) return Followed{now, size_before, false};

  AddCheckpoint request{.old_size = size_before, .path = {}, .note = newest->note};
  if (size_before != 0 && size_before < now.size) {
    auto path = proofs.consistency(size_before, now.size);
    // A server that shows no way is judged by what it has signed.
    if (!path && client::may_pass(path.error())) return tl::unexpected(path.error());
    if (path) request.path = std::move(*path);
  }
  const auto answered = witness.add(request, unix_seconds);
  if (!answered) return disproved(answered.error());
  if (answered->judged.verdict == Verdict::Cosign) return Followed{now, size_before, true};
  if (answered->judged.checkpoint)
    if (const auto kept = witness.keep_conflict(now, newest->note); !kept) return disproved(kept.error());
  return disproved(Reason::TwoHistories, fmt::format("{}; size seen {}, size shown {}", answered->judged.why,
                                                     answered->size, now.size));
}

}  // namespace kontor::witness
