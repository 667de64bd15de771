// Billing runs over course seats (DOMAIN 7; issue: "never bills twice").
#include "engine/rules/billing/rules.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/naive_billing.h"

namespace kontor::test {
namespace {

namespace bill = rules::billing;

const BillingRunId kRun{"R-1"};
const BillingRunId kNextRun{"R-2"};

rules::Command open(const BillingRunId& run, std::string_view cutoff, bill::Scope scope = bill::Scope::All) {
  return bill::Command(bill::OpenBillingRun{.run = run, .scope = scope, .cutoff = berlin(cutoff)});
}
rules::Command close(const BillingRunId& run, std::optional<Digest> hash = std::nullopt) {
  return bill::Command(bill::CloseBillingRun{.run = run, .invoice_ref = "I-17", .lines_hash = hash});
}
rules::Command abandon(const BillingRunId& run, std::string reason = "wrong cut-off") {
  return bill::Command(bill::AbandonBillingRun{.run = run, .reason = std::move(reason)});
}
rules::Command settle(const CourseId& course, seats::RunNumber run) {
  return command(cmd::SettleCourse{.course = course, .run = run, .invoice_ref = "by hand"});
}

template <class E>
E newest(const Given& given) {
  for (auto event = given.events().rbegin(); event != given.events().rend(); ++event)
    if (const auto* body = std::get_if<billing::Event>(&event->body))
      if (const auto* found = std::get_if<E>(body)) return *found;
  ADD_FAILURE() << "no such event";
  return {};
}
Position position_of_run(const Given& given, const BillingRunId& run) {
  for (const RecordedEvent& event : given.events())
    if (type_name(event.body) == "BillingRunOpened" && event.envelope.stream == "run/" + run.value)
      return event.envelope.position;
  return 0;
}

/// The newest opening says what the naive fold says.
void expect_naive(const Given& given, const billing::BillingRunOpened& opened) {
  const auto lines = naive_lines(given.events(), opened.run);
  EXPECT_EQ(opened.lines, lines.size());
  bill::LinesHash hash;
  std::int64_t amount = 0;
  for (const bill::Line& line : lines) {
    hash.add(line);
    amount += line.amount.value;
  }
  EXPECT_EQ(opened.lines_hash, hash.finish());
  std::int64_t total = 0;
  for (const auto& one : opened.totals) total += one.amount.value;
  EXPECT_EQ(total, amount);
}

/// TS-01, TS-10: one seat for all of spring, the flat raised on 15 April; another one joins on 10 March.
void live_through_spring(Given& given) {
  open_spring_course(given);
  given.at("2027-02-15 10:00").done(invite("p-1", kCourseSeat));
  given.at("2027-03-10 14:30").done(invite("p-2", kCourseSeat));
  given.at("2027-04-15 09:00")
      .done(command(
          cmd::ResizeFlat{.campus = kCampus, .period = PeriodId("2027"), .size = 200, .from = std::nullopt}));
  given.at("2027-06-01 12:00");
}

TEST(BillingRun, BillsTheBlocksOfAnEndedCourseRunWithTheirPrices) {
  Given given;
  live_through_spring(given);
  given.when(open(kRun, "2027-06-01")).then_kinds({"BillingRunOpened"});
  const auto opened = newest<billing::BillingRunOpened>(given);
  EXPECT_EQ(opened.cutoff_position, given.events().size() - 1);
  EXPECT_EQ(opened.lines, 2u);
  EXPECT_EQ(opened.course_runs, 1u);
  ASSERT_EQ(opened.totals.size(), 1u);
  EXPECT_EQ(opened.totals[0].amount.value, 4200 + 3300);
  expect_naive(given, opened);
  const auto lines = naive_lines(given.events(), kRun);
  EXPECT_EQ(bill::parts_text(lines[0].parts), "2x1200+2x900");
  EXPECT_EQ(lines[0].entity, "k-1/1/1");
  EXPECT_EQ(lines[0].person, "p-1");
}

TEST(BillingRun, AskedAgainTheSameWayPointsAtTheFirstAnswer) {
  Given given;
  live_through_spring(given);
  given.done(open(kRun, "2027-06-01"));
  given.at("2027-07-01")
      .when(open(kRun, "2027-06-01"))
      .refused(Reason::AlreadyExists)
      .with("same", "yes")
      .because({position_of_run(given, kRun)});
  given.when(open(kRun, "2027-06-01", bill::Scope::Seats)).refused(Reason::AlreadyExists).with("same", "no");
  given.when(open(kRun, "2027-06-02")).refused(Reason::AlreadyExists).with("same", "no");
}

TEST(BillingRun, IsRefusedInTheOrderOfTheTable) {
  Given given;
  live_through_spring(given);
  given.by(Role::Backend).when(open(kRun, "2030-01-01")).refused(Reason::ForbiddenRole);
  given.when(close(kRun)).refused(Reason::ForbiddenRole);
  given.when(abandon(kRun)).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(open(kRun, "2027-06-01 12:01")).refused(Reason::CutoffInFuture);
  given.when(open(kRun, "2027-06-01 12:00")).accepted();
  given.when(close(kNextRun)).refused(Reason::NotFound);
  given.when(close(kRun, Digest{1})).refused(Reason::VersionConflict);
  given.when(abandon(kNextRun)).refused(Reason::NotFound);
  given.when(abandon(kRun, "")).refused(Reason::ReasonRequired);
  const auto hash = newest<billing::BillingRunOpened>(given).lines_hash;
  given.when(close(kRun, hash)).then_kinds({"BillingRunClosed", "CourseSettled"});
  given.when(close(kRun, Digest{1}))
      .refused(Reason::RunAlreadyClosed)
      .with("lines_hash", hex(hash))
      .because({given.events().size() - 1});
  given.when(abandon(kRun)).refused(Reason::RunAlreadyClosed);
}

TEST(BillingRun, TS17ClosingSettlesTheCourseAndLetsItStartAgain) {
  Given given;
  live_through_spring(given);
  given.done(open(kRun, "2027-06-01"));
  given.when(settle(kCourse, 1)).refused(Reason::LineAlreadyBilled).with("billing_run", "R-1");
  const auto reactivate = command(cmd::ReactivateCourse{.course = kCourse,
                                                        .start = berlin("2027-09-01"),
                                                        .end = berlin("2027-10-01"),
                                                        .reissue = cmd::CourseSeatReissue::Yes});
  given.when(reactivate).refused(Reason::SettlementPending);
  given.when(close(kRun)).then_kinds({"BillingRunClosed", "CourseSettled"});
  const auto settled = given.last<seats::CourseSettled>();
  EXPECT_EQ(settled.invoice_ref, "I-17");
  EXPECT_EQ(settled.billed_blocks, 7u);
  EXPECT_EQ(settled.amount.value, 7500);
  given.when(settle(kCourse, 1)).refused(Reason::LineAlreadyBilled);
  given.when(reactivate).accepted();

  given.at("2027-11-01").done(open(kNextRun, "2027-11-01"));
  const auto opened = newest<billing::BillingRunOpened>(given);
  EXPECT_EQ(opened.lines, 2u) << "only the seats of run 2";
  expect_naive(given, opened);
  for (const auto& line : naive_lines(given.events(), kNextRun))
    EXPECT_EQ(line.entity.substr(0, 6), "k-1/2/");
}

TEST(BillingRun, WhatIsInAnOpenRunIsInNoOther) {
  Given given;
  live_through_spring(given);
  given.done(open(kRun, "2027-06-01"));
  given.done(open(kNextRun, "2027-06-01"));
  EXPECT_EQ(newest<billing::BillingRunOpened>(given).lines, 0u);
  given.when(close(kNextRun)).then_kinds({"BillingRunClosed"});
  given.when(close(kRun)).then_kinds({"BillingRunClosed", "CourseSettled"});
}

TEST(BillingRun, AnAbandonedRunGivesItsLinesBack) {
  Given given;
  live_through_spring(given);
  given.done(open(kRun, "2027-06-01"));
  const auto first = newest<billing::BillingRunOpened>(given);
  given.when(abandon(kRun)).then_kinds({"BillingRunAbandoned"});
  given.when(close(kRun)).refused(Reason::RunAlreadyClosed);
  given.done(open(kNextRun, "2027-06-01"));
  const auto second = newest<billing::BillingRunOpened>(given);
  EXPECT_EQ(second.lines_hash, first.lines_hash);
  EXPECT_EQ(second.lines, 2u);
  expect_naive(given, second);
}

TEST(BillingRun, WhatWasSettledByHandIsNotBilled) {
  Given given;
  live_through_spring(given);
  given.done(settle(kCourse, 1));
  given.done(open(kRun, "2027-06-01"));
  const auto opened = newest<billing::BillingRunOpened>(given);
  EXPECT_EQ(opened.lines, 0u);
  EXPECT_EQ(opened.course_runs, 0u);
  expect_naive(given, opened);
}

/// Position of a block of seat 1.
Position block_of_seat_one(const Given& given, std::uint32_t number) {
  for (const RecordedEvent& event : given.events())
    if (const auto* block = event_as<seats::CourseSeatBlockStarted>(event.body))
      if (block->seat == 1 && block->block == number) return event.envelope.position;
  return 0;
}
rules::Command correct_block(const Given& given, std::uint32_t number) {
  return command(cmd::CorrectSeat{.event = block_of_seat_one(given, number), .reason = "a mistake"});
}

TEST(BillingRun, SettlesWhatItBillsWhateverIsCorrectedMeanwhile) {
  Given untouched;
  live_through_spring(untouched);
  untouched.done(settle(kCourse, 1));
  Given given;
  live_through_spring(given);
  given.done(open(kRun, "2027-06-01")).done(correct_block(given, 1)).done(close(kRun));
  const auto settled = given.last<seats::CourseSettled>();
  EXPECT_EQ(settled.seats, 2u);
  EXPECT_EQ(settled.billed_blocks, 7u);
  EXPECT_EQ(settled.amount.value, 7500) << "what the run was opened with";
  EXPECT_EQ(settled.lines_hash, untouched.last<seats::CourseSettled>().lines_hash);
  given.done(open(kNextRun, "2027-06-01 12:00"));
  EXPECT_EQ(newest<billing::BillingRunOpened>(given).totals.at(0).amount.value, -1200);
}

TEST(BillingRun, SettlesACorrectionThatIsOnItsLines) {
  Given given;
  live_through_spring(given);
  given.done(correct_block(given, 1)).done(open(kRun, "2027-06-01 12:00")).done(close(kRun));
  EXPECT_EQ(newest<billing::BillingRunOpened>(given).totals.at(0).amount.value, 6300);
  EXPECT_EQ(given.last<seats::CourseSettled>().billed_blocks, 6u);
  EXPECT_EQ(given.last<seats::CourseSettled>().amount.value, 6300);
}

TEST(BillingRun, ByHandIsSettledWhatNoOtherRunBills) {
  Given given;
  live_through_spring(given);
  given.done(open(kRun, "2027-06-01")).done(correct_block(given, 1));
  given.done(open(kNextRun, "2027-06-01 12:00")).done(abandon(kRun)).done(correct_block(given, 2));
  given.when(settle(kCourse, 1)).accepted();
  EXPECT_EQ(given.last<seats::CourseSettled>().billed_blocks, 6u);
  EXPECT_EQ(given.last<seats::CourseSettled>().amount.value, 6300)
      << "the first correction is on another run";
}

TEST(BillingRun, TheReferenceOfAnInvoiceHasOneLimit) {
  Given given;
  live_through_spring(given);
  given.done(open(kNextRun, "2027-05-01"));
  const auto close_as = [](std::size_t bytes) {
    return rules::Command(bill::Command(bill::CloseBillingRun{
        .run = kNextRun, .invoice_ref = std::string(bytes, 'x'), .lines_hash = std::nullopt}));
  };
  given.when(close_as(101)).refused(Reason::InvalidArgument);
  given.when(close_as(100)).accepted();
}

TEST(BillingRun, TakesWhatLiesBeforeTheCutOffAndInItsScope) {
  Given given;
  live_through_spring(given);
  given.done(open(BillingRunId("early"), "2027-05-31"));
  EXPECT_EQ(newest<billing::BillingRunOpened>(given).lines, 0u);
  given.done(open(BillingRunId("other"), "2027-06-01", bill::Scope::Access));
  EXPECT_EQ(newest<billing::BillingRunOpened>(given).lines, 0u);
  given.done(open(BillingRunId("seats"), "2027-06-01", bill::Scope::Seats));
  EXPECT_EQ(newest<billing::BillingRunOpened>(given).lines, 2u);
}

TEST(BillingRun, FullRoundingLeavesTheUnfinishedBlockOut) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Flat}));
  auto flat = flat_of(50);
  flat.rounding = seats::Rounding::Full;
  given.done(command(flat)).done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.at("2027-02-15").done(invite("p-1", kCourseSeat)).done(invite("p-2", kCourseSeat));
  given.at("2027-03-20").done(leave("p-2")).at("2027-06-02").done(open(kRun, "2027-06-02"));
  const auto opened = newest<billing::BillingRunOpened>(given);
  EXPECT_EQ(opened.lines, 1u) << "p-2 has no whole block";
  EXPECT_EQ(opened.totals.at(0).amount.value, 3600);
  expect_naive(given, opened);
}

