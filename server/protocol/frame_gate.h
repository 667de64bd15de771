#pragma once
// The gate in front of every Cap'n Proto reader (docs/wire-protocol.md, "The gate"). It turns the bytes of a
// connection into whole frames and refuses, from the segment table alone and before anything is allocated for
// it, whatever is not one. Without I/O; one thread at a time.

#include <capnp/common.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "events/core/result.h"

namespace kontor::protocol {

struct GateLimits {
  std::size_t frame_bytes_max = 1u << 20;  // segment table included
  std::uint32_t segments_max = 16;
};

/// One whole frame: segment table and segments. Points into the gate's buffer.
using FrameWords = std::span<const capnp::word>;

/// What a peer speaks that is at the wrong door.
enum class ForeignPeer : std::uint8_t { None, Http, Tls };

class FrameGate {
 public:
  explicit FrameGate(GateLimits limits);

  /// For the frames after the current one: a session takes larger frames once it knows who speaks.
  void set_limits(GateLimits limits) { limits_ = limits; }

  /// Room for the next read; at least one byte, at most what one frame may need. Ends the life of all frames
  /// handed out before.
  [[nodiscard]] std::span<std::byte> space();
  /// `count` bytes have been read into `space()`.
  void filled(std::size_t count);
  /// For callers that have the bytes already: takes as many as there is room for, answers how many that were.
  [[nodiscard]] std::size_t feed(std::span<const std::byte> bytes);

  /// The next whole frame, or nothing when more bytes are needed. An error (6001 to 6004) ends the
  /// connection: where the next frame would begin is not known.
  [[nodiscard]] Result<std::optional<FrameWords>> next();

  /// A frame has begun and is not whole: so many bytes of it are here ...
  [[nodiscard]] std::size_t bytes_waiting() const { return end_ - begin_; }
  /// ... of so many announced; 0 while its segment table is not whole.
  [[nodiscard]] std::size_t bytes_announced() const { return announced_; }
  /// Who speaks, when `next` answered WrongDoor.
  [[nodiscard]] ForeignPeer foreign_peer() const { return foreign_; }
  /// The error for a connection that ends now; nothing when it ends between two frames.
  [[nodiscard]] std::optional<Error> at_end() const;

 private:
  [[nodiscard]] Result<std::optional<std::size_t>> frame_size();
  [[nodiscard]] Error refuse_segment_count(std::uint32_t count);
  [[nodiscard]] const std::byte* front() const;

  GateLimits limits_;
  std::unique_ptr<capnp::word[]> words_;
  std::size_t capacity_ = 0;   // bytes
  std::size_t begin_ = 0;      // first byte not handed out; always at a word
  std::size_t end_ = 0;        // behind the last byte read
  std::size_t announced_ = 0;  // size of the frame at begin_, once known
  bool first_frame_ = true;
  ForeignPeer foreign_ = ForeignPeer::None;
};

}  // namespace kontor::protocol
