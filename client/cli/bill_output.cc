#include "client/cli/bill_output.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <functional>
#include <optional>

#include "client/cli/evidence_list.h"
#include "engine/rules/billing/line.h"
#include "events/reasons.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kPageRows = 5'000;

/// Every record of a statement as CSV has the same columns: docs/billing.md says what they hold.
constexpr const char* kColumns =
    "record,id,kind,entity,effectiveAt,person,corrects,parts,quantity,unpricedBlocks,amount,currency,"
    "positions,linesHash\n";

/// Asks one question; false after a reported failure or refusal.
bool question(Context& context, client::Connection& connection, Position wait,
              const std::function<void(wire::Query::Question::Builder)>& fill,
              const std::function<void(wire::Answer::Reader)>& read) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  auto query = frame.initQuery();
  query.getAsOf().setHead();
  query.setWaitPosition(wait);
  fill(query.getQuestion());
  bool answered = false;
  static_cast<void>(ask(context, connection, message, [&](wire::Frame::Reader answer) {
    if (report_no(context, answer, "")) return;
    read(answer.getAnswer());
    answered = true;
  }));
  return answered;
}

std::string text(capnp::Text::Reader value) { return {value.cStr(), value.size()}; }

rules::billing::Line line_of(wire::BillingLine::Reader row) {
  rules::billing::Line line;
  for (const auto part : row.getParts())
    line.parts.push_back({part.getQuantity(), MinorUnits{part.getUnitPrice()}});
  line.effective_at = Instant{row.getEffectiveAt()};
  line.person = text(row.getPerson());
  line.corrects = text(row.getCorrects());
  line.unpriced = row.getUnpricedBlocks();
  line.amount = MinorUnits{row.getAmount()};
  const std::string code = text(row.getCurrency());
  if (code.size() == 3) line.currency = Currency{{code[0], code[1], code[2]}};
  for (const Position position : row.getPositions()) line.evidence.push_back(position);
  return line;
}

std::string positions_text(const std::vector<Position>& positions) {
  return fmt::format("{}", fmt::join(positions, " "));
}

std::string csv_line(wire::BillingLine::Reader row) {
  const rules::billing::Line line = line_of(row);
  return fmt::format("line,{},{},{},{},{},{},{},{},{},{},{},{},\n", csv_cell(text(row.getId())),
                     csv_cell(text(row.getKind())), csv_cell(text(row.getEntity())), line.effective_at.text(),
                     csv_cell(line.person), csv_cell(line.corrects),
                     csv_cell(rules::billing::parts_text(line.parts)), row.getQuantity(), line.unpriced,
                     line.amount.value, line.currency.text(), positions_text(line.evidence));
}

/// A line for tables and lists: its parts in one cell.
json::object flat_line(wire::BillingLine::Reader row) {
  json::object flat;
  const rules::billing::Line line = line_of(row);
  flat["id"] = text(row.getId());
  flat["effectiveAt"] = line.effective_at.text();
  flat["person"] = line.person;
  flat["corrects"] = line.corrects;
  flat["parts"] = rules::billing::parts_text(line.parts);
  flat["amount"] = std::to_string(line.amount.value);
  flat["currency"] = std::string(line.currency.text());
  flat["positions"] = positions_text(line.evidence);
  return flat;
}

/// Prints the pages of lines in one form.
class LinePrinter {
 public:
  explicit LinePrinter(OutputForm form) : form_(form) {}

  void print(wire::BillingLines::Reader page) {
    json::array rows;
    for (const auto row : page.getLines()) {
      hash_.add(text(row.getId()), line_of(row));
      switch (form_) {
        case OutputForm::Csv: fmt::print("{}", csv_line(row)); break;
        case OutputForm::Json:
          fmt::print("{}{}", first_ ? "" : ",\n", json::serialize(protocol::struct_to_json(row)));
          break;
        case OutputForm::Ndjson: fmt::print("{}\n", json::serialize(protocol::struct_to_json(row))); break;
        case OutputForm::Table:
        case OutputForm::Plain: rows.push_back(flat_line(row)); break;
      }
      first_ = false;
    }
    if (!rows.empty()) fmt::print("{}", render_list(rows, form_));
  }
  [[nodiscard]] std::string hash() { return hex(hash_.finish()); }

