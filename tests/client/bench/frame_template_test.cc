// A patched frame is the frame that would have been encoded.

#include "client/bench/frame_template.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <set>

#include "server/protocol/decode.h"
#include "server/protocol/message.h"

namespace kontor::bench {
namespace {

constexpr std::string_view kPublish =
    R"({"type":"Publish","actor":{"role":"backend","id":"portal","channel":"api"},)"
    R"("contentId":"c-{F1}","contentType":"article","user":"u-{E0}"})";
constexpr std::string_view kRegister =
    R"({"type":"RegisterPerson","actor":{"role":"backend","id":"shop"},"person":"r-{F1}","email":"q-{F1}@example.org"})";
constexpr std::string_view kNumbered =
    R"({"type":"RegisterUser","actor":{"role":"backend","id":"portal"},"user":"u-{N0}","userType":"rich"})";

void with_frame(const FrameTemplate& frame, std::uint64_t request, const Speaker& speaker,
                const std::function<void(wire::Frame::Reader)>& look) {
  std::string bytes(frame.size(), '\0');
  frame.write(bytes.data(), request, speaker);
  ASSERT_TRUE(protocol::read_message<wire::Frame>(std::string_view(bytes), look));
}

std::string text(capnp::Text::Reader value) { return value.cStr(); }

TEST(FrameTemplate, FillsIdsAndNumbersIn) {
  const auto frame = FrameTemplate::command({kPublish, 0});
  with_frame(frame, 77, {.connection = 2, .cycle = 3, .entities = 1}, [](wire::Frame::Reader root) {
    EXPECT_EQ(root.getRequestId(), 77u);
    const auto publish = root.getCommand().getContent().getBody().getPublish();
    EXPECT_EQ(text(publish.getContentId()), "c-0000200000000031");
    EXPECT_EQ(text(publish.getUser()), "u-00000000");
    EXPECT_EQ(text(root.getCommand().getContent().getActor().getId()), "portal");
  });
}

TEST(FrameTemplate, MeansTheSameWithTheSameDigit) {
  const auto frame = FrameTemplate::command({kRegister, 0});
  with_frame(frame, 1, {.cycle = 5}, [](wire::Frame::Reader root) {
    const auto person = root.getCommand().getContent().getBody().getRegisterPerson();
    EXPECT_EQ(text(person.getEmail()), "q-" + text(person.getPerson()).substr(2) + "@example.org");
  });
}

TEST(FrameTemplate, NamesEveryCommandAnew) {
  const auto frame = FrameTemplate::command({kPublish, 0});
  std::set<std::string> ids;
  std::set<std::string> contents;
  constexpr std::uint64_t kConnections = 4;
  constexpr std::uint64_t kCommands = 500;
  for (std::uint64_t connection = 0; connection < kConnections; ++connection)
    for (std::uint64_t sequence = 0; sequence < kCommands; ++sequence)
      with_frame(
          frame, 1, {.seed = 9, .connection = connection, .cycle = sequence, .sequence = sequence},
          [&](wire::Frame::Reader root) {
            const auto id = root.getCommand().getId();
            ASSERT_EQ(id.size(), 16u);
            ids.insert(std::string(id.asChars().begin(), id.size()));
            contents.insert(text(root.getCommand().getContent().getBody().getPublish().getContentId()));
          });
  EXPECT_EQ(ids.size(), kConnections * kCommands);
  EXPECT_EQ(contents.size(), kConnections * kCommands);
}

TEST(FrameTemplate, ChoosesAmongTheEntities) {
  const auto frame = FrameTemplate::command({kPublish, 0});
  std::set<std::string> users;
  for (std::uint64_t cycle = 0; cycle < 400; ++cycle)
    with_frame(frame, 1, {.cycle = cycle, .entities = 20}, [&](wire::Frame::Reader root) {
      users.insert(text(root.getCommand().getContent().getBody().getPublish().getUser()));
    });
  EXPECT_EQ(users.size(), 20u);
  EXPECT_EQ(*users.begin(), "u-00000000");
  EXPECT_EQ(*users.rbegin(), "u-00000013");
}

TEST(FrameTemplate, WritesEachCommandOfABatch) {
  const auto frame =
      FrameTemplate::batch({{kPublish, 0}, {kRegister, 0}, {kPublish, 1}}, wire::BatchMode::ALL_OR_NOTHING);
  EXPECT_EQ(frame.commands(), 3u);
  with_frame(frame, 5, {.cycle = 8}, [](wire::Frame::Reader root) {
    EXPECT_EQ(root.getBatch().getMode(), wire::BatchMode::ALL_OR_NOTHING);
    const auto commands = root.getBatch().getCommands();
    ASSERT_EQ(commands.size(), 3u);
    EXPECT_EQ(text(commands[0].getContent().getBody().getPublish().getContentId()), "c-0000000000000081");
    EXPECT_EQ(text(commands[1].getContent().getBody().getRegisterPerson().getPerson()), "r-0000000000000081");
    EXPECT_EQ(text(commands[2].getContent().getBody().getPublish().getContentId()), "c-0000000000000091");
    EXPECT_NE(text(commands[0].getContent().getBody().getPublish().getContentId()),
              text(commands[2].getContent().getBody().getPublish().getContentId()));
    EXPECT_FALSE(commands[0].getId() == commands[1].getId());
    EXPECT_FALSE(commands[1].getId() == commands[2].getId());
  });
}

TEST(FrameTemplate, CountsUpThroughABatchAsLargeAsMayBe) {
  const std::vector<PlannedCommand> commands(1'000, {kNumbered, 0});
  const auto frame = FrameTemplate::batch(commands, wire::BatchMode::EACH);
  EXPECT_LT(frame.size(), 1u << 20);
  with_frame(frame, 1, {.sequence = 3'000}, [](wire::Frame::Reader root) {
    const auto list = root.getBatch().getCommands();
    EXPECT_EQ(text(list[0].getContent().getBody().getRegisterUser().getUser()), "u-00000bb8");
    EXPECT_EQ(text(list[999].getContent().getBody().getRegisterUser().getUser()), "u-00000f9f");
  });
}

TEST(FrameTemplate, PassesTheGateAndTheDecoder) {
  const auto frame = FrameTemplate::command({kPublish, 0});
  std::string bytes(frame.size(), '\0');
  frame.write(bytes.data(), 1, {});
  protocol::FrameGate gate{{}};
  ASSERT_EQ(gate.feed(std::as_bytes(std::span(bytes))), bytes.size());
  const auto words = gate.next();
  ASSERT_TRUE(words && *words);
  protocol::Decoder decoder(1'000);
  const auto decoded = decoder.decode(**words);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(std::holds_alternative<protocol::SubmitRequest>(decoded->request));
}

TEST(FrameTemplate, SaysWhichCommandIsWrong) {
  EXPECT_THROW(static_cast<void>(FrameTemplate::command({R"({"type":"Publish","nonsense":1})", 0})),
               std::logic_error);
}

}  // namespace
}  // namespace kontor::bench
