#pragma once
// What walks over answers and rows ask a schema. Pure.

#include <capnp/dynamic.h>
#include <capnp/schema.h>

namespace kontor::views {

/// Nanoseconds that are shown as a time ($instant of events/annotations.capnp).
[[nodiscard]] bool is_instant(capnp::StructSchema::Field field);
/// A member of a union is there only while it is the chosen one; a struct only when it is not null.
[[nodiscard]] bool is_there(const capnp::DynamicStruct::Reader& in, capnp::StructSchema::Field field);

}  // namespace kontor::views
