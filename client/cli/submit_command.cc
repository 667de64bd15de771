#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include "client/cli/context.h"
#include "client/cli/fields.h"
#include "client/cli/pinned.h"
#include "client/kept_receipts.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"
#include "server/protocol/json_text.h"
#include "server/protocol/message.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;
using protocol::Form;

struct SubmitOptions : PinnedOptions {
  std::string type;
  std::vector<std::string> arguments;
  std::string file;
  std::string as = "backend:cli";
  std::string id;
  std::string expect_version;
  std::string effective_at;
  std::string correlation;
  bool dry_run = false;
  std::size_t window = 256;
  double retry_seconds = 30;
  std::string receipts;
};

/// Checks and keeps what binds the server, if that was asked for.
class Binding {
 public:
  /// nullopt after saying what is wrong with key or file. The connection will greet accordingly.
  static std::optional<Binding> open(Context& context, const SubmitOptions& options) {
    Binding binding(context);
    if (options.receipts.empty() && options.keys.empty()) return binding;
    if (options.receipts.empty()) {
      context.fail(kUsage, "a key checks receipts that are kept", "", "name a file for them with --receipts");
      return std::nullopt;
    }
    const auto keys = pinned(context, options);
    if (!keys) return std::nullopt;
    auto kept = client::KeptReceipts::open(options.receipts);
    if (!kept) {
      fail_with(context, kept.error());
      return std::nullopt;
    }
    if (const auto ready = kept->prepare(); !ready) {
      fail_with(context, ready.error());
      return std::nullopt;
    }
    context.receipts = client::Receipts::Bound;
    context.highest_position = kept->highest_position(TenantId(context.tenant));
    binding.key_ = keys->key;
    binding.kept_ = std::move(*kept);
    return binding;
  }

  /// Keeps it, not yet durably. A receipt that binds nothing although it should is a finding, whatever else
  /// it says: the command was carried out, and nothing proves it.
  void keep(const std::string& id, wire::Receipt::Reader receipt) {
    if (!kept_ || receipt.getDryRun() || receipt.getDuplicate()) return;
    const auto command = CommandId::parse(id);
    const auto bound = client::bound_receipt(TenantId(context_.tenant), *command, receipt, *key_);
    if (!bound) return fail_with(context_, bound.error());
    if (!*bound)
      return fail_with(context_,
                       {Reason::NotSigned, fmt::format("the receipt of command {} binds nothing", id)});
    if (const auto done = kept_->keep(**bound); !done) fail_with(context_, done.error());
  }
  /// A receipt given again binds nothing: it is proven by its events instead (`kontor prove`).
  void sync() {
    if (!kept_) return;
    if (const auto done = kept_->sync(); !done) fail_with(context_, done.error());
  }

 private:
  explicit Binding(Context& context) : context_(context) {}

  Context& context_;
  std::optional<proof::NoteKey> key_;
  std::optional<client::KeptReceipts> kept_;
};

json::object actor_of(const std::string& as) {
  const auto colon = as.find(':');
  json::object actor{{"role", as.substr(0, colon)}, {"channel", "cli"}};
  actor["id"] = colon == std::string::npos ? as : as.substr(colon + 1);
  return actor;
}

/// The command as the options describe it, without its type's own fields.
json::object frame_of(const SubmitOptions& options, const std::string& type) {
  json::object command{{"type", type}, {"actor", actor_of(options.as)}};
  command["id"] = options.id.empty() ? make_command_id().text() : options.id;
  if (options.dry_run) command["dryRun"] = true;
  if (!options.expect_version.empty()) command["expectedVersion"] = options.expect_version;
  if (!options.effective_at.empty()) command["effectiveAt"] = options.effective_at;
  if (!options.correlation.empty()) command["correlation"] = options.correlation;
  return command;
}

/// The events of a receipt, as they lie in the log.
json::array events_of(Context& context, client::Connection& connection, wire::Receipt::Reader receipt) {
  json::array rows;
  const auto add = [&rows](capnp::Data::Reader stored) {
    auto event =
        protocol::stored_event_to_json({reinterpret_cast<const char*>(stored.begin()), stored.size()});
    if (event) rows.push_back(std::move(*event));
  };
  for (const auto stored : receipt.getEvents()) add(stored);
  if (!rows.empty() || receipt.getDryRun()) return rows;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(2);
  auto request = frame.initEvents();
  request.setFrom(receipt.getFirst());
  request.setLimit(static_cast<std::uint32_t>(receipt.getLast() - receipt.getFirst() + 1));
  static_cast<void>(ask(context, connection, message, [&](wire::Frame::Reader answer) {
    if (answer.isEventPage())
      for (const auto stored : answer.getEventPage().getEvents()) add(stored);
  }));
  return rows;
}

