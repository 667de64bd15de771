#pragma once
// A view row as it lies in the store: a Cap'n Proto struct in canonical form (one segment, no segment table),
// so that equal rows have equal bytes however they came about.

#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::views {

/// Owns a row's bytes while they are read. Reading malformed bytes throws kj::Exception, which the writer of
/// views and the answering of queries catch. Neither copied nor moved: the reader points inside.
class RowBytes {
 public:
  explicit RowBytes(std::string_view bytes);
  RowBytes(const RowBytes&) = delete;
  RowBytes& operator=(const RowBytes&) = delete;
  ~RowBytes();

 protected:
  [[nodiscard]] capnp::MessageReader& message() const;
  [[nodiscard]] bool empty() const { return words_.size() == 0; }

 private:
  static constexpr std::size_t kUsualWords = 40;  // most rows are read without an allocation

  // A copy, because a store gives bytes at any address and Cap'n Proto reads whole words, and because what
  // was read stays what it is when the row is written.
  std::array<std::uint64_t, kUsualWords> near_;  // NOLINT: filled as far as it is used
  kj::Array<capnp::word> far_;
  kj::ArrayPtr<const capnp::word> words_;
  mutable capnp::SegmentArrayMessageReader message_;
};

template <class Row>
class StoredRow : RowBytes {
 public:
  explicit StoredRow(std::string_view bytes) : RowBytes(bytes) {}
  /// Of no bytes at all: an empty row.
  [[nodiscard]] typename Row::Reader read() const {
    return empty() ? typename Row::Reader() : message().template getRoot<Row>();
  }
};

/// The canonical bytes of a struct.
[[nodiscard]] std::string canonical_bytes(capnp::AnyStruct::Reader row);

}  // namespace kontor::views
