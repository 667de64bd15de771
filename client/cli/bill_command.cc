// kontor bill open|lines|close|abandon|show (docs/billing.md).

#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "client/cli/bill_output.h"
#include "client/cli/context.h"
#include "engine/clock.h"
#include "events/core/digest.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;

constexpr const char* kNow = "now";

struct BillOptions {
  std::string run;
  std::string scope = "all";
  std::string cutoff = kNow;
  std::string invoice_ref;
  std::string lines_hash;
  std::string reason;
  std::string as = "cli";
  bool dry_run = false;
  std::string proofs;
  PinnedOptions pinned;
};

/// The same request of the same person has the same command id, however often it is made: the second time it
/// is the first answer.
CommandId id_of(const Context& context, const json::object& command, const std::string& as) {
  std::string text = fmt::format("kontor bill\n{}\n{}", context.tenant, as);
  for (const auto& [key, value] : command) text += fmt::format("\n{}={}", std::string_view(key), cell(value));
  Sha256 sha;
  sha.update(bytes_of(text));
  const Digest digest = sha.finish();
  CommandId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = digest[i];
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);  // RFC 9562: version 8, own scheme
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

/// Position up to which the views must have read to show what a command did; nullopt after a refusal, which
/// has been reported.
std::optional<Position> send(Context& context, client::Connection& connection, json::object command,
                             const BillOptions& options) {
  command["id"] = id_of(context, command, options.as).text();
  command["actor"] = json::object{{"role", "billing"}, {"id", options.as}, {"channel", "cli"}};
  if (options.dry_run) command["dryRun"] = true;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  if (const auto read = protocol::command_from_json(command, frame.initCommand()); !read) {
    context.fail(kUsage, read.error().message, "", "kontor bill --help");
    return std::nullopt;
  }
  const Asked asked{options.scope, options.cutoff == kNow ? Cutoff::WhateverItIs : Cutoff::Named};
  std::optional<Position> done;
  static_cast<void>(ask(context, connection, message, [&](wire::Frame::Reader answer) {
    if (answer.isRefusal() && opened_before(answer.getRefusal(), asked)) {
      done = answer.getRefusal().getBecause()[0];
      return;
    }
    if (!report_no(context, answer, "nothing was written")) done = answer.getReceipt().getLast();
  }));
  return done;
}

std::string moment(const std::string& text) {
  if (text != kNow) return text.size() == std::string_view("2027-06-01").size() ? text + "T00:00:00Z" : text;
  return SystemClock().now().text();
}

void command(Context& context, const BillOptions& options, const json::object& fields) {
  const auto connection = context.connect();
  if (!connection) return;
  const auto position = send(context, *connection, fields, options);
  if (!position) return;
  if (options.dry_run) {
    fmt::print(stderr, "would be accepted; nothing was written\n");
    return;
  }
  show_statement(
      context, *connection,
      {.run = options.run, .wait = *position, .content = Content::Totals, .proofs = {}, .pinned = {}});
}

void show(Context& context, const BillOptions& options, Content content) {
  const auto connection = context.connect();
  if (!connection) return;
  if (options.run.empty()) return show_runs(context, *connection);
  show_statement(context, *connection,
                 {.run = options.run,
                  .wait = 0,
                  .content = content,
                  .proofs = options.proofs,
                  .pinned = options.pinned});
}

CLI::App* verb(CLI::App& bill, Context& context, const char* name, const char* what) {
  CLI::App* made = bill.add_subcommand(name, what);
  add_server_options(*made, context);
  return made;
}

void add_verbs_that_write(CLI::App& bill, Context& context, const std::shared_ptr<BillOptions>& options) {
  CLI::App* open = verb(bill, context, "open", "freeze what a run bills");
  open->add_option("--run", options->run, "name of the run, such as 2027-05")->required();
  open->add_option("--scope", options->scope, "all, access, seats or credits")
      ->check(CLI::IsMember({"all", "access", "seats", "credits"}))
      ->capture_default_str();
  open->add_option("--cutoff", options->cutoff, "bills what lies before: RFC 3339 time, day (UTC), or now")
      ->capture_default_str();
  open->callback([&context, options] {
    command(context, *options,
            {{"type", "OpenBillingRun"},
             {"run", options->run},
             {"scope", options->scope},
             {"cutoff", moment(options->cutoff)}});
  });

  CLI::App* close = verb(bill, context, "close", "make the lines of a run final");
  close->add_option("--run", options->run, "name of the run")->required();
  close->add_option("--invoice-ref", options->invoice_ref, "your own reference, kept with the run");
  close->add_option("--lines-hash", options->lines_hash, "refuse unless the run has these lines");
  close->callback([&context, options] {
    json::object fields{{"type", "CloseBillingRun"}, {"run", options->run}};
    if (!options->invoice_ref.empty()) fields["invoiceRef"] = options->invoice_ref;
    if (!options->lines_hash.empty()) fields["linesHash"] = options->lines_hash;
    command(context, *options, fields);
  });

  CLI::App* abandon = verb(bill, context, "abandon", "give up an open run; its lines go to a later one");
  abandon->add_option("--run", options->run, "name of the run")->required();
  abandon->add_option("--reason", options->reason, "why")->required();
  abandon->callback([&context, options] {
    command(context, *options,
            {{"type", "AbandonBillingRun"}, {"run", options->run}, {"reason", options->reason}});
  });
  for (CLI::App* one : {open, close, abandon}) {
    one->add_option("--as", options->as, "id of who acts, in the role billing")->capture_default_str();
    one->add_flag("--dry-run", options->dry_run, "decide, but write nothing");
  }
}

}  // namespace

void add_bill(CLI::App& app, Context& context) {
  auto options = std::make_shared<BillOptions>();
  CLI::App* bill = app.add_subcommand("bill", "billing runs: open, look, close");
  bill->require_subcommand(1);
  bill->footer(
      "kontor bill open --run 2027-05 --cutoff 2027-06-01T00:00:00+02:00\n"
      "kontor bill show --run 2027-05 -o csv >statement.csv\n"
      "kontor bill show --run 2027-05 --proofs bill.jsonl --key ledger.pub\n"
      "kontor bill close --run 2027-05 --invoice-ref R-2027-17");
  add_verbs_that_write(*bill, context, options);
  CLI::App* lines = verb(*bill, context, "lines", "the lines of a run");
  lines->add_option("--run", options->run, "name of the run")->required();
  lines->callback([&context, options] { show(context, *options, Content::Lines); });
  CLI::App* shown = verb(*bill, context, "show", "the statement of a run, or all runs");
  shown->add_option("--run", options->run, "name of the run; all runs when left out");
  shown->add_option("--proofs", options->proofs, "write the evidence of every line to this file");
  add_key_option(*shown, options->pinned)->envname("KONTOR_KEY");
  shown->callback([&context, options] { show(context, *options, Content::Whole); });
}

}  // namespace kontor::cli