 private:
  OutputForm form_;
  bool first_ = true;
  rules::billing::LinesHash hash_;
};

/// A line with the events it rests on, kept while others are asked for.
struct ProvenLine {
  json::object line;
  std::vector<Position> positions;
};

bool prove(EvidenceList& evidence, const std::vector<ProvenLine>& lines) {
  for (const ProvenLine& each : lines)
    if (!evidence.say({{"format", kBillingLineFormat}, {"line", each.line}}) ||
        !evidence.prove(each.positions))
      return false;
  return true;
}

/// All pages of a run's lines, and their evidence if it is wanted; the hash over them, or nullopt after a
/// reported failure.
std::optional<std::string> print_lines(Context& context, client::Connection& connection, const Shown& shown,
                                       EvidenceList* evidence) {
  LinePrinter printer(context.output());
  std::string after;
  do {
    std::vector<ProvenLine> to_prove;
    const bool answered = question(
        context, connection, shown.wait,
        [&](wire::Query::Question::Builder q) {
          auto lines = q.initBillingLines();
          lines.setRun(shown.run);
          lines.setAfter(after);
          lines.setLimit(kPageRows);
        },
        [&](wire::Answer::Reader answer) {
          const auto page = answer.getBody().getBillingLines();
          printer.print(page);
          after = text(page.getNext());
          if (evidence == nullptr) return;
          for (const auto row : page.getLines())
            to_prove.push_back({protocol::struct_to_json(row), line_of(row).evidence});
        });
    if (!answered || (evidence != nullptr && !prove(*evidence, to_prove))) return std::nullopt;
  } while (!after.empty());
  return printer.hash();
}

void csv_totals(wire::BillingStatement::Reader statement) {
  const auto run = statement.getRun();
  for (const auto total : run.getTotals())
    fmt::print("total,{},,,,,,,{},,{},{},,\n", csv_cell(text(run.getRun())), total.getLines(),
               total.getAmount(), text(total.getCurrency()));
  for (const auto course : statement.getUnsettled())
    fmt::print("unsettled,{},,,{},,,,,,,,,\n",
               csv_cell(fmt::format("{}/{}", text(course.getCourse()), course.getRun())),
               Instant{course.getEndedAt()}.text());
  const json::object names = protocol::struct_to_json(run);
  const auto name = [&names](const char* field, const char* otherwise) {
    const auto* value = names.if_contains(field);
    return value == nullptr ? std::string(otherwise) : cell(*value);
  };
  fmt::print("run,{},{},{},{},{},,,{},{},,,{},{}\n", csv_cell(text(run.getRun())), name("state", "open"),
             name("scope", "all"), Instant{run.getCutoff()}.text(), csv_cell(text(run.getInvoiceRef())),
             run.getLines(), run.getUnpricedBlocks(), run.getCutoffPosition(), text(run.getLinesHash()));
}

void warn(wire::BillingStatement::Reader statement) {
  if (statement.getUnsettledCourses() != 0)
    fmt::print(stderr,
               "kontor: warning [5004 UNSETTLED_COURSE] {} course runs had ended and are in no billing run\n",
               statement.getUnsettledCourses());
  if (statement.getRun().getUnpricedBlocks() != 0)
    fmt::print(
        stderr,
        "kontor: warning [3021 PRICE_TIER_MISSING] {} blocks had no price when their course run ended\n",
        statement.getRun().getUnpricedBlocks());
}

void print_totals(wire::BillingStatement::Reader statement, OutputForm form) {
  if (form == OutputForm::Csv) return csv_totals(statement);
  json::object object = protocol::struct_to_json(statement);
  if (form == OutputForm::Ndjson) object["record"] = "statement";
  fmt::print("{}", render(object, form == OutputForm::Plain ? OutputForm::Table : form));
}

