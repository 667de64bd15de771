// The encoding: https://capnproto.org/encoding.html, the canonical form its section "Canonicalization".
#include "projections/row_words.h"

#include <capnp/any.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "events/core/assert.h"

namespace kontor::views {
namespace {

static_assert(std::endian::native == std::endian::little, "the encoding is little-endian");

constexpr std::uint64_t kEmptyStruct = 0xFFFF'FFFC;  // points at itself
enum PointerKind : std::uint8_t { kStruct = 0, kList = 1 };
enum ElementSize : std::uint8_t { kPointers = 6, kComposite = 7 };

/// A pointer word, taken apart.
struct Pointer {
  std::uint64_t word = 0;

  [[nodiscard]] bool is_null() const { return word == 0; }
  [[nodiscard]] unsigned kind() const { return word & 3; }
  [[nodiscard]] std::int64_t offset() const {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(word)) >> 2;
  }
  [[nodiscard]] StructWords sizes() const {
    return {static_cast<std::uint16_t>(word >> 32), static_cast<std::uint16_t>(word >> 48)};
  }
  [[nodiscard]] unsigned element_size() const { return (word >> 32) & 7; }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(word >> 35); }
};

std::uint64_t struct_pointer(std::int64_t offset, StructWords size) {
  return (static_cast<std::uint32_t>(offset) << 2 | kStruct) | std::uint64_t{size.data} << 32 |
         std::uint64_t{size.pointers} << 48;
}
std::uint64_t list_pointer(std::int64_t offset, std::uint64_t element_size, std::uint64_t count) {
  return (static_cast<std::uint32_t>(offset) << 2 | kList) | element_size << 32 | count << 35;
}

/// Words of a list that is neither of structs nor of pointers.
std::size_t list_words(Pointer list) {
  constexpr std::size_t kBits[] = {0, 1, 8, 16, 32, 64};
  return (list.count() * kBits[list.element_size()] + 63) / 64;
}

/// Writes what a struct holds in canonical form: nothing that says nothing, and everything in the order in
/// which one comes upon it.
class CanonicalCopy {
 public:
  explicit CanonicalCopy(std::vector<std::uint64_t>& out) : out_(out) {}

  void copy_struct(const std::uint64_t* from, StructWords size, std::size_t pointer_at) {
    const StructWords kept = trimmed(from, size);
    if (kept.data == 0 && kept.pointers == 0) {
      out_[pointer_at] = kEmptyStruct;
      return;
    }
    const std::size_t at = room(std::size_t{kept.data} + kept.pointers);
    out_[pointer_at] = struct_pointer(offset(pointer_at, at), kept);
    std::copy_n(from, kept.data, out_.begin() + static_cast<std::ptrdiff_t>(at));
    for (std::size_t i = 0; i < kept.pointers; ++i) copy_pointer(from + size.data + i, at + kept.data + i);
  }

 private:
  static std::int64_t offset(std::size_t pointer_at, std::size_t at) {
    return static_cast<std::int64_t>(at) - static_cast<std::int64_t>(pointer_at) - 1;
  }
  std::size_t room(std::size_t words) {
    const std::size_t at = out_.size();
    out_.resize(at + words);
    return at;
  }
  static StructWords trimmed(const std::uint64_t* from, StructWords size) {
    const std::uint64_t* pointers = from + size.data;
    while (size.pointers > 0 && pointers[size.pointers - 1] == 0) --size.pointers;
    while (size.data > 0 && from[size.data - 1] == 0) --size.data;
    return size;
  }

