#include "server/protocol/encode.h"

#include <gtest/gtest.h>

#include <functional>

#include "server/protocol/frame_gate.h"
#include "server/protocol/message.h"
#include "server/protocol/proof_frames.h"

namespace kontor::protocol {
namespace {

/// Passes what was written through the gate, as a client would, and shows each frame.
std::size_t read_back(const std::string& bytes, const std::function<void(wire::Frame::Reader)>& see) {
  FrameGate gate({.frame_bytes_max = 8u << 20, .segments_max = 1});
  std::size_t frames = 0;
  std::span<const std::byte> rest = std::as_bytes(std::span(bytes));
  while (!rest.empty()) {
    rest = rest.subspan(gate.feed(rest));
    for (auto frame = gate.next(); frame && *frame; frame = gate.next()) {
      EXPECT_TRUE(read_message<wire::Frame>(**frame, see).has_value());
      ++frames;
    }
  }
  EXPECT_FALSE(gate.at_end().has_value());
  return frames;
}

TEST(Encode, AReceiptCarriesWhatBindsTheServer) {
  Receipt receipt{
      .first = 5, .last = 7, .recorded_at = {42}, .stream = "course/k-1", .version = 2, .events = {}};
  std::string plain;
  encode_outcome(3, receipt, plain);
  read_back(plain, [](wire::Frame::Reader frame) { EXPECT_FALSE(frame.getReceipt().hasBinding()); });
  receipt.binding = ReceiptBinding{"note", 2, {Digest{1}, Digest{2}}, Digest{3}};
  std::string out;
  encode_batch_result(3, std::vector<Outcome>(40, receipt), out);
  EXPECT_EQ(read_back(out,
                      [](wire::Frame::Reader frame) {
                        for (const auto result : frame.getBatchResult().getResults()) {
                          const auto binding = result.getReceipt().getBinding();
                          EXPECT_EQ(binding.getNote(), "note");
                          EXPECT_EQ(binding.getIndex(), 2U);
                          ASSERT_EQ(binding.getPath().size(), 2U);
                          EXPECT_EQ(binding.getPath()[1][0], 2);
                          EXPECT_EQ(binding.getEventsRoot().size(), 32U);
                        }
                      }),
            1U);
}

TEST(Encode, ProofsOfEveryKindStayInOneSegment) {
  const std::vector<Digest> path(40, Digest{7});
  const std::vector<std::string> notes(300, std::string(400, 'n'));
  for (const ProofAnswer& answer :
       {ProofAnswer(CheckpointNote{notes[0]}), ProofAnswer(Inclusion{std::string(5'000, 'e'), 9, path}),
        ProofAnswer(Consistency{path}), ProofAnswer(CheckpointNotes{notes}),
        ProofAnswer(Keys{notes, notes})}) {
    std::string out;
    encode_proof(3, answer, out);
    EXPECT_EQ(read_back(out,
                        [&](wire::Frame::Reader frame) {
                          ASSERT_TRUE(frame.isProof());
                          EXPECT_EQ(static_cast<std::size_t>(frame.getProof().which()), answer.index());
                        }),
              1U);
  }
}

TEST(Encode, AReceiptSaysWhereTheEventsAre) {
  std::string out;
  encode_outcome(
      3,
      Receipt{.first = 5, .last = 7, .recorded_at = {42}, .stream = "course/k-1", .version = 2, .events = {}},
      out);
  EXPECT_EQ(read_back(out,
                      [](wire::Frame::Reader frame) {
                        EXPECT_EQ(frame.getRequestId(), 3U);
                        ASSERT_TRUE(frame.isReceipt());
                        EXPECT_EQ(frame.getReceipt().getFirst(), 5U);
                        EXPECT_EQ(frame.getReceipt().getLast(), 7U);
                        EXPECT_EQ(frame.getReceipt().getStream(), "course/k-1");
                      }),
            1U);
}

TEST(Encode, ARefusalCarriesFactsCausesAndWhetherToRetry) {
  std::string out;
  encode_outcome(4,
                 rules::Refusal{Reason::NoCampusSeatsLeft,
                                "campus c-1 has no seat left",
                                {rules::fact("contingent", 50), rules::fact("used", 50)},
                                {3, 9}},
                 out);
  read_back(out, [](wire::Frame::Reader frame) {
    ASSERT_TRUE(frame.isRefusal());
    const auto refusal = frame.getRefusal();
    EXPECT_EQ(refusal.getCode(), 3008);
    EXPECT_EQ(refusal.getName(), "NO_CAMPUS_SEATS_LEFT");
    EXPECT_EQ(refusal.getFacts()[1].getValue(), "50");
    EXPECT_EQ(refusal.getBecause()[1], 9U);
    EXPECT_EQ(refusal.getRetry(), "after-change");
    EXPECT_FALSE(refusal.getAdvice().size() == 0);
  });
}

TEST(Encode, ABatchResultHasOneEntryForEachCommand) {
  std::string out;
  const std::vector<Outcome> outcomes{Receipt{}, rules::Refusal{}, NotDecided{},
                                      Error{Reason::Overloaded, "full"}};
  encode_batch_result(5, outcomes, out);
  read_back(out, [](wire::Frame::Reader frame) {
    const auto results = frame.getBatchResult().getResults();
    ASSERT_EQ(results.size(), 4U);
    EXPECT_TRUE(results[0].isReceipt());
    EXPECT_TRUE(results[1].isRefusal());
    EXPECT_TRUE(results[2].isNotDecided());
    EXPECT_EQ(results[3].getError().getCode(), 1012);
  });
}

TEST(Encode, EveryFrameIsOneSegmentHoweverLong) {
  std::string out;
  const std::vector<std::string> events(2'000, std::string(296, 'e'));
  encode_event_page(6, events, 2'000, out);
  encode_outcome(
      7,
      rules::Refusal{
          Reason::NotFound, std::string(5'000, 'x'), {rules::fact("a", std::string(4'000, 'y'))}, {}},
      out);
  Receipt dry;
  dry.dry_run = true;
  dry.events = events;
  encode_outcome(8, dry, out);
  encode_error(9, {Reason::FrameMalformed, std::string(3'000, 'z')}, out);
  encode_goaway(std::string(3'000, 'g'), out);
  encode_welcome(10, {.store_id = "store", .position = 1}, out);
  encode_status(11, StatusInfo{}, out);
  encode_pong(12, out);
  EXPECT_EQ(read_back(out, [](wire::Frame::Reader) {}), 8U);
}

TEST(Encode, AnAnswerIsCopiedWhole) {
  capnp::MallocMessageBuilder message;
  auto answer = message.initRoot<wire::Answer>();
  answer.setPosition(9);
  auto courses = answer.getBody().initCoursesOf().initCourses(300);
  for (auto course : courses) course.setCourse("k-1");
  std::string out;
  encode_answer(1, answer.asReader(), out);
  read_back(out, [](wire::Frame::Reader frame) {
    EXPECT_EQ(frame.getAnswer().getPosition(), 9U);
    EXPECT_EQ(frame.getAnswer().getBody().getCoursesOf().getCourses()[299].getCourse(), "k-1");
  });
}

}  // namespace
}  // namespace kontor::protocol
