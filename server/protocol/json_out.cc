#include <capnp/serialize.h>
#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstring>

#include "events/core/assert.h"
#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"
#include "server/protocol/message.h"
#include "server/protocol/schema_walk.h"

namespace kontor::protocol {
namespace {

namespace json = boost::json;
using Field = capnp::StructSchema::Field;

std::string data_text(capnp::Data::Reader data, bool identifier) {
  if (identifier && data.size() == 16) {
    CommandId id;
    std::memcpy(id.bytes.data(), data.begin(), id.bytes.size());
    return id.text();
  }
  return hex({data.begin(), data.size()});
}

json::value value_json(capnp::Type type, const capnp::DynamicValue::Reader& value);

json::value list_json(const capnp::DynamicList::Reader& list) {
  json::array out;
  for (const auto& element : list) out.push_back(value_json(list.getSchema().getElementType(), element));
  return out;
}

json::value value_json(capnp::Type type, const capnp::DynamicValue::Reader& value) {
  using Which = capnp::schema::Type::Which;
  switch (type.which()) {
    case Which::BOOL: return value.as<bool>();
    case Which::INT8:
    case Which::INT16:
    case Which::INT32: return value.as<std::int64_t>();
    case Which::UINT8:
    case Which::UINT16:
    case Which::UINT32: return value.as<std::uint64_t>();
    case Which::INT64: return json::string(std::to_string(value.as<std::int64_t>()));
    case Which::UINT64: return json::string(std::to_string(value.as<std::uint64_t>()));
    case Which::TEXT:
      return json::string(std::string_view(value.as<capnp::Text>().cStr(), value.as<capnp::Text>().size()));
    case Which::DATA: return json::string(data_text(value.as<capnp::Data>(), false));
    case Which::LIST: return list_json(value.as<capnp::DynamicList>());
    case Which::STRUCT: {
      const auto inner = value.as<capnp::DynamicStruct>();
      if (!annotated(inner.getSchema(), Annotation::Scalar)) return struct_to_json(inner);
      const Field only = inner.getSchema().getFields()[0];
      return value_json(only.getType(), inner.get(only));
    }
    case Which::ENUM: {
      const auto which = value.as<capnp::DynamicEnum>();
      KJ_IF_MAYBE (enumerant, which.getEnumerant())
        return json::string(enumerant->getProto().getName().cStr());
      return which.getRaw();  // a newer peer's value
    }
    default: return nullptr;  // no schema of ours has other types
  }
}

bool is_empty(Field field, const capnp::DynamicStruct::Reader& from) {
  using Which = capnp::schema::Type::Which;
  const bool optional = annotated(field, Annotation::Optional);
  switch (field.getType().which()) {
    case Which::STRUCT: return !field.getProto().isGroup() && !from.has(field);
    case Which::TEXT: return from.get(field).as<capnp::Text>().size() == 0;
    case Which::DATA: return from.get(field).as<capnp::Data>().size() == 0;
    case Which::LIST: return optional && from.get(field).as<capnp::DynamicList>().size() == 0;
    case Which::VOID: return true;
    case Which::BOOL: return optional && !from.get(field).as<bool>();
    case Which::ENUM: return optional && from.get(field).as<capnp::DynamicEnum>().getRaw() == 0;
    case Which::INT64:
      return (optional || annotated(field, Annotation::Instant)) && from.get(field).as<std::int64_t>() == 0;
    case Which::UINT64: return optional && from.get(field).as<std::uint64_t>() == 0;
    default: return optional && from.get(field).as<std::int64_t>() == 0;
  }
}

void put(json::object& out, Field field, const capnp::DynamicStruct::Reader& from) {
  if (is_empty(field, from)) return;
  const std::string name = name_of(field);
  const auto value = from.get(field);
  if (annotated(field, Annotation::Instant))
    out[name] = Instant{value.as<std::int64_t>()}.text();
  else if (annotated(field, Annotation::Identifier))
    out[name] = data_text(value.as<capnp::Data>(), true);
  else
    out[name] = value_json(field.getType(), value);
}

void put_fields(json::object& out, const capnp::DynamicStruct::Reader& from,
                std::string_view leave_out = {}) {
  for (const Field field : from.getSchema().getNonUnionFields()) {
    if (name_of(field) != leave_out) put(out, field, from);
  }
  KJ_IF_MAYBE (active, from.which()) put(out, *active, from);
}

/// Follows choices down to the struct that has fields: its name is the type, its fields are the body's.
void put_choice(json::object& out, const capnp::DynamicStruct::Reader& choice) {
  KJ_IF_MAYBE (active, choice.which()) {
    const auto inner = choice.get(*active).as<capnp::DynamicStruct>();
    if (is_choice(inner.getSchema())) return put_choice(out, inner);
    out["type"] = pascal(name_of(*active));
    return put_fields(out, inner);
  }
  out["type"] = "Unknown";  // written by a newer version
}

capnp::DynamicStruct::Reader group(const capnp::DynamicStruct::Reader& from, const char* name) {
  return from.get(name).as<capnp::DynamicStruct>();
}

}  // namespace

json::object struct_to_json(capnp::DynamicStruct::Reader message) {
  json::object out;
  put_fields(out, message);
  return out;
}

json::object command_to_json(wire::Command::Reader command) {
  const capnp::DynamicStruct::Reader dynamic(command);
  json::object out{{"type", nullptr}};
  put_fields(out, dynamic, "content");
  const auto content = group(dynamic, "content");
  put_fields(out, content, "body");
  put_choice(out, group(content, "body"));
  return out;
}

json::object answer_to_json(wire::Answer::Reader answer) {
  const capnp::DynamicStruct::Reader dynamic(answer);
  json::object out{{"type", nullptr}};
  put_fields(out, dynamic, "body");
  put_choice(out, group(dynamic, "body"));
  return out;
}

json::object event_to_json(schema::RecordedEvent::Reader event) {
  const capnp::DynamicStruct::Reader dynamic(event);
  json::object out{{"position", nullptr}, {"type", nullptr}};
  put_fields(out, dynamic, "body");
  put_choice(out, group(dynamic, "body"));
  return out;
}

Result<json::object> stored_event_to_json(std::string_view stored) {
  json::object out;
  const Status read = read_message<schema::RecordedEvent>(
      stored, [&out](schema::RecordedEvent::Reader event) { out = event_to_json(event); });
  if (!read) return fail(Reason::StoreDamaged, "the bytes are not a stored event: " + read.error().message);
  return out;
}

}  // namespace kontor::protocol