/// What an event says beyond its envelope.
json::object own_fields(const json::object& event) {
  static constexpr std::string_view kEnvelope[] = {"type",        "position", "version",     "recordedAt",
                                                   "effectiveAt", "tenant",   "stream",      "actor",
                                                   "commandId",   "history",  "correlation", "payloadDigest"};
  json::object own;
  for (const auto& [key, value] : event)
    if (std::ranges::find(kEnvelope, std::string_view(key)) == std::end(kEnvelope)) own[key] = value;
  return own;
}

void show_receipt(Context& context, client::Connection& connection, wire::Receipt::Reader receipt,
                  const std::string& id, std::chrono::duration<double, std::milli> took) {
  const std::string_view word = receipt.getDryRun()      ? "would commit"
                                : receipt.getDuplicate() ? "already committed"
                                                         : "committed";
  if (const OutputForm form = context.output(); form == OutputForm::Json || form == OutputForm::Ndjson) {
    json::object object{{"result", receipt.getDryRun()      ? "dryRun"
                                   : receipt.getDuplicate() ? "duplicate"
                                                            : "committed"},
                        {"id", id}};
    for (auto& [key, value] : protocol::struct_to_json(receipt))
      if (key != "events" && key != "binding") object[key] = value;
    object["events"] = events_of(context, connection, receipt);
    fmt::print("{}\n", json::serialize(object));
    return;
  }
  fmt::print("{}  position {}…{}  stream {} version {}", word, receipt.getFirst(), receipt.getLast(),
             receipt.getStream().cStr(), receipt.getVersion());
  if (receipt.getDryRun()) {
    fmt::print("  (nothing was written)\n");
  } else if (receipt.getDuplicate()) {
    fmt::print("  (same id, same payload; nothing was written)\n");
  } else {
    fmt::print("  durable in {:.1f} ms\n", took.count());
  }
  for (const json::value& event : events_of(context, connection, receipt)) {
    const json::object& fields = event.as_object();
    fmt::print("  {:<24} {}\n", cell(fields.at("type")), in_one_line(own_fields(fields)));
  }
  if (!receipt.getDryRun()) fmt::print("id  {}\n", id);
}

void submit_one(Context& context, const SubmitOptions& options) {
  if (!known_type(context, Form::Command, options.type)) return;
  json::object described = frame_of(options, options.type);
  if (!add_fields(context, Form::Command, options.type, options.arguments, described)) return;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  if (const auto read = protocol::command_from_json(described, frame.initCommand()); !read)
    return wrong_fields(context, options.type, read.error().message);
  auto binding = Binding::open(context, options);
  if (!binding) return;
  const auto connection = context.connect();
  if (!connection) return;
  const std::string id(described["id"].as_string());
  const auto began = std::chrono::steady_clock::now();
  static_cast<void>(ask(context, *connection, message, [&](wire::Frame::Reader answer) {
    if (report_no(context, answer, "nothing was written")) return;
    const auto took = std::chrono::steady_clock::now() - began;
    binding->keep(id, answer.getReceipt());
    binding->sync();
    show_receipt(context, *connection, answer.getReceipt(), id, took);
  }));
  if (context.exit_code == kNoAnswer) fmt::print(stderr, "  id    {}\n", id);
}

/// Commands from a file or standard input, one JSON object a line, many under way at a time.
class Stream {
 public:
  Stream(Context& context, const SubmitOptions& options, Binding& binding)
      : context_(context), options_(options), binding_(binding) {}

  void run(std::istream& lines) {
    const auto address = client::parse_address(context_.server);
    if (!address) return context_.fail(address.error());
    client::PipelineLimits limits;
    limits.window = options_.window;
    limits.answer_within = context_.timeout();
    limits.retry_for = std::chrono::milliseconds(static_cast<std::int64_t>(options_.retry_seconds * 1000));
    client::Pipeline pipeline(
        *address, context_.greeting(), limits, real_waiting(),
        [this](std::uint64_t number, wire::Frame::Reader answer) { show(number, answer); });
    client::Done done;
    std::string line;
    while (done && std::getline(lines, line)) {
      ++line_;
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      done = take(pipeline, line);
    }
    if (done) done = pipeline.finish();
    binding_.sync();
    if (!done) {
      context_.fail(done.error());
      for (std::uint64_t n = pipeline.answered(); n < sent_.size(); ++n) unanswered(sent_[n]);
    }
    summarise();
  }

 private:
  struct Sent {
    std::uint64_t line = 0;
    std::string id;
  };

  client::Done take(client::Pipeline& pipeline, const std::string& text) {
    auto parsed = protocol::parse_json(text);
    if (!parsed || !parsed->is_object()) {
      wrong(parsed ? Error{Reason::InvalidArgument, "a line is one JSON object"} : parsed.error());
      return {};
    }
    json::object& described = parsed->get_object();
    for (const auto& [key, value] : frame_of(options_, ""))
      if (key != "type" && !described.contains(key)) described[key] = value;
    capnp::MallocMessageBuilder message;
    auto command = message.initRoot<wire::Command>();
    if (const auto read = protocol::command_from_json(described, command); !read) {
      wrong(read.error());
      return {};
    }
    sent_.push_back({line_, std::string(described.at("id").as_string())});
    return pipeline.submit(command.asReader());
  }

