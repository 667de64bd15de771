#include "replay/diff.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/log/memory/memory_log.h"
#include "projections/memory_view_store.h"
#include "projections/sorted_view_store.h"
#include "projections/view_layout.h"
#include "tests/support/limited_bytes.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"
#include "tests/support/view_batches.h"

namespace kontor::test {
namespace {

using replay::FieldChange;
using replay::RowFate;
using Groups = std::vector<log::Group>;

std::unique_ptr<log::MemoryLog> log_of(const Groups& groups) {
  auto log = std::make_unique<log::MemoryLog>();
  append_all(*log, groups);
  return log;
}

RecordedStory two_courses() {
  RecordedStory story;
  const CampusId campus("c-1");
  const auto start = Instant::parse("2027-03-01T00:00:00Z").value();
  const auto end = Instant::parse("2027-06-01T00:00:00Z").value();
  const auto course = [&](const char* id) {
    return seats::CourseCreated{CourseId(id), campus, start, end, seats::CourseSeatTypes::CampusOnly};
  };
  const auto invited = [](const char* person) {
    return seats::CourseMemberInvited{
        .course = CourseId("k-1"), .person = PersonId(person), .role = seats::MemberRole::Participant};
  };
  story.at("2027-02-01T00:00:00Z")
      .record(tenancy::TenantCreated{}, seats::CampusOpened{campus, seats::CampusKind::Flat, "Europe/Berlin"},
              course("k-1"))
      .end_group();
  story.at("2027-02-02T00:00:00Z").record(invited("p-1")).end_group();
  story.at("2027-02-03T00:00:00Z").record(invited("p-2"), course("k-2")).end_group();
  return story;
}

const replay::ChangedRow* row_of(const replay::PositionsDifference& difference, views::Kind kind,
                                 std::string_view name) {
  for (const auto& row : difference.rows)
    if (row.kind == kind && row.name == name) return &row;
  return nullptr;
}

TEST(Diff, ShowsWhatEventsBetweenTwoPositionsChanged) {
  const auto log = log_of(two_courses().groups());
  const auto found = replay::diff_positions(*log, {.tenant = {}, .from = 4, .to = 6, .kind = {}}, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  const auto& difference = found->front();
  EXPECT_EQ(difference.from.position, 4U);
  EXPECT_EQ(difference.to.position, 6U);
  EXPECT_EQ(difference.left_out, 0U);
  const auto* changed = row_of(difference, views::Kind::CampusCourse, "c-1 k-1 ");
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(changed->fate, RowFate::Changed);
  EXPECT_EQ(changed->position, 5U);
  ASSERT_EQ(changed->fields.size(), 2U);
  EXPECT_EQ(changed->fields[0].field, "members");
  EXPECT_EQ(changed->fields[0].before, "1");
  EXPECT_EQ(changed->fields[0].after, "2");
  const auto* added = row_of(difference, views::Kind::CampusCourse, "c-1 k-2 ");
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(added->fate, RowFate::Added);
  ASSERT_GE(added->fields.size(), 4U);
  EXPECT_EQ(added->fields[0].field, "course");
  EXPECT_EQ(added->fields[0].after, "k-2");
  EXPECT_EQ(row_of(difference, views::Kind::CourseCard, "k-1 "), nullptr);
}

TEST(Diff, ShowsTheKindThatIsAskedForAndCountsWhatItLeavesOut) {
  const auto log = log_of(two_courses().groups());
  const auto all =
      replay::diff_positions(*log, {.tenant = {}, .from = 0, .to = 9, .kind = views::Kind::CourseCard}, {})
          .value();
  EXPECT_EQ(all.front().rows.size(), 2U);
  EXPECT_EQ(all.front().to.position, 6U);
  const auto one =
      replay::diff_positions(
          *log, {.tenant = {}, .from = 0, .to = 9, .kind = views::Kind::CourseCard, .rows_max = 1}, {})
          .value();
  EXPECT_EQ(one.front().rows.size(), 1U);
  EXPECT_EQ(one.front().left_out, 1U);
}

TEST(Diff, RefusesPositionsAndTenantsThatMakeNoSense) {
  const auto log = log_of(two_courses().groups());
  EXPECT_EQ(replay::diff_positions(*log, {.tenant = {}, .from = 5, .to = 4, .kind = {}}, {}).error().code,
            Reason::InvalidArgument);
  EXPECT_EQ(replay::diff_positions(*log, {.tenant = TenantId("u"), .from = 1, .to = 4, .kind = {}}, {})
                .error()
                .code,
            Reason::NotFound);
}

// Against the views themselves: a row is named exactly when it says something else as of the two positions,
// and the digests are those of a replay that ends there.
TEST(Diff, NamesEveryRowThatDiffersAndNoOther) {
  std::mt19937_64 random(7);
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Groups groups = random_history(seed, 150);
    const auto log = log_of(groups);
    const DerivedViews views(groups);
    const Position head = views.store->tenant(TenantId("t")).value().position;
    const Position from = random() % head;
    const Position to = from + random() % (head - from + 1);
    const auto difference =
        replay::diff_positions(*log, {.tenant = {}, .from = from, .to = to, .kind = {}}, {}).value().front();
    std::size_t differing = 0;
    for (unsigned number = 0; number <= 0xFF; ++number) {
      std::map<std::string, std::string> before;
      const views::ViewKey all(TenantId("t"), static_cast<views::Kind>(number));
      ASSERT_TRUE(views.store->scan(all, {}, from, [&](std::string_view key, const views::RowVersion& row) {
        before[std::string(key)] = row.value;
        return views::Scan::Continue;
      }));
      ASSERT_TRUE(views.store->scan(all, {}, to, [&](std::string_view key, const views::RowVersion& row) {
        const auto known = before.find(std::string(key));
        if (known == before.end() || known->second != row.value) ++differing;
        return views::Scan::Continue;
      }));
    }
    EXPECT_EQ(difference.rows.size(), differing) << "seed " << seed << ", " << from << " to " << to;
    EXPECT_EQ(difference.to.state,
              replay::replay(*log, {.tenant = {}, .to = to}, {}).value().tenants.front().state);
    if (from > 0) {
      EXPECT_EQ(difference.from.state,
                replay::replay(*log, {.tenant = {}, .to = from}, {}).value().tenants.front().state);
    }
  }
}

TEST(Diff, FindsWhereTwoLogsPart) {
  const Groups groups = two_courses().groups();
  const auto whole = log_of(groups);
  EXPECT_EQ(replay::diff_logs(*whole, *log_of(groups), {}).value().front().equal_to, 6U);

  const auto shorter = log_of({groups[0], groups[1]});
  auto found = replay::diff_logs(*whole, *shorter, {}).value().front();
  EXPECT_FALSE(found.differs());
  EXPECT_EQ(found.equal_to, 4U);
  EXPECT_EQ(found.one_has, 6U);
  EXPECT_EQ(found.other_has, 4U);
  EXPECT_EQ(decode(found.one).value().envelope.position, 5U);
  EXPECT_TRUE(found.other.empty());
  found = replay::diff_logs(*shorter, *whole, {}).value().front();
  EXPECT_EQ(found.equal_to, 4U);
  EXPECT_EQ(decode(found.other).value().envelope.position, 5U);

  const auto other = log_of(random_history(1, 30));
  const auto unlike = replay::diff_logs(*whole, *other, {}).value().front();
  EXPECT_TRUE(unlike.differs());
  EXPECT_EQ(unlike.equal_to, 0U);
  EXPECT_NE(unlike.one, unlike.other);
}

TEST(Diff, FindsTenantsOfOneLogOnly) {
  RecordedStory story("u");
  story.at("2027-02-01T00:00:00Z").record(tenancy::TenantCreated{}).end_group();
  const auto both = replay::diff_logs(*log_of(two_courses().groups()), *log_of(story.groups()), {}).value();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].tenant, TenantId("t"));
  EXPECT_EQ(both[0].other_has, 0U);
  EXPECT_TRUE(both[0].other.empty());
  EXPECT_EQ(both[1].one_has, 0U);
  EXPECT_FALSE(both[1].other.empty());
}

