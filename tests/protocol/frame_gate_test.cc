#include "server/protocol/frame_gate.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace kontor::protocol {
namespace {

std::vector<std::byte> words_of(std::initializer_list<std::uint32_t> halves) {
  std::vector<std::byte> bytes;
  for (const std::uint32_t half : halves) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<std::byte>(half >> shift & 0xFFu));
  }
  return bytes;
}

/// A well-formed frame of one segment with `words` words.
std::vector<std::byte> frame_of(std::uint32_t words) {
  std::vector<std::byte> bytes = words_of({0, words});
  bytes.resize(8 + 8 * std::size_t{words}, std::byte{0x5A});
  return bytes;
}

std::vector<std::byte> text_bytes(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

Result<std::optional<FrameWords>> ask(FrameGate& gate, std::span<const std::byte> bytes) {
  EXPECT_EQ(gate.feed(bytes), bytes.size());
  return gate.next();
}

Error refused(std::span<const std::byte> bytes, GateLimits limits = {}) {
  FrameGate gate(limits);
  const auto answer = ask(gate, bytes);
  if (!answer) return answer.error();
  ADD_FAILURE() << "was not refused";
  return {};
}

TEST(FrameGate, HandsOutFramesThatArriveTogether) {
  FrameGate gate({});
  std::vector<std::byte> two = frame_of(3);
  const auto second = frame_of(5);
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_EQ((*ask(gate, two))->size(), 4U);
  EXPECT_EQ((*gate.next())->size(), 6U);
  EXPECT_FALSE(gate.next()->has_value());
  EXPECT_FALSE(gate.at_end().has_value());
}

TEST(FrameGate, PutsAFrameTogetherFromSingleBytes) {
  FrameGate gate({});
  const auto bytes = frame_of(4);
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i)
    ASSERT_FALSE(ask(gate, {&bytes[i], 1})->has_value()) << i;
  const auto last = ask(gate, {&bytes.back(), 1});
  ASSERT_TRUE(last->has_value());
  EXPECT_EQ(std::memcmp((*last)->data(), bytes.data(), bytes.size()), 0);
}

TEST(FrameGate, B9_EveryTruncatedPrefixWaitsAndIsNamedWhenTheConnectionEnds) {
  const auto bytes = frame_of(6);
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    FrameGate gate({});
    ASSERT_FALSE(ask(gate, {bytes.data(), length})->has_value()) << length;
    ASSERT_TRUE(gate.at_end().has_value()) << length;
    EXPECT_EQ(gate.at_end()->code, Reason::FrameTruncated);
  }
}

TEST(FrameGate, B2_HttpIsAtTheWrongDoor) {
  FrameGate gate({});
  const auto answer = ask(gate, text_bytes("GET / HTTP/1.1\r\n"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Reason::WrongDoor);
  EXPECT_EQ(gate.foreign_peer(), ForeignPeer::Http);
}

TEST(FrameGate, B1_ATlsHelloIsAtTheWrongDoor) {
  FrameGate gate({});
  const auto answer = ask(gate, text_bytes(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01", 8)));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Reason::WrongDoor);
  EXPECT_EQ(gate.foreign_peer(), ForeignPeer::Tls);
}

TEST(FrameGate, HttpAfterAWholeFrameIsOnlyAWrongSegmentCount) {
  FrameGate gate({});
  ASSERT_TRUE(ask(gate, frame_of(1))->has_value());
  const auto answer = ask(gate, text_bytes("GET / HTTP/1.1\r\n"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Reason::TooManySegments);
  EXPECT_EQ(gate.foreign_peer(), ForeignPeer::None);
}

TEST(FrameGate, B3_ASegmentCountThatWrapsIsMalformed) {
  EXPECT_EQ(refused(words_of({0xFFFFFFFF, 1})).code, Reason::FrameMalformed);
}

TEST(FrameGate, B4_AThousandSegmentsAreTooMany) {
  const Error error = refused(words_of({999, 1}));
  EXPECT_EQ(error.code, Reason::TooManySegments);
  EXPECT_EQ(error.message, "a message of 1000 segments, at most 16");
}

TEST(FrameGate, SegmentsAtTheLimitPassAndOneMoreIsRefused) {
  FrameGate gate({.frame_bytes_max = 4096, .segments_max = 2});
  EXPECT_TRUE(ask(gate,
                  [] {
                    auto bytes = words_of({1, 1, 1, 0});
                    bytes.resize(bytes.size() + 16);
                    return bytes;
                  }())
                  ->has_value());
  EXPECT_EQ(refused(words_of({2, 1, 1, 1}), {.frame_bytes_max = 4096, .segments_max = 2}).code,
            Reason::TooManySegments);
}

TEST(FrameGate, B5_TwoGibibytesAreRefusedBeforeAnythingIsAllocated) {
  const Error error = refused(words_of({0, 0x10000000}));
  EXPECT_EQ(error.code, Reason::FrameTooLarge);
  EXPECT_EQ(error.message, "a frame of 2147483656 bytes, at most 1048576");
}

TEST(FrameGate, B6_SizesWhoseSumWrapsIn32BitsAreTooLarge) {
  EXPECT_EQ(refused(words_of({1, 0x80000000, 0x80000001, 0})).code, Reason::FrameTooLarge);
  EXPECT_EQ(refused(words_of({1, 0xFFFFFFFF, 2, 0})).code, Reason::FrameTooLarge);
}

TEST(FrameGate, B7_AFrameOfTheLimitPassesAndOneWordMoreDoesNot) {
  const GateLimits limits{.frame_bytes_max = 512u << 10, .segments_max = 16};
  FrameGate gate(limits);
  const auto largest = frame_of((512u << 10) / 8 - 1);
  std::size_t taken = 0;
  std::optional<FrameWords> frame;
  while (taken < largest.size()) {
    taken += gate.feed(std::span(largest).subspan(taken));
    auto answer = gate.next();
    ASSERT_TRUE(answer.has_value());
    frame = *answer;
  }
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->size(), (512u << 10) / 8);
  EXPECT_EQ(refused(words_of({0, (512u << 10) / 8}), limits).code, Reason::FrameTooLarge);
}

TEST(FrameGate, B8_BeforeTheHelloTheLimitIsSmallerAndCanBeRaised) {
  FrameGate gate({.frame_bytes_max = 4096, .segments_max = 1});
  ASSERT_TRUE(ask(gate, frame_of(511))->has_value());
  gate.set_limits({});
  std::size_t taken = 0;
  const auto large = frame_of(20'000);
  bool whole = false;
  while (taken < large.size()) {
    taken += gate.feed(std::span(large).subspan(taken));
    whole = gate.next()->has_value();
  }
  EXPECT_TRUE(whole);
  EXPECT_EQ(refused(words_of({0, 512}), {.frame_bytes_max = 4096, .segments_max = 1}).code,
            Reason::FrameTooLarge);
}

TEST(FrameGate, B20_PackedMessagesAreNamed) {
  const Error error = refused(text_bytes(std::string_view("\x10\x06\x50\x02\x01\x01\x00\x00", 8)));
  EXPECT_EQ(error.code, Reason::FrameMalformed);
  EXPECT_EQ(error.message, "packed messages are not accepted");
}

TEST(FrameGate, AnEmptyFirstSegmentIsMalformed) {
  EXPECT_EQ(refused(words_of({0, 0})).code, Reason::FrameMalformed);
  EXPECT_EQ(refused(words_of({1, 0, 1, 0})).code, Reason::FrameMalformed);
}

}  // namespace
}  // namespace kontor::protocol
