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

/// Appends a frame that `fill` fills. `words` is what it needs at most, so that it stays in one segment.
template <class Fill>
void append_frame(std::uint64_t request, std::size_t words, std::string& out, Fill fill) {
  std::array<capnp::word, kScratchWords> scratch{};
  const auto append = [&](capnp::MallocMessageBuilder& message) {
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(request);
    fill(frame);
    const kj::Array<capnp::word> flat = capnp::messageToFlatArray(message);
    const auto bytes = flat.asChars();
    out.append(bytes.begin(), bytes.size());
  };
  if (words <= kScratchWords) {
    capnp::MallocMessageBuilder message(kj::arrayPtr(scratch.data(), scratch.size()));
    append(message);
  } else {
    capnp::MallocMessageBuilder message(static_cast<unsigned>(words));
    append(message);
  }
}

}  // namespace kontor::protocol
