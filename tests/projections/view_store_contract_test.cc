// What every view store must do, run against each of them.

#include <gtest/gtest.h>

#include "projections/memory_view_store.h"
#include "projections/rocksdb_view_store.h"
#include "tests/support/questions.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/view_batches.h"

namespace kontor::views {
namespace {

enum class Kept { Memory, RocksDb };

class ViewStoreContract : public testing::TestWithParam<Kept> {
 protected:
  ViewStoreContract() { open(); }

  void open() {
    store_.reset();
    if (GetParam() == Kept::Memory) {
      store_ = memory_view_store();
    } else {
      store_ =
          std::move(open_rocksdb_view_store(directory_.path() / "views", Access::ReadWrite).value().store);
    }
  }

  void apply(std::uint64_t group, std::vector<test::OwnedRow> rows, std::vector<ViewBatch::Mark> marks = {}) {
    Digest fingerprint{};
    fingerprint[0] = static_cast<std::uint8_t>(group);
    ASSERT_TRUE(store_->apply(test::batch_of({group, fingerprint}, rows, std::move(marks))));
  }
  std::string read(const ViewKey& key, Position as_of) {
    const auto found = store_->get(key, as_of).value();
    return found ? found->value : "none";
  }
  std::vector<std::string> scan(const ViewKey& prefix, std::string_view after, Position as_of) {
    std::vector<std::string> seen;
    EXPECT_TRUE(store_->scan(prefix, after, as_of, [&](std::string_view key, const RowVersion& row) {
      seen.push_back(std::string(KeyParts(key, prefix).text()) + "=" + row.value);
      return Scan::Continue;
    }));
    return seen;
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<ViewStore> store_;
  const TenantId tenant_{"t"};
};

using Seen = std::vector<std::string>;

TEST_P(ViewStoreContract, AnEmptyStoreKnowsNothing) {
  EXPECT_EQ(store_->checkpoint().value(), Checkpoint{});
  EXPECT_EQ(store_->tenant(tenant_).value(), TenantMark{});
  EXPECT_EQ(store_->position_at(tenant_, Instant{5}).value(), 0U);
  EXPECT_EQ(store_->effective_at(tenant_, 5).value(), Instant{});
  EXPECT_EQ(read(ViewKey(tenant_, Kind::CourseCard).text("k"), 9), "none");
}

TEST_P(ViewStoreContract, ARowIsReadAsOfEveryPosition) {
  const ViewKey key = ViewKey(tenant_, Kind::CourseCard).text("k");
  apply(1, {{key.bytes(), 3, "a"}});
  apply(2, {{key.bytes(), 5, "b"}, {key.bytes(), 8, "c"}});
  EXPECT_EQ(read(key, 2), "none");
  EXPECT_EQ(read(key, 3), "a");
  EXPECT_EQ(read(key, 4), "a");
  EXPECT_EQ(read(key, 5), "b");
  EXPECT_EQ(read(key, 7), "b");
  EXPECT_EQ(read(key, 8), "c");
  EXPECT_EQ(read(key, std::numeric_limits<Position>::max()), "c");
  EXPECT_EQ(store_->get(key, 7).value()->position, 5U);
}

TEST_P(ViewStoreContract, TheLastOfSeveralValuesAtOnePositionCounts) {
  const ViewKey key = ViewKey(tenant_, Kind::CourseCard).text("k");
  apply(1, {{key.bytes(), 3, "a"}, {key.bytes(), 3, "b"}});
  EXPECT_EQ(read(key, 3), "b");
}

TEST_P(ViewStoreContract, KeysThatLookAlikeAreDifferentRows) {
  const ViewKey k = ViewKey(tenant_, Kind::CourseCard).text("k");
  const ViewKey k1 = ViewKey(tenant_, Kind::CourseCard).text("k1");
  const ViewKey other = ViewKey(TenantId("t2"), Kind::CourseCard).text("k");
  apply(1, {{k1.bytes(), 2, "k1"}});
  EXPECT_EQ(read(k, 9), "none");
  EXPECT_EQ(read(other, 9), "none");
  apply(2, {{k.bytes(), 3, "k"}, {other.bytes(), 1, "other"}});
  EXPECT_EQ(read(k, 9), "k");
  EXPECT_EQ(read(k1, 9), "k1");
  EXPECT_EQ(read(other, 9), "other");
}

TEST_P(ViewStoreContract, AScanShowsEachRowOnceInOrderAsOfAPosition) {
  const ViewKey all = ViewKey(tenant_, Kind::CampusCourse).text("c");
  const auto key = [&](const char* course) {
    return ViewKey(tenant_, Kind::CampusCourse).text("c").text(course).bytes();
  };
  std::vector<test::OwnedRow> rows{{key("b"), 2, "b2"}, {key("a"), 4, "a4"}, {key("d"), 30, "d30"}};
  // More versions than are stepped over one by one.
  for (Position p = 5; p < 20; ++p) rows.push_back({key("b"), p, "b" + std::to_string(p)});
  rows.push_back({ViewKey(tenant_, Kind::CampusCourse).text("ca").text("x").bytes(), 1, "foreign"});
  rows.push_back({ViewKey(TenantId("t2"), Kind::CampusCourse).text("c").text("x").bytes(), 1, "foreign"});
  apply(1, rows);
  EXPECT_EQ(scan(all, {}, 1), Seen{});
  EXPECT_EQ(scan(all, {}, 2), Seen{"b=b2"});
  EXPECT_EQ(scan(all, {}, 4), (Seen{"a=a4", "b=b2"}));
  EXPECT_EQ(scan(all, {}, 12), (Seen{"a=a4", "b=b12"}));
  EXPECT_EQ(scan(all, {}, 99), (Seen{"a=a4", "b=b19", "d=d30"}));
  EXPECT_EQ(scan(all, key("a"), 99), (Seen{"b=b19", "d=d30"}));
  EXPECT_EQ(scan(all, key("b"), 99), Seen{"d=d30"});
  EXPECT_EQ(scan(all, key("d"), 99), Seen{});
}

TEST_P(ViewStoreContract, AScanStopsWhenToldTo) {
  const ViewKey all = ViewKey(tenant_, Kind::CampusCourse).text("c");
  apply(1, {{ViewKey(all).text("a").bytes(), 1, ""}, {ViewKey(all).text("b").bytes(), 1, ""}});
  int seen = 0;
  EXPECT_TRUE(store_->scan(all, {}, 9, [&](std::string_view, const RowVersion&) {
    ++seen;
    return Scan::Stop;
  }));
  EXPECT_EQ(seen, 1);
}

TEST_P(ViewStoreContract, TheVersionsOfRowsAreFound) {
  const ViewKey all = ViewKey(tenant_, Kind::CampusCourse).text("c");
  const auto key = [&](const char* course) { return ViewKey(all).text(course); };
  std::vector<test::OwnedRow> rows{{key("a").bytes(), 4, "a4"}, {key("c").bytes(), 6, "c6"}};
  for (Position p = 2; p < 12; ++p) rows.push_back({key("b").bytes(), p, "b" + std::to_string(p)});
  rows.push_back({ViewKey(tenant_, Kind::CampusCourse).text("ca").text("x").bytes(), 5, "foreign"});
  apply(1, rows);
  const auto versions = [&](const RowRange& range, Position from, Position to) {
    Seen seen;
    EXPECT_TRUE(
        store_->versions(range, from, to, [&](std::string_view row, Position at, std::string_view value) {
          EXPECT_TRUE(row.starts_with(range.prefix.bytes()));
          EXPECT_EQ(value.substr(1), std::to_string(at));
          seen.emplace_back(value);
          return Scan::Continue;
        }));
    std::ranges::sort(seen);
    return seen;
  };
  EXPECT_EQ(versions({all, {}, {}}, 0, 3), (Seen{"b2", "b3"}));
  EXPECT_EQ(versions({all, {}, {}}, 4, 6), (Seen{"a4", "b4", "b5", "b6", "c6"}));
  EXPECT_EQ(versions({all, {}, {}}, 12, 99), Seen{});
  EXPECT_EQ(versions({key("b"), {}, {}}, 9, 99), (Seen{"b10", "b11", "b9"}));
  EXPECT_EQ(versions({key("d"), {}, {}}, 0, 99), Seen{});
  EXPECT_EQ(versions({all, key("a").bytes(), {}}, 6, 6), (Seen{"b6", "c6"}));
  EXPECT_EQ(versions({all, {}, key("a").bytes()}, 0, 99), Seen{"a4"});
  EXPECT_EQ(versions({all, key("a").bytes(), key("b").bytes()}, 6, 6), Seen{"b6"});
}

TEST_P(ViewStoreContract, TimeAndPositionFindEachOther) {
  apply(1, {}, {{tenant_, {1, Instant{100}}}, {tenant_, {2, Instant{100}}}, {tenant_, {3, Instant{250}}}});
  apply(2, {},
        {{TenantId("u"), {1, Instant{170}}}, {tenant_, {4, Instant{250}}}, {tenant_, {5, Instant{300}}}});
  EXPECT_EQ(store_->position_at(tenant_, Instant{-1}).value(), 0U);
  EXPECT_EQ(store_->position_at(tenant_, Instant{99}).value(), 0U);
  EXPECT_EQ(store_->position_at(tenant_, Instant{100}).value(), 2U);
  EXPECT_EQ(store_->position_at(tenant_, Instant{249}).value(), 2U);
  EXPECT_EQ(store_->position_at(tenant_, Instant{250}).value(), 4U);
  EXPECT_EQ(store_->position_at(tenant_, kForever).value(), 5U);
  EXPECT_EQ(store_->effective_at(tenant_, 1).value(), Instant{100});
  EXPECT_EQ(store_->effective_at(tenant_, 2).value(), Instant{100});
  EXPECT_EQ(store_->effective_at(tenant_, 3).value(), Instant{250});
  EXPECT_EQ(store_->effective_at(tenant_, 4).value(), Instant{250});
  EXPECT_EQ(store_->effective_at(tenant_, 5).value(), Instant{300});
  EXPECT_EQ(store_->effective_at(tenant_, 6).value(), Instant{300});
  EXPECT_EQ(store_->tenant(tenant_).value(), (TenantMark{5, Instant{300}}));
  EXPECT_EQ(store_->tenant(TenantId("u")).value(), (TenantMark{1, Instant{170}}));
  EXPECT_EQ(store_->position_at(TenantId("u"), Instant{300}).value(), 1U);
}

TEST_P(ViewStoreContract, WhatWasKnownAtATimeIsFound) {
  apply(1, {}, {{tenant_, {1, Instant{1}}, Instant{500}}, {tenant_, {2, Instant{1}}, Instant{500}}});
  apply(2, {}, {{tenant_, {3, Instant{1}}, Instant{500}}, {TenantId("u"), {1, Instant{1}}, Instant{550}}});
  apply(3, {}, {{tenant_, {4, Instant{2}}, Instant{600}}});
  EXPECT_EQ(store_->position_known_at(tenant_, Instant{-1}).value(), 0U);
  EXPECT_EQ(store_->position_known_at(tenant_, Instant{499}).value(), 0U);
  EXPECT_EQ(store_->position_known_at(tenant_, Instant{500}).value(), 3U);
  EXPECT_EQ(store_->position_known_at(tenant_, Instant{599}).value(), 3U);
  EXPECT_EQ(store_->position_known_at(tenant_, Instant{600}).value(), 4U);
  EXPECT_EQ(store_->position_known_at(TenantId("u"), Instant{599}).value(), 1U);
}

TEST_P(ViewStoreContract, TheCheckpointIsThatOfTheLastBatch) {
  apply(7, {});
  EXPECT_EQ(store_->checkpoint().value().group, 7U);
  EXPECT_EQ(store_->checkpoint().value().fingerprint[0], 7U);
}

TEST_P(ViewStoreContract, AResetStoreIsEmpty) {
  const ViewKey key = ViewKey(tenant_, Kind::CourseCard).text("k");
  apply(1, {{key.bytes(), 3, "a"}}, {{tenant_, {3, Instant{1}}}});
  ASSERT_TRUE(store_->reset());
  EXPECT_EQ(read(key, 9), "none");
  EXPECT_EQ(store_->checkpoint().value(), Checkpoint{});
  EXPECT_TRUE(test::entries_of(*store_).empty());
}

std::string kept_name(const testing::TestParamInfo<Kept>& info) {
  return info.param == Kept::Memory ? "Memory" : "RocksDb";
}
INSTANTIATE_TEST_SUITE_P(Stores, ViewStoreContract, testing::Values(Kept::Memory, Kept::RocksDb), kept_name);

TEST(ViewStores, ShowTheSameEntriesForTheSameBatches) {
  const test::TemporaryDirectory directory;
  const auto stored = open_rocksdb_view_store(directory.path() / "views", Access::ReadWrite).value();
  const auto derived = memory_view_store();
  const ViewKey key = ViewKey(TenantId("t"), Kind::CourseCard).text("k");
  const ViewBatch batch = test::batch_of({1, {}}, {{key.bytes(), 1, "a"}, {key.bytes(), 2, "b"}},
                                         {{TenantId("t"), {2, Instant{4}}}});
  ASSERT_TRUE(stored.store->apply(batch));
  ASSERT_TRUE(derived->apply(batch));
  EXPECT_EQ(test::entries_of(*stored.store), test::entries_of(*derived));
  EXPECT_EQ(test::entries_of(*derived).size(), 7U);  // checkpoint, two versions, mark, times, position
}

}  // namespace
}  // namespace kontor::views
