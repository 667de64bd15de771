// kontor explain-number: which events made a number of an answer what it is (docs/auditing.md).

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "client/cli/context.h"
#include "client/cli/event_lines.h"
#include "client/cli/evidence_list.h"
#include "client/cli/pinned.h"
#include "client/cli/question.h"
#include "events/core/instant.h"
#include "projections/answer_numbers.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;

struct ExplainOptions {
  QuestionOptions question;
  std::string number;
  std::uint32_t limit = 0;
  std::string proofs;
  PinnedOptions pinned;
};

/// Nothing: the answer did not have it.
using Number = std::optional<std::int64_t>;

Number before_of(wire::ExplainedStep::Reader step) {
  return step.getBeforeAbsent() ? Number() : Number(step.getBefore());
}
Number after_of(wire::ExplainedStep::Reader step) {
  return step.getAfterAbsent() ? Number() : Number(step.getAfter());
}
Number value_of(wire::Explanation::Reader explanation) {
  return explanation.getValueAbsent() ? Number() : Number(explanation.getValue());
}
Number first_of(wire::Explanation::Reader explanation) {
  return explanation.getFirstAbsent() ? Number() : Number(explanation.getFirst());
}

// 64 bits are text in JSON, as everywhere.
json::value number_json(Number number) {
  return number ? json::value(std::to_string(*number)) : json::value("absent");
}

json::object event_of(wire::ExplainedStep::Reader step) {
  const auto bytes = step.getEvent();
  const auto event = protocol::stored_event_to_json(
      std::string_view(reinterpret_cast<const char*>(bytes.begin()), bytes.size()));
  return event ? *event : json::object{{"type", "unreadable"}};
}

/// For people: one line an event. For programs: the whole event.
json::object row_of(wire::ExplainedStep::Reader step, OutputForm form) {
  const json::object event = event_of(step);
  json::object row{{"position", std::to_string(step.getPosition())}};
  if (form == OutputForm::Json || form == OutputForm::Ndjson) {
    row["before"] = number_json(before_of(step));
    row["after"] = number_json(after_of(step));
    row["event"] = event;
    return row;
  }
  const json::object line = short_form(event);
  const auto say = [&](const char* to, const char* from) {
    if (const auto* value = line.if_contains(from)) row[to] = *value;
  };
  say("when", "effectiveAt");
  say("event", "type");
  row["change"] = fmt::format("{:+}", step.getAfter() - step.getBefore());
  row["value"] = number_json(after_of(step));
  say("stream", "stream");
  say("says", "says");
  return row;
}

json::object explanation_json(const ExplainOptions& options, wire::Explanation::Reader explanation,
                              OutputForm form) {
  json::object out{{"type", options.question.type},
                   {"fields", fmt::format("{}", fmt::join(options.question.arguments, " "))},
                   {"number", options.number},
                   {"position", std::to_string(explanation.getPosition())},
                   {"effectiveAt", Instant{explanation.getEffectiveAt()}.text()},
                   {"value", number_json(value_of(explanation))},
                   {"first", number_json(first_of(explanation))},
                   {"byTime", std::to_string(explanation.getByTime())},
                   {"leftOut", std::to_string(explanation.getLeftOut())},
                   {"looked", std::to_string(explanation.getLooked())}};
  json::array steps;
  for (const auto step : explanation.getSteps()) steps.push_back(row_of(step, form));
  out["steps"] = std::move(steps);
  return out;
}

/// What a file of evidence says was explained, and the events that are to be proven.
struct Explained {
  json::object said;
  Position position = 0;
  std::vector<Position> steps;
};

Explained explained_by(const ExplainOptions& options, wire::Explanation::Reader explanation) {
  Explained kept{explanation_json(options, explanation, OutputForm::Json), explanation.getPosition(), {}};
  kept.said["format"] = kExplanationFormat;
  json::array steps;
  for (const auto step : explanation.getSteps()) {
    kept.steps.push_back(step.getPosition());
    json::object row = row_of(step, OutputForm::Json);
    row.erase("event");  // proven on a line of its own
    steps.push_back(std::move(row));
  }
  kept.said["steps"] = std::move(steps);
  return kept;
}

