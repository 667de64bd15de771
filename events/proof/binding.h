#pragma once
// What makes a receipt bind the server before the next checkpoint: one signature speaks for all receipts of a
// group that were asked for in this way, and each of them carries its path to what is signed. Pure; any
// thread.
//
// The leaf of a receipt is leaf_hash of six lines: "kontor receipt", tenant, command id, first position, last
// position, events root in base64. The signed text is five lines: "<log>/<epoch>/receipts", the number of the
// group, when it was recorded (nanoseconds since 1970), the number of receipts, their root in base64.

#include <cstdint>
#include <span>
#include <string>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "events/proof/note.h"
#include "events/proof/tiled_tree.h"

namespace kontor::proof {

/// What a receipt promises: these events lie at these positions.
struct Promise {
  TenantId tenant;
  CommandId command;
  Position first = 0;
  Position last = 0;
  Digest events_root{};  // of the tree over the hashes of its events

  [[nodiscard]] Digest leaf() const;
  friend bool operator==(const Promise&, const Promise&) = default;
};

struct PromisedGroup {
  std::string log;  // name of the key
  std::uint64_t epoch = 1;
  std::uint64_t group = 0;
  Instant recorded_at;
  std::uint64_t receipts = 0;
  Digest root{};

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static Result<PromisedGroup> parse(std::string_view text);
  friend bool operator==(const PromisedGroup&, const PromisedGroup&) = default;
};

/// Root and paths over a few leaves that are at hand.
[[nodiscard]] Digest root_of(std::span<const Digest> leaves);
[[nodiscard]] Path path_of(std::span<const Digest> leaves, std::uint64_t index);
/// The paths of all of them, for the price of one root.
[[nodiscard]] std::vector<Path> paths_of(std::span<const Digest> leaves);

/// The note is signed by the key, and the promise is the one at `index` in it. NotSigned, ProofWrong or
/// BundleUnusable otherwise.
[[nodiscard]] Result<PromisedGroup> open_promise(const Promise& promise, const Note& note, const NoteKey& key,
                                                 std::uint64_t index, std::span<const Digest> path);

}  // namespace kontor::proof
