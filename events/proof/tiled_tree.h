#pragma once
// A Merkle tree that can prove things about itself without holding its leaves. It keeps the hashes of whole
// tiles only: 256 leaves, 256 such tiles, and so on, that is an eighth of a byte per leaf. What lies below a
// tile's hash is hashed again from at most 256 leaves, which whoever asks for a proof reads from the log.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "events/core/merkle.h"
#include "events/core/result.h"

namespace kontor::proof {

constexpr unsigned kTileLevels = 8;
constexpr std::uint64_t kTileLeaves = std::uint64_t{1} << kTileLevels;

/// One thread writes while nobody reads.
class TiledTree {
 public:
  void append(const Digest& leaf);
  /// Appends the same leaves to two trees. As long as their last tiles hold the same, which those of a store
  /// and of its only tenant always do, what is above the leaves is hashed once.
  static void append_to_both(TiledTree& one, TiledTree& other, std::span<const Digest> leaves);
  [[nodiscard]] std::uint64_t size() const { return whole_tiles_.size() * kTileLeaves + open_tile_.size(); }
  [[nodiscard]] Digest root() const;

  /// Hash of the leaves [index * 2^level, (index + 1) * 2^level), all of which are in the tree; level at
  /// least kTileLevels. At most 127 hashes.
  [[nodiscard]] Digest node(unsigned level, std::uint64_t index) const;

  /// Hashes of the whole tiles of 256 leaves, and the leaves behind them: enough to make the tree again.
  [[nodiscard]] std::span<const Digest> tiles() const;
  [[nodiscard]] const MerkleFrontier& open_tile() const { return open_tile_; }
  /// The tree that has these. `open_tile` has fewer than kTileLeaves leaves.
  [[nodiscard]] static TiledTree restore(std::span<const Digest> tiles, MerkleFrontier open_tile);

 private:
  void append_tile(Digest whole);
  /// If the last tile is whole, it is one of the whole ones.
  void close_tile();

  MerkleFrontier whole_tiles_;              // a leaf of it is the hash of a whole tile
  MerkleFrontier open_tile_;                // the leaves behind the last whole tile
  std::vector<std::vector<Digest>> tiles_;  // [k][i]: hash of tile i of 256^(k + 1) leaves
};

/// Hashes of `count` leaves from `first` (from 0) on; never more than kTileLeaves, and never over the edge of
/// a tile.
using LeafSource = std::function<Result<std::vector<Digest>>(std::uint64_t first, std::uint64_t count)>;
/// TiledTree::node, with whatever lock that needs.
using NodeSource = std::function<Digest(unsigned level, std::uint64_t index)>;

/// Hashes from below to above, as RFC 6962 lists them.
using Path = std::vector<Digest>;

/// Makes proofs of a tree that has grown to some size; those of any smaller size, too. One thread. Fails only
/// when leaves cannot be read.
class Prover {
 public:
  Prover(LeafSource leaves, NodeSource nodes) : leaves_(std::move(leaves)), nodes_(std::move(nodes)) {}

  /// Root over the first `size` leaves.
  [[nodiscard]] Result<Digest> root(std::uint64_t size);
  /// That leaf `index` is in the tree of `size` leaves; index < size.
  [[nodiscard]] Result<Path> inclusion(std::uint64_t index, std::uint64_t size);
  /// That the tree of `old_size` leaves is the beginning of that of `new_size`; old_size <= new_size.
  [[nodiscard]] Result<Path> consistency(std::uint64_t old_size, std::uint64_t new_size);

 private:
  [[nodiscard]] Result<Digest> hash_of(std::uint64_t first, std::uint64_t count);
  [[nodiscard]] Result<Digest> inside_tile(std::uint64_t first, std::uint64_t count);
  [[nodiscard]] Status add(std::uint64_t first, std::uint64_t count, Path& path);

  LeafSource leaves_;
  NodeSource nodes_;
  std::uint64_t tile_ = 0;  // whose leaves are at hand
  std::vector<Digest> tile_leaves_;
};

}  // namespace kontor::proof
