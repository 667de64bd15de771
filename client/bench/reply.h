#pragma once
// What a frame of the server says, as far as the load generator counts it. Frames of one segment are looked
// at in place, which takes some nanoseconds; every step is checked against the frame's end, and what does not
// fit is left to the Cap'n Proto reader. Pure.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "events/core/result.h"
#include "server/protocol/frame_gate.h"

namespace kontor::bench {

enum class ReplyKind : std::uint8_t { Receipt, Refusal, Error, Batch, Answer, Welcome, Goaway, Other };

struct Reply {
  ReplyKind kind = ReplyKind::Other;
  std::uint64_t request = 0;
  std::uint32_t receipts = 0;    // of a batch; 1 for a receipt
  std::uint32_t undecided = 0;   // of a batch
  std::uint32_t duplicates = 0;  // receipts given again
  std::uint64_t position = 0;    // the last that a receipt names, or the one an answer is true at
  std::uint16_t code = 0;        // of a refusal or an error that came alone
};

/// Takes the code of each refusal and error in a batch.
using OnCode = std::function<void(std::uint16_t)>;

/// Bytes of the frame that begins here; nothing while its segment table is not whole.
[[nodiscard]] std::optional<std::size_t> frame_bytes(std::span<const std::byte> bytes);

/// `frame` is whole. FrameMalformed when it cannot be read at all.
[[nodiscard]] Result<Reply> look_at(protocol::FrameWords frame, const OnCode& on_code);
/// The same by the Cap'n Proto reader alone: for what `look_at` passes on, and for its test.
[[nodiscard]] Result<Reply> read_reply(protocol::FrameWords frame, const OnCode& on_code);

}  // namespace kontor::bench
