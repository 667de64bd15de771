#include "engine/rules/tenancy/rules.h"
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

namespace tcmd = rules::tenancy;

rules::Command create(tenancy::Timeline timeline) { return tcmd::Command(tcmd::CreateTenant{timeline}); }
rules::Command finish() { return tcmd::Command(tcmd::FinishHistory{}); }

TEST(Tenancy, ATenantThatWasNeverCreatedKnowsOneCommandOnly) {
  Given given{Given::Nothing{}};
  given.when(command(cmd::OpenCampus{.campus = kCampus})).refused(Reason::UnknownTenant);
  given.when(finish()).refused(Reason::UnknownTenant);
  given.by(Role::Backend)
      .when(create(tenancy::Timeline::Live))
      .refused(Reason::ForbiddenRole)
      .with("needed", "operator");
  given.by_whoever_may().when(create(tenancy::Timeline::Live)).then_kinds({"TenantCreated"});
  given.when(create(tenancy::Timeline::Live)).refused(Reason::AlreadyExists).because({1});
}

TEST(Tenancy, OnlyAHistoryCanBeFinishedAndOnlyOnce) {
  Given live;
  live.when(finish()).refused(Reason::TimelineMode).because({1});
  Given history{Given::Nothing{}};
  history.done(create(tenancy::Timeline::History));
  history.by(Role::Backend).when(finish()).refused(Reason::ForbiddenRole);
  history.by_whoever_may().when(finish()).then_kinds({"HistoryFinished"});
  history.when(finish()).refused(Reason::TimelineMode).because({2});
}

rules::Command plan(tenancy::Suite suite, std::optional<tenancy::CreditsOption> credits = {}) {
  return tcmd::Command(tcmd::ChangeTenantPlan{suite, credits});
}

TEST(Tenancy, ThePlanSaysWhichFeaturesThereAre) {
  Given given;
  const auto groups = [&] { return tcmd::group_access_refused(given.state().tenancy); };
  const auto credits = [&] { return tcmd::credits_refused(given.state().tenancy); };
  ASSERT_TRUE(groups() && credits());
  EXPECT_EQ(groups()->code, Reason::FeatureNotLicensed);
  EXPECT_EQ(groups()->because, std::vector<Position>{1});

  given.when(plan(tenancy::Suite::ExpertSuite)).then_kinds({"TenantPlanChanged"});
  ASSERT_TRUE(groups());
  EXPECT_EQ(groups()->facts,
            (std::vector{rules::fact("suite", "expertSuite"), rules::fact("needed", "expertSuitePlus")}));
  EXPECT_EQ(groups()->because, std::vector<Position>{2});

  given.done(plan(tenancy::Suite::ExpertSuitePlus, tenancy::CreditsOption::Included));
  EXPECT_FALSE(groups() || credits());
  given.done(plan(tenancy::Suite::Enterprise));
  EXPECT_FALSE(groups() || credits()) << "a higher plan contains the lower one, credits stay as they are";
  given.done(plan(tenancy::Suite::Enterprise, tenancy::CreditsOption::Excluded));
  EXPECT_TRUE(credits());
}

TEST(Tenancy, AChangeOfPlanIsRefusedInThisOrder) {
  Given nothing{Given::Nothing{}};
  nothing.when(plan(tenancy::Suite::Enterprise)).refused(Reason::UnknownTenant);
  Given given;
  given.by(Role::Admin)
      .when(plan(tenancy::Suite::Basic))
      .refused(Reason::ForbiddenRole)
      .with("needed", "operator");
  given.by_whoever_may().when(plan(tenancy::Suite::Basic)).refused(Reason::InvalidArgument).because({1});
  given.done(plan(tenancy::Suite::Enterprise));
  given.when(plan(tenancy::Suite::Enterprise, tenancy::CreditsOption::Excluded))
      .refused(Reason::InvalidArgument)
      .with("suite", "enterprise")
      .because({2});
}

}  // namespace
}  // namespace kontor::test
