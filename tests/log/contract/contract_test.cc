// What every EventLog promises (engine/log/event_log.h), for each kind of log.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/log/log_prover.h"
#include "events/core/merkle.h"
#include "events/proof/binding.h"
#include "events/proof/merkle_proof.h"
#include "tests/log/contract/log_under_test.h"
#include "tests/support/sample_groups.h"

namespace kontor::test {
namespace {

using log::AppendOutcome;
using log::Group;

class LogContract : public testing::TestWithParam<LogKind> {
 protected:
  log::EventLog& log() { return under_test_->log(); }

  Group append(const std::vector<Share>& shares) {
    Group group = samples_.next(shares);
    EXPECT_EQ(log().append(group), AppendOutcome::Appended);
    return group;
  }

  std::unique_ptr<LogUnderTest> under_test_ = GetParam().make();
  SampleGroups samples_;
};

std::vector<std::string> events_of(const std::vector<Group>& groups, const std::string& tenant) {
  std::vector<std::string> events;
  std::vector<std::string_view> parts;
  for (const Group& group : groups)
    for (const auto& slice : group.slices) {
      if (slice.tenant.value != tenant) continue;
      EXPECT_TRUE(log::split_events(slice.bytes, slice.count, parts));
      events.insert(events.end(), parts.begin(), parts.end());
    }
  return events;
}

std::vector<std::string> read(log::EventLog& log, const std::string& tenant, Position first,
                              std::size_t count_max) {
  const auto found = log.read(TenantId(tenant), first, count_max);
  EXPECT_TRUE(found.has_value()) << found.error().message;
  return found.value_or(std::vector<std::string>{});
}

TEST_P(LogContract, ANewLogIsEmpty) {
  EXPECT_EQ(log().head().group, 0U);
  EXPECT_EQ(log().head().events, 0U);
  EXPECT_EQ(log().head().root, MerkleFrontier().root());
  EXPECT_TRUE(all_groups(log()).empty());
  EXPECT_TRUE(read(log(), "t", 1, 10).empty());
}

TEST_P(LogContract, WhatWasAppendedIsScannedInOrder) {
  std::vector<Group> appended;
  appended.push_back(append({{"a", 2}, {"b", 1}}));
  appended.push_back(append({{"b", 3}}));
  appended.push_back(append({{"a", 1}, {"b", 1}, {"c", 5}}));
  EXPECT_EQ(all_groups(log()), appended);
}

TEST_P(LogContract, TheHeadNamesCountAndRootOfAllEvents) {
  MerkleFrontier tree;
  std::vector<std::string_view> events;
  for (std::uint32_t i = 1; i <= 9; ++i) {
    const Group group = append({{"a", i}, {"b", 2}});
    for (const auto& slice : group.slices) {
      ASSERT_TRUE(log::split_events(slice.bytes, slice.count, events));
      for (const auto event : events) tree.append(bytes_of(event));
    }
    EXPECT_EQ(log().head(), (log::LogHead{.group = i, .events = tree.size(), .root = tree.root()}));
  }
}

TEST_P(LogContract, AScanMayBeginAnywhereAndStopAnywhere) {
  for (std::uint32_t i = 0; i < 10; ++i) append({{"a", 1 + i % 3}, {"b", 1}});
  std::vector<std::uint64_t> seen;
  const Status scanned = log().scan(4, [&](const Group& group) {
    seen.push_back(group.number);
    return seen.size() < 3;
  });
  EXPECT_TRUE(scanned.has_value());
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{4, 5, 6}));
}

TEST_P(LogContract, AScanBehindTheEndShowsNothing) {
  append({{"a", 1}});
  EXPECT_TRUE(log()
                  .scan(2,
                        [](const Group&) -> bool {
                          ADD_FAILURE();
                          return true;
                        })
                  .has_value());
  EXPECT_TRUE(log()
                  .scan(77,
                        [](const Group&) -> bool {
                          ADD_FAILURE();
                          return true;
                        })
                  .has_value());
}

TEST_P(LogContract, AGroupThatIsNotTheNextOneIsAConflict) {
  const Group first = append({{"a", 1}});
  SampleGroups ahead = samples_;
  static_cast<void>(ahead.next({{"a", 1}}));
  const Group skipped = ahead.next({{"a", 1}});
  const log::LogHead before = log().head();
  EXPECT_EQ(log().append(first), AppendOutcome::Conflict);
  EXPECT_EQ(log().append(skipped), AppendOutcome::Conflict);
  EXPECT_EQ(log().head(), before);
  append({{"a", 1}});  // a conflict does no harm to what follows
  EXPECT_EQ(all_groups(log()).size(), 2U);
}

