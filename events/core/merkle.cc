#include "events/core/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "events/core/assert.h"

namespace kontor {
namespace {

/// One for the thread's whole life: making one costs as much as a few hashes.
Sha256& sha() {
  thread_local Sha256 of_this_thread;
  return of_this_thread;
}

}  // namespace

Digest leaf_hash(Bytes leaf_bytes) {
  constexpr std::array<std::uint8_t, 1> leaf_prefix{0};
  sha().update(leaf_prefix);
  sha().update(leaf_bytes);
  return sha().finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Digest)> node{1};
  std::ranges::copy(left, node.begin() + 1);
  std::ranges::copy(right, node.begin() + 1 + left.size());
  sha().update(node);
  return sha().finish();
}

void MerkleFrontier::append(Bytes leaf_bytes) { append_hash(leaf_hash(leaf_bytes)); }

void MerkleFrontier::append_hash(const Digest& leaf) {
  Digest carry = leaf;
  // Adding one leaf is adding one to a binary number: every trailing one bit merges two equal subtrees.
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    carry = node_hash(peaks_.back(), carry);
    peaks_.pop_back();
  }
  peaks_.push_back(carry);
  ++size_;
  KONTOR_ASSERT(peaks_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

std::optional<MerkleFrontier> MerkleFrontier::restore(std::uint64_t size, std::vector<Digest> peaks) {
  if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) return std::nullopt;
  MerkleFrontier restored;
  restored.size_ = size;
  restored.peaks_ = std::move(peaks);
  return restored;
}

Digest MerkleFrontier::root() const {
  if (peaks_.empty()) return sha().finish();
  Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

}  // namespace kontor