void prove(Context& context, client::Connection& connection, const ExplainOptions& options,
           const Explained& explained) {
  const auto evidence =
      EvidenceList::open(context, connection, options.pinned, options.proofs, explained.position);
  if (!evidence || !evidence->say(explained.said) || !evidence->prove(explained.steps) || !evidence->finish())
    return;
  fmt::print(stderr, "{} events proven against a signed tree of {}: {}\n", evidence->events(),
             evidence->checkpoint().size, options.proofs);
}

void explain(Context& context, client::Connection& connection, const ExplainOptions& options) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  auto request = frame.initExplain();
  if (!fill_query(context, options.question, request.initQuery())) return;
  request.setNumber(options.number);
  request.setLimit(options.limit);
  std::optional<Explained> explained;
  static_cast<void>(ask(context, connection, message, [&](wire::Frame::Reader answer) {
    if (report_no(context, answer, "")) return;
    const OutputForm form = context.output();
    const auto explanation = answer.getExplanation();
    fmt::print("{}", render(explanation_json(options, explanation, form), form));
    if (explanation.getByTime() != 0)
      fmt::print(stderr, "{:+} by the passing of time, without an event\n", explanation.getByTime());
    if (explanation.getLeftOut() != 0)
      fmt::print(stderr, "{} older events are left out: --limit\n", explanation.getLeftOut());
    if (!options.proofs.empty()) explained = explained_by(options, explanation);
  }));
  if (explained) prove(context, connection, options, *explained);
}

/// Every number of the answer, under the name it can be explained by.
void list_numbers(Context& context, client::Connection& connection, const ExplainOptions& options) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  if (!fill_query(context, options.question, frame.initQuery())) return;
  static_cast<void>(ask(context, connection, message, [&](wire::Frame::Reader answer) {
    if (report_no(context, answer, "")) return;
    const auto answered = answer.getAnswer();
    json::array numbers;
    for (const auto& each : views::numbers_of(answered))
      numbers.push_back(json::object{{"number", each.path}, {"value", std::to_string(each.value)}});
    const json::object out{{"type", options.question.type},
                           {"position", std::to_string(answered.getPosition())},
                           {"effectiveAt", Instant{answered.getEffectiveAt()}.text()},
                           {"numbers", std::move(numbers)}};
    fmt::print("{}", render(out, context.output()));
  }));
}

void run(Context& context, const ExplainOptions& options) {
  const auto connection = context.connect();
  if (!connection) return;
  if (options.number.empty()) return list_numbers(context, *connection, options);
  explain(context, *connection, options);
}

}  // namespace

void add_explain_number(CLI::App& app, Context& context) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain-number", "which events made a number of an answer what it is");
  command->footer(
      "kontor explain-number UsageStatistics campus=c-1\n"
      "kontor explain-number UsageStatistics campus=c-1 --number occupiedCampusSeats\n"
      "kontor explain-number UsageDetail campus=c-1 --number 'courses[course=k-1].members' --as-of "
      "2027-03-31\n"
      "kontor explain-number UsageStatistics campus=c-1 --number contingent --proofs why.jsonl --key "
      "ledger.pub\n"
      "Without --number it lists the numbers of the answer.");
  add_question_options(*command, options->question);
  command->add_option("--number", options->number, "path of the number in the answer");
  command->add_option("--limit", options->limit,
                      "events at most, the newest: 1 to 10000; 1000 when left out");
  command->add_option("--proofs", options->proofs, "write the evidence of these events to this file");
  add_key_option(*command, options->pinned)->envname("KONTOR_KEY");
  add_server_options(*command, context);
  command->callback([&context, options] { run(context, *options); });
}

}  // namespace kontor::cli