  void copy_pointer(const std::uint64_t* from, std::size_t to) {
    const Pointer pointer{*from};
    if (pointer.is_null()) return;
    const std::uint64_t* target = from + 1 + pointer.offset();
    if (pointer.kind() == kStruct) return copy_struct(target, pointer.sizes(), to);
    KONTOR_ASSERT(pointer.kind() == kList);  // rows have one segment and no capabilities
    if (pointer.element_size() == kComposite) return copy_structs(target, to);
    const bool pointers = pointer.element_size() == kPointers;
    const std::size_t words = pointers ? pointer.count() : list_words(pointer);
    const std::size_t at = room(words);
    out_[to] = list_pointer(offset(to, at), pointer.element_size(), pointer.count());
    if (!pointers) {
      std::copy_n(target, words, out_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    for (std::size_t i = 0; i < words; ++i) copy_pointer(target + i, at + i);
  }

  // All elements get the size that the largest of them needs.
  void copy_structs(const std::uint64_t* from, std::size_t to) {
    const Pointer tag{*from++};
    const StructWords size = tag.sizes();
    const std::size_t step = std::size_t{size.data} + size.pointers;
    const auto count = static_cast<std::size_t>(tag.offset());
    StructWords kept;
    for (std::size_t i = 0; i < count; ++i) {
      const StructWords one = trimmed(from + i * step, size);
      kept.data = std::max(kept.data, one.data);
      kept.pointers = std::max(kept.pointers, one.pointers);
    }
    const std::size_t kept_step = std::size_t{kept.data} + kept.pointers;
    const std::size_t at = room(1 + count * kept_step);
    out_[to] = list_pointer(offset(to, at), kComposite, count * kept_step);
    out_[at] = struct_pointer(static_cast<std::int64_t>(count), kept);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t* element = from + i * step;
      const std::size_t element_at = at + 1 + i * kept_step;
      std::copy_n(element, kept.data, out_.begin() + static_cast<std::ptrdiff_t>(element_at));
      for (std::size_t p = 0; p < kept.pointers; ++p)
        copy_pointer(element + size.data + p, element_at + kept.data + p);
    }
  }

  std::vector<std::uint64_t>& out_;
};

// A canonical row begins with its pointer and its two sections, each cut behind what is not zero. They are
// given their full size; what lies behind them moves as a whole, so only their own pointers change.
std::size_t lay_out(Words before, StructWords full, std::uint64_t* out) {
  const StructWords was = Pointer{before[0]}.sizes();
  const StructWords size{std::max(full.data, was.data), std::max(full.pointers, was.pointers)};
  const std::size_t more_pointers = std::size_t{size.pointers} - was.pointers;
  out[0] = struct_pointer(0, size);
  std::copy_n(before.begin() + 1, was.data, out + 1);
  for (std::size_t i = 0; i < was.pointers; ++i) {
    const Pointer pointer{before[1 + was.data + i]};
    const bool moves = !pointer.is_null() && static_cast<std::uint32_t>(pointer.word) != kEmptyStruct;
    const auto low = static_cast<std::uint32_t>(pointer.word) +
                     (moves ? static_cast<std::uint32_t>(more_pointers) << 2 : 0);
    out[1 + size.data + i] = (pointer.word >> 32 << 32) | low;
  }
  const std::size_t behind = 1 + std::size_t{was.data} + was.pointers;
  const std::size_t to = 1 + std::size_t{size.data} + size.pointers;
  std::copy(before.begin() + static_cast<std::ptrdiff_t>(behind), before.end(), out + to);
  return to + before.size() - behind;
}

bool fits(Words before, StructWords full, std::size_t room) {
  return before.size() + full.data + full.pointers + 1 <= room;
}

/// The segment in which a row's building begins.
class FirstSegment {
 public:
  FirstSegment(RowScratch& scratch, Words before, StructWords size,
               std::vector<kj::Array<capnp::word>>& more) {
    std::span<std::uint64_t> words = scratch.words();
    if (!fits(before, size, words.size() / 2)) {
      more.push_back(kj::heapArray<capnp::word>(2 * (before.size() + size.data + size.pointers + 1)));
      std::memset(more.back().begin(), 0, more.back().asBytes().size());
      words = {reinterpret_cast<std::uint64_t*>(more.back().begin()), more.back().size()};
    }
    std::size_t used = 1;
    if (before.empty()) {
      words[0] = struct_pointer(0, size);
      used += std::size_t{size.data} + size.pointers;
      if (used == 1) words[0] = kEmptyStruct;
    } else {
      used = lay_out(before, size, words.data());
    }
    init_ = {kj::arrayPtr(reinterpret_cast<capnp::word*>(words.data()), words.size()), used};
  }
  [[nodiscard]] kj::ArrayPtr<capnp::MessageBuilder::SegmentInit> init() { return kj::arrayPtr(&init_, 1); }

 private:
  capnp::MessageBuilder::SegmentInit init_{};
};

}  // namespace

RowMessage::RowMessage(RowScratch& scratch, Words before, StructWords size)
    : capnp::MessageBuilder(FirstSegment(scratch, before, size, more).init()), scratch_(scratch) {}

RowMessage::~RowMessage() noexcept(false) {
  const auto segments = getSegmentsForOutput();
  const std::span<std::uint64_t> words = scratch_.words();
  if (reinterpret_cast<const std::uint64_t*>(segments[0].begin()) == words.data())
    std::memset(words.data(), 0, segments[0].asBytes().size());
}

kj::ArrayPtr<capnp::word> RowMessage::allocateSegment(capnp::uint minimum_words) {
  constexpr std::size_t kSegmentWords = 4'096;
  more.push_back(kj::heapArray<capnp::word>(std::max<std::size_t>(minimum_words, kSegmentWords)));
  std::memset(more.back().begin(), 0, more.back().asBytes().size());
  return more.back();
}

void RowMessage::canonical(std::vector<std::uint64_t>& out) {
  const auto segments = getSegmentsForOutput();
  if (segments.size() > 1) {
    const kj::Array<capnp::word> words = getRoot<capnp::AnyStruct>().asReader().canonicalize();
    const auto* begin = reinterpret_cast<const std::uint64_t*>(words.begin());
    out.assign(begin, begin + words.size());
    return;
  }
  out.assign(1, 0);
  const auto* root = reinterpret_cast<const std::uint64_t*>(segments[0].begin());
  const Pointer pointer{*root};
  CanonicalCopy(out).copy_struct(root + 1 + pointer.offset(), pointer.sizes(), 0);
}

bool is_canonical(Words words) {
  const kj::ArrayPtr<const capnp::word> segment(reinterpret_cast<const capnp::word*>(words.data()),
                                                words.size());
  capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1));
  return !words.empty() && message.isCanonical();
}

}  // namespace kontor::views
