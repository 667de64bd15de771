#pragma once
// Rows while they are built. Cap'n Proto's own way from an old row to a new one (copy, grow, change, copy in
// canonical form, check, copy) costs more than everything else that is done with an event: here an old row is
// laid out for changes by moving its bytes apart, and canonical bytes are written straight from the built
// message. The bytes are those that the library's `canonicalize` gives. One thread.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kontor::views {

/// A canonical message is so many whole words.
using Words = std::span<const std::uint64_t>;

/// Sizes of a struct's two sections as the schema has them.
struct StructWords {
  std::uint16_t data = 0;
  std::uint16_t pointers = 0;
};

/// Zeroed memory in which one row after the other is built.
class RowScratch {
 public:
  [[nodiscard]] std::span<std::uint64_t> words() { return words_; }

 private:
  static constexpr std::size_t kWords = 1'024;
  std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>(kWords);
};

/// Memory of rows that outgrow the scratch.
struct MoreWords {
  std::vector<kj::Array<capnp::word>> more;
};

/// A row that is being changed, in a scratch that nobody else uses meanwhile.
class RowMessage final : private MoreWords, public capnp::MessageBuilder {
 public:
  /// `before` must be canonical, or empty: then the row begins empty.
  RowMessage(RowScratch& scratch, Words before, StructWords size);
  RowMessage(const RowMessage&) = delete;
  RowMessage& operator=(const RowMessage&) = delete;
  ~RowMessage() noexcept(false) override;

  kj::ArrayPtr<capnp::word> allocateSegment(capnp::uint minimum_words) override;

  /// Puts the canonical bytes of the row into `out`, whose old content goes.
  void canonical(std::vector<std::uint64_t>& out);

 private:
  RowScratch& scratch_;
};

/// Whether these are the bytes of a row: canonical, and every pointer within them. Throws kj::Exception for
/// some that are not.
[[nodiscard]] bool is_canonical(Words words);

}  // namespace kontor::views
