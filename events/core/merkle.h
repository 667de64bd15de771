#pragma once
// RFC 6962 tree hashes: leaf = SHA-256(0x00 ‖ bytes), inner node = SHA-256(0x01 ‖ left ‖ right).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "events/core/digest.h"

namespace kontor {

[[nodiscard]] Digest leaf_hash(Bytes leaf_bytes);
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);

/// The same of many, faster than one after the other on some processors. As many hashes as leaves.
void leaf_hashes(std::span<const std::string_view> leaves, std::span<Digest> hashes);
/// Two children each, left and right, side by side. The nodes may be written over the first of them.
void node_hashes(std::span<const Digest> children, std::span<Digest> nodes);

/// The tree's right edge: enough to append leaves and name the root, in log2(size) hashes. One thread.
class MerkleFrontier {
 public:
  /// Adds the leaf of exactly these bytes.
  void append(Bytes leaf_bytes);
  /// Adds a leaf by its hash.
  void append_hash(const Digest& leaf);
  /// Adds leaves by their hashes.
  void append_hashes(std::span<const Digest> leaves);
  /// No leaves.
  void clear() {
    peaks_.clear();
    size_ = 0;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Root over all leaves so far; of an empty tree, SHA-256 of nothing.
  [[nodiscard]] Digest root() const;

  /// The full subtrees, largest first: one for each set bit of the size. Enough to go on from.
  [[nodiscard]] const std::vector<Digest>& peaks() const { return peaks_; }
  /// A frontier that goes on from there; nullopt unless there are as many peaks as the size has set bits.
  [[nodiscard]] static std::optional<MerkleFrontier> restore(std::uint64_t size, std::vector<Digest> peaks);

  friend bool operator==(const MerkleFrontier&, const MerkleFrontier&) = default;

 private:
  std::vector<Digest> peaks_;  // full subtrees, largest first: one for each set bit of size_
  std::uint64_t size_ = 0;
};

}  // namespace kontor
