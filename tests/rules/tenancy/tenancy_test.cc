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

}  // namespace
}  // namespace kontor::test
