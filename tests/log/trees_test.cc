// Proofs made while the log grows, and what readers of the trees may see of a group that is not durable.
#include "engine/log/trees.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "engine/log/log_prover.h"
#include "engine/log/memory/memory_log.h"
#include "events/core/merkle.h"
#include "events/proof/merkle_proof.h"
#include "tests/support/sample_groups.h"

namespace kontor::test {
namespace {

Digest leaf(std::uint64_t n) { return leaf_hash(bytes_of(std::to_string(n))); }

// INV-25
TEST(Trees, ShowNothingBeforeItIsPublished) {
  log::Trees trees;
  const TenantId tenant("a");
  const std::vector<Digest> leaves{leaf(1), leaf(2)};
  trees.begin_group(1);
  trees.append(tenant, leaves);
  EXPECT_EQ(trees.size(tenant), 0U);
  EXPECT_EQ(trees.size(std::nullopt), 0U);
  EXPECT_EQ(trees.appended().size, 2U);
  trees.publish();
  EXPECT_EQ(trees.size(tenant), 2U);
  EXPECT_EQ(trees.root_at(tenant, 2), node_hash(leaf(1), leaf(2)));
  trees.begin_group(2);
  trees.append(tenant, leaves);
  EXPECT_EQ(trees.size(tenant), 2U);
  EXPECT_EQ(trees.root_at(tenant, 2), std::nullopt) << "it has grown: the root has to be made from events";
}

TEST(Trees, KnowAGroupNearEveryEvent) {
  log::Trees trees;
  std::vector<Digest> leaves;
  for (std::uint64_t i = 0; i < 700; ++i) leaves.push_back(leaf(i));
  trees.begin_group(1);
  trees.append(TenantId("a"), std::span(leaves).first(100));
  trees.begin_group(2);
  trees.append(TenantId("a"), leaves);
  trees.begin_group(3);
  trees.append(TenantId("a"), std::span(leaves).first(300));
  trees.publish();
  const auto place = [&](std::uint64_t event) {
    const auto found = trees.place_of(event);
    return std::pair(found.group, found.first);
  };
  EXPECT_EQ(place(0), std::pair(std::uint64_t{1}, std::uint64_t{0}));
  EXPECT_EQ(place(255), std::pair(std::uint64_t{1}, std::uint64_t{0}));
  EXPECT_EQ(place(256), std::pair(std::uint64_t{2}, std::uint64_t{100}));
  EXPECT_EQ(place(800), std::pair(std::uint64_t{2}, std::uint64_t{100}));
  EXPECT_EQ(place(1024), std::pair(std::uint64_t{3}, std::uint64_t{800}));
}

// Last tiles of the same size hold the same only by chance: here they do, there they do not.
TEST(Trees, OfATenantAndOfTheStoreAreThoseOfTheirOwnLeaves) {
  log::Trees trees;
  std::map<std::string, MerkleFrontier> expected;
  MerkleFrontier of_store;
  std::uint64_t n = 0;
  const std::vector<std::pair<std::string, std::size_t>> shares{
      {"a", 100}, {"b", 156}, {"c", 100}, {"a", 50}, {"b", 106},
      {"b", 50},  {"a", 362}, {"c", 900}, {"c", 1},  {"a", 256}};
  for (std::size_t group = 0; group < shares.size(); ++group) {
    const auto& [tenant, count] = shares[group];
    std::vector<Digest> leaves;
    for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf(++n));
    trees.begin_group(group + 1);
    trees.append(TenantId(tenant), leaves);
    for (const Digest& one : leaves) {
      expected[tenant].append_hash(one);
      of_store.append_hash(one);
    }
    trees.publish();
    EXPECT_EQ(trees.root_at(std::nullopt, of_store.size()), of_store.root()) << group;
    EXPECT_EQ(trees.root_at(TenantId(tenant), expected[tenant].size()), expected[tenant].root()) << group;
  }
}

TEST(LogProver, ProvesWhileTheLogGrows) {
  log::MemoryLog log;
  const log::LogProver prover(log);
  std::atomic<bool> done = false;
  SampleGroups samples;
  ASSERT_EQ(log.append(samples.next({{"a", 2}, {"b", 1}})), log::AppendOutcome::Appended);
  std::thread reader([&] {
    std::uint64_t old_size = 1;
    Digest old_root = prover.root(std::nullopt, 1).value();
    while (!done) {
      for (const log::TreeName& tree : {log::TreeName(), log::TreeName(TenantId("a"))}) {
        const std::uint64_t size = prover.size(tree);
        const auto root = prover.root(tree, size);
        const auto path = prover.inclusion(tree, size / 2, size);
        const auto event = prover.events(tree, size / 2, 1);
        ASSERT_TRUE(root && path && event);
        EXPECT_TRUE(proof::is_included(leaf_hash(bytes_of(event->front())), size / 2, size, *path, *root));
      }
      const std::uint64_t size = prover.size(std::nullopt);
      const auto root = prover.root(std::nullopt, size);
      const auto path = prover.consistency(std::nullopt, old_size, size);
      ASSERT_TRUE(root && path);
      EXPECT_TRUE(proof::is_consistent(old_size, size, old_root, *root, *path));
      old_size = size;
      old_root = *root;
    }
  });
  for (std::uint32_t i = 0; i < 400; ++i)
    EXPECT_EQ(log.append(samples.next({{"a", 1 + i % 5}, {"b", 1}})), log::AppendOutcome::Appended);
  done = true;
  reader.join();
}

}  // namespace
}  // namespace kontor::test