TEST_P(LogContract, EventsOfATenantAreReadByPosition) {
  std::vector<Group> appended;
  for (std::uint32_t i = 0; i < 12; ++i) appended.push_back(append({{"a", 1 + i % 4}, {"ab", 2}, {"b", 1}}));
  const std::vector<std::string> expected = events_of(appended, "a");
  for (Position first = 0; first <= expected.size() + 2; ++first)
    for (const std::size_t count_max : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
      std::vector<std::string> wanted;
      for (Position at = std::max<Position>(first, 1); at <= expected.size() && wanted.size() < count_max;
           ++at)
        wanted.push_back(expected[at - 1]);
      EXPECT_EQ(read(log(), "a", first, count_max), wanted) << first << " " << count_max;
    }
}

TEST_P(LogContract, ATenantReadsItsOwnEventsOnly) {
  std::vector<Group> appended;
  appended.push_back(append({{"a", 2}, {"a.", 1}, {"aa", 3}}));
  appended.push_back(append({{"a", 1}, {"aa", 1}}));
  for (const std::string tenant : {"a", "a.", "aa", "A", "aaa"})
    EXPECT_EQ(read(log(), tenant, 1, 100), events_of(appended, tenant)) << tenant;
}

TEST_P(LogContract, ReopeningKeepsEverythingAndGoesOn) {
  std::vector<Group> appended;
  for (std::uint32_t life = 0; life < 3; ++life) {
    for (std::uint32_t i = 0; i < 5; ++i) appended.push_back(append({{"a", 1 + i}, {"b", life + 1}}));
    const log::LogHead before = log().head();
    under_test_->reopen();
    EXPECT_EQ(log().head(), before);
    EXPECT_EQ(all_groups(log()), appended);
    EXPECT_EQ(read(log(), "b", 1, 1000), events_of(appended, "b"));
  }
}

TEST_P(LogContract, AThousandTenantsInOneGroup) {
  std::vector<Share> shares;
  for (int i = 1000; i < 2000; ++i) shares.push_back({"tenant-" + std::to_string(i), 1});
  std::vector<Group> appended;
  for (int i = 0; i < 3; ++i) appended.push_back(append(shares));
  under_test_->reopen();
  EXPECT_EQ(all_groups(log()), appended);
  EXPECT_EQ(read(log(), "tenant-1500", 2, 5).size(), 2U);
}

