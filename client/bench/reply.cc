// docs/wire-protocol.md; https://capnproto.org/encoding.html for pointers and lists
#include "client/bench/reply.h"

#include <cstring>

#include "server/protocol/message.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::bench {
namespace {

constexpr std::size_t kWordBytes = sizeof(capnp::word);

std::uint32_t u32_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// The one segment of a frame, in words.
class Segment {
 public:
  explicit Segment(std::span<const capnp::word> words) : words_(words) {}

  [[nodiscard]] std::uint64_t word(std::size_t at) const {
    std::uint64_t value = 0;
    std::memcpy(&value, &words_[at], sizeof value);
    return value;
  }
  [[nodiscard]] std::size_t size() const { return words_.size(); }

 private:
  std::span<const capnp::word> words_;
};

struct Struct {
  std::size_t at = 0;
  std::size_t data = 0;      // words
  std::size_t pointers = 0;  // words
};

/// Where the pointer in this word leads, if it is one of this kind and leads to a place inside.
std::optional<std::size_t> target(const Segment& segment, std::size_t at, unsigned kind) {
  const std::uint64_t pointer = segment.word(at);
  if ((pointer & 3) != kind || pointer == 0) return std::nullopt;
  const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(pointer)) >> 2;
  const std::int64_t place = static_cast<std::int64_t>(at) + 1 + offset;
  if (place < 0 || place >= static_cast<std::int64_t>(segment.size())) return std::nullopt;
  return static_cast<std::size_t>(place);
}

std::optional<Struct> struct_at(const Segment& segment, std::size_t at) {
  const auto place = target(segment, at, 0);
  if (!place) return std::nullopt;
  const std::uint64_t pointer = segment.word(at);
  const Struct found{*place, static_cast<std::size_t>(pointer >> 32 & 0xFFFF),
                     static_cast<std::size_t>(pointer >> 48)};
  if (found.at + found.data + found.pointers > segment.size()) return std::nullopt;
  return found;
}

/// Field numbers of wire.capnp; all of them lie where they are for good (fields are only added).
constexpr std::size_t kReceiptWords = 5;  // first, last, recordedAt, two bits, version

bool take_receipt(const Segment& segment, std::size_t pointer, Reply& reply) {
  const auto receipt = struct_at(segment, pointer);
  if (!receipt || receipt->data < kReceiptWords) return false;
  reply.position = segment.word(receipt->at + 1);
  ++reply.receipts;
  if ((segment.word(receipt->at + 3) & 1) != 0) ++reply.duplicates;
  return true;
}

std::optional<std::uint16_t> code_at(const Segment& segment, std::size_t pointer) {
  const auto no = struct_at(segment, pointer);
  if (!no || no->data < 1) return std::nullopt;
  return static_cast<std::uint16_t>(segment.word(no->at));
}

bool take_results(const Segment& segment, std::size_t pointer, Reply& reply, const OnCode& on_code) {
  constexpr unsigned kList = 1;
  constexpr std::uint64_t kOfStructs = 7;
  const auto result = struct_at(segment, pointer);
  if (!result || result->pointers < 1) return false;
  const std::size_t list = result->at + result->data;
  const auto tag = target(segment, list, kList);
  if (!tag || (segment.word(list) >> 32 & 7) != kOfStructs) return false;
  const std::uint64_t shape = segment.word(*tag);
  const std::size_t count = static_cast<std::uint32_t>(shape) >> 2;
  const std::size_t data = shape >> 32 & 0xFFFF;
  const std::size_t pointers = shape >> 48;
  const std::size_t step = data + pointers;
  if (data < 1 || pointers < 1 || count > segment.size() || *tag + 1 + count * step > segment.size())
    return false;
  for (std::size_t at = *tag + 1, end = at + count * step; at < end; at += step) {
    switch (static_cast<std::uint16_t>(segment.word(at))) {
      case wire::CommandResult::RECEIPT:
        if (!take_receipt(segment, at + data, reply)) return false;
        break;
      case wire::CommandResult::REFUSAL:
      case wire::CommandResult::ERROR: {
        const auto code = code_at(segment, at + data);
        if (!code) return false;
        on_code(*code);
        break;
      }
      default: ++reply.undecided;
    }
  }
  return true;
}

