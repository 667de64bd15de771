#pragma once
// Reading a tenant's events from a server that is believed in nothing: what was read is compared with signed
// checkpoints, and receipts with what was read (docs/evidence.md). Synchronous. One thread.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "client/kept_receipts.h"
#include "client/proofs.h"

namespace kontor::client {

struct EventsChecked {
  std::uint64_t events = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t receipts = 0;
};

/// Sees each event, in order, before it is proven: nothing is to be believed until the call has succeeded.
using OnEvent = std::function<void(Position position, std::string_view stored)>;

/// Reads the events from 1 up to the largest of these checkpoints (of the tenant's tree, by rising size) page
/// by page, and computes the root at each of them. ProofWrong names the position at which an event is
/// missing, comes twice, or is another's; or the two sizes between which something was changed. Keeps nothing
/// but the tree's edge in memory.
[[nodiscard]] Outcome<EventsChecked> check_events(Connection& connection, const TenantId& tenant,
                                                  std::span<const proof::Checkpoint> checkpoints,
                                                  Connection::Timeout timeout, const OnEvent& on_event);

/// What each receipt of the tenant promised is in the tree of the checkpoint: ProofWrong names the first that
/// is not. NotSigned for one that neither the key of the proofs nor an earlier one has signed: it promises
/// nothing. InvalidArgument when the checkpoint is smaller than what a receipt promises: get a larger one
/// first.
[[nodiscard]] Done check_receipts(Proofs& proofs, std::span<const BoundReceipt> receipts,
                                  const proof::Checkpoint& against, std::span<const proof::NoteKey> earlier);

}  // namespace kontor::client
