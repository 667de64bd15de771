// The verifier's own figures against two others: the views of the server, and the naive bill.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include <fstream>

#include "replay/verifier/audit.h"
#include "replay/verifier/report.h"
#include "server/protocol/json.h"
#include "tests/support/all_domains.h"
#include "tests/support/bundles.h"
#include "tests/support/naive_billing.h"
#include "tests/support/questions.h"
#include "tests/support/temporary_directory.h"

namespace kontor::verifier {
namespace {

using test::Answered;
using test::Ask;

Outcome audited(const std::vector<log::Group>& groups, const Request& extra = {}) {
  const SigningKey key = test::signing_key();
  const test::BundleOf what{.tenant = TenantId("t")};
  const std::string bundle = test::bundle_of(groups, what, key);
  Request request = extra;
  request.key = test::pinned(key);
  return audit(request, test::source_of(bundle));
}

class Stories : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Stories, testing::Range<std::uint64_t>(0, 4));

TEST_P(Stories, HaveEveryLineThatTheNaiveBillHas) {
  const auto groups = test::all_domains(GetParam(), 500);
  const Outcome outcome = audited(groups);
  ASSERT_TRUE(std::holds_alternative<Report>(outcome)) << to_text(outcome);
  const Report& report = std::get<Report>(outcome);
  const auto events = test::recorded_events(groups);
  std::size_t lines = 0;
  std::size_t closed = 0;
  for (const BillingRun& run : report.tenants.at("t")->figures.billing().runs()) {
    if (run.phase == BillingRun::Phase::Closed) ++closed;
    const auto expected = test::naive_lines(events, run.opened.run);
    ASSERT_EQ(run.lines.size(), expected.size()) << run.opened.run.value;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(run.lines[i].id(), rules::billing::line_id(expected[i]));
      EXPECT_EQ(run.lines[i].parts_text(), rules::billing::parts_text(expected[i].parts));
      EXPECT_EQ(run.lines[i].amount, expected[i].amount);
      EXPECT_EQ(run.lines[i].evidence, expected[i].evidence);
    }
    lines += expected.size();
  }
  EXPECT_GT(lines, 5U);
  EXPECT_GT(closed, 0U);
}

/// Questions about everything that the report has a figure of.
std::vector<Ask> questions_about(const Figures& figures) {
  std::vector<Ask> out;
  for (const auto& [user, account] : figures.credits().accounts())
    for (int i = 0; i < 3; ++i)
      out.push_back([user = user, i](wire::Query::Builder query) {
        auto question = query.getQuestion();
        if (i == 0) question.initMenuBalance().setUser(user);
        if (i == 1) question.initCreditOverview().setUser(user);
        if (i == 2) question.initTransactionList().setUser(user);
      });
  for (const auto& [group, seats] : figures.access().groups())
    out.push_back([group = group](wire::Query::Builder query) {
      query.getQuestion().initGroupOverview().setGroup(group);
    });
  for (const auto& [campus, used] : figures.seats().used()) out.push_back(test::usage_statistics(campus));
  for (const auto& [community, used] : figures.pools().used()) out.push_back(test::community_pool(community));
  for (const BillingRun& run : figures.billing().runs()) {
    const std::string id = run.opened.run.value;
    out.push_back(
        [id](wire::Query::Builder query) { query.getQuestion().initBillingStatement().setRun(id); });
    if (run.lines.empty()) continue;
    out.push_back([id](wire::Query::Builder query) { query.getQuestion().initBillingLines().setRun(id); });
  }
  out.push_back([](wire::Query::Builder query) { query.getQuestion().initBillingRuns(); });
  return out;
}

class Answers {
 public:
  explicit Answers(std::uint64_t seed) : groups_(test::all_domains(seed, 400)), views_(groups_) {
    const Outcome outcome = audited(groups_);
    const auto* report = std::get_if<Report>(&outcome);
    EXPECT_NE(report, nullptr) << to_text(outcome);
    if (report == nullptr) return;
    for (const Ask& question : questions_about(report->tenants.at("t")->figures)) {
      const Answered answer = test::answered(*views_.store, question);
      answers_.push_back(protocol::answer_to_json(*answer));
      answers_.back()["position"] = std::to_string(report->events);  // as the server's query service does
    }
  }
  [[nodiscard]] std::vector<boost::json::object>& all() { return answers_; }
  /// The first of that type.
  [[nodiscard]] boost::json::object& of(std::string_view type, std::string_view list = "") {
    for (auto& answer : answers_)
      if (answer["type"].as_string() == type && (list.empty() || answer[list].as_array().size() > 1))
        return answer;
    ADD_FAILURE() << "no " << type;
    return answers_.front();
  }
  [[nodiscard]] Outcome judged() {
    const auto file = directory_.path() / "claims.json";
    std::ofstream out(file);
    for (const auto& answer : answers_) out << boost::json::serialize(answer) << "\n";
    out.close();
    Request request;
    request.claims = file;
    return audited(groups_, request);
  }

 private:
  test::TemporaryDirectory directory_;
  std::vector<log::Group> groups_;
  test::DerivedViews views_;
  std::vector<boost::json::object> answers_;
};

TEST_P(Stories, AreToldByTheServerAsByTheVerifier) {
  Answers answers(GetParam());
  const Outcome outcome = answers.judged();
  ASSERT_TRUE(std::holds_alternative<Report>(outcome)) << to_text(outcome);
  const Claims::Outcome& claims = *std::get<Report>(outcome).claims;
  EXPECT_GT(claims.held, 20U);
  EXPECT_EQ(claims.held + claims.others, answers.all().size());
  EXPECT_LT(claims.others, 10U);  // lists without a row do not say whose they are
}

// A lying server (issue 4, c): wrong totals, shortened and swapped lists.
TEST(Claims, ThatTheEventsDoNotBearOutAreContradictions) {
  const auto expect_found = [](const std::function<void(Answers&)>& lie, std::string_view about) {
    Answers answers(1);
    lie(answers);
    const Outcome outcome = answers.judged();
    ASSERT_TRUE(std::holds_alternative<Finding>(outcome)) << about;
    EXPECT_EQ(std::get<Finding>(outcome).kind, "claim") << about;
  };
  expect_found([](Answers& a) { a.of("MenuBalance")["balance"] = "100000"; }, "balance");
  expect_found([](Answers& a) { a.of("GroupOverview")["available"] = "99"; }, "seats of a group");
  expect_found([](Answers& a) { a.of("UsageStatistics")["occupiedCampusSeats"] = "99"; }, "campus seats");
  expect_found([](Answers& a) { a.of("CommunityPool")["occupied"] = "99"; }, "community seats");
  expect_found([](Answers& a) { a.of("BillingStatement")["run"].as_object()["lines"] = "99"; }, "lines");
  expect_found([](Answers& a) { a.of("BillingRuns")["runs"].as_array().pop_back(); }, "a run left out");
  expect_found([](Answers& a) { a.of("BillingLines", "lines")["lines"].as_array().pop_back(); },
               "the last line left out");
  expect_found(
      [](Answers& a) {
        auto& lines = a.of("BillingLines", "lines")["lines"].as_array();
        lines[1].as_object()["amount"] = "1";
      },
      "an amount");
  expect_found(
      [](Answers& a) { a.of("TransactionList", "transactions")["transactions"].as_array().pop_back(); },
      "the oldest transaction left out");
  expect_found(
      [](Answers& a) {
        auto& list = a.of("TransactionList", "transactions")["transactions"].as_array();
        list.erase(list.begin());
      },
      "the newest transaction left out");
}

}  // namespace
}  // namespace kontor::verifier
