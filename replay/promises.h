#pragma once
// Holding a log against what was promised of it: old checkpoints, whoever has kept them, and remembered leaf
// hashes. It finds whoever rewrote the log and repaired everything that a log can say about itself. One
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "events/proof/checkpoint.h"
#include "replay/leaf_hashes.h"
#include "replay/replay.h"

namespace kontor::replay {

/// A checkpoint whose signature has been checked, and where it was kept.
struct Promise {
  proof::Checkpoint checkpoint;
  std::string from;
};

struct Memory {
  std::vector<Promise> promises;       // in any order
  LeafHashReader* leaves = nullptr;    // at its beginning; null: nobody has remembered any
  LeafHashWriter* remember = nullptr;  // gets the leaf hash of every event; null: nobody wants to remember
};

struct Held {
  std::uint64_t promises = 0;
  std::uint64_t trees = 0;  // that they were about
  std::uint64_t leaves = 0;
  std::uint64_t remembered = 0;
};

/// TwoHistories names the first event that is not the one that was promised: its exact position where its
/// leaf hash was remembered, else the positions between the last checkpoint that holds and the first that
/// does not. It is also the answer when events are missing at the end, when promises contradict one another,
/// and when the newest of them is of another epoch than the store. StoreIdMismatch: they are of another
/// store.
[[nodiscard]] Result<Held> hold_against(log::EventLog& log, const StoreName& store, Memory memory,
                                        const Progress& progress);

}  // namespace kontor::replay
