#pragma once
// Receipts that bind the server before the next checkpoint (docs/proofs.md, "Receipts that bind"). The
// committing thread, between a group's append and its answers.

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/checkpoints/signer.h"
#include "engine/log/trees.h"
#include "engine/writer/submission.h"

namespace kontor {

/// The outcomes of a submission that asked for receipts that bind, on their way to its answer.
struct BoundOutcomes {
  TenantId tenant;
  std::vector<CommandId> commands;
  std::vector<Outcome> outcomes;  // one for each command
};

/// What receipts are signed with; the signer outlives the ledger.
struct ReceiptSigning {
  const checkpoints::Signer* signer = nullptr;
  std::uint64_t epoch = 1;
};

/// Signs one note for all receipts of the group that is durable now, and gives each its part of it. Those of
/// repeated commands and dry runs stay as they are. `trees` have the group as their newest.
void bind_receipts(std::uint64_t group, const std::vector<std::shared_ptr<BoundOutcomes>>& asked,
                   const log::Trees& trees, const ReceiptSigning& signing, Instant now);

}  // namespace kontor
