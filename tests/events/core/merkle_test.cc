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

}  // namespace
}  // namespace kontor
