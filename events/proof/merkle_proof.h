#pragma once
// Checking what a tree proves about itself (RFC 9162, 2.1.3.2 and 2.1.4.2). Pure; any thread.

#include <cstdint>
#include <span>

#include "events/core/digest.h"

namespace kontor::proof {

/// The path leads from the leaf at `index` (from 0) to `root`, the root of a tree of `size` leaves. False for
/// a path of another length, too.
[[nodiscard]] bool is_included(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                               std::span<const Digest> path, const Digest& root);

/// The tree of `old_size` leaves with `old_root` is the beginning of that of `new_size` with `new_root`.
[[nodiscard]] bool is_consistent(std::uint64_t old_size, std::uint64_t new_size, const Digest& old_root,
                                 const Digest& new_root, std::span<const Digest> path);

}  // namespace kontor::proof
