#include "tests/scenarios/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/envelope.capnp.h"
#include "events/reasons.h"
#include "projections/queries.capnp.h"
#include "server/protocol/schema_walk.h"
#include "server/protocol/suggest.h"

namespace kontor::scenarios {
namespace {

using capnp::StructSchema;
using protocol::is_choice;
using protocol::name_of;
using protocol::pascal;
using protocol::struct_of;

/// Calls `found` with the type and struct of everything that a choice leads to.
template <class Found>
void walk(StructSchema choice, const Found& found) {
  for (const auto field : choice.getUnionFields()) {
    if (!field.getType().isStruct()) continue;
    if (is_choice(struct_of(field))) {
      walk(struct_of(field), found);
    } else {
      found(pascal(name_of(field)), struct_of(field));
    }
  }
}

StructSchema group_of(StructSchema schema, const char* name) {
  return struct_of(schema.getFieldByName(name));
}

std::optional<StructSchema> find_in(StructSchema choice, std::string_view type) {
  std::optional<StructSchema> found;
  walk(choice, [&](const std::string& name, StructSchema schema) {
    if (name == type) found = schema;
  });
  return found;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view first_of(std::string_view& path) {
  const auto dot = path.find('.');
  const std::string_view first = path.substr(0, dot);
  path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  return first;
}

std::optional<std::string> unknown(std::string_view name, StructSchema schema) {
  std::vector<std::string> names;
  for (const auto field : schema.getFields()) names.push_back(name_of(field));
  return fmt::format("there is no field {}{}", name, protocol::suggestion(name, names));
}

/// Follows a path as far as the schema says anything about it. `type` becomes that of the end.
std::optional<std::string> follow(StructSchema schema, std::string_view path, capnp::Type& type) {
  type = schema;
  while (!path.empty()) {
    const std::string_view name = first_of(path);
    if (type.isList()) {
      if (name == "count" && path.empty()) return std::nullopt;
      if (!is_number(name))
        return fmt::format("a list is followed by a number from 0 or count, not {}", name);
      type = type.asList().getElementType();
      continue;
    }
    if (!type.isStruct()) return fmt::format("there is nothing inside, so no {}", name);
    KJ_IF_MAYBE (field, type.asStruct().findFieldByName(std::string(name).c_str())) {
      type = field->getType();
    } else {
      return unknown(name, type.asStruct());
    }
  }
  return std::nullopt;
}

std::optional<std::string> path_problem(StructSchema schema, std::string_view path) {
  capnp::Type type = schema;
  return follow(schema, path, type);
}

StructSchema event_body() { return group_of(capnp::Schema::from<schema::RecordedEvent>(), "body"); }
StructSchema answers() { return capnp::Schema::from<wire::Answer>(); }

}  // namespace

std::vector<std::string> role_names() {
  std::vector<std::string> names;
  for (const auto role : capnp::Schema::from<schema::Role>().getEnumerants())
    names.emplace_back(role.getProto().getName().cStr());
  return names;
}

std::vector<std::string> event_types() {
  std::vector<std::string> names;
  walk(event_body(), [&](const std::string& name, StructSchema) { names.push_back(name); });
  return names;
}

std::optional<std::string> event_field_problem(std::string_view type, std::string_view path) {
  const auto body = find_in(event_body(), type);
  if (!body) return fmt::format("there is no event {}{}", type, protocol::suggestion(type, event_types()));
  const auto own = path_problem(*body, path);
  if (!own || !path_problem(capnp::Schema::from<schema::RecordedEvent>(), path)) return std::nullopt;
  return own;
}

std::optional<std::string> answer_field_problem(std::string_view question, std::string_view path) {
  const auto body = find_in(group_of(answers(), "body"), question);
  if (!body) return std::nullopt;  // nothing is known of its shape
  const auto own = path_problem(*body, path);
  if (!own || !path_problem(answers(), path)) return std::nullopt;
  return own;
}

std::optional<std::string> row_field_problem(std::string_view question, std::string_view list,
                                             std::string_view path) {
  const auto body = find_in(group_of(answers(), "body"), question);
  if (!body) return std::nullopt;
  capnp::Type type = *body;
  if (const auto problem = follow(*body, list, type)) return problem;
  if (!type.isList()) return fmt::format("{} is no list", list);
  if (!type.asList().getElementType().isStruct() || path.empty()) return std::nullopt;
  return path_problem(type.asList().getStructElementType(), path);
}

CodeFound find_code(std::string_view number_or_name) {
  if (const auto found = find_reason(number_or_name)) return {std::string(found->name), {}};
  std::vector<std::string> names;
  for (const ReasonInfo& info : all_reasons()) names.emplace_back(info.name);
  return {
      {},
      fmt::format("there is no refusal {}{}", number_or_name, protocol::suggestion(number_or_name, names))};
}

}  // namespace kontor::scenarios
