#include <fmt/format.h>

#include "client/cli/context.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

void show_status(Context& context) {
  const auto connection = context.connect();
  if (!connection) return;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  frame.setStatus();
  static_cast<void>(ask(context, *connection, message, [&](wire::Frame::Reader answer) {
    if (report_no(context, answer, "")) return;
    fmt::print("{}", render(protocol::struct_to_json(answer.getStatusReport()), context.output()));
  }));
}

/// 0 ready, 7 there but not ready, 6 no answer: for scripts and service managers.
void show_ready(Context& context) {
  const auto connection = context.connect();
  if (connection) fmt::print("ready\n");
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  CLI::App* status = app.add_subcommand("status", "show where the server and the tenant stand");
  add_server_options(*status, context);
  status->callback([&context] { show_status(context); });
  CLI::App* ready = app.add_subcommand("ready", "exit with 0 once the server answers");
  add_server_options(*ready, context);
  ready->callback([&context] { show_ready(context); });
}

}  // namespace kontor::cli
