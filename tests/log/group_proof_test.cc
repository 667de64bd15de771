// What several threads prove is what one proves, group by group.
#include "engine/log/group_proof.h"

#include <gtest/gtest.h>

#include "tests/support/sample_groups.h"

namespace kontor::log {
namespace {

// Some larger than a batch, most small; one tenant alone, then two whose tiles are not at the same places.
std::vector<Group> history() {
  test::SampleGroups samples;
  std::vector<Group> groups;
  for (std::uint32_t i = 0; i < 40; ++i) groups.push_back(samples.next({{"b", 1 + i * 37 % 400}}));
  groups.push_back(samples.next({{"b", 9'000}}));
  for (std::uint32_t i = 0; i < 40; ++i)
    groups.push_back(samples.next({{"a", 1 + i * 53 % 300}, {"b", 1 + i % 7}}));
  return groups;
}

struct Proven {
  Status status;
  LogHead head;
  TreeHead of_b;
  std::vector<std::uint64_t> visited;
};

void note_roots(const Continuity& continuity, Proven& proven) {
  continuity.trees().publish();
  proven.head = continuity.head();
  const TenantId b("b");
  const std::uint64_t size = continuity.trees().size(b);
  proven.of_b = {size, continuity.trees().root_at(b, size).value()};
}

Proven by_one(const std::vector<Group>& groups) {
  Proven proven;
  Continuity continuity;
  for (const Group& group : groups) {
    proven.status = continuity.accept(group);
    if (!proven.status) return proven;
    proven.visited.push_back(group.number);
  }
  note_roots(continuity, proven);
  return proven;
}

Proven by_several(const std::vector<Group>& groups, unsigned helpers) {
  Proven proven;
  Continuity continuity;
  GroupProof proof(
      continuity,
      [&](const Group& group) {
        proven.visited.push_back(group.number);
        return true;
      },
      helpers);
  for (Group group : groups)
    if (!proof.take(group)) break;
  proven.status = proof.finish();
  if (!proven.status) return proven;
  note_roots(continuity, proven);
  return proven;
}

TEST(GroupProof, ComesToTheSameWithAnyNumberOfHelpers) {
  const std::vector<Group> groups = history();
  const Proven one = by_one(groups);
  ASSERT_TRUE(one.status);
  for (const unsigned helpers : {0U, 1U, 3U}) {
    const Proven several = by_several(groups, helpers);
    ASSERT_TRUE(several.status);
    EXPECT_EQ(several.head, one.head);
    EXPECT_EQ(several.of_b, one.of_b);
    EXPECT_EQ(several.visited, one.visited);
  }
}

TEST(GroupProof, AnEventThatIsAnotherGivesAnotherRoot) {
  std::vector<Group> groups = history();
  const Proven before = by_one(groups);
  groups[40].slices[0].bytes.back() ^= 1;
  const Proven after = by_several(groups, 1);
  ASSERT_TRUE(after.status);
  EXPECT_EQ(after.head.events, before.head.events);
  EXPECT_NE(after.head.root, before.head.root);
}

TEST(GroupProof, NamesTheFirstThingThatDoesNotHold) {
  for (const std::size_t broken : {std::size_t{0}, std::size_t{40}, std::size_t{41}, std::size_t{80}}) {
    std::vector<Group> groups = history();
    groups[broken].slices.back().bytes.pop_back();
    if (broken + 1 < groups.size()) groups[broken + 1].number = 7'000;
    const Proven one = by_one(groups);
    ASSERT_FALSE(one.status);
    for (const unsigned helpers : {0U, 1U, 3U}) {
      const Proven several = by_several(groups, helpers);
      ASSERT_FALSE(several.status);
      EXPECT_EQ(several.status.error(), one.status.error());
      EXPECT_EQ(several.visited, one.visited) << "what lies before it is visited, and nothing behind it";
    }
  }
}

TEST(GroupProof, LooksNoFurtherThanItsVisitorWants) {
  const std::vector<Group> groups = history();
  Continuity continuity;
  GroupProof proof(
      continuity, [](const Group& group) { return group.number < 50; }, 1);
  for (Group group : groups)
    if (!proof.take(group)) break;
  EXPECT_TRUE(proof.finish());
  EXPECT_EQ(continuity.next_group(), 51U);
}

}  // namespace
}  // namespace kontor::log
