#include "tests/scenarios/requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "server/protocol/json.h"
#include "tests/scenarios/times.h"

namespace kontor::scenarios {
namespace {

namespace json = boost::json;
using protocol::Form;

/// Fields that take a time also take it as people write it.
std::string time_as_rfc(Form form, std::string_view type, const std::string& key, const std::string& value,
                        std::string_view zone) {
  const auto fields = protocol::fields_of(form, type);
  const auto field = std::ranges::find(fields, key, &protocol::FieldInfo::name);
  const bool time =
      key == "effectiveAt" || key == "deadline" || (field != fields.end() && field->kind == "time");
  if (!time) return value;
  const auto at = parse_time(value, zone);
  return at ? at->text() : value;
}

Status put_fields(Form form, std::string_view type, const std::vector<Field>& fields, std::string_view zone,
                  const Bindings& bindings, json::object& to) {
  for (const auto& [key, written] : fields) {
    const auto value = substituted(written, bindings);
    if (!value) return tl::unexpected(value.error());
    auto converted = protocol::argument_to_json(form, type, key, time_as_rfc(form, type, key, *value, zone));
    if (!converted) return tl::unexpected(converted.error());
    to[key] = std::move(*converted);
  }
  return {};
}

Reply reply(Reply::Kind kind, json::object body) { return {kind, std::move(body), {}}; }

Reply accepted(wire::Receipt::Reader receipt) {
  Reply out = reply(Reply::Kind::Accepted, protocol::struct_to_json(receipt));
  out.body.erase("events");
  for (const auto stored : receipt.getEvents()) out.events.push_back(event_of(stored));
  return out;
}

}  // namespace

std::string Reply::text() const {
  switch (kind) {
    case Kind::Accepted: return "accepted: " + one_line(body);
    case Kind::NotDecided: return "not decided";
    case Kind::Error: return "error: " + one_line(body);
    case Kind::Refused: break;
  }
  std::string out = fmt::format("refused {}", plain(body.at("name")));
  if (const json::value* facts = body.if_contains("facts"))
    for (const json::value& fact : facts->as_array())
      out += fmt::format(" {}={}", plain(fact.at("name")),
                         fact.as_object().contains("value") ? plain(fact.at("value")) : "");
  return fmt::format("{}  ({})", out, plain(body.at("what")));
}

Status fill_command(const CommandText& text, const std::string& id, std::string_view zone,
                    const Bindings& bindings, wire::Command::Builder command) {
  const auto actor = substituted(text.actor, bindings);
  if (!actor) return tl::unexpected(actor.error());
  json::object described{{"type", text.type},
                         {"id", id},
                         {"actor", {{"role", text.role}, {"id", *actor}, {"channel", "scenario"}}}};
  if (Status put = put_fields(Form::Command, text.type, text.fields, zone, bindings, described); !put)
    return put;
  return protocol::command_from_json(described, command);
}

Status fill_question(const Step& step, std::string_view zone, const Bindings& bindings,
                     wire::Query::Builder query) {
  json::object described{{"type", step.name}};
  if (Status put = put_fields(Form::Question, step.name, step.fields, zone, bindings, described); !put)
    return put;
  return protocol::question_from_json(described, query.getQuestion());
}

Reply reply_of(wire::Frame::Reader frame) {
  if (frame.isReceipt()) return accepted(frame.getReceipt());
  if (frame.isRefusal()) return reply(Reply::Kind::Refused, protocol::struct_to_json(frame.getRefusal()));
  if (frame.isError()) return reply(Reply::Kind::Error, protocol::struct_to_json(frame.getError()));
  return reply(Reply::Kind::Error, {{"what", "the server answered with something else"}});
}

std::vector<Reply> replies_of(wire::BatchResult::Reader result) {
  std::vector<Reply> replies;
  for (const auto one : result.getResults()) {
    if (one.isReceipt()) {
      replies.push_back(accepted(one.getReceipt()));
    } else if (one.isRefusal()) {
      replies.push_back(reply(Reply::Kind::Refused, protocol::struct_to_json(one.getRefusal())));
    } else if (one.isError()) {
      replies.push_back(reply(Reply::Kind::Error, protocol::struct_to_json(one.getError())));
    } else {
      replies.push_back(reply(Reply::Kind::NotDecided, {}));
    }
  }
  return replies;
}

json::object event_of(capnp::Data::Reader stored) {
  auto event = protocol::stored_event_to_json({reinterpret_cast<const char*>(stored.begin()), stored.size()});
  return event ? std::move(*event) : json::object{{"type", "unreadable: " + event.error().message}};
}

}  // namespace kontor::scenarios
