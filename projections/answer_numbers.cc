#include "projections/answer_numbers.h"

#include <capnp/dynamic.h>
#include <capnp/schema.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "projections/schema_fields.h"

namespace kontor::views {
namespace {

using Field = capnp::StructSchema::Field;
using Type = capnp::schema::Type;

std::string name_of(Field field) { return field.getProto().getName().cStr(); }

bool is_number(Field field) {
  switch (field.getType().which()) {
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::UINT8:
    case Type::UINT16:
    case Type::UINT32:
    case Type::UINT64: return true;
    case Type::INT64: return !is_instant(field);
    default: return false;
  }
}

tl::unexpected<Error> no_path(std::string what) { return fail(Reason::InvalidArgument, std::move(what)); }

Result<std::int64_t> value_of(const capnp::DynamicStruct::Reader& in, Field field) {
  const auto value = in.get(field);
  if (field.getType().which() == Type::BOOL) return value.as<bool>() ? 1 : 0;
  if (field.getType().which() != Type::UINT64) return value.as<std::int64_t>();
  const auto large = value.as<std::uint64_t>();
  if (large > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return no_path(fmt::format("{} is {}: too large to be explained", name_of(field), large));
  return static_cast<std::int64_t>(large);
}

/// A field as a key of an element is written: nothing when it is no name, number or choice.
std::optional<std::string> key_text(const capnp::DynamicStruct::Reader& in, Field field) {
  const auto value = in.get(field);
  switch (field.getType().which()) {
    case Type::TEXT: return std::string(value.as<capnp::Text>().cStr());
    case Type::UINT64: return std::to_string(value.as<std::uint64_t>());
    case Type::ENUM: {
      KJ_IF_MAYBE (enumerant, value.as<capnp::DynamicEnum>().getEnumerant())
        return std::string(enumerant->getProto().getName().cStr());
      return std::nullopt;
    }
    default:
      if (!is_number(field)) return std::nullopt;
      return std::to_string(value.as<std::int64_t>());
  }
}

std::string names_in(capnp::StructSchema schema) {
  std::string all;
  for (const Field field : schema.getFields()) {
    const auto type = field.getType().which();
    if (!is_number(field) && type != Type::STRUCT && type != Type::LIST) continue;
    all += (all.empty() ? "" : ", ") + name_of(field);
  }
  return all;
}

Result<Field> field_of(capnp::StructSchema schema, std::string_view name) {
  const std::string text(name);
  KJ_IF_MAYBE (field, schema.findFieldByName(text.c_str())) return *field;
  return no_path(fmt::format("\"{}\" is no part of this answer; there are: {}", name, names_in(schema)));
}

Result<bool> fits(const capnp::DynamicStruct::Reader& element, const NumberPath::Field& wanted) {
  for (const auto& [name, text] : wanted.key) {
    const Result<Field> field = field_of(element.getSchema(), name);
    if (!field) return fail(field.error());
    const auto says = key_text(element, *field);
    if (!says) return no_path(fmt::format("{} is nothing to tell elements of {} by", name, wanted.name));
    if (*says != text) return false;
  }
  return true;
}

/// The element, or nothing when the list has no such element.
Result<std::optional<capnp::DynamicStruct::Reader>> element_of(const capnp::DynamicList::Reader& list,
                                                               const NumberPath::Field& wanted) {
  std::optional<capnp::DynamicStruct::Reader> found;
  if (wanted.index) {
    if (*wanted.index < list.size())
      found = list[static_cast<unsigned>(*wanted.index)].as<capnp::DynamicStruct>();
    return found;
  }
  for (const auto& each : list) {
    const auto element = each.as<capnp::DynamicStruct>();
    const Result<bool> is_it = fits(element, wanted);
    if (!is_it) return fail(is_it.error());
    if (!*is_it) continue;
    if (found)
      return no_path(fmt::format("several elements of {} fit; name more of their fields", wanted.name));
    found = element;
  }
  return found;
}

bool holds_structs(Field field) {
  return field.getType().which() == Type::LIST &&
         field.getType().asList().getElementType().which() == Type::STRUCT;
}

/// What is wrong with the path for every answer of this shape.
Status check(capnp::StructSchema schema, const std::vector<NumberPath::Field>& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Result<Field> field = field_of(schema, path[i].name);
    if (!field) return fail(field.error());
    const bool last = i + 1 == path.size();
    if (holds_structs(*field)) {
      if (!path[i].picks())
        return no_path(fmt::format("{0} is a list: write {0}[0], or {0}[field=value]", path[i].name));
      schema = field->getType().asList().getElementType().asStruct();
    } else if (path[i].picks()) {
      return no_path(fmt::format("{} is no list of parts", path[i].name));
    } else if (field->getType().which() == Type::STRUCT) {
      schema = field->getType().asStruct();
    } else if (!last || !is_number(*field)) {
      return no_path(fmt::format("{} is no number{}", path[i].name, last ? "" : ", and has no parts"));
    } else {
      return {};
    }
  }
  return no_path(fmt::format("{} is no number; its parts are: {}", path.back().name, names_in(schema)));
}

capnp::DynamicStruct::Reader body_of(wire::Answer::Reader answer) {
  const capnp::DynamicStruct::Reader body = answer.getBody();
  const auto chosen = body.which();
  KJ_IF_MAYBE (which, chosen) return body.get(*which).as<capnp::DynamicStruct>();
  return body;  // of a newer program: it has no fields that we know
}

/// Walks an answer and names its numbers.
class Collector {
 public:
  void part(const capnp::DynamicStruct::Reader& in, const std::string& before) {
    for (const Field field : in.getSchema().getFields()) {
      if (!is_there(in, field)) continue;
      const std::string path = before + name_of(field);
      if (is_number(field)) {
        if (const auto value = value_of(in, field)) found_.push_back({path, *value});
      } else if (field.getType().which() == Type::STRUCT) {
        part(in.get(field).as<capnp::DynamicStruct>(), path + ".");
      } else if (holds_structs(field)) {
        elements(in.get(field).as<capnp::DynamicList>(), path);
      }
    }
  }
  std::vector<NamedNumber> take() { return std::move(found_); }

