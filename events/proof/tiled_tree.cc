#include "events/proof/tiled_tree.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "events/core/assert.h"

namespace kontor::proof {
namespace {

/// Where RFC 6962 splits n > 1 leaves: the largest power of two below n.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

Digest hash_all(const Digest* leaves, std::uint64_t count) {
  if (count == 1) return *leaves;
  const std::uint64_t left = split(count);
  return node_hash(hash_all(leaves, left), hash_all(leaves + left, count - left));
}

}  // namespace

void TiledTree::append(const Digest& leaf) {
  open_tile_.append_hash(leaf);
  close_tile();
}

void TiledTree::append_to_both(TiledTree& one, TiledTree& other, std::span<const Digest> leaves) {
  while (!leaves.empty()) {
    const bool alike = one.open_tile_ == other.open_tile_;
    const std::uint64_t room = kTileLeaves - std::max(one.open_tile_.size(), other.open_tile_.size());
    const auto now = leaves.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, leaves.size())));
    one.open_tile_.append_hashes(now);
    if (alike)
      other.open_tile_ = one.open_tile_;
    else
      other.open_tile_.append_hashes(now);
    one.close_tile();
    other.close_tile();
    leaves = leaves.subspan(now.size());
  }
}

void TiledTree::close_tile() {
  if (open_tile_.size() != kTileLeaves) return;
  const Digest whole = open_tile_.root();
  open_tile_.clear();
  append_tile(whole);
}

void TiledTree::append_tile(Digest whole) {
  whole_tiles_.append_hash(whole);
  for (std::size_t k = 0;; ++k) {
    if (k == tiles_.size()) tiles_.emplace_back();
    tiles_[k].push_back(whole);
    if (tiles_[k].size() % kTileLeaves != 0) return;
    whole = hash_all(tiles_[k].data() + tiles_[k].size() - kTileLeaves, kTileLeaves);
  }
}

std::span<const Digest> TiledTree::tiles() const {
  return tiles_.empty() ? std::span<const Digest>() : std::span<const Digest>(tiles_.front());
}

TiledTree TiledTree::restore(std::span<const Digest> tiles, MerkleFrontier open_tile) {
  KONTOR_ASSERT(open_tile.size() < kTileLeaves);
  TiledTree restored;
  for (const Digest& tile : tiles) restored.append_tile(tile);
  restored.open_tile_ = std::move(open_tile);
  return restored;
}

Digest TiledTree::root() const {
  if (whole_tiles_.size() == 0) return open_tile_.root();
  if (open_tile_.size() == 0) return whole_tiles_.root();
  // RFC 6962 splits 256 k + r leaves, 0 < r < 256, where it would split k + 1 leaves: an open tile is like
  // one leaf more.
  MerkleFrontier with_open_tile = whole_tiles_;
  with_open_tile.append_hash(open_tile_.root());
  return with_open_tile.root();
}

Digest TiledTree::node(unsigned level, std::uint64_t index) const {
  KONTOR_ASSERT(level >= kTileLevels);
  const std::size_t k = level / kTileLevels - 1;
  const std::uint64_t count = std::uint64_t{1} << (level % kTileLevels);
  KONTOR_ASSERT(k < tiles_.size() && (index + 1) * count <= tiles_[k].size());
  return hash_all(tiles_[k].data() + index * count, count);
}

Result<Digest> Prover::root(std::uint64_t size) {
  if (size == 0) return MerkleFrontier().root();
  return hash_of(0, size);
}

Result<Path> Prover::inclusion(std::uint64_t index, std::uint64_t size) {
  KONTOR_ASSERT(index < size);
  Path path;
  std::uint64_t first = 0;
  std::uint64_t count = size;
  while (count > 1) {
    const std::uint64_t left = split(count);
    const bool goes_left = index < first + left;
    const Status added = goes_left ? add(first + left, count - left, path) : add(first, left, path);
    if (!added) return fail(added.error());
    if (!goes_left) first += left;
    count = goes_left ? left : count - left;
  }
  std::ranges::reverse(path);
  return path;
}

Result<Path> Prover::consistency(std::uint64_t old_size, std::uint64_t new_size) {
  KONTOR_ASSERT(old_size <= new_size);
  Path path;
  if (old_size == 0 || old_size == new_size) return path;
  std::uint64_t first = 0;
  std::uint64_t count = new_size;
  std::uint64_t old_end = old_size;  // of the old tree, inside [first, first + count)
  while (first + count != old_end) {
    const std::uint64_t left = split(count);
    const bool goes_left = old_end <= first + left;
    const Status added = goes_left ? add(first + left, count - left, path) : add(first, left, path);
    if (!added) return fail(added.error());
    if (!goes_left) first += left;
    count = goes_left ? left : count - left;
  }
  // The old tree ends with this subtree; when it is all of the old tree its hash is known as the old root.
  if (first != 0)
    if (const Status added = add(first, count, path); !added) return fail(added.error());
  std::ranges::reverse(path);
  return path;
}

Status Prover::add(std::uint64_t first, std::uint64_t count, Path& path) {
  const Result<Digest> hash = hash_of(first, count);
  if (!hash) return fail(hash.error());
  path.push_back(*hash);
  return {};
}

Result<Digest> Prover::hash_of(std::uint64_t first, std::uint64_t count) {
  const auto level = static_cast<unsigned>(std::countr_zero(count));
  if (std::has_single_bit(count) && level >= kTileLevels) return nodes_(level, first >> level);
  if (count <= kTileLeaves && first / kTileLeaves == (first + count - 1) / kTileLeaves)
    return inside_tile(first, count);
  const std::uint64_t left = split(count);
  const Result<Digest> left_hash = hash_of(first, left);
  if (!left_hash) return left_hash;
  const Result<Digest> right_hash = hash_of(first + left, count - left);
  if (!right_hash) return right_hash;
  return node_hash(*left_hash, *right_hash);
}

/// A proof asks for several ranges of one tile: its leaves are read once, as far as they are asked for.
Result<Digest> Prover::inside_tile(std::uint64_t first, std::uint64_t count) {
  const std::uint64_t tile = first / kTileLeaves;
  const std::uint64_t begin = tile * kTileLeaves;
  const std::uint64_t needed = first + count - begin;
  if (tile != tile_ || tile_leaves_.size() < needed) {
    Result<std::vector<Digest>> leaves = leaves_(begin, needed);
    if (!leaves) return fail(leaves.error());
    KONTOR_ASSERT(leaves->size() == needed);
    tile_ = tile;
    tile_leaves_ = std::move(*leaves);
  }
  return hash_all(tile_leaves_.data() + (first - begin), count);
}

}  // namespace kontor::proof
