#include "events/core/merkle.h"

#include <array>
#include <bit>

#include "events/core/assert.h"

namespace kontor {

void MerkleFrontier::append(Bytes leaf_bytes) {
  constexpr std::array<std::uint8_t, 1> leaf_prefix{0};
  sha_.update(leaf_prefix);
  sha_.update(leaf_bytes);
  Digest carry = sha_.finish();
  // Adding one leaf is adding one to a binary number: every trailing one bit merges two equal subtrees.
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    carry = node(peaks_.back(), carry);
    peaks_.pop_back();
  }
  peaks_.push_back(carry);
  ++size_;
  KONTOR_ASSERT(peaks_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

Digest MerkleFrontier::root() {
  if (peaks_.empty()) return sha_.finish();
  Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node(peaks_[i], root);
  return root;
}

Digest MerkleFrontier::node(const Digest& left, const Digest& right) {
  constexpr std::array<std::uint8_t, 1> node_prefix{1};
  sha_.update(node_prefix);
  sha_.update(left);
  sha_.update(right);
  return sha_.finish();
}

}  // namespace kontor
