#include "server/protocol/schema_walk.h"

namespace kontor::protocol {
namespace {

template <class Proto>
bool find(const Proto& proto, Annotation annotation) {
  for (const auto& one : proto.getAnnotations()) {
    if (one.getId() == static_cast<std::uint64_t>(annotation)) return true;
  }
  return false;
}

template <class Proto>
std::string doc(const Proto& proto) {
  for (const auto& one : proto.getAnnotations()) {
    if (one.getId() == static_cast<std::uint64_t>(Annotation::Doc)) return one.getValue().getText().cStr();
  }
  return {};
}

}  // namespace

bool annotated(capnp::StructSchema::Field field, Annotation annotation) {
  return find(field.getProto(), annotation);
}
bool annotated(capnp::StructSchema schema, Annotation annotation) {
  return find(schema.getProto(), annotation);
}
std::string doc_text(capnp::StructSchema::Field field) { return doc(field.getProto()); }
std::string doc_text(capnp::StructSchema schema) { return doc(schema.getProto()); }

std::string name_of(capnp::StructSchema::Field field) { return field.getProto().getName().cStr(); }

std::string pascal(std::string_view camel) {
  std::string out(camel);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

bool is_choice(capnp::StructSchema schema) {
  return schema.getUnionFields().size() > 0 && schema.getNonUnionFields().size() == 0;
}

capnp::StructSchema struct_of(capnp::StructSchema::Field field) { return field.getType().asStruct(); }

}  // namespace kontor::protocol