  void show(std::uint64_t number, wire::Frame::Reader answer) {
    const Sent& sent = sent_[number];
    json::object result{{"line", sent.line}};
    if (answer.isReceipt()) {
      const auto receipt = answer.getReceipt();
      binding_.keep(sent.id, receipt);
      result["result"] = receipt.getDryRun() ? "dryRun" : receipt.getDuplicate() ? "duplicate" : "committed";
      result["id"] = sent.id;
      for (auto& [key, value] : protocol::struct_to_json(receipt))
        if (key != "events" && key != "binding") result[key] = value;
    } else if (answer.isRefusal()) {
      result["result"] = "refused";
      result["id"] = sent.id;
      for (auto& [key, value] : protocol::struct_to_json(answer.getRefusal())) result[key] = value;
      if (context_.exit_code == kDone) context_.exit_code = exit_code_of(answer.getRefusal().getCode());
    } else {
      result["result"] = "error";
      result["id"] = sent.id;
      for (auto& [key, value] : protocol::struct_to_json(answer.getError())) result[key] = value;
      context_.exit_code = kFailed;
    }
    print(result);
  }

  void wrong(const Error& error) {
    print({{"line", line_},
           {"result", "invalid"},
           {"code", static_cast<std::uint16_t>(error.code)},
           {"what", error.message}});
    context_.exit_code = kUsage;
  }

  void unanswered(const Sent& sent) { print({{"line", sent.line}, {"result", "unknown"}, {"id", sent.id}}); }

  void print(const json::object& result) {
    const std::string outcome = cell(result.at("result"));
    const bool done = outcome == "committed" || outcome == "duplicate" || outcome == "dryRun";
    ++counts_[outcome];
    if (context_.output() == OutputForm::Table) {
      if (!done)
        fmt::print(stderr, "line {}: {}\n", result.at("line").to_number<std::uint64_t>(),
                   in_one_line(result));
      return;
    }
    fmt::print("{}\n", json::serialize(result));
  }

  void summarise() const {
    std::string text;
    for (const auto& [result, count] : counts_)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", result, count);
    fmt::print(stderr, "{}\n", text.empty() ? "no commands" : text);
  }

  Context& context_;
  const SubmitOptions& options_;
  Binding& binding_;
  std::uint64_t line_ = 0;
  std::vector<Sent> sent_;
  std::map<std::string, std::uint64_t> counts_;
};

void submit_file(Context& context, const SubmitOptions& options) {
  auto binding = Binding::open(context, options);
  if (!binding) return;
  Stream stream(context, options, *binding);
  if (options.file == "-") return stream.run(std::cin);
  std::ifstream file(options.file);
  if (!file)
    return context.fail(kUsage, fmt::format("cannot read {}", options.file), "",
                        "name a file of JSON lines, or -");
  stream.run(file);
}

}  // namespace

void add_submit(CLI::App& app, Context& context) {
  auto options = std::make_shared<SubmitOptions>();
  CLI::App* command = app.add_subcommand("submit", "send one command, or many from a file");
  command->footer(
      "kontor submit InviteToCourse course=k-1 person=p-7 seatType=course --as courseManager:m-1\n"
      "kontor submit --file commands.jsonl\n"
      "`kontor explain commands` lists the commands, `kontor explain InviteToCourse` the fields of one.");
  command->add_option("command", options->type, "what to do, such as InviteToCourse");
  command->add_option("fields", options->arguments, "its fields: key=value ...");
  command->add_option("--file", options->file, "JSON lines, one command each; - reads standard input");
  command->add_option("--as", options->as, "who acts: role or role:id")->capture_default_str();
  command->add_option("--id", options->id, "command id (UUID); made and shown when left out");
  command->add_option("--expect-version", options->expect_version,
                      "refuse unless the stream has this version");
  command->add_option("--effective-at", options->effective_at, "business time of a correction, RFC 3339");
  command->add_option("--correlation", options->correlation, "your own reference, stored with the events");
  command->add_flag("--dry-run", options->dry_run, "decide and show, but write nothing");
  command->add_option("--window", options->window, "commands under way at a time, with --file")
      ->check(CLI::Range(1, 65'536))
      ->capture_default_str();
  command->add_option("--retry-for", options->retry_seconds, "seconds to look for a lost server, with --file")
      ->capture_default_str();
  command->add_option("--receipts", options->receipts,
                      "have receipts bind the server, check them with --key, and append them to this file");
  add_key_option(*command, *options);
  add_server_options(*command, context);
  command->callback([&context, options] {
    if (options->type.empty() == options->file.empty())
      return context.fail(kUsage, "name one command, or a --file of them", "", "kontor submit --help");
    if (options->file.empty()) return submit_one(context, *options);
    submit_file(context, *options);
  });
}

}  // namespace kontor::cli
