// docs/wire-protocol.md
#include "server/protocol/frame_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "events/core/assert.h"

namespace kontor::protocol {
namespace {

constexpr std::size_t kWordBytes = sizeof(capnp::word);
constexpr std::size_t kReadBytes = 64u << 10;

std::uint32_t read_u32(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

ForeignPeer recognise(const std::byte* first_word) {
  constexpr std::array<std::string_view, 8> methods{"GET ", "POST", "PUT ", "HEAD",
                                                    "OPTI", "DELE", "PATC", "PRI "};
  const std::string_view start(reinterpret_cast<const char*>(first_word), 4);
  if (std::ranges::find(methods, start) != methods.end()) return ForeignPeer::Http;
  // A TLS record: handshake, major version 3.
  if (start[0] == 0x16 && start[1] == 0x03) return ForeignPeer::Tls;
  return ForeignPeer::None;
}

/// A packed one-segment message begins with a tag byte whose low half is empty (the segment count is zero)
/// and then the low byte of the size.
bool looks_packed(const std::byte* first_word) {
  const auto tag = std::to_integer<unsigned>(first_word[0]);
  return tag != 0 && (tag & 0x0Fu) == 0 && std::to_integer<unsigned>(first_word[1]) != 0;
}

}  // namespace

FrameGate::FrameGate(GateLimits limits) : limits_(limits) {
  capacity_ = std::min(kReadBytes, std::max<std::size_t>(limits.frame_bytes_max, 2 * kWordBytes));
  capacity_ = (capacity_ + kWordBytes - 1) / kWordBytes * kWordBytes;
  words_ = std::make_unique<capnp::word[]>(capacity_ / kWordBytes);
}

const std::byte* FrameGate::front() const {
  return reinterpret_cast<const std::byte*>(words_.get()) + begin_;
}

std::span<std::byte> FrameGate::space() {
  if (begin_ > 0) {
    std::memmove(words_.get(), front(), end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t wanted = std::max(announced_, std::min(kReadBytes, limits_.frame_bytes_max));
  if (wanted > capacity_) {
    // `announced_` has passed the frame limit by now, so this growth is bounded by it.
    const std::size_t words = (wanted + kWordBytes - 1) / kWordBytes;
    auto larger = std::make_unique<capnp::word[]>(words);
    std::memcpy(larger.get(), words_.get(), end_);
    words_ = std::move(larger);
    capacity_ = words * kWordBytes;
  }
  KONTOR_ASSERT(end_ < capacity_);  // whole frames are taken out with next() before more is read
  return {reinterpret_cast<std::byte*>(words_.get()) + end_, capacity_ - end_};
}

void FrameGate::filled(std::size_t count) {
  KONTOR_ASSERT(count <= capacity_ - end_);
  end_ += count;
}

std::size_t FrameGate::feed(std::span<const std::byte> bytes) {
  const std::span<std::byte> room = space();
  const std::size_t count = std::min(bytes.size(), room.size());
  if (count > 0) std::memcpy(room.data(), bytes.data(), count);
  filled(count);
  return count;
}

Result<std::optional<FrameWords>> FrameGate::next() {
  if (announced_ == 0) {
    auto size = frame_size();
    if (!size) return tl::unexpected(std::move(size).error());
    if (!*size) return std::nullopt;
    announced_ = **size;
  }
  if (bytes_waiting() < announced_) return std::nullopt;
  const FrameWords frame(reinterpret_cast<const capnp::word*>(front()), announced_ / kWordBytes);
  begin_ += announced_;
  announced_ = 0;
  first_frame_ = false;
  return frame;
}

/// Bytes of the frame at the front, computed from its segment table in 64 bits; nothing while the table is
/// not whole.
Result<std::optional<std::size_t>> FrameGate::frame_size() {
  if (bytes_waiting() < kWordBytes) return std::nullopt;
  const std::uint32_t count_field = read_u32(front());
  const std::uint64_t segments = std::uint64_t{count_field} + 1;
  if (segments > limits_.segments_max) return fail(refuse_segment_count(count_field));

  // The table: the count, one size per segment, and padding to a whole word.
  const std::size_t table_bytes = (4 + 4 * static_cast<std::size_t>(segments) + 7) / 8 * 8;
  if (bytes_waiting() < table_bytes) return std::nullopt;
  std::uint64_t words = 0;
  for (std::size_t i = 0; i < segments; ++i) words += read_u32(front() + 4 + 4 * i);
  const std::uint64_t total = table_bytes + words * kWordBytes;
  if (total > limits_.frame_bytes_max)
    return fail(Reason::FrameTooLarge,
                fmt::format("a frame of {} bytes, at most {}", total, limits_.frame_bytes_max));
  if (read_u32(front() + 4) == 0)
    return fail(Reason::FrameMalformed, "the first segment of the message is empty");
  return static_cast<std::size_t>(total);
}

Error FrameGate::refuse_segment_count(std::uint32_t count) {
  if (first_frame_) foreign_ = recognise(front());
  if (foreign_ == ForeignPeer::Http)
    return {Reason::WrongDoor, "this is the binary door: it speaks Cap'n Proto messages, not HTTP"};
  if (foreign_ == ForeignPeer::Tls) return {Reason::WrongDoor, "this door speaks plain messages, not TLS"};
  if (looks_packed(front())) return {Reason::FrameMalformed, "packed messages are not accepted"};
  if (count == UINT32_MAX) return {Reason::FrameMalformed, "the segment count is not valid"};
  return {Reason::TooManySegments, fmt::format("a message of {} segments, at most {}",
                                               std::uint64_t{count} + 1, limits_.segments_max)};
}

std::optional<Error> FrameGate::at_end() const {
  if (bytes_waiting() == 0) return std::nullopt;
  if (announced_ == 0)
    return Error{Reason::FrameTruncated,
                 fmt::format("the connection ended after {} bytes of a segment table", bytes_waiting())};
  return Error{Reason::FrameTruncated, fmt::format("the connection ended after {} of {} bytes of a frame",
                                                   bytes_waiting(), announced_)};
}

}  // namespace kontor::protocol
