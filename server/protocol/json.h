#pragma once
// Cap'n Proto to JSON and back by walking the schema: one form for commands, questions, answers, events,
// receipts and refusals (docs/wire-protocol.md, "JSON"). Field names are those of the schema. Whole numbers
// of 64 bits are written as text and read as text or number; enumerators by name; $instant as RFC 3339;
// $identifier as a UUID; a $scalar struct as its one field. What is empty is left out. Pure.
//
// Reading is strict: unknown fields, missing fields, numbers that are not whole or too large to be exact, and
// values outside the schema are refused with InvalidArgument and the path of the place.

#include <capnp/dynamic.h>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "events/core/result.h"
#include "events/envelope.capnp.h"
#include "projections/queries.capnp.h"
#include "server/protocol/commands.capnp.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

/// Fills an empty command from its flat form:
/// {"type":"InviteToCourse","id":"…","actor":{"role":"courseManager","id":"m-1"},"course":"k-1","person":"p-1"}
[[nodiscard]] Status command_from_json(const boost::json::object& json, wire::Command::Builder command);
/// Fills the question of a query: {"type":"RemainingSeats","course":"k-1"}.
[[nodiscard]] Status question_from_json(const boost::json::object& json,
                                        wire::Query::Question::Builder question);

[[nodiscard]] boost::json::object command_to_json(wire::Command::Reader command);
/// {"type":"RemainingSeats","position":"12","effectiveAt":"…", then the fields of the answer}.
[[nodiscard]] boost::json::object answer_to_json(wire::Answer::Reader answer);
/// {"type":"CampusOpened","position":"1","version":"1", then the envelope and the fields of the event}.
[[nodiscard]] boost::json::object event_to_json(schema::RecordedEvent::Reader event);
/// From stored bytes; StoreDamaged when they are not an event.
[[nodiscard]] Result<boost::json::object> stored_event_to_json(std::string_view stored);
/// Any other message as it stands.
[[nodiscard]] boost::json::object struct_to_json(capnp::DynamicStruct::Reader message);

/// A field given as `key=value` on a command line, in the form `command_from_json` takes: true and false for
/// a truth value, JSON for lists and structs, text for all else. `type` names the command or question.
enum class Form : std::uint8_t { Command, Question };
[[nodiscard]] Result<boost::json::value> argument_to_json(Form form, std::string_view type,
                                                          std::string_view key, std::string_view text);

/// What may be named, in the order of the schema: PascalCase.
[[nodiscard]] std::vector<std::string> type_names(Form form);

struct FieldInfo {
  std::string name;
  std::string kind;  // "text", "number", "time", "campus | course", ...
  std::string doc;
  enum class Need : std::uint8_t { Required, Optional } need = Need::Required;
};
/// The fields of one type beside those that every command has; empty for an unknown type.
[[nodiscard]] std::vector<FieldInfo> fields_of(Form form, std::string_view type);
/// The one sentence about a type.
[[nodiscard]] std::string doc_of(Form form, std::string_view type);

}  // namespace kontor::protocol
