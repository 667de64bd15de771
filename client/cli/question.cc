#include "client/cli/question.h"

#include <charconv>
#include <optional>

#include "client/cli/fields.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

using protocol::Form;

std::optional<std::uint64_t> position_in(const std::string& text) {
  std::uint64_t position = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return position;
}

/// A moment, or a day: its first instant, UTC.
Result<Instant> time_in(const std::string& text) {
  constexpr std::size_t kDay = 10;
  return Instant::parse(text.size() == kDay ? text + "T00:00:00Z" : text);
}

Status set_as_of(const std::string& text, wire::Query::AsOf::Builder as_of) {
  if (text.empty() || text == "now") {
    as_of.setHead();
  } else if (const auto position = position_in(text)) {
    as_of.setPosition(*position);
  } else {
    const auto at = time_in(text);
    if (!at) return fail(at.error());
    as_of.setTime(at->ns);
  }
  return {};
}

Status set_known_at(const std::string& text, wire::Query::Builder query) {
  if (text.empty() || text == "now") return {};
  if (const auto position = position_in(text)) {
    query.setKnownPosition(*position);
    return {};
  }
  const auto at = time_in(text);
  if (!at) return fail(at.error());
  query.setKnownTime(at->ns);
  return {};
}

}  // namespace

void add_question_options(CLI::App& command, QuestionOptions& options) {
  command.add_option("question", options.type, "such as RemainingSeats")->required();
  command.add_option("fields", options.arguments, "its fields: key=value ...");
  command.add_option("--as-of", options.as_of, "position, RFC 3339 time, day (UTC), or now");
  command.add_option("--known-at", options.known_at,
                     "as far as it was known then: position, RFC 3339 time, day (UTC), or now");
  command.add_option("--wait-position", options.wait_position, "answer once the views have this position");
}

bool fill_query(Context& context, const QuestionOptions& options, wire::Query::Builder query) {
  if (!known_type(context, Form::Question, options.type)) return false;
  boost::json::object question{{"type", options.type}};
  if (!add_fields(context, Form::Question, options.type, options.arguments, question)) return false;
  Status read = protocol::question_from_json(question, query.getQuestion());
  if (read) read = set_as_of(options.as_of, query.getAsOf());
  if (read) read = set_known_at(options.known_at, query);
  query.setWaitPosition(options.wait_position);
  if (!read) wrong_fields(context, options.type, read.error().message);
  return read.has_value();
}

}  // namespace kontor::cli
