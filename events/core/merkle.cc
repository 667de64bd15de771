#include "events/core/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "events/core/assert.h"
#include "events/core/sha256_pair.h"

namespace kontor {
namespace {

/// One for the thread's whole life: making one costs as much as a few hashes.
Sha256& sha() {
  thread_local Sha256 of_this_thread;
  return of_this_thread;
}

constexpr std::uint8_t kLeaf = 0;
constexpr std::uint8_t kNode = 1;
// So many are listed at a time.
constexpr std::size_t kListed = 128;

Digest hash_one(std::uint8_t prefix, Bytes message) {
  sha().update({&prefix, 1});
  sha().update(message);
  return sha().finish();
}

/// `message_of` gives the bytes of message i.
void hash_each(std::uint8_t prefix, std::span<Digest> hashes, const auto& message_of) {
  if (hashes.size() < 2 || !can_hash_in_pairs()) {
    for (std::size_t i = 0; i < hashes.size(); ++i) hashes[i] = hash_one(prefix, message_of(i));
    return;
  }
  std::array<Bytes, kListed> messages;
  for (std::size_t first = 0; first < hashes.size(); first += kListed) {
    const std::size_t count = std::min(kListed, hashes.size() - first);
    for (std::size_t i = 0; i < count; ++i) messages[i] = message_of(first + i);
    sha256_in_pairs(prefix, std::span(messages).first(count), hashes.subspan(first, count));
  }
}

}  // namespace

Digest leaf_hash(Bytes leaf_bytes) { return hash_one(kLeaf, leaf_bytes); }

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Digest)> node{kNode};
  std::ranges::copy(left, node.begin() + 1);
  std::ranges::copy(right, node.begin() + 1 + left.size());
  sha().update(node);
  return sha().finish();
}

void leaf_hashes(std::span<const std::string_view> leaves, std::span<Digest> hashes) {
  KONTOR_ASSERT(leaves.size() == hashes.size());
  hash_each(kLeaf, hashes, [&](std::size_t i) { return bytes_of(leaves[i]); });
}

void node_hashes(std::span<const Digest> children, std::span<Digest> nodes) {
  KONTOR_ASSERT(children.size() == 2 * nodes.size());
  static_assert(sizeof(Digest[2]) == 2 * sizeof(Digest));
  hash_each(kNode, nodes, [&](std::size_t i) { return Bytes(children[2 * i].data(), 2 * sizeof(Digest)); });
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

// The same for whole rows: what is over at the end of one is a subtree without a neighbour.
void MerkleFrontier::append_hashes(std::span<const Digest> leaves) {
  std::vector<Digest> row;
  std::vector<Digest> over;  // smallest first
  row.reserve(leaves.size() + 1);
  row.assign(leaves.begin(), leaves.end());
  for (std::uint64_t bits = size_; !row.empty(); bits >>= 1) {
    if ((bits & 1) != 0) {
      row.insert(row.begin(), peaks_.back());
      peaks_.pop_back();
    }
    if (row.size() % 2 != 0) {
      over.push_back(row.back());
      row.pop_back();
    }
    node_hashes(row, std::span(row).first(row.size() / 2));
    row.resize(row.size() / 2);
  }
  peaks_.insert(peaks_.end(), over.rbegin(), over.rend());
  size_ += leaves.size();
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
