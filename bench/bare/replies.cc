// docs/wire-protocol.md
#include "bench/bare/replies.h"

#include <cstring>
#include <vector>

#include "server/protocol/encode.h"
#include "server/protocol/message.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::bare {
namespace {

// Root struct of a frame: request id, then the number of the field that is set.
constexpr std::size_t kRequestAt = 16;  // bytes: behind segment table and root pointer

Receipt sample_receipt() {
  Receipt receipt;
  receipt.first = 1;
  receipt.last = 2;
  receipt.recorded_at = Instant{1'800'000'000'000'000'000};
  receipt.stream = "user/u-00000000";
  receipt.version = 1;
  return receipt;
}

std::uint64_t word_at(protocol::FrameWords frame, std::size_t at) {
  std::uint64_t value = 0;
  std::memcpy(&value, frame.data() + at, sizeof value);
  return value;
}

Result<Request> read(protocol::FrameWords frame) {
  Request request;
  const Status done = protocol::read_message<wire::Frame>(frame, [&](wire::Frame::Reader root) {
    request.id = root.getRequestId();
    if (root.isHello()) request.kind = Kind::Hello;
    if (root.isCommand()) request.kind = Kind::Command;
    if (!root.isBatch()) return;
    request.kind = Kind::Batch;
    request.commands = root.getBatch().getCommands().size();
  });
  if (!done) return tl::unexpected(done.error());
  return request;
}

}  // namespace

Result<Request> look_at(protocol::FrameWords frame) {
  // The usual frame has one segment and its root at the beginning of it; all others are read in full.
  constexpr std::uint64_t kRootOffsetMask = 0xFFFFFFFF;
  if (frame.size() > 4 && (word_at(frame, 0) & 0xFFFFFFFF) == 0 &&
      (word_at(frame, 1) & kRootOffsetMask) == 0 && (word_at(frame, 1) >> 32 & 0xFFFF) >= 2 &&
      static_cast<std::uint16_t>(word_at(frame, 3)) == wire::Frame::COMMAND)
    return Request{Kind::Command, word_at(frame, 2), 0};
  return read(frame);
}

Replies::Replies() { protocol::encode_outcome(0, sample_receipt(), receipt_); }

void Replies::append(const std::string& frame, std::uint64_t request, std::string& out) {
  const std::size_t begin = out.size();
  out += frame;
  std::memcpy(out.data() + begin + kRequestAt, &request, sizeof request);
}

void Replies::welcome(std::uint64_t request, std::string& out) {
  constexpr std::uint32_t kFrameBytesMax = 8u << 20;
  protocol::encode_welcome(request,
                           {.store_id = "bare",
                            .position = 0,
                            .frame_bytes_max = kFrameBytesMax,
                            .in_flight_max = 1'024,
                            .batch_commands_max = 10'000,
                            .idle_seconds = 120},
                           out);
}

void Replies::unknown(std::uint64_t request, std::string& out) {
  protocol::encode_error(request,
                         {Reason::InvalidArgument, "the bare pipeline takes commands and nothing else"}, out);
}

void Replies::receipt(std::uint64_t request, std::string& out) const { append(receipt_, request, out); }

void Replies::batch_result(std::uint64_t request, std::uint32_t commands, std::string& out) {
  std::string& frame = batch_results_[commands];
  if (frame.empty())
    protocol::encode_batch_result(0, std::vector<Outcome>(commands, sample_receipt()), frame);
  append(frame, request, out);
}

}  // namespace kontor::bare
