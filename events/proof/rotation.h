#pragma once
// How a key hands over to the next one (docs/proofs.md, "Rotation"): a note of four lines that both have
// signed. Who has pinned a key can follow it to those that came later. Pure; any thread.
//
//   ledger.example.org/7f3a9c…/rotation
//   ledger.example.org/7f3a9c…+0a1b2c3d+AQ…    the key that was in force
//   ledger.example.org/7f3a9c…+89abcdef+AQ…    the key that is from now on
//   1785312000000000000                        when, in nanoseconds since 1970

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/instant.h"
#include "events/core/result.h"
#include "events/proof/note.h"

namespace kontor::proof {

/// So long after the statement both keys sign, so that nobody is surprised.
constexpr std::int64_t kBothKeysSignNs = std::int64_t{30} * 24 * 3600 * kNanosecondsPerSecond;

struct Rotation {
  NoteKey from;
  NoteKey to;  // of the same name
  Instant at;

  [[nodiscard]] std::string text() const;
  /// BundleUnusable unless it is what `text` writes for two different keys of one name.
  [[nodiscard]] static Result<Rotation> parse(std::string_view text);

  friend bool operator==(const Rotation&, const Rotation&) = default;
};

/// The statement, signed by both keys, which are those of the rotation.
[[nodiscard]] Note sign_rotation(const Rotation& rotation, const SigningKey& from, const SigningKey& to);

/// What a statement says that both of its keys have signed; NotSigned or BundleUnusable otherwise.
[[nodiscard]] Result<Rotation> open_rotation(const Note& note);

/// The pinned key and those it has handed over to, oldest first, by statements in their order. Statements
/// from before the pinned key, and those of strangers, count for nothing. NotSigned: a statement in the name
/// of one of these keys is not signed by both; TwoHistories: a key has handed over twice.
[[nodiscard]] Result<std::vector<NoteKey>> follow_rotations(const NoteKey& pinned,
                                                            std::span<const Note> statements);

}  // namespace kontor::proof