TEST(Seal, APeriodIsSealedThirtyDaysAfterItsEnd) {
  Given given;
  open_flat_campus(given);
  given.at("2028-01-30 23:59");
  EXPECT_EQ(type_name(given.events().back().body), "BookingPeriodActivated");
  given.at("2028-01-31 00:00");
  const auto sealed = newest<billing::PeriodSealed>(given);
  EXPECT_EQ(sealed, (billing::PeriodSealed{berlin("2028-01-01"), billing::SealCause::ContractPeriodOver,
                                           "c-1", "2027"}));
  EXPECT_EQ(given.events().back().envelope.effective_at, berlin("2028-01-31"));
}

TEST(Seal, IsSetByHandOnceAndNeverForTheFuture) {
  Given given;
  open_flat_campus(given);
  const auto seal = [](std::string_view until) {
    return rules::Command(bill::Command(bill::SealPeriod{berlin(until)}));
  };
  given.at("2027-05-01");
  given.by(Role::Admin).when(seal("2027-04-01")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(seal("2027-06-01")).refused(Reason::EffectiveTimeInFuture);
  given.when(seal("2027-04-01")).then_kinds({"PeriodSealed"});
  given.when(seal("2027-04-01")).refused(Reason::InvalidArgument).because({given.events().size()});
  EXPECT_TRUE(bill::sealed(given.state().billing, berlin("2027-03-31 23:59")).has_value());
  EXPECT_FALSE(bill::sealed(given.state().billing, berlin("2027-04-01")).has_value());
}

}  // namespace
}  // namespace kontor::test