/// False: leave it to the library's reader. A batch may have reported codes by then only if it is malformed.
bool look(const Segment& segment, Reply& reply, const OnCode& on_code) {
  const auto root = struct_at(segment, 0);
  if (!root || root->data < 2 || root->pointers < 1) return false;
  reply.request = segment.word(root->at);
  const std::size_t pointer = root->at + root->data;
  switch (static_cast<std::uint16_t>(segment.word(root->at + 1))) {
    case wire::Frame::RECEIPT: reply.kind = ReplyKind::Receipt; return take_receipt(segment, pointer, reply);
    case wire::Frame::REFUSAL:
    case wire::Frame::ERROR: {
      const bool refusal = static_cast<std::uint16_t>(segment.word(root->at + 1)) == wire::Frame::REFUSAL;
      reply.kind = refusal ? ReplyKind::Refusal : ReplyKind::Error;
      const auto code = code_at(segment, pointer);
      reply.code = code.value_or(0);
      return code.has_value();
    }
    case wire::Frame::BATCH_RESULT:
      reply.kind = ReplyKind::Batch;
      return take_results(segment, pointer, reply, on_code);
    default: return false;
  }
}

void note(wire::Receipt::Reader receipt, Reply& reply) {
  reply.position = receipt.getLast();
  ++reply.receipts;
  if (receipt.getDuplicate()) ++reply.duplicates;
}

void note(wire::BatchResult::Reader batch, Reply& reply, const OnCode& on_code) {
  for (const auto result : batch.getResults()) {
    if (result.isReceipt())
      note(result.getReceipt(), reply);
    else if (result.isRefusal())
      on_code(result.getRefusal().getCode());
    else if (result.isError())
      on_code(result.getError().getCode());
    else
      ++reply.undecided;
  }
}

}  // namespace

std::optional<std::size_t> frame_bytes(std::span<const std::byte> bytes) {
  if (bytes.size() < kWordBytes) return std::nullopt;
  const std::size_t segments = std::size_t{u32_at(bytes, 0)} + 1;
  const std::size_t table = (4 + 4 * segments + 7) / 8 * 8;
  if (bytes.size() < table) return std::nullopt;
  std::size_t words = 0;
  for (std::size_t i = 0; i < segments; ++i) words += u32_at(bytes, 4 + 4 * i);
  return table + words * kWordBytes;
}

Result<Reply> look_at(protocol::FrameWords frame, const OnCode& on_code) {
  Reply reply;
  const auto bytes = std::as_bytes(frame);
  const bool one_segment = frame.size() > 1 && u32_at(bytes, 0) == 0 && u32_at(bytes, 4) == frame.size() - 1;
  if (one_segment && look(Segment(frame.subspan(1)), reply, on_code)) return reply;
  return read_reply(frame, on_code);
}

Result<Reply> read_reply(protocol::FrameWords frame, const OnCode& on_code) {
  Reply reply;
  const Status read = protocol::read_message<wire::Frame>(frame, [&](wire::Frame::Reader root) {
    reply.request = root.getRequestId();
    switch (root.which()) {
      case wire::Frame::RECEIPT: reply.kind = ReplyKind::Receipt; return note(root.getReceipt(), reply);
      case wire::Frame::REFUSAL:
        reply.kind = ReplyKind::Refusal;
        reply.code = root.getRefusal().getCode();
        return;
      case wire::Frame::ERROR:
        reply.kind = ReplyKind::Error;
        reply.code = root.getError().getCode();
        return;
      case wire::Frame::BATCH_RESULT:
        reply.kind = ReplyKind::Batch;
        return note(root.getBatchResult(), reply, on_code);
      case wire::Frame::ANSWER:
        reply.kind = ReplyKind::Answer;
        reply.position = root.getAnswer().getPosition();
        return;
      case wire::Frame::WELCOME: reply.kind = ReplyKind::Welcome; return;
      case wire::Frame::GOAWAY: reply.kind = ReplyKind::Goaway; return;
      default: return;
    }
  });
  if (!read) return fail(read.error());
  return reply;
}

}  // namespace kontor::bench
