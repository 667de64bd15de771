#include "tests/model/readable.h"

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>

#include <boost/pfr.hpp>
#include <type_traits>

#include "events/envelope.capnp.h"

namespace kontor::model {
namespace {

std::string struct_text(capnp::DynamicStruct::Reader reader);

std::string value_text(const capnp::DynamicValue::Reader& value) {
  switch (value.getType()) {
    case capnp::DynamicValue::BOOL: return value.as<bool>() ? "true" : "";
    case capnp::DynamicValue::INT: {
      const auto number = value.as<std::int64_t>();
      return number == 0 ? "" : std::to_string(number);
    }
    case capnp::DynamicValue::UINT: {
      const auto number = value.as<std::uint64_t>();
      return number == 0 ? "" : std::to_string(number);
    }
    case capnp::DynamicValue::TEXT: return std::string(value.as<capnp::Text>().cStr());
    case capnp::DynamicValue::DATA: {
      const auto bytes = value.as<capnp::Data>();
      return hex({bytes.begin(), bytes.size()});
    }
    case capnp::DynamicValue::ENUM: {
      const auto number = value.as<capnp::DynamicEnum>();
      return number.getRaw() == 0 ? "" : std::to_string(number.getRaw());
    }
    case capnp::DynamicValue::LIST: {
      std::string all;
      for (const auto each : value.as<capnp::DynamicList>()) all += "[" + value_text(each) + "]";
      return all;
    }
    case capnp::DynamicValue::STRUCT: {
      const std::string inner = struct_text(value.as<capnp::DynamicStruct>());
      return inner.empty() ? "" : "{" + inner + "}";
    }
    default: return "";
  }
}

std::string field_text(capnp::DynamicStruct::Reader reader, capnp::StructSchema::Field field) {
  const bool pointer = field.getProto().isSlot() && field.getProto().getSlot().getType().isStruct();
  if (pointer && !reader.has(field)) return "";
  const std::string value = value_text(reader.get(field));
  return value.empty() ? "" : fmt::format("{}={} ", field.getProto().getName().cStr(), value);
}

std::string struct_text(capnp::DynamicStruct::Reader reader) {
  std::string text;
  for (const auto field : reader.getSchema().getNonUnionFields()) text += field_text(reader, field);
  KJ_IF_MAYBE (which, reader.which()) {
    text += std::string(which->getProto().getName().cStr()) + ":" + value_text(reader.get(*which));
  }
  return text;
}

template <class Tag>
std::string text(const TextId<Tag>& id) {
  return id.value;
}
std::string text(const std::string& value) { return value.size() > 40 ? value.substr(0, 40) + "…" : value; }
std::string text(Instant at) { return at.text(); }
std::string text(const Currency& currency) { return std::string(currency.text()); }
std::string text(const Digest& digest) { return hex(digest).substr(0, 8); }

template <class T>
std::string text(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<int>(value));
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (requires { value.has_value(); }) {
    return value ? text(*value) : "-";
  } else if constexpr (requires { value.begin(); }) {
    std::string all = "[";
    for (const auto& each : value) all += text(each) + ",";
    return all + "]";
  } else if constexpr (requires { value.index(); }) {
    return std::visit([](const auto& inner) { return text(inner); }, value);
  } else {
    std::string all = "{";
    boost::pfr::for_each_field(value, [&](const auto& field) { all += text(field) + " "; });
    return all + "}";
  }
}

}  // namespace

std::string text_of(const Event& event) {
  Event shown = event;
  if (auto* people = std::get_if<people::Event>(&shown)) {
    if (auto* e = std::get_if<people::PersonRegistered>(people)) e->data = people::SealedData{};
    if (auto* e = std::get_if<people::PersonEmailChanged>(people)) e->data = people::SealedData{};
  }
  std::string bytes;
  encode(Envelope{}, shown, bytes);
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  capnp::FlatArrayMessageReader message(kj::ArrayPtr<const capnp::word>(words.data(), words.size()));
  const auto body = message.getRoot<schema::RecordedEvent>().getBody();
  return struct_text(body);
}

std::string text_of(const CommandRequest& command) {
  std::string line =
      fmt::format("{} id={} by {}/{} ", rules::type_name(command.body), command.id.text().substr(24),
                  role_name(command.actor.role), command.actor.id);
  if (command.expected_version) line += fmt::format("expecting={} ", *command.expected_version);
  if (command.effective_at) line += fmt::format("effective={} ", command.effective_at->text());
  if (command.history)
    line += fmt::format("history={} line={} ", command.history->at.text(), command.history->stamp.line);
  return line + text(command.body);
}

std::string text_of(wire::Query::Reader query) { return struct_text(query); }

FlatAnswer flat(wire::Answer::Reader answer) {
  FlatAnswer all;
  all.scalars =
      fmt::format("position={} at={} ", answer.getPosition(), Instant{answer.getEffectiveAt()}.text());
  const capnp::DynamicStruct::Reader body = answer.getBody();
  KJ_IF_MAYBE (which, body.which()) {
    all.scalars += std::string(which->getProto().getName().cStr()) + ": ";
    const auto inner = body.get(*which).as<capnp::DynamicStruct>();
    for (const auto field : inner.getSchema().getFields()) {
      const std::string name = field.getProto().getName().cStr();
      const auto value = inner.get(field);
      if (name == "next")
        all.next = value_text(value);
      else if (value.getType() == capnp::DynamicValue::LIST)
        for (const auto row : value.as<capnp::DynamicList>())
          all.rows.push_back(name + " " + value_text(row));
      else
        all.scalars += field_text(inner, field);
    }
  }
  return all;
}

}  // namespace kontor::model
