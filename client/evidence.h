#pragma once
// A file that proves one event to whoever holds the key, without a server (docs/evidence.md): the event, its
// way to the root of a signed checkpoint, and the checkpoint. Pure; any thread.

#include <string>
#include <string_view>

#include "events/core/ids.h"
#include "events/core/result.h"
#include "events/proof/checkpoint.h"
#include "events/proof/tiled_tree.h"

namespace kontor::client {

constexpr std::size_t kEvidenceBytesMax = 8u << 20;

struct Evidence {
  Position position = 0;
  std::string stored;  // events/envelope.h
  proof::Path path;
  proof::Note note;

  /// One JSON object with its newline; `decoded` is for people and is not looked at by `parse`.
  [[nodiscard]] std::string text(std::string_view decoded_json) const;
  /// BundleUnusable when it is no such file.
  [[nodiscard]] static Result<Evidence> parse(std::string_view text);

  /// The checkpoint it was proven with: NotSigned or ProofWrong when the key does not say that the event is
  /// there, or when it is another tenant's or another position's.
  [[nodiscard]] Result<proof::Checkpoint> check(const proof::NoteKey& key) const;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

}  // namespace kontor::client
