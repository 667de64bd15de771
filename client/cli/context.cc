#include "client/cli/context.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "events/reasons.h"
#include "server/protocol/json.h"
#include "server/protocol/message.h"

namespace kontor::cli {
namespace {

std::string_view view(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

}  // namespace

std::string environment_or(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::string(otherwise) : std::string(value);
}

OutputForm Context::output() const {
  if (form == "table") return OutputForm::Table;
  if (form == "json") return OutputForm::Json;
  if (form == "ndjson") return OutputForm::Ndjson;
  if (form == "csv") return OutputForm::Csv;
  if (form == "plain") return OutputForm::Plain;
  return default_form();
}

client::Connection::Timeout Context::timeout() const {
  return client::Connection::Timeout(static_cast<std::int64_t>(timeout_seconds * 1000));
}

client::Greeting Context::greeting() const {
  return {TenantId(tenant), std::string("kontor ") + KONTOR_VERSION, highest_position, receipts};
}

std::unique_ptr<client::Connection> Context::connect() {
  const auto address = client::parse_address(server);
  if (!address) {
    fail(address.error());
    return nullptr;
  }
  auto connection = client::Connection::open(*address, greeting(), timeout());
  if (!connection) {
    fail(connection.error());
    return nullptr;
  }
  return std::move(*connection);
}

void Context::fail(int code, std::string_view what, std::string_view why, std::string_view advice) {
  fmt::print(stderr, "kontor: {}\n", what);
  if (!why.empty()) fmt::print(stderr, "  why   {}\n", why);
  if (!advice.empty()) fmt::print(stderr, "  do    {}\n", advice);
  exit_code = code;
}

void Context::fail(const client::Failure& failure) {
  std::string_view advice;
  switch (failure.trouble) {
    case client::Trouble::Usage: advice = "write --server host:port, such as 127.0.0.1:7419"; break;
    case client::Trouble::Unreachable:
      advice = "start one with `kontor serve`, or name it with --server host:port";
      break;
    case client::Trouble::Lost:
    case client::Trouble::TimedOut:
      advice = "the outcome of what was sent is unknown; repeat it with the same id to learn it";
      break;
    case client::Trouble::Refused:
    case client::Trouble::Disproved: break;
    case client::Trouble::Garbled:
      advice = "is it a kontor server of this version? see `kontor version`";
      break;
  }
  const auto reason = reason_from_number(failure.code);
  if (!reason) return fail(exit_code_of(failure.trouble), failure.message, "", advice);
  const ReasonInfo& info = reason_info(*reason);
  fail(exit_code_of(failure.code), fmt::format("[{} {}] {}", failure.code, info.name, failure.message), "",
       info.advice);
}

void add_output_option(CLI::App& command, Context& context) {
  command
      .add_option("-o,--output", context.form, "how results look; a table on a terminal, ndjson in a pipe")
      ->check(CLI::IsMember({"table", "json", "ndjson", "csv", "plain"}));
}

void add_server_options(CLI::App& command, Context& context) {
  command.add_option("--server", context.server, "where the server listens; KONTOR_SERVER")
      ->capture_default_str();
  command.add_option("--tenant", context.tenant, "whose ledger; KONTOR_TENANT")->capture_default_str();
  command.add_option("--timeout", context.timeout_seconds, "seconds to wait for an answer")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  add_output_option(command, context);
}

bool ask(Context& context, client::Connection& connection, capnp::MessageBuilder& request,
         const std::function<void(wire::Frame::Reader)>& read) {
  connection.put(request);
  if (const auto sent = connection.flush(context.timeout()); !sent) {
    context.fail(sent.error());
    return false;
  }
  const auto words = connection.receive(context.timeout());
  if (!words) {
    context.fail(words.error());
    return false;
  }
  if (const auto done = protocol::read_message<wire::Frame>(*words, read); !done) {
    context.fail({client::Trouble::Garbled, done.error().message, 0});
    return false;
  }
  return true;
}

bool report_no(Context& context, wire::Frame::Reader answer, std::string_view afterwards) {
  if (answer.isRefusal()) {
    report_refusal(context, answer.getRefusal(), afterwards);
    return true;
  }
  if (answer.isError()) {
    report_error(context, answer.getError());
    return true;
  }
  return false;
}

void report_refusal(Context& context, wire::Refusal::Reader refusal, std::string_view afterwards) {
  context.exit_code = exit_code_of(refusal.getCode());
  if (const OutputForm form = context.output(); form == OutputForm::Json || form == OutputForm::Ndjson) {
    boost::json::object object{{"result", "refused"}};
    for (auto& [key, value] : protocol::struct_to_json(refusal)) object[key] = value;
    fmt::print("{}\n", boost::json::serialize(object));
    return;
  }
  fmt::print(stderr, "refused [{} {}]  {}\n", refusal.getCode(), view(refusal.getName()),
             view(refusal.getWhat()));
  std::string facts;
  for (const auto fact : refusal.getFacts())
    facts += fmt::format("{}{}={}", facts.empty() ? "" : "  ", view(fact.getName()), view(fact.getValue()));
  if (!facts.empty()) fmt::print(stderr, "  why   {}\n", facts);
  std::string since;
  for (const auto position : refusal.getBecause())
    since += fmt::format("{}position {}", since.empty() ? "" : ", ", position);
  if (!since.empty()) fmt::print(stderr, "  since {}\n", since);
  if (refusal.getAdvice().size() != 0) fmt::print(stderr, "  do    {}\n", view(refusal.getAdvice()));
  fmt::print(stderr, "  retry {}\n", view(refusal.getRetry()));
  if (!afterwards.empty()) fmt::print(stderr, "{}\n", afterwards);
}

void report_error(Context& context, wire::Error::Reader error) {
  const int code = error.getCode() == static_cast<std::uint16_t>(Reason::InvalidArgument)
                       ? kUsage
                       : exit_code_of(error.getCode());
  if (const OutputForm form = context.output(); form == OutputForm::Json || form == OutputForm::Ndjson) {
    boost::json::object object{{"result", "error"}};
    for (auto& [key, value] : protocol::struct_to_json(error)) object[key] = value;
    fmt::print("{}\n", boost::json::serialize(object));
    context.exit_code = code;
    return;
  }
  context.fail(code, fmt::format("[{} {}] {}", error.getCode(), view(error.getName()), view(error.getWhat())),
               "", view(error.getAdvice()));
}

CommandId make_command_id() {
  std::random_device random;
  CommandId id;
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);  // RFC 9562: version 4
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

client::Pipeline::Waiting real_waiting() {
  const auto began = std::chrono::steady_clock::now();
  return {[began] {
            return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                         began);
          },
          [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); }};
}

}  // namespace kontor::cli
