// One contract for both stores; what is on disk besides: it outlives the object, belongs to one log, and its
// bytes of today must be readable for ever.
#include "server/subscriptions/group_store.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace kontor::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const GroupKey kMailer{TenantId("main"), "mailer"};
const GroupKey kTags{TenantId("main"), "tags"};
const GroupKey kOther{TenantId("main2"), "mailer"};

GroupSettings settings() {
  return {{{"Credit*"}, {"course/", "person/p-1"}}, 12, 3, protocol::AfterParked::GoOn};
}

void fill(GroupStore& store) {
  ASSERT_TRUE(store.make(kMailer, settings(), 4));
  ASSERT_TRUE(store.make(kTags, {}, 0));
  ASSERT_TRUE(store.make(kOther, {}, 7));
  ASSERT_TRUE(
      store.change(kMailer, {6,
                             {{8, StoredEntry{StoredStage::Done}},
                              {9, StoredEntry{StoredStage::Returned, "course/k-1", 2}},
                              {3, StoredEntry{StoredStage::Parked, "person/p-1", 5, "no mailbox", {42}}},
                              {5, StoredEntry{StoredStage::Kept, "person/p-1"}}}}));
  ASSERT_TRUE(store.change(kMailer, {std::nullopt, {{8, std::nullopt}}}));
  ASSERT_TRUE(store.change(kTags, {2, {}}));
  ASSERT_TRUE(store.remove(kOther));
}

void expect_filled(GroupStore& store) {
  const auto groups = store.load();
  ASSERT_TRUE(groups.has_value()) << groups.error().message;
  const StoredGroup mailer{kMailer,
                           settings(),
                           6,
                           {{3, StoredEntry{StoredStage::Parked, "person/p-1", 5, "no mailbox", {42}}},
                            {5, StoredEntry{StoredStage::Kept, "person/p-1"}},
                            {9, StoredEntry{StoredStage::Returned, "course/k-1", 2}}}};
  EXPECT_THAT(*groups, ElementsAre(mailer, StoredGroup{kTags, {}, 2, {}}));
}

TEST(GroupStore, InMemoryKeepsWhatItIsTold) {
  const auto store = memory_group_store();
  fill(*store);
  expect_filled(*store);
}

TEST(GroupStore, OnDiskKeepsWhatItIsTold) {
  const test::TemporaryDirectory directory;
  {
    const auto store = open_group_store(directory.path() / "groups", "s-1");
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_THAT(*(*store)->load(), IsEmpty());
    fill(**store);
    expect_filled(**store);
  }
  const auto again = open_group_store(directory.path() / "groups", "s-1");
  ASSERT_TRUE(again.has_value());
  expect_filled(**again);
}

TEST(GroupStore, OfAnotherLogIsRefused) {
  const test::TemporaryDirectory directory;
  ASSERT_TRUE(open_group_store(directory.path() / "groups", "s-1").has_value());
  const auto other = open_group_store(directory.path() / "groups", "s-2");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, Reason::StoreIdMismatch);
}

TEST(GroupStore, ThatIsDamagedIsRefusedAndNotBegunAnew) {
  const test::TemporaryDirectory directory;
  {
    const auto store = open_group_store(directory.path() / "groups", "s-1");
    ASSERT_TRUE(store.has_value());
    fill(**store);
  }
  std::ofstream(directory.path() / "groups" / "CURRENT", std::ios::trunc) << "nonsense\n";
  const auto damaged = open_group_store(directory.path() / "groups", "s-1");
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().code, Reason::StoreDamaged);
}

}  // namespace
}  // namespace kontor::server
