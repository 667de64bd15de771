#pragma once
// What the subcommands share: where the server is, how results look, and what the shell is told.

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/client.h"
#include "client/pipeline.h"

namespace kontor::cli {

/// The value of a variable of the environment, or what holds without it. The parser's own way of reading it
/// would put the options of verbs that were not named over those that were.
[[nodiscard]] std::string environment_or(const char* name, std::string_view otherwise);

struct Context {
  std::string server = environment_or("KONTOR_SERVER", "127.0.0.1:7419");
  std::string tenant = environment_or("KONTOR_TENANT", "main");
  std::string form;  // of -o; empty: by what standard output is
  double timeout_seconds = 30;
  int exit_code = kDone;
  Position highest_position = 0;  // that is known to have been: a server behind it says so, or is found out
  client::Receipts receipts = client::Receipts::Plain;

  [[nodiscard]] OutputForm output() const;
  [[nodiscard]] client::Connection::Timeout timeout() const;
  /// Connects as the options say; says what is wrong on standard error and sets the exit code otherwise.
  [[nodiscard]] std::unique_ptr<client::Connection> connect();
  [[nodiscard]] client::Greeting greeting() const;

  void fail(int code, std::string_view what, std::string_view why, std::string_view advice);
  void fail(const client::Failure& failure);
};

/// --server, --tenant, -o, --timeout: what every verb of a running server takes.
void add_server_options(CLI::App& command, Context& context);
void add_output_option(CLI::App& command, Context& context);

/// Sends one request and hands its answer to `read`; false after a failure that has been reported.
[[nodiscard]] bool ask(Context& context, client::Connection& connection, capnp::MessageBuilder& request,
                       const std::function<void(wire::Frame::Reader)>& read);

/// Reports an answer that is a refusal or an error, and sets the exit code; false when it is neither.
[[nodiscard]] bool report_no(Context& context, wire::Frame::Reader answer, std::string_view afterwards);
void report_refusal(Context& context, wire::Refusal::Reader refusal, std::string_view afterwards);
void report_error(Context& context, wire::Error::Reader error);

/// A random command id.
[[nodiscard]] CommandId make_command_id();
/// Real time, for retries.
[[nodiscard]] client::Pipeline::Waiting real_waiting();

// One line each in main.cc; one file each beside it.
void add_serve(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_submit(CLI::App& app, Context& context);
void add_query(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_tail(CLI::App& app, Context& context);
void add_effects(CLI::App& app, Context& context);
void add_groups(CLI::App& app, Context& context);
void add_projections(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_explain_number(CLI::App& app, Context& context);
void add_diff(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_replay(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_bill(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_checkpoint(CLI::App& app, Context& context);
void add_prove(CLI::App& app, Context& context);
void add_key(CLI::App& app, Context& context);
void add_bench(CLI::App& app, Context& context);
void add_snapshot(CLI::App& app, Context& context);

}  // namespace kontor::cli
