#pragma once
// One frame in one segment, appended to a string. For the encoders of this folder.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

constexpr std::size_t kScratchWords = 128;  // most answers are smaller

/// Room that strings need inside a message, in words.
[[nodiscard]] inline std::size_t text_words(std::size_t bytes) { return bytes / 8 + 1; }

/// A text for Cap'n Proto, which wants the terminating NUL that a string has and a view may not have: all
/// callers pass whole strings or literals of the reasons table.
[[nodiscard]] inline capnp::Text::Reader text(std::string_view value) { return {value.data(), value.size()}; }

/// Zeroed memory in which one small frame after the other is built: a builder leaves it as it found it.
[[nodiscard]] inline kj::ArrayPtr<capnp::word> frame_scratch() {
  thread_local std::array<capnp::word, kScratchWords> words{};
  return kj::arrayPtr(words.data(), words.size());
}

/// False when the frame does not fit into the builder's first segment.
template <class Fill>
[[nodiscard]] bool append_frame_in(capnp::MallocMessageBuilder& message, std::uint64_t request,
                                   std::string& out, Fill& fill) {
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(request);
  fill(frame);
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() != 1) return false;
  const std::array<std::uint32_t, 2> table{0, static_cast<std::uint32_t>(segments[0].size())};
  out.append(reinterpret_cast<const char*>(table.data()), sizeof table);
  out.append(segments[0].asChars().begin(), segments[0].asChars().size());
  return true;
}

/// Appends a frame that `fill` fills. `words` is what it may need, so that one try is enough. `fill` builds
/// no frame of its own.
template <class Fill>
void append_frame(std::uint64_t request, std::size_t words, std::string& out, Fill fill) {
  if (words <= kScratchWords) {
    capnp::MallocMessageBuilder message(frame_scratch());
    if (append_frame_in(message, request, out, fill)) return;
    words = 2 * kScratchWords;
  }
  for (;; words *= 2) {
    capnp::MallocMessageBuilder message(static_cast<unsigned>(words));
    if (append_frame_in(message, request, out, fill)) return;
  }
}

}  // namespace kontor::protocol
