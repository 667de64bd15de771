#include <fmt/format.h>

#include <charconv>

#include "client/cli/context.h"
#include "client/cli/fields.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

using protocol::Form;

struct QueryOptions {
  std::string type;
  std::vector<std::string> arguments;
  std::string as_of;
  std::uint64_t wait_position = 0;
};

/// A position, a moment, a day (its first instant, UTC), or `now`.
Status set_as_of(const std::string& text, wire::Query::AsOf::Builder as_of) {
  if (text.empty() || text == "now") {
    as_of.setHead();
    return {};
  }
  std::uint64_t position = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (code == std::errc() && end == text.data() + text.size()) {
    as_of.setPosition(position);
    return {};
  }
  const bool day = text.size() == 10;
  const auto at = Instant::parse(day ? text + "T00:00:00Z" : text);
  if (!at) return fail(at.error());
  as_of.setTime(at->ns);
  return {};
}

bool fill(Context& context, const QueryOptions& options, wire::Query::Builder query) {
  boost::json::object question{{"type", options.type}};
  if (!add_fields(context, Form::Question, options.type, options.arguments, question)) return false;
  Status read = protocol::question_from_json(question, query.getQuestion());
  if (read) read = set_as_of(options.as_of, query.getAsOf());
  query.setWaitPosition(options.wait_position);
  if (!read) wrong_fields(context, options.type, read.error().message);
  return read.has_value();
}

void run(Context& context, const QueryOptions& options) {
  if (!known_type(context, Form::Question, options.type)) return;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  if (!fill(context, options, frame.initQuery())) return;
  const auto connection = context.connect();
  if (!connection) return;
  static_cast<void>(ask(context, *connection, message, [&](wire::Frame::Reader answer) {
    if (report_no(context, answer, "")) return;
    const OutputForm form = context.output();
    fmt::print("{}", render(protocol::answer_to_json(answer.getAnswer()), form));
  }));
}

}  // namespace

void add_query(CLI::App& app, Context& context) {
  auto options = std::make_shared<QueryOptions>();
  CLI::App* command = app.add_subcommand("query", "ask a question, now or as of any moment");
  command->footer(
      "kontor query RemainingSeats course=k-1\n"
      "kontor query UsageStatistics campus=c-1 --as-of 2027-03-31T22:00:00Z\n"
      "`kontor explain queries` lists the questions.");
  command->add_option("question", options->type, "such as RemainingSeats")->required();
  command->add_option("fields", options->arguments, "its fields: key=value ...");
  command->add_option("--as-of", options->as_of, "position, RFC 3339 time, day (UTC), or now");
  command->add_option("--wait-position", options->wait_position, "answer once the views have this position");
  add_server_options(*command, context);
  command->callback([&context, options] { run(context, *options); });
}

}  // namespace kontor::cli
