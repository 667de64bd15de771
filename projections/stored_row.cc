#include "projections/stored_row.h"

#include <cstring>

namespace kontor::views {
namespace {

// A fresh allocation, because a store gives bytes at any address and Cap'n Proto reads whole words.
kj::Array<capnp::word> words_of(std::string_view bytes) {
  kj::Array<capnp::word> words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  if (!bytes.empty()) std::memcpy(words.begin(), bytes.data(), words.size() * sizeof(capnp::word));
  return words;
}

}  // namespace

RowBytes::RowBytes(std::string_view bytes)
    : words_(words_of(bytes)), segment_(words_), message_(kj::arrayPtr(&segment_, 1)) {}

RowBytes::~RowBytes() = default;

capnp::MessageReader& RowBytes::message() const { return message_; }

std::string canonical_bytes(capnp::AnyStruct::Reader row) {
  const kj::Array<capnp::word> words = row.canonicalize();
  const kj::ArrayPtr<const kj::byte> bytes = words.asBytes();
  return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

}  // namespace kontor::views
