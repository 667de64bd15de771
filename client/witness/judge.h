#pragma once
// What a witness decides (C2SP tlog-witness; docs/witness.md): whether a checkpoint goes on from the newest
// it has seen of that tree. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/core/result.h"
#include "events/proof/checkpoint.h"
#include "events/proof/tiled_tree.h"

namespace kontor::witness {

constexpr std::size_t kPathLinesMax = 63;
constexpr std::size_t kRequestBytesMax = proof::kNoteBytesMax + 8'192;

/// "old 20852014", hashes in base64, an empty line, and the note.
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  proof::Path path;
  proof::Note note;

  [[nodiscard]] std::string text() const;
  /// BundleUnusable says what is wrong.
  [[nodiscard]] static Result<AddCheckpoint> parse(std::string_view text);
};

/// Named as the status codes of HTTP that C2SP gives these answers.
enum class Verdict : std::uint16_t {
  Cosign = 200,
  Malformed = 400,   // no checkpoint, or the old size is beyond its own
  NotSigned = 403,   // not by a key that is trusted for this log
  UnknownLog = 404,  // no key is trusted for this log
  Conflict = 409,  // not the size that was seen last; or another root for that size, or an epoch from before
  NoWay = 422,     // the path does not lead from the tree seen last to this one
};

struct Judged {
  Verdict verdict = Verdict::Malformed;
  std::string why;                              // for people; empty when it is to be cosigned
  std::optional<proof::Checkpoint> checkpoint;  // once it is known to be signed
  /// The log has signed what cannot both be true: the note is worth keeping.
  bool two_roots = false;
};

/// `newest`: what was seen last of the tree; nothing when it is new. Epochs of one tree are one history.
[[nodiscard]] Judged judge(const AddCheckpoint& request, std::span<const proof::NoteKey> trusted,
                           const std::optional<proof::Checkpoint>& newest);

}  // namespace kontor::witness
