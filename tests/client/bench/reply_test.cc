// What is looked at in place is what the Cap'n Proto reader reads.

#include "client/bench/reply.h"

#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "server/protocol/encode.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::bench {
namespace {

struct Frame {
  explicit Frame(const std::string& bytes) : words((bytes.size() + 7) / 8) {
    std::memcpy(words.data(), bytes.data(), bytes.size());
  }
  [[nodiscard]] protocol::FrameWords view() const {
    return {reinterpret_cast<const capnp::word*>(words.data()), words.size()};
  }
  std::vector<std::uint64_t> words;
};

struct Seen {
  Reply reply;
  std::vector<std::uint16_t> codes;
};

Seen seen(const Frame& frame, decltype(look_at)& how) {
  Seen result;
  const auto reply = how(frame.view(), [&](std::uint16_t code) { result.codes.push_back(code); });
  EXPECT_TRUE(reply);
  if (reply) result.reply = *reply;
  return result;
}

/// Both ways agree; what they say.
Seen look(const std::string& bytes) {
  const Frame frame(bytes);
  const Seen fast = seen(frame, look_at);
  const Seen slow = seen(frame, read_reply);
  EXPECT_EQ(fast.reply.kind, slow.reply.kind);
  EXPECT_EQ(fast.reply.request, slow.reply.request);
  EXPECT_EQ(fast.reply.receipts, slow.reply.receipts);
  EXPECT_EQ(fast.reply.undecided, slow.reply.undecided);
  EXPECT_EQ(fast.reply.duplicates, slow.reply.duplicates);
  EXPECT_EQ(fast.reply.position, slow.reply.position);
  EXPECT_EQ(fast.reply.code, slow.reply.code);
  EXPECT_EQ(fast.codes, slow.codes);
  return fast;
}

Receipt receipt(Position last, bool duplicate = false) {
  Receipt result;
  result.first = last - 1;
  result.last = last;
  result.stream = "user/u-1";
  result.duplicate = duplicate;
  return result;
}

rules::Refusal refusal(Reason code) { return {code, "no", {rules::fact("balance", 0)}, {4, 5}}; }

TEST(BenchReply, OfAReceipt) {
  std::string bytes;
  protocol::encode_outcome(7, receipt(42), bytes);
  const Seen found = look(bytes);
  EXPECT_EQ(found.reply.kind, ReplyKind::Receipt);
  EXPECT_EQ(found.reply.request, 7u);
  EXPECT_EQ(found.reply.position, 42u);
  EXPECT_EQ(found.reply.receipts, 1u);
  EXPECT_EQ(found.reply.duplicates, 0u);
}

TEST(BenchReply, OfAReceiptGivenAgain) {
  std::string bytes;
  protocol::encode_outcome(7, receipt(42, true), bytes);
  EXPECT_EQ(look(bytes).reply.duplicates, 1u);
}

TEST(BenchReply, OfARefusalAndAnError) {
  std::string bytes;
  protocol::encode_outcome(8, refusal(Reason::InsufficientCredit), bytes);
  EXPECT_EQ(look(bytes).reply.code, 4003);
  bytes.clear();
  protocol::encode_error(9, {Reason::Overloaded, "later"}, bytes);
  const Seen found = look(bytes);
  EXPECT_EQ(found.reply.kind, ReplyKind::Error);
  EXPECT_EQ(found.reply.code, static_cast<std::uint16_t>(Reason::Overloaded));
}

TEST(BenchReply, OfABatch) {
  std::string bytes;
  const std::vector<Outcome> outcomes{receipt(3), refusal(Reason::NoSeatsLeft), NotDecided{},
                                      Error{Reason::Overloaded, "later"}, receipt(9, true)};
  protocol::encode_batch_result(11, outcomes, bytes);
  const Seen found = look(bytes);
  EXPECT_EQ(found.reply.kind, ReplyKind::Batch);
  EXPECT_EQ(found.reply.request, 11u);
  EXPECT_EQ(found.reply.receipts, 2u);
  EXPECT_EQ(found.reply.undecided, 1u);
  EXPECT_EQ(found.reply.duplicates, 1u);
  EXPECT_EQ(found.reply.position, 9u);
  const std::vector<std::uint16_t> codes{2007, static_cast<std::uint16_t>(Reason::Overloaded)};
  EXPECT_EQ(found.codes, codes);
}

TEST(BenchReply, OfABatchInManySegments) {
  // A first segment too small for all of it: the reader of the library sees to it.
  capnp::MallocMessageBuilder message(8, capnp::AllocationStrategy::FIXED_SIZE);
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(3);
  auto results = frame.initBatchResult().initResults(2);
  results[0].initReceipt().setLast(5);
  results[1].initRefusal().setCode(4003);
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asChars();
  const Seen found = look({bytes.begin(), bytes.size()});
  EXPECT_EQ(found.reply.receipts, 1u);
  EXPECT_EQ(found.codes, std::vector<std::uint16_t>{4003});
}

TEST(BenchReply, OfOtherFrames) {
  std::string bytes;
  protocol::encode_pong(1, bytes);
  EXPECT_EQ(look(bytes).reply.kind, ReplyKind::Other);
  bytes.clear();
  protocol::encode_goaway("bye", bytes);
  EXPECT_EQ(look(bytes).reply.kind, ReplyKind::Goaway);
  bytes.clear();
  protocol::encode_welcome(1, {.store_id = "s"}, bytes);
  EXPECT_EQ(look(bytes).reply.kind, ReplyKind::Welcome);
}

TEST(BenchReply, NeverReadsBeyondTheFrame) {
  std::string bytes;
  const std::vector<Outcome> outcomes{receipt(3), refusal(Reason::NoSeatsLeft)};
  protocol::encode_batch_result(11, outcomes, bytes);
  protocol::encode_outcome(7, receipt(42), bytes);
  // Every bit of every word turned over once: it may be refused or misread, but only inside of the frame.
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string wrong = bytes;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << bit % 8));
    const Frame frame(wrong);
    static_cast<void>(look_at(frame.view(), [](std::uint16_t) {}));
  }
}

TEST(BenchReply, KnowsHowLongAFrameIs) {
  std::string bytes;
  protocol::encode_outcome(7, receipt(42), bytes);
  const auto all = std::as_bytes(std::span(bytes));
  EXPECT_EQ(frame_bytes(all), bytes.size());
  EXPECT_EQ(frame_bytes(all.first(8)), bytes.size());
  EXPECT_EQ(frame_bytes(all.first(7)), std::nullopt);
}

}  // namespace
}  // namespace kontor::bench