 private:
  void elements(const capnp::DynamicList::Reader& list, const std::string& path) {
    if (list.size() == 0) return;
    const std::vector<std::string> keys = keys_of(list);
    for (unsigned i = 0; i < list.size(); ++i)
      part(list[i].as<capnp::DynamicStruct>(),
           fmt::format("{}[{}].", path, keys.empty() ? std::to_string(i) : keys[i]));
  }

  // The first field, or the first two, that no two elements have alike. Nothing when there are none.
  static std::vector<std::string> keys_of(const capnp::DynamicList::Reader& list) {
    const auto schema = list[0].as<capnp::DynamicStruct>().getSchema();
    std::vector<std::string> before;
    for (const Field field : schema.getFields()) {
      if (is_instant(field)) continue;
      std::vector<std::string> keys;
      for (unsigned i = 0; i < list.size(); ++i) {
        const auto text = key_text(list[i].as<capnp::DynamicStruct>(), field);
        // Commas and brackets end a key, and nothing is no name.
        if (!text || text->empty() || text->find_first_of(",]=") != std::string::npos) break;
        keys.push_back((before.empty() ? "" : before[i] + ",") + name_of(field) + "=" + *text);
      }
      if (keys.size() != list.size()) return {};
      if (std::set<std::string>(keys.begin(), keys.end()).size() == keys.size()) return keys;
      if (!before.empty()) return {};
      before = std::move(keys);
    }
    return {};
  }

  std::vector<NamedNumber> found_;
};

/// "name[index]" or "name[field=value,field=value]", taken off the beginning of `text`.
Result<NumberPath::Field> take_field(std::string_view& text) {
  const auto malformed = [](std::string_view at) {
    return no_path(
        fmt::format("\"{}\" is no path to a number; write one such as available, "
                    "courses[0].members or courses[course=k-1].members",
                    at.substr(0, 80)));
  };
  const std::string_view all = text;
  NumberPath::Field field;
  field.name = text.substr(0, text.find_first_of(".["));
  if (field.name.empty()) return malformed(all);
  text.remove_prefix(field.name.size());
  if (!text.starts_with('[')) return field;
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos || end == 1) return malformed(all);
  std::string_view inside = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  if (inside.find('=') == std::string_view::npos) {
    std::uint64_t index = 0;
    const auto [stop, failure] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    if (failure != std::errc() || stop != inside.data() + inside.size()) return malformed(all);
    field.index = index;
    return field;
  }
  while (!inside.empty()) {
    const std::string_view one = inside.substr(0, inside.find(','));
    inside.remove_prefix(std::min(one.size() + 1, inside.size()));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || equals == 0) return malformed(all);
    field.key.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  return field;
}

}  // namespace

Result<NumberPath> NumberPath::parse(std::string_view text) {
  NumberPath path;
  std::string_view rest = text;
  while (true) {
    Result<Field> field = take_field(rest);
    if (!field) return fail(field.error());
    path.fields_.push_back(*std::move(field));
    if (rest.empty()) return path;
    if (!rest.starts_with('.'))
      return no_path(fmt::format("\"{}\" is not read behind ]", rest.substr(0, 80)));
    rest.remove_prefix(1);
  }
}

Result<std::optional<std::int64_t>> number_in(wire::Answer::Reader answer, const NumberPath& path) {
  capnp::DynamicStruct::Reader part = body_of(answer);
  if (Status possible = check(part.getSchema(), path.fields()); !possible) return fail(possible.error());
  for (const NumberPath::Field& step : path.fields()) {
    const auto field = part.getSchema().getFieldByName(step.name.c_str());
    if (!is_there(part, field)) return std::optional<std::int64_t>();
    if (is_number(field)) {
      const Result<std::int64_t> value = value_of(part, field);
      if (!value) return fail(value.error());
      return std::optional<std::int64_t>(*value);
    }
    if (!step.picks()) {
      part = part.get(field).as<capnp::DynamicStruct>();
      continue;
    }
    const auto element = element_of(part.get(field).as<capnp::DynamicList>(), step);
    if (!element) return fail(element.error());
    if (!*element) return std::optional<std::int64_t>();
    part = **element;
  }
  return std::optional<std::int64_t>();
}

std::vector<NamedNumber> numbers_of(wire::Answer::Reader answer) {
  Collector collector;
  collector.part(body_of(answer), "");
  return collector.take();
}

}  // namespace kontor::views
