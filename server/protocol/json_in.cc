#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <optional>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"
#include "server/protocol/json_text.h"
#include "server/protocol/schema_walk.h"
#include "server/protocol/suggest.h"
#include "server/protocol/text_checks.h"

namespace kontor::protocol {
namespace {

namespace json = boost::json;
using Field = capnp::StructSchema::Field;
using Builder = capnp::DynamicStruct::Builder;
using Which = capnp::schema::Type::Which;

tl::unexpected<Error> wrong(std::string message) { return fail(Reason::InvalidArgument, std::move(message)); }

// Numbers

/// JSON numbers beyond this are rounded by many a JSON library before they come here.
constexpr std::int64_t kExactMax = std::int64_t{1} << 53;

template <class Int>
Result<Int> whole_number(const json::value& value, const std::string& path) {
  const auto refuse = [&] { return wrong(path + " must be a whole number, without decimals or exponent"); };
  const auto out_of_range = [&] {
    return wrong(fmt::format("{} must be between {} and {}", path, std::numeric_limits<Int>::min(),
                             std::numeric_limits<Int>::max()));
  };
  if (const json::string* text = value.if_string()) {
    Int number = 0;
    const auto [stop, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failure == std::errc::result_out_of_range) return out_of_range();
    if (failure == std::errc{} && stop == text->data() + text->size()) return number;
    return std::is_unsigned_v<Int> && text->starts_with('-') ? out_of_range() : refuse();
  }
  if (value.is_uint64()) return wrong(path + " is too large for a JSON number; write it as text");
  const std::int64_t* number = value.if_int64();
  if (number == nullptr) return refuse();
  if (*number > kExactMax || *number < -kExactMax)
    return wrong(path + " is too large for a JSON number; write it as text");
  if (!std::in_range<Int>(*number)) return out_of_range();
  return static_cast<Int>(*number);
}

template <class Int>
Status set_number(Builder target, Field field, const json::value& value, const std::string& path) {
  const auto number = whole_number<Int>(value, path);
  if (!number) return tl::unexpected(number.error());
  target.set(field, *number);
  return {};
}

// Other single values

Status set_instant(Builder target, Field field, const json::value& value, const std::string& path) {
  const json::string* text = value.if_string();
  if (text == nullptr) return wrong(path + " must be a time such as 2027-03-01T00:00:00+01:00");
  const auto instant = Instant::parse(std::string_view(text->data(), text->size()));
  if (!instant) return wrong(path + ": " + instant.error().message);
  target.set(field, instant->ns);
  return {};
}

Status set_identifier(Builder target, Field field, const json::value& value, const std::string& path) {
  const json::string* text = value.if_string();
  if (text == nullptr) return wrong(path + " must be a UUID");
  const auto id = CommandId::parse(std::string_view(text->data(), text->size()));
  if (!id) return wrong(path + ": " + id.error().message);
  target.set(field, capnp::Data::Reader(id->bytes.data(), id->bytes.size()));
  return {};
}

std::vector<std::string> enumerants(capnp::EnumSchema schema) {
  std::vector<std::string> names;
  for (const auto enumerant : schema.getEnumerants()) {
    // Number 0 of these means that the field was left out.
    if (std::string name = enumerant.getProto().getName().cStr(); name != "unset" && name != "unknown")
      names.push_back(std::move(name));
  }
  return names;
}

Result<std::string> enum_name(capnp::EnumSchema schema, const json::value& value, const std::string& path) {
  const std::vector<std::string> names = enumerants(schema);
  const json::string* text = value.if_string();
  std::string name = text == nullptr ? std::string() : std::string(text->data(), text->size());
  if (std::ranges::find(names, name) == names.end())
    return wrong(
        fmt::format("{} must be one of {}{}", path, fmt::join(names, ", "), suggestion(name, names)));
  return name;
}

Status set_enum(Builder target, Field field, const json::value& value, const std::string& path) {
  const auto name = enum_name(field.getType().asEnum(), value, path);
  if (!name) return tl::unexpected(name.error());
  target.set(field, name->c_str());
  return {};
}

Status set_text(Builder target, Field field, const json::value& value, const std::string& path) {
  const json::string* text = value.if_string();
  if (text == nullptr) return wrong(path + " must be text");
  target.set(field, capnp::Text::Reader(text->c_str(), text->size()));
  return {};
}

Status set_bool(Builder target, Field field, const json::value& value, const std::string& path) {
  const bool* truth = value.if_bool();
  if (truth == nullptr) return wrong(path + " must be true or false");
  target.set(field, *truth);
  return {};
}

// Structs and lists

Status set_field(Builder target, Field field, const json::value& value, const std::string& path);

Status check_required(capnp::StructSchema schema, const json::object& from, const std::string& path) {
  for (const Field field : schema.getFields()) {
    const std::string name = name_of(field);
    if (!annotated(field, Annotation::Optional) && !from.contains(name))
      return wrong(fmt::format("{}.{} is missing", path, name));
  }
  return {};
}

std::optional<Field> find_field(capnp::StructSchema schema, std::string_view name) {
  KJ_IF_MAYBE (field, schema.findFieldByName(kj::StringPtr(std::string(name).c_str()))) return *field;
  return std::nullopt;
}

std::vector<std::string> field_names(capnp::StructSchema schema) {
  std::vector<std::string> names;
  for (const Field field : schema.getFields()) names.push_back(name_of(field));
  return names;
}

Status fill_struct(Builder target, const json::object& from, const std::string& path) {
  for (const auto& [key, value] : from) {
    const std::string_view name(key.data(), key.size());
    const auto field = find_field(target.getSchema(), name);
    if (!field)
      return wrong(fmt::format("{}.{} is not a known field{}", path, shown(name),
                               suggestion(name, field_names(target.getSchema()))));
    if (const Status set = set_field(target, *field, value, path + "." + std::string(name)); !set) return set;
  }
  return check_required(target.getSchema(), from, path);
}

Status set_struct(Builder target, Field field, const json::value& value, const std::string& path) {
  const capnp::StructSchema schema = struct_of(field);
  if (annotated(schema, Annotation::Scalar))
    return set_field(target.init(field).as<capnp::DynamicStruct>(), schema.getFields()[0], value, path);
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong(path + " must be an object with fields");
  return fill_struct(target.init(field).as<capnp::DynamicStruct>(), *object, path);
}

/// Lists hold structs, texts or enumerators.
Status set_element(capnp::DynamicList::Builder& list, unsigned i, const json::value& value,
                   const std::string& place) {
  const capnp::Type type = list.getSchema().getElementType();
  if (type.isText()) {
    const json::string* text = value.if_string();
    if (text == nullptr) return wrong(place + " must be text");
    list.set(i, capnp::Text::Reader(text->c_str(), text->size()));
    return {};
  }
  if (type.isEnum()) {
    const auto name = enum_name(type.asEnum(), value, place);
    if (!name) return tl::unexpected(name.error());
    list.set(i, name->c_str());
    return {};
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong(place + " must be an object with fields");
  return fill_struct(list[i].as<capnp::DynamicStruct>(), *object, place);
}

Status set_list(Builder target, Field field, const json::value& value, const std::string& path) {
  const json::array* array = value.if_array();
  if (array == nullptr) return wrong(path + " must be a list");
  auto list = target.init(field, static_cast<unsigned>(array->size())).as<capnp::DynamicList>();
  for (unsigned i = 0; i < list.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", path, i);
    if (const Status set = set_element(list, i, (*array)[i], place); !set) return set;
  }
  return {};
}

Status set_field(Builder target, Field field, const json::value& value, const std::string& path) {
  if (value.is_null()) return wrong(path + " is null; leave the field out instead");
  if (annotated(field, Annotation::Instant)) return set_instant(target, field, value, path);
  if (annotated(field, Annotation::Identifier)) return set_identifier(target, field, value, path);
  switch (field.getType().which()) {
    case Which::BOOL: return set_bool(target, field, value, path);
    case Which::INT32: return set_number<std::int32_t>(target, field, value, path);
    case Which::INT64: return set_number<std::int64_t>(target, field, value, path);
    case Which::UINT8: return set_number<std::uint8_t>(target, field, value, path);
    case Which::UINT16: return set_number<std::uint16_t>(target, field, value, path);
    case Which::UINT32: return set_number<std::uint32_t>(target, field, value, path);
    case Which::UINT64: return set_number<std::uint64_t>(target, field, value, path);
    case Which::TEXT: return set_text(target, field, value, path);
    case Which::ENUM: return set_enum(target, field, value, path);
    case Which::STRUCT: return set_struct(target, field, value, path);
    case Which::LIST: return set_list(target, field, value, path);
    default: return wrong(path + " cannot be given as JSON");
  }
}

// Types

capnp::StructSchema choice_of(Form form) {
  if (form == Form::Command)
    return struct_of(capnp::Schema::from<wire::CommandContent>().getFieldByName("body"));
  return struct_of(capnp::Schema::from<wire::Query>().getFieldByName("question"));
}

std::optional<Field> member_of(Form form, std::string_view type) {
  for (const Field field : choice_of(form).getUnionFields()) {
    if (pascal(name_of(field)) == type) return field;
  }
  return std::nullopt;
}

Result<Field> type_of(Form form, const json::object& json) {
  const json::value* type = json.if_contains("type");
  if (type == nullptr || !type->is_string()) return wrong("type is missing");
  const std::string_view name(type->get_string().data(), type->get_string().size());
  if (const auto member = member_of(form, name)) return *member;
  return wrong(fmt::format("there is no {} \"{}\"{}", form == Form::Command ? "command" : "query",
                           shown(name), suggestion(name, type_names(form))));
}

std::string kind_of(Field field) {
  if (annotated(field, Annotation::Instant)) return "time";
  if (annotated(field, Annotation::Identifier)) return "UUID";
  switch (field.getType().which()) {
    case Which::BOOL: return "true | false";
    case Which::TEXT: return "text";
    case Which::ENUM: return fmt::format("{}", fmt::join(enumerants(field.getType().asEnum()), " | "));
    case Which::LIST: {
      const capnp::Type element = field.getType().asList().getElementType();
      if (element.isText()) return "texts, with commas";
      if (element.isEnum())
        return fmt::format("some of {}, with commas", fmt::join(enumerants(element.asEnum()), " | "));
      return "list, as JSON";
    }
    case Which::STRUCT: return annotated(struct_of(field), Annotation::Scalar) ? "number" : "object, as JSON";
    default: return "number";
  }
}

/// "a,b" as a list of texts.
json::array words(std::string_view text) {
  json::array out;
  while (true) {
    const std::size_t comma = text.find(',');
    out.push_back(json::string(text.substr(0, comma)));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

constexpr std::string_view kType = "type";

/// The fields of several structs as one flat object. They share no name (a test sees to it).
class Flat {
 public:
  void add(const Builder& part, std::string_view not_a_key = {}) {
    for (const Field field : part.getSchema().getFields()) {
      if (name_of(field) != not_a_key) places_.push_back({name_of(field), field, part});
    }
  }

  /// Sets what is given, then looks for what is not.
  Status fill(const json::object& from) {
    for (const auto& [key, value] : from) {
      const std::string_view name(key.data(), key.size());
      if (name == kType) continue;
      const auto place = std::ranges::find(places_, name, &Place::name);
      if (place == places_.end())
        return wrong(fmt::format("{} is not a known field{}", shown(name), suggestion(name, names())));
      if (const Status set = set_field(place->part, place->field, value, place->name); !set) return set;
    }
    for (const Place& place : places_) {
      if (!annotated(place.field, Annotation::Optional) && !from.contains(place.name))
        return wrong(place.name + " is missing");
    }
    return {};
  }

 private:
  struct Place {
    std::string name;
    Field field;
    Builder part;
  };

  std::vector<std::string> names() const {
    std::vector<std::string> out;
    std::ranges::transform(places_, std::back_inserter(out), &Place::name);
    return out;
  }

  std::vector<Place> places_;
};

}  // namespace

Status command_from_json(const json::object& json, wire::Command::Builder command) {
  const auto type = type_of(Form::Command, json);
  if (!type) return tl::unexpected(type.error());
  Builder content(command.initContent());
  Flat flat;
  flat.add(Builder(command), "content");
  flat.add(content, "body");
  flat.add(content.get("body").as<capnp::DynamicStruct>().init(*type).as<capnp::DynamicStruct>());
  return flat.fill(json);
}

Status question_from_json(const json::object& json, wire::Query::Question::Builder question) {
  const auto type = type_of(Form::Question, json);
  if (!type) return tl::unexpected(type.error());
  Flat flat;
  flat.add(Builder(capnp::toDynamic(question)).init(*type).as<capnp::DynamicStruct>());
  return flat.fill(json);
}

Result<json::value> argument_to_json(Form form, std::string_view type, std::string_view key,
                                     std::string_view text) {
  const auto member = member_of(form, type);
  std::optional<Field> field;
  if (member) field = find_field(struct_of(*member), key);
  if (!field && form == Form::Command) field = find_field(capnp::Schema::from<wire::CommandContent>(), key);
  if (!field && form == Form::Command) field = find_field(capnp::Schema::from<wire::Command>(), key);
  if (field && field->getType().isBool() && (text == "true" || text == "false"))
    return json::value(text == "true");
  const bool nested =
      field && (field->getType().isList() ||
                (field->getType().isStruct() && !annotated(struct_of(*field), Annotation::Scalar)));
  if (!nested) return json::value(json::string(text));
  if (field->getType().isList() && !field->getType().asList().getElementType().isStruct() &&
      !text.starts_with('['))
    return json::value(words(text));
  auto value = parse_json(text);
  if (!value) return fail(Reason::InvalidArgument, fmt::format("{}: {}", key, value.error().message));
  return value;
}

std::vector<std::string> type_names(Form form) {
  std::vector<std::string> names;
  for (const Field field : choice_of(form).getUnionFields()) names.push_back(pascal(name_of(field)));
  return names;
}

std::vector<FieldInfo> fields_of(Form form, std::string_view type) {
  std::vector<FieldInfo> fields;
  const auto member = member_of(form, type);
  if (!member) return fields;
  for (const Field field : struct_of(*member).getFields()) {
    fields.push_back(
        {name_of(field), kind_of(field), doc_text(field),
         annotated(field, Annotation::Optional) ? FieldInfo::Need::Optional : FieldInfo::Need::Required});
  }
  return fields;
}

std::string doc_of(Form form, std::string_view type) {
  const auto member = member_of(form, type);
  return member ? doc_text(struct_of(*member)) : std::string();
}

}  // namespace kontor::protocol
