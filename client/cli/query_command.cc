#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "client/cli/context.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"
#include "server/protocol/suggest.h"

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
  for (const std::string& argument : options.arguments) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      context.fail(kUsage, fmt::format("\"{}\" is not a field; write key=value", argument), "",
                   fmt::format("kontor explain {} shows the fields", options.type));
      return false;
    }
    auto value = protocol::argument_to_json(Form::Question, options.type, argument.substr(0, equals),
                                            std::string_view(argument).substr(equals + 1));
    if (!value) {
      context.fail(kUsage, value.error().message, "", "");
      return false;
    }
    question[argument.substr(0, equals)] = std::move(*value);
  }
  Status read = protocol::question_from_json(question, query.getQuestion());
  if (read) read = set_as_of(options.as_of, query.getAsOf());
  query.setWaitPosition(options.wait_position);
  if (!read)
    context.fail(kUsage, read.error().message, "",
                 fmt::format("kontor explain {} shows the fields", options.type));
  return read.has_value();
}

void run(Context& context, const QueryOptions& options) {
  const auto types = protocol::type_names(Form::Question);
  if (std::ranges::find(types, options.type) == types.end())
    return context.fail(
        kUsage,
        fmt::format("there is no query {}{}", options.type, protocol::suggestion(options.type, types)), "",
        "kontor explain queries lists them");
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