TEST(Diff, NamesTheFirstEventThatAnotherVersionUnderstoodOtherwise) {
  const Groups groups = two_courses().groups();
  const auto log = log_of(groups);
  const DerivedViews same(groups);
  EXPECT_EQ(replay::diff_versions(*log, *same.store, {}).value().views.differing, 0U);

  const DerivedViews other(groups);
  const auto row = views::ViewKey(TenantId("t"), views::Kind::CampusCourse).text("c-1").text("k-1");
  const auto checkpoint = other.store->checkpoint().value();
  ASSERT_TRUE(
      other.store->apply(test::batch_of(checkpoint, {{row.bytes(), 4, "other"}, {row.bytes(), 5, "other"}})));
  const auto found = replay::diff_versions(*log, *other.store, {}).value();
  EXPECT_EQ(found.views.differing, 2U);
  ASSERT_TRUE(found.views.first);
  EXPECT_EQ(found.views.first->position, 4U);
  EXPECT_EQ(found.views.by_kind.at("CampusCourse"), 2U);
}

TEST(Diff, ComparesViewsOfAnotherShapeAndOfAnEarlierPosition) {
  const Groups groups = two_courses().groups();
  const auto log = log_of(groups);
  const auto bytes = views::memory_bytes();
  const auto written = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes), views::kShape - 1);
  views::Runner runner(*written, views::all_projections());
  ASSERT_TRUE(runner.apply(groups[0]));
  ASSERT_TRUE(runner.apply(groups[1]));
  const auto old = views::sorted_view_store(std::make_unique<LimitedBytes>(*bytes), views::kShape);
  const auto found = replay::diff_versions(*log, *old, {}).value();
  EXPECT_EQ(found.views.differing, 0U);
  EXPECT_GT(found.views.compared, 0U);
  EXPECT_EQ(found.compared_to.at(TenantId("t")), 4U);
  EXPECT_NE(found.shape_note.find("shape"), std::string::npos);
}

}  // namespace
}  // namespace kontor::test
