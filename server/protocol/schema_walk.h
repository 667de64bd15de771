#pragma once
// What the JSON walkers ask a schema: annotations of events/annotations.capnp, names, the members of a body.
// Pure.

#include <capnp/dynamic.h>
#include <capnp/schema.h>

#include <string>
#include <string_view>

namespace kontor::protocol {

enum class Annotation : std::uint64_t {
  Instant = 0x9f0a6b0c8d1e2f31,
  Identifier = 0xa81f0d3c5b7e9a24,
  Optional = 0xb3c92e1f4a6d8807,
  Doc = 0xc4d7a95e20b1f663,
  Scalar = 0x8e51c0d2f3a74b96,
};

[[nodiscard]] bool annotated(capnp::StructSchema::Field field, Annotation annotation);
[[nodiscard]] bool annotated(capnp::StructSchema schema, Annotation annotation);
/// The text of $doc; empty when there is none.
[[nodiscard]] std::string doc_text(capnp::StructSchema::Field field);
[[nodiscard]] std::string doc_text(capnp::StructSchema schema);

[[nodiscard]] std::string name_of(capnp::StructSchema::Field field);
/// inviteToCourse -> InviteToCourse
[[nodiscard]] std::string pascal(std::string_view camel);

/// A struct that is only a choice between structs: the body of a command, an event of a domain.
[[nodiscard]] bool is_choice(capnp::StructSchema schema);
/// `course` of {course = …}: the struct type of a field, for structs and groups.
[[nodiscard]] capnp::StructSchema struct_of(capnp::StructSchema::Field field);

}  // namespace kontor::protocol
