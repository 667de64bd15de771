// Questions about billing runs (DOMAIN 7, projections/queries_billing.capnp).

#include <algorithm>
#include <tuple>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

constexpr std::size_t kUnsettledListed = 100;

void run_row(const BillingRun& from, wire::BillingRun::Builder out) {
  const billing::BillingRunOpened& opened = from.opened;
  out.setRun(opened.run.value);
  if (from.closed) out.setState(wire::BillingRunState::CLOSED);
  if (from.abandoned) out.setState(wire::BillingRunState::ABANDONED);
  out.setScope(static_cast<wire::BillingRunScope>(opened.scope));
  out.setCutoff(opened.cutoff_effective.ns);
  out.setCutoffPosition(opened.cutoff_position);
  out.setOpenedAt(from.at.ns);
  out.setOpenedPosition(from.position);
  out.setEndedAt(from.ended_at.ns);
  out.setEndedPosition(from.ended);
  out.setInvoiceRef(from.invoice_ref);
  out.setReason(from.reason);
  out.setLines(opened.lines);
  out.setCourseRuns(opened.course_runs);
  out.setUnpricedBlocks(opened.unpriced_blocks);
  out.setLinesHash(hex(opened.lines_hash));
  out.setFirstPosition(opened.first_position);
  auto totals = out.initTotals(static_cast<unsigned>(opened.totals.size()));
  for (unsigned i = 0; i < totals.size(); ++i) {
    totals[i].setCurrency(std::string(opened.totals[i].currency.text()));
    totals[i].setLines(opened.totals[i].lines);
    totals[i].setAmount(opened.totals[i].amount.value);
  }
}

void line_row(const Line& from, wire::BillingLine::Builder out) {
  const std::string id = from.id();
  out.setId(id);
  out.setKind(id.substr(0, id.find(':')));
  out.setEntity(from.entity);
  out.setEffectiveAt(from.at.ns);
  out.setPerson(from.person);
  out.setCorrects(from.corrects);
  out.setUnpricedBlocks(static_cast<std::uint64_t>(from.unpriced));
  out.setAmount(from.amount);
  out.setCurrency(std::string(from.currency.text()));
  std::int64_t quantity = 0;
  auto parts = out.initParts(static_cast<unsigned>(from.parts.size()));
  for (unsigned i = 0; i < parts.size(); ++i) {
    parts[i].setQuantity(from.parts[i].first);
    parts[i].setUnitPrice(from.parts[i].second);
    quantity += from.parts[i].first;
  }
  out.setQuantity(quantity);
  auto positions = out.initPositions(static_cast<unsigned>(from.positions.size()));
  for (unsigned i = 0; i < positions.size(); ++i) positions.set(i, from.positions[i]);
}

No runs(const Known& k, wire::BillingRuns::Builder out) {
  const auto& all = k.world.billing.runs;
  auto rows = out.initRuns(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < rows.size(); ++i) run_row(all[i], rows[i]);
  return {};
}

No lines(const BillingRun& run, wire::BillingLines::Builder out) {
  auto rows = out.initLines(static_cast<unsigned>(run.lines.size()));
  for (unsigned i = 0; i < rows.size(); ++i) line_row(run.lines[i], rows[i]);
  return {};
}

No statement(const BillingRun& run, wire::BillingStatement::Builder out) {
  run_row(run, out.initRun());
  std::vector<CourseRunDue> left = run.left_out;
  std::sort(left.begin(), left.end(), [](const CourseRunDue& a, const CourseRunDue& b) {
    return std::tie(a.course, a.run) < std::tie(b.course, b.run);
  });
  out.setUnsettledCourses(left.size());
  auto rows = out.initUnsettled(static_cast<unsigned>(std::min(left.size(), kUnsettledListed)));
  for (unsigned i = 0; i < rows.size(); ++i) {
    rows[i].setCourse(left[i].course.value);
    rows[i].setRun(left[i].run);
    rows[i].setEndedAt(left[i].at.ns);
  }
  return {};
}

}  // namespace

bool answer_billing(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out,
                    No& no) {
  using Q = wire::Query::Question;
  const auto run = [&](auto asked) {
    return k.world.billing.run(BillingRunId(std::string(asked.getRun().cStr())));
  };
  switch (q.which()) {
    case Q::BILLING_RUNS: no = runs(k, out.initBillingRuns()); return true;
    case Q::BILLING_LINES: {
      const BillingRun* asked = run(q.getBillingLines());
      no = asked == nullptr ? No(Reason::NotFound) : lines(*asked, out.initBillingLines());
      return true;
    }
    case Q::BILLING_STATEMENT: {
      const BillingRun* asked = run(q.getBillingStatement());
      no = asked == nullptr ? No(Reason::NotFound) : statement(*asked, out.initBillingStatement());
      return true;
    }
    default: return false;
  }
}

}  // namespace kontor::model
