#include "server/session.h"

#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include "tests/server/conversation.h"

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
using test::Conversation;
using test::hello;
using test::invitation;
using Lines = std::vector<std::string>;

void ping(wire::Frame::Builder frame) { frame.setPing(); }
void ask_seat(wire::Frame::Builder frame) { frame.initQuery().getQuestion().initSeatOf().setPerson("p-1"); }

TEST(Session, AHelloIsWelcomedAndRequestsAreAnswered) {
  Conversation talk;
  talk.greet();
  talk.say(2, ping);
  talk.say(3, invitation());
  EXPECT_EQ(talk.heard(), Lines{"2 pong"});
  talk.ledger.answer_first();
  talk.deliver();
  EXPECT_EQ(talk.heard(), Lines{"3 receipt"});
  EXPECT_EQ(talk.session().ending(), Ending::Open);
}

TEST(Session, WhatFollowsTheHelloWaitsForTheWelcome) {
  Conversation talk;
  talk.ledger.tenant.position = 0;
  talk.say(1, hello());
  talk.say(2, ping);
  EXPECT_EQ(talk.heard(), (Lines{"1 welcome", "2 pong"}));
}

TEST(Session, B41_AnythingBeforeTheHelloIsOutOfOrder) {
  Conversation talk;
  talk.say(1, ping);
  EXPECT_EQ(talk.heard(), Lines{"1 error 6011"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B41_ASecondHelloIsOutOfOrder) {
  Conversation talk;
  talk.greet();
  talk.say(2, hello());
  EXPECT_EQ(talk.heard(), Lines{"2 error 6011"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B46_AServerBehindItsClientSaysSo) {
  Conversation talk;
  talk.say(1, hello(11));
  EXPECT_EQ(talk.heard(), Lines{"1 error 8007"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
  Conversation level;
  level.say(1, hello(10));
  EXPECT_EQ(level.heard(), Lines{"1 welcome"});
}

TEST(Session, B12_NoHelloInTimeEndsIt) {
  Conversation talk;
  talk.wait(4'999ms);
  EXPECT_EQ(talk.heard(), Lines{});
  talk.wait(1ms);
  EXPECT_EQ(talk.heard(), Lines{"0 error 6007"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B11_AFrameThatIsNotCompletedInTimeEndsIt) {
  Conversation talk;
  talk.greet();
  talk.say_bytes(std::string_view("\0\0\0\0\x08\0\0\0\0\0\0\0", 12));
  talk.wait(9'999ms);
  EXPECT_EQ(talk.heard(), Lines{});
  talk.wait(1ms);
  EXPECT_EQ(talk.heard(), Lines{"0 error 6006"});
  EXPECT_EQ(talk.session().trouble(), "12 of 72 bytes of a frame within 10 s");
}

TEST(Session, SilenceIsEndedWithAGoaway) {
  Conversation talk;
  talk.greet();
  talk.wait(119'999ms);
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.wait(1ms);
  EXPECT_EQ(talk.heard(), Lines{"goaway"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, SilenceWhileAnAnswerIsOutstandingIsPatience) {
  Conversation talk;
  talk.greet();
  talk.say(2, invitation());
  talk.wait(1'000s);
  EXPECT_EQ(talk.session().ending(), Ending::Open);
}

TEST(Session, B8_TheFrameOfAHelloIsSmall) {
  Conversation talk;
  talk.say_bytes(std::string_view("\0\0\0\0\0\x02\0\0", 8));  // 512 words and the table
  EXPECT_EQ(talk.heard(), Lines{"0 error 6004"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B2_HttpGetsALineItsClientCanShow) {
  Conversation talk;
  talk.say_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string heard = talk.heard_bytes();
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 400 ")) << heard;
  EXPECT_NE(heard.find("6001 WRONG_DOOR"), std::string::npos);
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B1_TlsGetsNoWord) {
  Conversation talk;
  talk.say_bytes(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01", 8));
  EXPECT_EQ(talk.heard_bytes(), "");
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B20_PackedBytesEndIt) {
  Conversation talk;
  talk.say_bytes(std::string_view("\x10\x06\x50\x02\x01\x01\x00\x00", 8));
  EXPECT_EQ(talk.heard(), Lines{"0 error 6002"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B13_AFrameThatIsCutOffDoesNothing) {
  Conversation talk;
  talk.greet();
  talk.say_bytes(std::string_view("\0\0\0\0\x08\0\0\0", 8));
  EXPECT_TRUE(talk.ledger.submitted.empty());
}

TEST(Session, B19_ARequestNumberIsUsedOnceAtATime) {
  Conversation talk;
  talk.greet();
  talk.say(2, invitation(1));
  talk.say(2, invitation(2));
  EXPECT_EQ(talk.heard(), Lines{"2 error 6008"});
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.ledger.answer_first();
  talk.deliver();
  talk.say(2, invitation(3));
  EXPECT_EQ(talk.heard(), Lines{"2 receipt"});
  EXPECT_EQ(talk.ledger.submitted.size(), 1U);
}

TEST(Session, CountsWhatHasNoAnswerYetUntilItIsGone) {
  Conversation talk;
  talk.greet();
  EXPECT_EQ(talk.unanswered(), 0U);
  talk.say_together({{2, invitation(2)}, {3, invitation(3)}, {3, invitation(4)}});  // the last one is refused
  EXPECT_EQ(talk.unanswered(), 2U);
  talk.ledger.answer_first();
  talk.deliver();
  EXPECT_EQ(talk.unanswered(), 1U);
  talk.session().gone();
  EXPECT_EQ(talk.unanswered(), 0U);
}

TEST(Session, B18_TheLimitInFlightHoldsBackWithoutAnError) {
  SessionLimits limits;
  limits.in_flight_max = 2;
  Conversation talk(limits);
  talk.greet();
  for (std::uint8_t number = 2; number < 4; ++number) talk.say(number, invitation(number));
  EXPECT_EQ(talk.ledger.submitted.size(), 2U);
  EXPECT_FALSE(talk.session().wants_bytes());
  talk.ledger.answer_first();
  talk.deliver();
  EXPECT_TRUE(talk.session().wants_bytes());
  EXPECT_EQ(talk.heard(), Lines{"2 receipt"});
}

TEST(Session, B18_WhatHasArrivedBeyondTheLimitIsTakenAsAnswersLeave) {
  SessionLimits limits;
  limits.in_flight_max = 1;
  Conversation talk(limits);
  talk.greet();
  // Three commands in one read.
  std::string bytes;
  for (std::uint8_t number = 2; number < 5; ++number) {
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(number);
    invitation(number)(frame);
    const auto words = capnp::messageToFlatArray(message);
    bytes.append(words.asChars().begin(), words.asChars().size());
  }
  talk.say_bytes(bytes);
  for (int answered = 0; answered < 3; ++answered) {
    ASSERT_EQ(talk.ledger.submitted.size(), 1U);
    talk.ledger.answer_first();
    talk.deliver();
  }
  EXPECT_EQ(talk.heard(), (Lines{"2 receipt", "3 receipt", "4 receipt"}));
}

TEST(Session, B17_WhoDoesNotReadIsNotReadFromAndAtLastDropped) {
  SessionLimits limits;
  limits.unsent_bytes_max = 256;
  Conversation talk(limits);
  talk.greet();
  for (std::uint64_t request = 2; talk.session().wants_bytes(); ++request) talk.say(request, ping);
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.wait(29'999ms);
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.wait(1ms);
  EXPECT_EQ(talk.session().ending(), Ending::Now);
  EXPECT_NE(talk.session().trouble().find("7107"), std::string::npos);
}

TEST(Session, AFullInboxIsSaidAtOnceAndTheConversationGoesOn) {
  Conversation talk;
  talk.greet();
  talk.ledger.refuses = Error{Reason::Overloaded, "full"};
  talk.say(2, invitation());
  EXPECT_EQ(talk.heard(), Lines{"2 error 1012"});
  EXPECT_EQ(talk.session().ending(), Ending::Open);
}

TEST(Session, ALedgerThatIsClosedEndsTheSession) {
  Conversation talk;
  talk.greet();
  talk.ledger.refuses = Error{Reason::OutOfOrder, "the server is shutting down"};
  talk.say(2, invitation());
  EXPECT_EQ(talk.heard(), Lines{"2 error 7002"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, B27_WrongContentIsAnsweredAndTheConversationGoesOn) {
  Conversation talk;
  talk.greet();
  talk.say(2, [](wire::Frame::Builder frame) { frame.initCommand(); });
  talk.say(3, ping);
  EXPECT_EQ(talk.heard(), (Lines{"2 error 1006", "3 pong"}));
  EXPECT_TRUE(talk.ledger.submitted.empty());
}

TEST(Session, BatchesAreAnsweredAsBatchesAndCountEachCommand) {
  SessionLimits limits;
  limits.in_flight_max = 3;
  Conversation talk(limits);
  talk.greet();
  talk.say(2, [](wire::Frame::Builder frame) {
    auto batch = frame.initBatch();
    batch.setMode(wire::BatchMode::EACH);
    auto commands = batch.initCommands(3);
    capnp::MallocMessageBuilder one;
    auto other = one.initRoot<wire::Frame>();
    invitation()(other);
    for (unsigned i = 0; i < 3; ++i) commands.setWithCaveats(i, other.getCommand());
  });
  EXPECT_FALSE(talk.session().wants_bytes());
  talk.ledger.answer_first();
  talk.deliver();
  EXPECT_EQ(talk.heard(), Lines{"2 batch of 3"});
  EXPECT_TRUE(talk.session().wants_bytes());
}

TEST(Session, AQuestionWeighsMoreThanACommandBecauseItsAnswerMay) {
  SessionLimits limits;
  limits.in_flight_max = 16;
  Conversation talk(limits);
  talk.greet();
  talk.queries.silent = true;
  std::uint64_t request = 2;
  for (; talk.session().wants_bytes(); ++request) talk.say(request, ask_seat);
  EXPECT_EQ(request, 2U + 8U);
}

TEST(Session, QueriesStatusAndEventsAreAnswered) {
  Conversation talk;
  talk.greet();
  talk.ledger.events = {std::string(16, 'a'), std::string(16, 'b'), std::string(16, 'c')};
  talk.say(2, ask_seat);
  talk.say(3, [](wire::Frame::Builder frame) { frame.setStatus(); });
  talk.say(4, [](wire::Frame::Builder frame) {
    frame.initEvents().setFrom(2);
    frame.getEvents().setLimit(10);
  });
  EXPECT_EQ(talk.heard(), (Lines{"2 refusal 1007", "3 status", "4 page of 2"}));
}

TEST(Session, APageOfEventsEndsBeforeItGetsTooLarge) {
  SessionLimits limits;
  limits.event_page_bytes_max = 40;
  Conversation talk(limits);
  talk.greet();
  talk.ledger.events = {std::string(16, 'a'), std::string(16, 'b'), std::string(16, 'c')};
  talk.say(2, [](wire::Frame::Builder frame) {
    frame.initEvents().setFrom(1);
    frame.getEvents().setLimit(10);
  });
  EXPECT_EQ(talk.heard(), Lines{"2 page of 2"});
}

TEST(Session, ADrainAnswersWhatHasArrivedAndThenEnds) {
  Conversation talk;
  talk.greet();
  talk.say(2, invitation());
  talk.session().drain();
  EXPECT_EQ(talk.heard(), Lines{"goaway"});
  EXPECT_FALSE(talk.session().wants_bytes());
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.ledger.answer_first();
  talk.deliver();
  EXPECT_EQ(talk.heard(), Lines{"2 receipt"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Session, ADrainEndsAtOnceWhenNothingIsOutstanding) {
  Conversation talk;
  talk.greet();
  talk.session().drain();
  EXPECT_EQ(talk.heard(), Lines{"goaway"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

Conversation::Fill rebuild(protocol::RebuildRequest wish) {
  return [wish](wire::Frame::Builder frame) {
    auto to = frame.initRebuild();
    switch (wish) {
      case protocol::RebuildRequest::Status: return to.setStatus();
      case protocol::RebuildRequest::Begin: return to.setBegin();
      case protocol::RebuildRequest::Adopt: return to.setAdopt();
      case protocol::RebuildRequest::Discard: return to.setDiscard();
    }
  };
}

TEST(Session, ARebuildIsAskedForAndReported) {
  using Wish = protocol::RebuildRequest;
  Conversation talk;
  talk.greet();
  protocol::RebuildInfo info;
  info.state = wire::RebuildState::RUNNING;
  info.group = 7;
  info.of_group = 9;
  talk.rebuilder.answer = info;
  talk.say(2, rebuild(Wish::Begin));
  info.state = wire::RebuildState::LEVEL;
  info.group = 9;
  info.entries_differing = 1;
  info.first_difference = "a row";
  info.tenant = TenantId("t");
  info.position = 5;
  talk.rebuilder.answer = info;
  talk.say(3, rebuild(Wish::Status));
  talk.rebuilder.answer = fail(Reason::ViewsBusy, "not now");
  talk.say(4, rebuild(Wish::Adopt));
  talk.say(5, rebuild(Wish::Discard));
  EXPECT_EQ(talk.heard(), (Lines{"2 rebuild 1: 7 of 9", "3 rebuild 2: 9 of 9, first t 5 a row",
                                 "4 error 8105", "5 error 8105"}));
  EXPECT_EQ(talk.rebuilder.asked, (std::vector{Wish::Begin, Wish::Status, Wish::Adopt, Wish::Discard}));
  EXPECT_EQ(talk.session().ending(), Ending::Open);
}

}  // namespace
}  // namespace kontor::server
