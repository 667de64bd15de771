#pragma once
// SHA-256 of many messages, two of them side by side: a processor with instructions for SHA-256 begins a step
// of one while that of the other is on its way, and some get through twice as many (docs/performance.md).
// Pure; any thread.

#include <cstdint>
#include <span>

#include "events/core/digest.h"

namespace kontor {

/// Whether this processor has what it takes. If not, `sha256_in_pairs` must not be called.
[[nodiscard]] bool can_hash_in_pairs();

/// SHA-256(prefix ‖ message) of each message, into the digest of the same number. Digest i may lie in a
/// message up to i if all messages are of one length, shorter than 127 bytes.
void sha256_in_pairs(std::uint8_t prefix, std::span<const Bytes> messages, std::span<Digest> digests);

}  // namespace kontor
