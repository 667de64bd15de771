#include "projections/stored_row.h"

#include <cstring>

namespace kontor::views {
RowBytes::RowBytes(std::string_view bytes) : message_(kj::arrayPtr(&words_, 1)) {
  const std::size_t words = bytes.size() / sizeof(capnp::word);
  auto* to = reinterpret_cast<capnp::word*>(near_.data());
  if (words > kUsualWords) {
    far_ = kj::heapArray<capnp::word>(words);
    to = far_.begin();
  }
  if (words > 0) std::memcpy(to, bytes.data(), words * sizeof(capnp::word));
  words_ = kj::arrayPtr(to, words);
}

RowBytes::~RowBytes() = default;

capnp::MessageReader& RowBytes::message() const { return message_; }

std::string canonical_bytes(capnp::AnyStruct::Reader row) {
  const kj::Array<capnp::word> words = row.canonicalize();
  const kj::ArrayPtr<const kj::byte> bytes = words.asBytes();
  return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

}  // namespace kontor::views
