#include "events/proof/merkle_proof.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "events/proof/binding.h"
#include "events/proof/tiled_tree.h"

namespace kontor::proof {
namespace {

/// RFC 6962, 2.1, word by word: what everything else here is compared with.
Digest naive_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return MerkleFrontier().root();
  if (leaves.size() == 1) return leaves.front();
  std::size_t left = 1;
  while (left * 2 < leaves.size()) left *= 2;
  return node_hash(naive_root(leaves.first(left)), naive_root(leaves.subspan(left)));
}

class Grown {
 public:
  explicit Grown(std::uint64_t size) {
    for (std::uint64_t i = 0; i < size; ++i) {
      leaves_.push_back(leaf_hash(bytes_of("leaf " + std::to_string(i))));
      tree_.append(leaves_.back());
    }
  }
  [[nodiscard]] const std::vector<Digest>& leaves() const { return leaves_; }
  [[nodiscard]] Digest root(std::uint64_t size) const { return naive_root(std::span(leaves_).first(size)); }
  [[nodiscard]] const TiledTree& tree() const { return tree_; }
  [[nodiscard]] Prover prover() const {
    return {[this](std::uint64_t first, std::uint64_t count) -> Result<std::vector<Digest>> {
              EXPECT_LE(count, kTileLeaves);
              const auto begin = leaves_.begin() + static_cast<std::ptrdiff_t>(first);
              return std::vector<Digest>(begin, begin + static_cast<std::ptrdiff_t>(count));
            },
            [this](unsigned level, std::uint64_t index) { return tree_.node(level, index); }};
  }

 private:
  std::vector<Digest> leaves_;
  TiledTree tree_;
};

/// Every hash of the path with each bit turned over, and paths that are too long or too short.
template <class Check>
void expect_no_other(const Path& path, Digest root, const Check& check) {
  for (std::size_t i = 0; i < path.size(); ++i)
    for (std::size_t bit = 0; bit < 256; ++bit) {
      Path changed = path;
      changed[i][bit / 8] = static_cast<std::uint8_t>(changed[i][bit / 8] ^ (1U << (bit % 8)));
      ASSERT_FALSE(check(changed, root)) << "hash " << i << " bit " << bit;
    }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    Digest changed = root;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    ASSERT_FALSE(check(path, changed)) << "root bit " << bit;
  }
  Path longer = path;
  longer.push_back(root);
  EXPECT_FALSE(check(longer, root));
  if (path.empty()) return;
  EXPECT_FALSE(check(Path(path.begin(), path.end() - 1), root));
  EXPECT_FALSE(check(Path(path.begin() + 1, path.end()), root));
}

TEST(MerkleProof, EveryInclusionUpToTwoHundredAndFiftySix) {
  const Grown grown(256);
  Prover prover = grown.prover();
  for (std::uint64_t size = 1; size <= 256; ++size) {
    const Digest root = grown.root(size);
    ASSERT_EQ(*prover.root(size), root) << size;
    for (std::uint64_t index = 0; index < size; ++index) {
      const Path path = *prover.inclusion(index, size);
      ASSERT_EQ(path, path_of(std::span(grown.leaves()).first(size), index));
      ASSERT_TRUE(is_included(grown.leaves()[index], index, size, path, root)) << index << " of " << size;
      ASSERT_FALSE(is_included(grown.leaves()[index], index + 1, size, path, root));
      ASSERT_FALSE(size > 1 && is_included(grown.leaves()[index], index, size * 2, path, root));
    }
  }
}

TEST(MerkleProof, EveryConsistencyUpToTwoHundredAndFiftySix) {
  const Grown grown(256);
  Prover prover = grown.prover();
  std::vector<Digest> roots;
  for (std::uint64_t size = 0; size <= 256; ++size) roots.push_back(grown.root(size));
  for (std::uint64_t size = 0; size <= 256; ++size)
    for (std::uint64_t old = 0; old <= size; ++old) {
      const Path path = *prover.consistency(old, size);
      ASSERT_TRUE(is_consistent(old, size, roots[old], roots[size], path)) << old << " in " << size;
      if (old == size || old == 0) continue;
      ASSERT_FALSE(is_consistent(old, size, roots[old - 1], roots[size], path));
      ASSERT_FALSE(is_consistent(old, size, roots[old], roots[size - 1], path));
      ASSERT_FALSE(is_consistent(size, old, roots[old], roots[size], path));
    }
}

TEST(MerkleProof, NoBitCanBeChangedUpToThirtyTwo) {
  const Grown grown(32);
  Prover prover = grown.prover();
  for (std::uint64_t size = 1; size <= 32; ++size) {
    const Digest root = grown.root(size);
    for (std::uint64_t index = 0; index < size; ++index)
      expect_no_other(*prover.inclusion(index, size), root, [&](const Path& path, const Digest& named) {
        return is_included(grown.leaves()[index], index, size, path, named);
      });
    for (std::uint64_t old = 1; old < size; ++old) {
      const Digest old_root = grown.root(old);
      expect_no_other(*prover.consistency(old, size), root, [&](const Path& path, const Digest& named) {
        return is_consistent(old, size, old_root, named, path);
      });
    }
  }
}

TEST(MerkleProof, RandomSizesUpToAMillion) {
  constexpr std::uint64_t kSize = std::uint64_t{1} << 20;
  Grown grown(kSize);
  std::mt19937_64 random(6962);
  for (int i = 0; i < 200; ++i) {
    Prover prover = grown.prover();
    const std::uint64_t size = random() % kSize + 1;
    const std::uint64_t old = random() % size + 1;
    const std::uint64_t index = random() % size;
    const Digest root = *prover.root(size);
    ASSERT_TRUE(is_included(grown.leaves()[index], index, size, *prover.inclusion(index, size), root))
        << index << " of " << size;
    ASSERT_TRUE(is_consistent(old, size, *prover.root(old), root, *prover.consistency(old, size)))
        << old << " in " << size;
  }
  EXPECT_EQ(*grown.prover().root(kSize), grown.tree().root());
  EXPECT_EQ(*grown.prover().root(kSize - 1), grown.root(kSize - 1));
}

TEST(MerkleProof, AProofOfALargeTreeReadsOneTile) {
  const Grown grown(100'000);
  int reads = 0;
  Prover counting(
      [&](std::uint64_t first, std::uint64_t count) -> Result<std::vector<Digest>> {
        ++reads;
        const auto begin = grown.leaves().begin() + static_cast<std::ptrdiff_t>(first);
        return std::vector<Digest>(begin, begin + static_cast<std::ptrdiff_t>(count));
      },
      [&](unsigned level, std::uint64_t index) { return grown.tree().node(level, index); });
  ASSERT_TRUE(counting.inclusion(50'000, 99'840));
  EXPECT_LE(reads, 2);
}

}  // namespace
}  // namespace kontor::proof
