// Billing runs as people see them: against the naive fold, asked again and again, and after a rebuild (I10).
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "engine/rules/billing/commands.h"
#include "projections/statements/line_rows.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/credits_fixture.h"
#include "tests/support/decoded.h"
#include "tests/support/live_history.h"
#include "tests/support/naive_billing.h"
#include "tests/support/questions.h"
#include "tests/support/random_seats.h"

namespace kontor::test {
namespace {

namespace bill = rules::billing;

rules::Command open(const std::string& run, Instant cutoff, bill::Scope scope = bill::Scope::All) {
  return bill::Command(bill::OpenBillingRun{.run = BillingRunId(run), .scope = scope, .cutoff = cutoff});
}
rules::Command close(const std::string& run) {
  return bill::Command(
      bill::CloseBillingRun{.run = BillingRunId(run), .invoice_ref = {}, .lines_hash = std::nullopt});
}
rules::Command abandon(const std::string& run) {
  return bill::Command(bill::AbandonBillingRun{.run = BillingRunId(run), .reason = "a mistake"});
}

std::vector<RecordedEvent> events_of(const std::vector<log::Group>& groups) {
  std::vector<RecordedEvent> events;
  for (const log::Group& group : groups)
    std::ranges::move(decoded(group).value(), std::back_inserter(events));
  return events;
}

Ask statement_of(const std::string& run) {
  return [run](wire::Query::Builder query) { query.getQuestion().initBillingStatement().setRun(run); };
}
Ask lines_of(const std::string& run, std::uint32_t limit = 0, const std::string& after = {}) {
  return [=](wire::Query::Builder query) {
    auto lines = query.getQuestion().initBillingLines();
    lines.setRun(run);
    lines.setLimit(limit);
    lines.setAfter(after);
  };
}
Ask all_runs(std::uint32_t limit = 0, const std::string& after = {}) {
  return [=](wire::Query::Builder query) {
    auto runs = query.getQuestion().initBillingRuns();
    runs.setLimit(limit);
    runs.setAfter(after);
  };
}

/// All lines of a run, page by page.
std::vector<bill::Line> all_lines(const views::ViewStore& views, const std::string& run,
                                  std::uint32_t limit) {
  std::vector<bill::Line> lines;
  std::string after;
  do {
    const Answered page = answered(views, lines_of(run, limit, after));
    const auto body = page.body().getBillingLines();
    for (const auto row : body.getLines()) {
      lines.push_back(views::read_line(row));
      EXPECT_EQ(std::string(row.getId().cStr()), line_id(lines.back()));
    }
    EXPECT_TRUE(limit == 0 || body.getLines().size() <= limit);
    after = body.getNext().cStr();
  } while (!after.empty());
  return lines;
}

void expect_same_lines(const std::vector<bill::Line>& shown, const std::vector<bill::Line>& expected) {
  ASSERT_EQ(shown.size(), expected.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    bill::Line line = shown[i];
    line.number = expected[i].number;  // is in the entity, not in a field of its own
    EXPECT_EQ(line, expected[i]) << line_id(expected[i]);
  }
}

/// Words of the answer's body, whatever position it was asked at.
std::string body_words(const views::ViewStore& views, const Ask& question) {
  const Answered answer = answered(views, question);
  return views::canonical_bytes(capnp::AnyStruct::Reader(answer.body().getBillingStatement()));
}
std::string lines_words(const views::ViewStore& views, const Ask& question) {
  const Answered answer = answered(views, question);
  return views::canonical_bytes(capnp::AnyStruct::Reader(answer.body().getBillingLines()));
}

/// A year of seats with billing runs opened, closed and given up at random.
class BillingStorm {
 public:
  explicit BillingStorm(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) {
      const CampusId campus("c-" + std::to_string(i));
      const auto kind = i == 2 ? seats::CampusKind::Package : seats::CampusKind::Flat;
      history_.done(now_, command(cmd::OpenCampus{.campus = campus, .kind = kind}));
      auto flat = flat_of(6, campus);
      flat.period = PeriodId("2026");
      flat.from = berlin("2026-01-01");
      flat.to = berlin("2027-01-01");
      flat.rounding = i == 1 ? seats::Rounding::Full : seats::Rounding::Started;
      history_.done(now_, command(flat));
      history_.done(now_, command(cmd::EnableBothSeatTypes{.campus = campus}));
    }
    history_.done(now_, plan_with_credits());
    history_.done(now_, feature(credits::Feature::On));
    history_.done(now_, of_credits(package_of(10)));
    history_.done(now_, activate());
  }
  void step() {
    now_.ns += random_.pause_ns();
    switch (random_.below(15)) {
      case 0: {
        const std::string run = "R-" + std::to_string(++runs_);
        const Instant cutoff{now_.ns - static_cast<std::int64_t>(random_.below(40)) * 86'400'000'000'000};
        const auto scope = random_.below(4) == 0 ? bill::Scope::Seats : bill::Scope::All;
        static_cast<void>(history_.submit(now_, open(run, cutoff, scope)));
        break;
      }
      case 1:
        if (runs_ > 0) static_cast<void>(history_.submit(now_, close(a_run())));
        break;
      case 2:
        if (runs_ > 0 && random_.below(3) == 0) static_cast<void>(history_.submit(now_, abandon(a_run())));
        break;
      case 3:
      case 4:
        for (int i = 0; i < 8; ++i) static_cast<void>(history_.submit(now_, some_order()));
        break;
      case 5: correct_since(); break;
      default: static_cast<void>(history_.submit(now_, random_.next(now_, last())));
    }
  }
  [[nodiscard]] const std::vector<log::Group>& groups() const { return history_.groups(); }
  [[nodiscard]] int runs() const { return runs_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::uint32_t below(std::uint32_t count) { return random_.below(count); }

 private:
  /// Few orders, so that they are invoiced before and after they are credited, and reversed.
  rules::Command some_order() {
    const std::string month = std::to_string(now_.ns / (30 * 86'400'000'000'000));
    const std::string id = "o-" + month + "-" + std::to_string(random_.below(2));
    switch (random_.below(8)) {
      case 0:
      case 1: return order(id);
      case 2:
      case 3: return set_status(id, cr::NewOrderStatus::Credited);
      case 4: return set_status(id, cr::NewOrderStatus::Cancelled);
      case 5:
      case 6: return of_credits(cr::MarkOrderInvoiced{.order = OrderId(id), .ref = "I-1"});
      default: return reverse(id);
    }
  }
  /// A seat or a block taken back, or priced, since before now: the first that can be.
  void correct_since() {
    for (int tries = 0; tries < 40; ++tries) {
      const auto back = std::min<Position>(random_.below(200), last());
      const Instant since{now_.ns - static_cast<std::int64_t>(random_.below(40)) * 86'400'000'000'000};
      const auto outcome = history_.submit(
          now_, command(cmd::CorrectSeat{.event = last() - back, .reason = "a mistake"}), since);
      if (std::holds_alternative<Receipt>(outcome)) return;
    }
  }
  [[nodiscard]] Position last() const {
    const log::TenantSlice& newest = history_.groups().back().slices.back();
    return newest.first + newest.count - 1;
  }
  std::string a_run() { return "R-" + std::to_string(1 + random_.below(static_cast<std::uint32_t>(runs_))); }

  RandomSeats random_;
  LiveHistory history_;
  Instant now_ = berlin("2026-01-01");
  int runs_ = 0;
};

struct Verdict {
  std::set<std::string> billed;  // ids on closed runs
  std::set<std::string> held;    // on open ones
};

void judge_run(const std::vector<RecordedEvent>& events, const views::ViewStore& views,
               const kontor::billing::BillingRunOpened& opened, Verdict& verdict) {
  SCOPED_TRACE("run " + opened.run.value);
  const auto expected = naive_lines(events, opened.run);
  bill::LinesHash hash;
  std::int64_t amount = 0;
  for (const bill::Line& line : expected) {
    hash.add(line);
    amount += line.amount.value;
  }
  EXPECT_EQ(opened.lines_hash, hash.finish());
  EXPECT_EQ(opened.lines, expected.size());
  std::int64_t total = 0;
  for (const auto& one : opened.totals) total += one.amount.value;
  EXPECT_EQ(total, amount);
  expect_same_lines(all_lines(views, opened.run.value, 3), expected);

  const Answered statement = answered(views, statement_of(opened.run.value));
  const auto run = statement.body().getBillingStatement().getRun();
  if (run.getState() == wire::BillingRunState::ABANDONED) return;
  const bool closed = run.getState() == wire::BillingRunState::CLOSED;
  for (const bill::Line& line : expected) {
    EXPECT_TRUE(!verdict.billed.contains(line_id(line)) && !verdict.held.contains(line_id(line)))
        << "I10: billed twice: " << line_id(line);
    (closed ? verdict.billed : verdict.held).insert(line_id(line));
  }
}

/// What a course run was settled with and what was corrected beside it is what its lines say.
void judge_settlements(const std::vector<RecordedEvent>& events, const views::ViewStore& views) {
  const auto lines = naive_billable(events);
  for (const RecordedEvent& event : events) {
    const auto* settled = event_as<seats::CourseSettled>(event.body);
    if (settled == nullptr) continue;
    const std::string run = settled->course.value + "/" + std::to_string(settled->run) + "/";
    SCOPED_TRACE(run);
    std::map<std::string, std::int64_t> seats;
    std::int64_t all = 0;
    for (const bill::Line& line : lines) {
      if (line.kind != bill::LineKind::CourseSeat || !line.entity.starts_with(run)) continue;
      seats[line.entity] += line.amount.value;
      all += line.amount.value;
    }
    const Answered answer = answered(views, settlement(settled->course.value, settled->run, 10'000));
    const auto body = answer.body().getCourseSettlement();
    EXPECT_EQ(body.getAmount(), settled->amount.value);
    EXPECT_EQ(body.getBlocks(), settled->billed_blocks);
    EXPECT_EQ(body.getAmount() + body.getCorrectedAmount(), all);
    for (const auto row : body.getLines())
      EXPECT_EQ(row.getAmount() + row.getCorrectedAmount(), seats[run + std::to_string(row.getSeat())]);
  }
}

class BillingStorms : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, BillingStorms, testing::Range<std::uint64_t>(0, 3));

TEST_P(BillingStorms, NothingIsBilledTwiceAndNothingIsForgotten) {
  BillingStorm storm(GetParam());
  for (int i = 0; i < 120; ++i) storm.step();
  const auto events = events_of(storm.groups());
  const DerivedViews derived(storm.groups());
  Verdict verdict;
  for (const RecordedEvent& event : events)
    if (const auto* body = std::get_if<kontor::billing::Event>(&event.body))
      if (const auto* opened = std::get_if<kontor::billing::BillingRunOpened>(body))
        judge_run(events, *derived.store, *opened, verdict);
  judge_settlements(events, *derived.store);

  // What no run holds is what a run over everything would take, and what was settled by hand.
  std::set<std::string> left;
  for (const bill::Line& line : naive_billable(events))
    if (!verdict.billed.contains(line_id(line)) && !verdict.held.contains(line_id(line)))
      left.insert(line_id(line));
  EXPECT_EQ(left.size() + verdict.billed.size() + verdict.held.size(), naive_billable(events).size());
}

TEST_P(BillingStorms, TheSameRunAskedAgainGivesTheSameBytes) {
  BillingStorm storm(GetParam() + 1'000);
  DerivedViews derived;
  std::map<std::string, std::pair<std::string, std::string>> first;  // closed runs: statement and lines
  std::size_t applied = 0;
  for (int i = 0; i < 60; ++i) {
    storm.step();
    for (; applied < storm.groups().size(); ++applied) derived.apply(storm.groups()[applied]);
    const Answered runs = answered(*derived.store, all_runs());
    for (const auto run : runs.body().getBillingRuns().getRuns()) {
      if (run.getState() != wire::BillingRunState::CLOSED) continue;
      const std::string name = run.getRun().cStr();
      const std::pair words{body_words(*derived.store, statement_of(name)),
                            lines_words(*derived.store, lines_of(name, 10'000))};
      EXPECT_EQ(first.emplace(name, words).first->second, words) << "I10: run " << name << " has changed";
    }
  }
  const DerivedViews rebuilt(one_by_one(storm.groups()));
  for (const auto& [name, words] : first) {
    EXPECT_EQ(body_words(*rebuilt.store, statement_of(name)), words.first);
    EXPECT_EQ(lines_words(*rebuilt.store, lines_of(name, 10'000)), words.second);
  }
}

// TX-03: what support corrects since before is no hindrance to any question, and changes no run.
TEST_P(BillingStorms, CorrectionsSinceBeforeChangeNoRunWhateverItIsAskedAsOf) {
  BillingStorm storm(GetParam() + 2'000);
  for (int i = 0; i < 250; ++i) storm.step();
  const DerivedViews derived(storm.groups());
  std::map<std::string, Instant> opened;
  for (const RecordedEvent& event : events_of(storm.groups()))
    if (const auto* run = event_as<kontor::billing::BillingRunOpened>(event.body))
      opened[run->run.value] = event.envelope.effective_at;
  const Instant start = berlin("2026-01-01");
  const auto days = static_cast<std::uint32_t>((storm.now().ns - start.ns) / 86'400'000'000'000);
  for (int i = 0; i < 300; ++i) {
    const Instant then{start.ns + (1 + storm.below(days)) * 86'400'000'000'000};
    const auto as_of_then = [&](const Ask& question) { return as_of_time(then, question); };
    for (const Ask& question : {periods_of_campus("c-0"), usage_detail("c-0"), settlement("k-0"),
                                courses_of("p-1"), seat_of("p-2")}) {
      const views::AnswerOutcome outcome = ask(*derived.store, as_of_then(question));
      const auto* error = std::get_if<Error>(&outcome);
      ASSERT_EQ(error, nullptr) << then.text() << " " << (error == nullptr ? "" : error->message);
    }
    for (const auto& [run, at] : opened) {
      if (then < at) continue;
      const auto statement = [&](const Ask& question) {
        const Answered answer = answered(*derived.store, question);
        const auto body = answer.body().getBillingStatement();
        return std::pair(std::string(body.getRun().getLinesHash().cStr()), body.getUnsettledCourses());
      };
      ASSERT_EQ(statement(as_of_then(statement_of(run))), statement(statement_of(run))) << then.text();
      ASSERT_EQ(lines_words(*derived.store, as_of_then(lines_of(run, 10'000))),
                lines_words(*derived.store, lines_of(run, 10'000)))
          << then.text();
    }
  }
}

class Statement : public testing::Test {
 protected:
  Statement() {
    at("2027-01-01", command(cmd::OpenCampus{.campus = kCampus}));
    at("2027-01-01", command(flat_of(50)));
    at("2027-01-01", command(cmd::EnableBothSeatTypes{.campus = kCampus}));
    at("2027-01-01", command(course_from("2027-03-01", "2027-06-01")));
    at("2027-01-01", command(course_from("2027-03-01", "2027-06-15", kOtherCourse)));
    at("2027-02-15", invite("p-1", kCourseSeat));
    at("2027-02-15", invite("p-1", kCourseSeat, kOtherCourse));
  }
  void at(const char* local, const rules::Command& command) { history_.done(berlin(local), command); }
  rules::Command correct_block(const CourseId& course, std::uint32_t number) {
    Position position = 0;
    for (const RecordedEvent& event : events_of(history_.groups()))
      if (const auto* block = event_as<seats::CourseSeatBlockStarted>(event.body))
        if (block->course == course && block->seat == 1 && block->block == number)
          position = event.envelope.position;
    return command(cmd::CorrectSeat{.event = position, .reason = "a mistake"});
  }
  const views::ViewStore& views() {
    for (const log::Group& group : history_.groups()) derived_.apply(group);
    return *derived_.store;
  }

  LiveHistory history_;
  DerivedViews derived_;
};

TEST_F(Statement, WarnsOfCourseRunsThatAreInNoRun) {
  at("2027-06-20", open("R-1", berlin("2027-06-01")));
  const Answered answer = answered(views(), statement_of("R-1"));
  const auto statement = answer.body().getBillingStatement();
  EXPECT_EQ(statement.getRun().getLines(), 1U);
  EXPECT_EQ(statement.getRun().getTotals()[0].getAmount(), 4800);
  EXPECT_EQ(statement.getUnsettledCourses(), 1U);
  EXPECT_STREQ(statement.getUnsettled()[0].getCourse().cStr(), "k-2");
  at("2027-06-21", open("R-2", berlin("2027-06-21")));
  EXPECT_EQ(answered(views(), statement_of("R-1")).body().getBillingStatement().getUnsettledCourses(), 1U)
      << "the statement of a run says what was so when it was opened";
  EXPECT_EQ(answered(views(), statement_of("R-2")).body().getBillingStatement().getUnsettledCourses(), 0U);
}

TEST_F(Statement, WarnsOfCourseRunsWhateverItsScope) {
  at("2027-06-20", open("R-1", berlin("2027-06-20"), bill::Scope::Credits));
  EXPECT_EQ(answered(views(), statement_of("R-1")).body().getBillingStatement().getUnsettledCourses(), 2U);
}

TEST_F(Statement, WhatWasSettledLaterIsUnsettledInItAlsoBesideCorrections) {
  at("2027-06-20", open("R-1", berlin("2027-06-01")));
  at("2027-06-21", command(cmd::SettleCourse{.course = kOtherCourse, .run = 1, .invoice_ref = "by hand"}));
  at("2027-06-24",
     command(cmd::SetCourseSeatLimits{.course = kCourse, .campus_seats = 1, .course_seats = 1}));
  ASSERT_TRUE(std::holds_alternative<Receipt>(
      history_.submit(berlin("2027-07-01"), correct_block(kCourse, 2), berlin("2027-06-22"))));
  ASSERT_EQ(answered(views(), as_of_time(berlin("2027-06-25"), settlement(kCourse.value)))
                .body()
                .getCourseSettlement()
                .getBlocks(),
            3U)
      << "the correction is taken in";
  EXPECT_EQ(answered(views(), as_of_time(berlin("2027-06-25"), statement_of("R-1")))
                .body()
                .getBillingStatement()
                .getUnsettledCourses(),
            1U);
}

TEST_F(Statement, ASeatThatIsTakenBackSinceBeforeItStartedHindersNoQuestion) {
  at("2027-02-20", invite("p-2", kCourseSeat));
  Position reserved = 0;
  for (const RecordedEvent& event : events_of(history_.groups()))
    if (event_as<seats::CourseSeatReserved>(event.body) != nullptr) reserved = event.envelope.position;
  const rules::Command correction = command(cmd::CorrectSeat{.event = reserved, .reason = "a mistake"});
  ASSERT_TRUE(std::holds_alternative<Receipt>(
      history_.submit(berlin("2027-03-10"), correction, berlin("2027-02-25"))));
  const Answered answer = answered(views(), as_of_time(berlin("2027-02-26"), courses_of("p-2")));
  EXPECT_EQ(answer.body().getCoursesOf().getCourses()[0].getState(), wire::MembershipState::ENDED);
}

TEST_F(Statement, WhatIsSettledStaysBesideCorrectionsOfOtherRuns) {
  at("2027-02-20", invite("p-2", kCourseSeat));
  at("2027-06-20", open("R-1", berlin("2027-06-20")));
  at("2027-06-21", correct_block(kCourse, 2));
  at("2027-06-22", close("R-1"));
  at("2027-06-23", correct_block(kCourse, 1));
  const Answered answer = answered(views(), settlement(kCourse.value));
  const auto body = answer.body().getCourseSettlement();
  EXPECT_EQ(body.getBlocks(), 8U);
  EXPECT_EQ(body.getAmount(), 9600);
  EXPECT_EQ(body.getCorrectedBlocks(), -2);
  EXPECT_EQ(body.getCorrectedAmount(), -2400);
  EXPECT_EQ(body.getLines()[0].getBlocks(), 4U);
  EXPECT_EQ(body.getLines()[0].getAmount(), 4800);
  EXPECT_EQ(body.getLines()[0].getCorrectedBlocks(), -2);
  EXPECT_EQ(body.getLines()[0].getCorrectedAmount(), -2400);
  EXPECT_EQ(body.getLines()[1].getAmount(), 4800);
  EXPECT_EQ(body.getLines()[1].getCorrectedAmount(), 0);
}

TEST_F(Statement, RunsComeInPagesInTheOrderOfTheirOpening) {
  at("2027-06-20", open("b", berlin("2027-06-20")));
  at("2027-06-20", open("a", berlin("2027-06-20")));
  at("2027-06-20", close("b"));
  const Answered first = answered(views(), all_runs(1));
  EXPECT_STREQ(first.body().getBillingRuns().getRuns()[0].getRun().cStr(), "b");
  EXPECT_EQ(first.body().getBillingRuns().getRuns()[0].getState(), wire::BillingRunState::CLOSED);
  const std::string next = first.body().getBillingRuns().getNext().cStr();
  const Answered second = answered(views(), all_runs(1, next));
  EXPECT_STREQ(second.body().getBillingRuns().getRuns()[0].getRun().cStr(), "a");
  EXPECT_EQ(second.body().getBillingRuns().getNext().size(), 0U);
}

TEST_F(Statement, KnowsWhatItDoesNotKnow) {
  const auto refused = [this](const Ask& question) { return words_of(ask(views(), question)); };
  EXPECT_NE(refused(statement_of("none")).find("no billing run none"), std::string::npos);
  EXPECT_NE(refused(lines_of("none")).find("no billing run none"), std::string::npos);
  at("2027-06-20", open("R-1", berlin("2027-06-01")));
  EXPECT_NE(refused(lines_of("R-1", 0, "4.x.3")).find("cursor"), std::string::npos);
  EXPECT_NE(refused(lines_of("R-1", 10'001)).find("10000"), std::string::npos);
  EXPECT_NE(refused(all_runs(0, "b")).find("cursor"), std::string::npos);
}

}  // namespace
}  // namespace kontor::test
