#include "events/proof/merkle_proof.h"

#include <bit>

#include "events/core/merkle.h"

namespace kontor::proof {

bool is_included(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> path,
                 const Digest& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : path) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      while ((node & 1) == 0 && node != 0) {  // on the ragged edge a subtree rises without a sibling
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool is_consistent(std::uint64_t old_size, std::uint64_t new_size, const Digest& old_root,
                   const Digest& new_root, std::span<const Digest> path) {
  if (old_size > new_size) return false;
  if (old_size == new_size) return path.empty() && old_root == new_root;
  if (old_size == 0) return path.empty() && old_root == MerkleFrontier().root();
  std::uint64_t node = old_size - 1;
  std::uint64_t last = new_size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  // An old tree that is one whole subtree is not named again by the path.
  const bool whole = std::has_single_bit(old_size);
  if (!whole && path.empty()) return false;
  Digest old_hash = whole ? old_root : path.front();
  Digest new_hash = old_hash;
  for (const Digest& sibling : path.subspan(whole ? 0 : 1)) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = node_hash(sibling, old_hash);
      new_hash = node_hash(sibling, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace kontor::proof