/// The opening of the run holds the hash over its lines: with it the lines are those that were frozen.
void finish_proofs(EvidenceList& evidence, wire::BillingStatement::Reader statement, const std::string& hash,
                   const std::string& path) {
  const std::array opened{statement.getRun().getOpenedPosition()};
  if (!evidence.prove(opened)) return;
  if (!evidence.finish({{"run", text(statement.getRun().getRun())},
                        {"openedPosition", std::to_string(opened.front())},
                        {"linesHash", hash}}))
    return;
  fmt::print(stderr, "{} events proven against a signed tree of {}: {}\n", evidence.events(),
             evidence.checkpoint().size, path);
}

}  // namespace

void show_statement(Context& context, client::Connection& connection, const Shown& shown) {
  const OutputForm form = context.output();
  capnp::MallocMessageBuilder kept;
  const bool answered = question(
      context, connection, shown.wait,
      [&](wire::Query::Question::Builder q) { q.initBillingStatement().setRun(shown.run); },
      [&](wire::Answer::Reader answer) { kept.setRoot(answer.getBody().getBillingStatement()); });
  if (!answered) return;
  const auto statement = kept.getRoot<wire::BillingStatement>().asReader();
  warn(statement);
  if (shown.content == Content::Totals) {
    if (form == OutputForm::Csv) fmt::print("{}", kColumns);
    return print_totals(statement, form);
  }
  std::unique_ptr<EvidenceList> evidence;
  const Position opened = statement.getRun().getOpenedPosition();
  if (!shown.proofs.empty()) {
    evidence = EvidenceList::open(context, connection, shown.pinned, shown.proofs, opened);
    if (!evidence) return;
  }
  const bool whole = shown.content == Content::Whole;
  if (form == OutputForm::Csv) fmt::print("{}", kColumns);
  if (form == OutputForm::Json && whole)
    fmt::print("{{\"statement\":{},\n\"lines\":[\n", json::serialize(protocol::struct_to_json(statement)));
  if (form == OutputForm::Json && !whole) fmt::print("[\n");
  if (form == OutputForm::Ndjson && whole) print_totals(statement, form);
  const auto hash = print_lines(context, connection, shown, evidence.get());
  if (!hash) return;
  if (form == OutputForm::Json) fmt::print("{}\n", whole ? "]}" : "]");
  if (whole && form != OutputForm::Json && form != OutputForm::Ndjson) {
    if (form != OutputForm::Csv) fmt::print("\n");
    print_totals(statement, form);
  }
  if (*hash != text(statement.getRun().getLinesHash()))
    context.fail(kDiffers, fmt::format("the lines of run {} are not those it was opened with", shown.run),
                 fmt::format("hash of these lines {}", *hash),
                 "kontor verify; then let the views be derived again");
  if (evidence) finish_proofs(*evidence, statement, *hash, shown.proofs);
}

void show_runs(Context& context, client::Connection& connection) {
  std::string after;
  json::array rows;
  do {
    const bool answered = question(
        context, connection, 0,
        [&](wire::Query::Question::Builder q) {
          auto runs = q.initBillingRuns();
          runs.setAfter(after);
          runs.setLimit(kPageRows);
        },
        [&](wire::Answer::Reader answer) {
          const auto page = answer.getBody().getBillingRuns();
          for (const auto run : page.getRuns()) rows.push_back(protocol::struct_to_json(run));
          after = text(page.getNext());
        });
    if (!answered) return;
  } while (!after.empty());
  fmt::print("{}", render_list(rows, context.output()));
}

bool opened_before(wire::Refusal::Reader refusal, const Asked& asked) {
  if (refusal.getCode() != static_cast<std::uint16_t>(Reason::AlreadyExists)) return false;
  if (refusal.getBecause().size() == 0) return false;
  const auto fact = [&refusal](std::string_view name) {
    for (const auto one : refusal.getFacts())
      if (text(one.getName()) == name) return text(one.getValue());
    return std::string();
  };
  if (asked.cutoff == Cutoff::WhateverItIs) return fact("scope") == asked.scope;
  return fact("same") == "yes";
}

}  // namespace kontor::cli
