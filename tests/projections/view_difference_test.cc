#include "projections/view_difference.h"

#include <gtest/gtest.h>

#include "projections/memory_view_store.h"
#include "projections/view_layout.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/view_batches.h"

namespace kontor::views {
namespace {

const TenantId kOne{"one"};
const TenantId kTwo{"two"};

std::string course(const TenantId& tenant, const char* name) {
  return ViewKey(tenant, Kind::CourseCard).text(name).bytes();
}

std::unique_ptr<ViewStore> store_of(const std::vector<test::OwnedRow>& rows, Digest ahead = {}) {
  auto store = memory_view_store();
  EXPECT_TRUE(store->apply(
      test::batch_of({1, Digest{}, ahead}, rows,
                     {{kOne, {5, Instant{1}}, Instant{1}}, {kTwo, {5, Instant{1}}, Instant{1}}})));
  return store;
}

TEST(ViewDifference, ThereIsNoneBetweenViewsOfTheSameEvents) {
  const auto groups = test::random_history(3, 120);
  const test::DerivedViews one(groups);
  const test::DerivedViews other(groups);
  const auto difference = view_difference(*one.store, *other.store).value();
  EXPECT_EQ(difference.differing, 0U);
  EXPECT_FALSE(difference.first);
  EXPECT_EQ(difference.compared, test::entries_of(*one.store).size());
}

TEST(ViewDifference, BeginsWithTheLowestPositionOfTheFirstTenant) {
  const auto right =
      store_of({{course(kOne, "a"), 4, "x"}, {course(kOne, "b"), 2, "x"}, {course(kTwo, "a"), 1, "x"}});
  const auto wrong =
      store_of({{course(kOne, "a"), 4, "y"}, {course(kOne, "b"), 3, "x"}, {course(kTwo, "a"), 1, "z"}});
  const auto difference = view_difference(*right, *wrong).value();
  EXPECT_EQ(difference.differing, 4U);
  EXPECT_EQ(difference.by_kind.at("CourseCard"), 4U);
  ASSERT_TRUE(difference.first);
  EXPECT_EQ(difference.first->tenant, kOne);
  EXPECT_EQ(difference.first->position, 2U);
  EXPECT_EQ(difference.first->what, "CourseCard of tenant one: b , at position 2: is missing");
  EXPECT_EQ(difference.by_tenant.at(kTwo).position, 1U);
}

TEST(ViewDifference, NamesAnIndexOnlyWhenNoRowDiffers) {
  const auto right = store_of({{course(kOne, "a"), 4, "x"}});
  auto wrong = store_of({{course(kOne, "a"), 4, "x"}});
  ASSERT_TRUE(wrong->apply(test::batch_of({1, Digest{}}, {}, {{kOne, {6, Instant{2}}, Instant{2}}})));
  const auto difference = view_difference(*right, *wrong).value();
  ASSERT_TRUE(difference.first);
  EXPECT_EQ(difference.first->position, 0U);
  EXPECT_EQ(difference.by_kind.count("CourseCard"), 0U);
  // Up to what both have read they are equal.
  const ComparedTo up_to{{kOne, 5}, {kTwo, 5}};
  EXPECT_EQ(view_difference(*right, *wrong, &up_to).value().differing, 0U);
}

TEST(ViewDifference, LooksNoFurtherThanItIsTold) {
  const auto right = store_of({{course(kOne, "a"), 2, "x"}, {course(kTwo, "a"), 2, "x"}});
  const auto wrong =
      store_of({{course(kOne, "a"), 2, "y"}, {course(kOne, "a"), 3, "y"}, {course(kTwo, "b"), 2, "x"}});
  const auto differing = [&](const ComparedTo& up_to) {
    return view_difference(*right, *wrong, &up_to).value().differing;
  };
  EXPECT_EQ(differing({}), 0U);
  EXPECT_EQ(differing({{kOne, 1}}), 0U);
  EXPECT_EQ(differing({{kOne, 2}}), 1U);
  EXPECT_EQ(differing({{kOne, 9}}), 2U);
  EXPECT_EQ(differing({{kOne, 9}, {kTwo, 2}}), 4U);
}

TEST(ViewDifference, PassesOverWhatALargeGroupHasWrittenAhead) {
  Digest ahead{};
  ahead[0] = 1;
  const auto right = store_of({{course(kOne, "a"), 2, "x"}});
  const auto stopped = store_of({{course(kOne, "a"), 2, "x"}, {course(kOne, "b"), 6, "x"}}, ahead);
  EXPECT_EQ(view_difference(*right, *stopped).value().differing, 0U);
  const auto wrong = store_of({{course(kOne, "a"), 2, "x"}, {course(kOne, "b"), 5, "x"}}, ahead);
  EXPECT_EQ(view_difference(*right, *wrong).value().differing, 1U);
}

TEST(ViewLayout, EveryKindHasANameOfItsOwn) {
  unsigned kinds = 0;
  for (unsigned number = 0; number <= 0xFF; ++number) {
    const auto kind = static_cast<Kind>(number);
    if (kind_name(kind) == "unknown row") continue;
    ++kinds;
    EXPECT_EQ(kind_named(kind_name(kind)), kind);
  }
  EXPECT_EQ(kinds, 47U);
  EXPECT_FALSE(kind_named("unknown row"));
}

}  // namespace
}  // namespace kontor::views