TEST_P(LogContract, LargeEventsAreKeptWhole) {
  Group group{.number = 1, .slices = {{.tenant = TenantId("t"), .first = 1, .count = 3, .bytes = {}}}};
  for (std::uint64_t i = 0; i < 3; ++i) group.slices[0].bytes += sample_event(i, 40'000);
  ASSERT_EQ(log().append(group), AppendOutcome::Appended);
  under_test_->reopen();
  EXPECT_EQ(all_groups(log()), std::vector<Group>{group});
}

TEST_P(LogContract, ATenantMayHaveSeveralSlicesInAGroup) {
  std::vector<Group> appended;
  appended.push_back(append({{"a", 1}, {"b", 4}}));
  appended.push_back(append({{"a", 3}, {"a", 2}, {"a", 5}, {"b", 1}}));
  appended.push_back(append({{"a", 2}}));
  for (const bool reopened : {false, true}) {
    if (reopened) under_test_->reopen();
    EXPECT_EQ(all_groups(log()), appended);
    const auto all = events_of(appended, "a");
    ASSERT_EQ(all.size(), 13U);
    EXPECT_EQ(read(log(), "a", 1, 100), all);
    for (std::size_t from = 1; from <= all.size(); ++from)
      EXPECT_EQ(read(log(), "a", from, 4),
                std::vector<std::string>(
                    all.begin() + static_cast<std::ptrdiff_t>(from - 1),
                    all.begin() + static_cast<std::ptrdiff_t>(std::min(from + 3, all.size()))));
  }
}

TEST_P(LogContract, SlicesAreThoseOfWholeGroupsUntilThereAreEnough) {
  std::vector<log::SliceRange> all;
  for (std::uint32_t i = 1; i <= 6; ++i)
    for (const auto& slice : append({{"a", i}, {"b", 1}}).slices)
      all.push_back({slice.tenant, slice.first, slice.count});
  const auto from = [&](std::ptrdiff_t first, std::ptrdiff_t count) {
    return std::vector<log::SliceRange>(all.begin() + first, all.begin() + first + count);
  };
  for (const bool reopened : {false, true}) {
    if (reopened) under_test_->reopen();
    EXPECT_EQ(log().slices(1, 1000).value(), all);
    EXPECT_EQ(log().slices(1, 1).value(), from(0, 2));
    EXPECT_EQ(log().slices(2, 4).value(), from(2, 4));
    EXPECT_EQ(log().slices(6, 7).value(), from(10, 2));
    EXPECT_TRUE(log().slices(7, 1).value().empty());
    EXPECT_TRUE(log().slices(1, 0).value().empty());
  }
}

/// Sizes and roots of every tree, as one would make them from the events alone.
struct NaiveTrees {
  std::map<log::TreeName, std::vector<Digest>> leaves;

  void add(const Group& group) {
    std::vector<std::string_view> parts;
    for (const auto& slice : group.slices) {
      EXPECT_TRUE(log::split_events(slice.bytes, slice.count, parts));
      for (const auto part : parts) {
        leaves[slice.tenant].push_back(leaf_hash(bytes_of(part)));
        leaves[std::nullopt].push_back(leaf_hash(bytes_of(part)));
      }
    }
  }
};

TEST_P(LogContract, TreesHaveTheRootsOfTheirEvents) {
  NaiveTrees naive;
  EXPECT_EQ(log().trees().size(std::nullopt), 0U);
  EXPECT_EQ(log().trees().size(TenantId("a")), 0U);
  for (std::uint32_t i = 1; i <= 12; ++i) naive.add(append({{"a", 13 * i}, {"b", 1}, {"c", i % 3 + 1}}));
  for (const bool reopened : {false, true}) {
    if (reopened) under_test_->reopen();
    const log::LogProver prover(log());
    for (const auto& [tree, leaves] : naive.leaves) {
      ASSERT_EQ(prover.size(tree), leaves.size());
      for (std::uint64_t size = 0; size <= leaves.size(); size += 1 + size / 7)
        EXPECT_EQ(prover.root(tree, size).value(), proof::root_of(std::span(leaves).first(size))) << size;
      EXPECT_EQ(prover.root(tree, leaves.size()).value(), proof::root_of(leaves));
    }
    EXPECT_EQ(prover.root(std::nullopt, log().head().events).value(), log().head().root);
  }
}

TEST_P(LogContract, ProofsLeadToTheRoots) {
  NaiveTrees naive;
  for (std::uint32_t i = 1; i <= 10; ++i)
    naive.add(append({{"a", 31 * i}, {"a", 40}, {"b", 2}, {"c", 3 * i}}));
  const log::LogProver prover(log());
  for (const auto& [tree, leaves] : naive.leaves) {
    const std::uint64_t size = leaves.size();
    for (std::uint64_t index = 0; index < size; index += 1 + index / 5) {
      const std::uint64_t of_size = std::min(size, index + 1 + index % 600);
      const auto path = prover.inclusion(tree, index, of_size);
      ASSERT_TRUE(path.has_value()) << path.error().message;
      const Digest root = proof::root_of(std::span(leaves).first(of_size));
      EXPECT_TRUE(proof::is_included(leaves[index], index, of_size, *path, root)) << index << " " << of_size;
      const auto event = prover.events(tree, index, 1);
      ASSERT_TRUE(event.has_value()) << event.error().message;
      EXPECT_EQ(leaf_hash(bytes_of(event->front())), leaves[index]);
      const auto consistency = prover.consistency(tree, index + 1, size);
      ASSERT_TRUE(consistency.has_value());
      EXPECT_TRUE(proof::is_consistent(index + 1, size, proof::root_of(std::span(leaves).first(index + 1)),
                                       proof::root_of(leaves), *consistency));
    }
  }
}

TEST_P(LogContract, ATreeIsNotLargerThanWhatIsDurable) {
  append({{"a", 3}, {"b", 1}});
  const log::LogProver prover(log());
  const auto refused = [](const auto& result) {
    return !result && result.error().code == Reason::InvalidArgument;
  };
  EXPECT_TRUE(refused(prover.root(TenantId("a"), 4)));
  EXPECT_TRUE(refused(prover.inclusion(TenantId("a"), 0, 4)));
  EXPECT_TRUE(refused(prover.inclusion(TenantId("a"), 3, 3)));
  EXPECT_TRUE(refused(prover.consistency(std::nullopt, 1, 5)));
  EXPECT_TRUE(refused(prover.consistency(std::nullopt, 3, 2)));
  EXPECT_TRUE(refused(prover.events(TenantId("nobody"), 0, 1)));
  const std::string said = prover.root(std::nullopt, 5).error().message;
  EXPECT_TRUE(said.find("4 events") != std::string::npos && said.find('5') != std::string::npos) << said;
}

TEST_P(LogContract, TheNewestGroupsLeavesAreAtHand) {
  append({{"a", 3}, {"b", 1}});
  NaiveTrees naive;
  naive.add(append({{"a", 2}, {"a", 4}, {"c", 1}}));
  const auto& leaves = naive.leaves[TenantId("a")];
  const auto newest = log().trees().newest(TenantId("a"), 5, 8);
  EXPECT_TRUE(std::ranges::equal(newest, std::span(leaves).subspan(1, 4)));
  EXPECT_EQ(log().trees().newest(TenantId("c"), 1, 1).front(), naive.leaves[TenantId("c")].front());
}

TEST_P(LogContract, IdleMayBeCalledAnyTime) {
  log().idle();
  append({{"a", 1}});
  log().idle();
  log().idle();
  append({{"a", 1}});
  EXPECT_EQ(all_groups(log()).size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, LogContract,
                         testing::Values(memory_kind(), rocksdb_kind(), rocksdb_inline_kind(),
                                         rocksdb_strict_kind()),
                         [](const testing::TestParamInfo<LogKind>& kind) { return kind.param.name; });

}  // namespace
}  // namespace kontor::test
