#pragma once
// A witness that asks by itself: takes a server's newest checkpoint and the way to it, and adds it. One
// thread.

#include "client/proofs.h"
#include "client/witness/witness.h"

namespace kontor::witness {

struct Followed {
  proof::Checkpoint newest;
  std::uint64_t size_before = 0;
  bool cosigned = false;  // false: nothing new
};

/// Fails as client::Proofs does; what the log should never have signed is Disproved, and kept.
[[nodiscard]] client::Outcome<Followed> follow_once(client::Proofs& proofs, Witness& witness,
                                                    std::uint64_t unix_seconds);

}  // namespace kontor::witness
