#include "events/core/merkle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor {
namespace {

// The inputs of the RFC 6962 reference test, and the first and last bytes of the roots over the first n of
// them.
const std::vector<std::string> kLeaves = {
    std::string(),
    std::string("\x00", 1),
    std::string("\x10", 1),
    std::string("\x20\x21", 2),
    std::string("\x30\x31", 2),
    std::string("\x40\x41\x42\x43", 4),
    std::string("\x50\x51\x52\x53\x54\x55\x56\x57", 8),
    std::string("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16)};

struct Expected {
  std::string first;
  std::string last;
};
const std::vector<Expected> kRoots = {{"e3b0c442", "b855"}, {"6e340b9c", "a01d"}, {"fac54203", "c125"},
                                      {"aeb6bcfe", "6e77"}, {"d37ee418", "14b7"}, {"4e3bbb1f", "64d4"},
                                      {"76e67dad", "87ef"}, {"ddb89be4", "4c8c"}, {"5dc9da79", "4328"}};

TEST(MerkleFrontier, RootsEqualTheReferenceValuesOfRfc6962) {
  MerkleFrontier tree;
  for (std::size_t n = 0; n < kRoots.size(); ++n) {
    const std::string root = hex(tree.root());
    EXPECT_EQ(root.substr(0, 8), kRoots[n].first) << "size " << n;
    EXPECT_EQ(root.substr(60), kRoots[n].last) << "size " << n;
    EXPECT_EQ(tree.size(), n);
    if (n < kLeaves.size()) tree.append(bytes_of(kLeaves[n]));
  }
}

TEST(MerkleFrontier, NamingTheRootDoesNotChangeTheTree) {
  MerkleFrontier asked;
  MerkleFrontier silent;
  for (int i = 0; i < 100; ++i) {
    const std::string leaf = "leaf " + std::to_string(i);
    asked.append(bytes_of(leaf));
    static_cast<void>(asked.root());
    silent.append(bytes_of(leaf));
  }
  EXPECT_EQ(asked.root(), silent.root());
}

TEST(MerkleFrontier, OrderOfLeavesMatters) {
  MerkleFrontier forward;
  MerkleFrontier backward;
  forward.append(bytes_of("a"));
  forward.append(bytes_of("b"));
  backward.append(bytes_of("b"));
  backward.append(bytes_of("a"));
  EXPECT_NE(forward.root(), backward.root());
}

std::string text_of_length(std::size_t length) {
  std::string text(length, '\0');
  for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>(7 * i + length);
  return text;
}

TEST(ManyHashes, AreThoseOfEachLeafWhateverTheirLengthsAndNumber) {
  std::vector<std::string> texts;
  for (std::size_t length = 0; length < 300; ++length) texts.push_back(text_of_length(length * 89 % 300));
  std::vector<std::string_view> leaves(texts.begin(), texts.end());
  for (std::size_t first = 0; first + 5 < leaves.size(); ++first)
    for (std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
      std::vector<Digest> hashes(count);
      leaf_hashes(std::span(leaves).subspan(first, count), hashes);
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(hashes[i], leaf_hash(bytes_of(leaves[first + i]))) << first << " " << i;
    }
  std::vector<Digest> all(leaves.size());
  leaf_hashes(leaves, all);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], leaf_hash(bytes_of(leaves[i])));
}

TEST(ManyHashes, OfNodesMayTakeThePlaceOfTheirChildren) {
  std::vector<Digest> row(600);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = sha256(bytes_of(std::to_string(i)));
  const std::vector<Digest> children = row;
  node_hashes(row, std::span(row).first(300));
  for (std::size_t i = 0; i < 300; ++i)
    EXPECT_EQ(row[i], node_hash(children[2 * i], children[2 * i + 1])) << i;
}

TEST(MerkleFrontier, IsTheSameWhetherLeavesComeOneByOneOrManyAtOnce) {
  MerkleFrontier one_by_one;
  MerkleFrontier at_once;
  std::size_t next = 0;
  for (std::size_t count : {0u, 1u, 1u, 2u, 3u, 4u, 7u, 8u, 250u, 256u, 257u, 1u, 15u, 1000u, 2u}) {
    std::vector<Digest> leaves;
    while (leaves.size() < count) leaves.push_back(sha256(bytes_of(std::to_string(next++))));
    for (const Digest& leaf : leaves) one_by_one.append_hash(leaf);
    at_once.append_hashes(leaves);
    EXPECT_EQ(at_once, one_by_one) << count;
    EXPECT_EQ(at_once.root(), one_by_one.root()) << count;
  }
}

}  // namespace
}  // namespace kontor
