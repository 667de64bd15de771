#include "projections/schema_fields.h"

#include <cstdint>

namespace kontor::views {
namespace {

constexpr std::uint64_t kInstantAnnotation = 0x9f0a6b0c8d1e2f31;  // events/annotations.capnp

}  // namespace

bool is_instant(capnp::StructSchema::Field field) {
  for (const auto annotation : field.getProto().getAnnotations())
    if (annotation.getId() == kInstantAnnotation) return true;
  return false;
}

bool is_there(const capnp::DynamicStruct::Reader& in, capnp::StructSchema::Field field) {
  if (field.getProto().getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT) {
    const auto chosen = in.which();
    KJ_IF_MAYBE (which, chosen) {
      if (*which != field) return false;
    } else {
      return false;
    }
  }
  const bool is_struct = field.getType().which() == capnp::schema::Type::STRUCT;
  return !is_struct || field.getProto().isGroup() || in.has(field);
}

}  // namespace kontor::views
