#include <fmt/format.h>

#include "client/cli/context.h"
#include "client/cli/question.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

void run(Context& context, const QuestionOptions& options) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  if (!fill_query(context, options, frame.initQuery())) return;
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
  auto options = std::make_shared<QuestionOptions>();
  CLI::App* command = app.add_subcommand("query", "ask a question, now or as of any moment");
  command->footer(
      "kontor query RemainingSeats course=k-1\n"
      "kontor query UsageStatistics campus=c-1 --as-of 2027-03-31T22:00:00Z\n"
      "kontor query UsageStatistics campus=c-1 --as-of 2027-03-31T22:00:00Z --known-at 48120\n"
      "`kontor explain queries` lists the questions.");
  add_question_options(*command, *options);
  add_server_options(*command, context);
  command->callback([&context, options] { run(context, *options); });
}

}  // namespace kontor::cli
