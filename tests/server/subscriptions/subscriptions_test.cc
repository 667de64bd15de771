// Subscriptions as a client sees them (docs/subscriptions.md), over a session without a socket.
#include "server/subscriptions/subscriptions.h"

#include <gmock/gmock.h>

#include "tests/server/conversation.h"

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
using test::Conversation;
using Lines = std::vector<std::string>;

struct Wish {
  Position from = 1;
  std::uint32_t window = 100;
  std::vector<std::string> types{};
  std::vector<std::string> streams{};
  std::string group{};
  std::uint32_t deliveries_max = 0;
};

Conversation::Fill subscribe(const Wish& wish) {
  return [wish](wire::Frame::Builder frame) {
    auto to = frame.initSubscribe();
    to.setFrom(wish.from);
    to.setWindow(wish.window);
    auto types = to.initTypes(static_cast<unsigned>(wish.types.size()));
    for (unsigned i = 0; i < types.size(); ++i) types.set(i, wish.types[i]);
    auto streams = to.initStreams(static_cast<unsigned>(wish.streams.size()));
    for (unsigned i = 0; i < streams.size(); ++i) streams.set(i, wish.streams[i]);
    if (wish.group.empty()) return;
    to.initGroup().setName(wish.group);
    to.getGroup().setDeliveriesMax(wish.deliveries_max);
  };
}
Conversation::Fill credit(std::uint32_t items) {
  return [items](wire::Frame::Builder frame) { frame.initCredit().setItems(items); };
}
Conversation::Fill ack(const std::vector<Position>& positions) {
  return [positions](wire::Frame::Builder frame) {
    auto to = frame.initAck().initPositions(static_cast<unsigned>(positions.size()));
    for (unsigned i = 0; i < to.size(); ++i) to.set(i, positions[i]);
  };
}
void cancel(wire::Frame::Builder frame) { frame.setCancel(); }
void list_groups(wire::Frame::Builder frame) { frame.initGroups().setList(); }

TEST(Subscriptions, BeginInHistoryAndGoOnWithWhatHappens) {
  Conversation talk;
  talk.happened({"c-1", "c-2"});
  talk.greet();
  talk.say(2, subscribe({.from = 2}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 2", "2 item 2", "2 progress 2 of 2"}));
  talk.happened({"c-3", "c-4"});
  EXPECT_EQ(talk.heard(), (Lines{"2 item 3", "2 item 4"}));
}

TEST(Subscriptions, MayBeginWithWhatComesFromNowOn) {
  Conversation talk;
  talk.happened({"c-1"});
  talk.greet();
  talk.say(2, subscribe({.from = 0}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 2", "2 progress 1 of 1"}));
  talk.happened({"c-2"});
  EXPECT_EQ(talk.heard(), (Lines{"2 item 2"}));
}

TEST(Subscriptions, NeverHaveMoreUnderWayThanThereAreCredits) {
  Conversation talk;
  talk.happened({"c-1", "c-2", "c-3", "c-4"});
  talk.greet();
  talk.say(2, subscribe({.window = 1}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1"}));
  talk.say(2, credit(2));
  EXPECT_EQ(talk.heard(), (Lines{"2 item 2", "2 item 3"}));
  talk.wait(10s);
  EXPECT_EQ(talk.heard(), (Lines{"2 progress 3 of 4 without credit"}));
  talk.say(2, credit(1'024));
  EXPECT_EQ(talk.heard(), (Lines{"2 item 4", "2 progress 4 of 4"}));
  talk.say(2, credit(1'024));
  EXPECT_EQ(talk.heard(), (Lines{"2 ended 1006"}));
}

TEST(Subscriptions, AreFilteredByKindAndByStream) {
  Conversation talk;
  talk.happened({"c-1", "c-2", "c-1"});
  talk.greet();
  talk.say(2, subscribe({.streams = {"campus/c-1"}}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1", "2 item 3", "2 progress 3 of 3"}));
  talk.say(3, subscribe({.types = {"Campus*"}, .streams = {"campus/"}}));
  EXPECT_EQ(talk.heard(),
            (Lines{"3 subscribed from 1", "3 item 1", "3 item 2", "3 item 3", "3 progress 3 of 3"}));
  talk.say(4, subscribe({.types = {"CampusOpen", "Course*"}}));
  EXPECT_EQ(talk.heard(), (Lines{"4 subscribed from 1", "4 progress 3 of 3"}));
}

// Whoever wants little must not have to look through everything again.
TEST(Subscriptions, ThatWantLittleHearHowFarTheServerHasLooked) {
  Conversation talk;
  talk.greet();
  talk.say(2, subscribe({.from = 0, .streams = {"campus/c-9"}}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 progress 0 of 0"}));
  talk.happened({"c-1", "c-2"});
  EXPECT_EQ(talk.heard(), Lines{});
  talk.wait(1s);
  EXPECT_EQ(talk.heard(), (Lines{"2 progress 2 of 2"}));
  talk.wait(9s);
  EXPECT_EQ(talk.heard(), Lines{});
  talk.wait(1s);
  EXPECT_EQ(talk.heard(), (Lines{"2 progress 2 of 2"}));
}

TEST(Subscriptions, KeepAConnectionFromBeingIdle) {
  Conversation talk;
  talk.greet();
  talk.say(2, subscribe({}));
  talk.wait(1'000s);
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.say(2, cancel);
  talk.wait(1'000s);
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Subscriptions, AreOverOnceTheyAreCancelled) {
  Conversation talk;
  talk.greet();
  talk.say(2, subscribe({}));
  talk.say(2, cancel);
  talk.say(2, cancel);
  talk.say(2, credit(1));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 progress 0 of 0", "2 ended 0"}));
  talk.happened({"c-1"});
  EXPECT_EQ(talk.heard(), Lines{});
  talk.say(2, subscribe({}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1", "2 progress 1 of 1"}));
}

TEST(Subscriptions, AreSoManyOnAConnectionAtMost) {
  SessionLimits limits;
  limits.subscriptions_max = 2;
  Conversation talk(limits);
  talk.greet();
  talk.say(2, subscribe({}));
  talk.say(2, subscribe({}));
  talk.say(3, subscribe({}));
  talk.say(4, subscribe({}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 progress 0 of 0", "2 error 6008",
                                 "3 subscribed from 1", "3 progress 0 of 0", "4 error 1006"}));
}

TEST(Subscriptions, RefuseWhatMakesNoSense) {
  Conversation talk;
  talk.greet();
  talk.say(2, subscribe({.window = 1'025}));
  talk.say(3, subscribe({.types = {"Campus Opened"}}));
  talk.say(4, subscribe({.streams = {""}}));
  talk.say(5, subscribe({.group = "no group!"}));
  talk.say(6, credit(0));
  EXPECT_EQ(talk.heard(),
            (Lines{"2 error 1006", "3 error 1006", "4 error 1006", "5 error 1006", "6 error 1006"}));
  talk.say(7, subscribe({}));
  talk.say(7, ack({1}));
  EXPECT_EQ(talk.heard(), (Lines{"7 subscribed from 1", "7 progress 0 of 0", "7 ended 1006"}));
}

// The peer stops reading: what is kept for it is bounded, and it loses the subscription, not the connection.
TEST(Subscriptions, OfASlowReaderEndWithAReason) {
  SessionLimits limits;
  limits.subscription_bytes_max = 2'000;
  Conversation talk(limits);
  std::vector<std::string> many(1'000, "c-1");
  talk.happened(many);
  talk.greet();
  talk.say(2, subscribe({.window = 3}));
  for (int i = 0; i < 300; ++i) talk.say(2, credit(1));
  talk.wait(29s);
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.wait(1s);
  const Lines heard = talk.heard();
  EXPECT_LT(heard.size(), 20U) << "no more was read than there was room for";
  EXPECT_EQ(heard.back(), "2 ended 7107");
  EXPECT_EQ(talk.session().ending(), Ending::Open);
  talk.say(3, [](wire::Frame::Builder frame) { frame.setPing(); });
  EXPECT_EQ(talk.heard(), (Lines{"3 pong"}));
}

TEST(Subscriptions, EndWithAReasonWhenTheServerStops) {
  Conversation talk;
  talk.greet();
  talk.say(2, subscribe({}));
  talk.session().drain();
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 progress 0 of 0", "goaway", "2 ended 7002"}));
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

TEST(Groups, HandOutWhatIsNotAcknowledgedToTheNextMember) {
  Conversation talk;
  talk.happened({"c-1", "c-1", "c-2"});
  talk.greet();
  talk.say(2, subscribe({.group = "mailer"}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1", "2 item 3"}));
  talk.say(2, ack({1}));
  EXPECT_EQ(talk.heard(), (Lines{"2 item 2", "2 noted 1"}));
  talk.say(2, cancel);
  talk.say(3, subscribe({.group = "mailer"}));
  EXPECT_EQ(talk.heard(), (Lines{"2 ended 0", "3 subscribed from 2", "3 item 2", "3 item 3"}));
  talk.say(3, ack({2, 3, 1, 9}));
  EXPECT_EQ(talk.heard(), (Lines{"3 noted 2 3 1 late 9"}));
}

TEST(Groups, TellTheirMembersHowFarTheyAre) {
  Conversation talk;
  talk.happened({"c-1"});
  talk.greet();
  talk.say(2, subscribe({.group = "mailer"}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1"}));
  talk.wait(200ms);
  EXPECT_EQ(talk.heard(), (Lines{"2 progress 0 of 1"}));
  talk.say(2, ack({1}));
  EXPECT_EQ(talk.heard(), (Lines{"2 noted 1"}));
  talk.wait(1s);
  EXPECT_EQ(talk.heard(), (Lines{"2 progress 1 of 1"}));
}

TEST(Groups, ParkWhatAMemberCannotDealWith) {
  Conversation talk;
  talk.happened({"c-1", "c-1"});
  talk.greet();
  talk.say(2, subscribe({.group = "mailer"}));
  talk.say(2, [](wire::Frame::Builder frame) {
    auto park = frame.initPark();
    park.setPosition(1);
    park.setReason("no such mailbox");
  });
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1", "2 noted 1"}));
  talk.say(3, [](wire::Frame::Builder frame) {
    auto wish = frame.initGroups().initParked();
    wish.setGroup("mailer");
    wish.setLimit(10);
  });
  EXPECT_EQ(talk.heard(), (Lines{"3 groups parked 1 no such mailbox"}));
  talk.say(4, [](wire::Frame::Builder frame) { frame.initGroups().initRetry().setGroup("mailer"); });
  const Lines retried = talk.heard();
  EXPECT_THAT(retried, ::testing::UnorderedElementsAre("4 groups changed 1", "2 item 1"));
  talk.say(5, [](wire::Frame::Builder frame) { frame.initGroups().initDrop().setGroup("nobody"); });
  EXPECT_EQ(talk.heard(), (Lines{"5 error 1007"}));
}

TEST(Groups, KeepTheTermsTheyWereMadeWith) {
  Conversation talk;
  talk.greet();
  talk.say(2, subscribe({.types = {"Campus*"}, .group = "mailer"}));
  talk.say(3, subscribe({.group = "mailer"}));
  talk.say(4, subscribe({.types = {"Course*"}, .group = "mailer"}));
  talk.say(5, subscribe({.group = "mailer", .deliveries_max = 9}));
  EXPECT_EQ(talk.heard(),
            (Lines{"2 subscribed from 1", "3 subscribed from 1", "4 error 1006", "5 error 1006"}));
}

TEST(Groups, AreForgottenOnlyWithoutMembers) {
  Conversation talk;
  talk.happened({"c-1"});
  talk.greet();
  talk.say(2, subscribe({.group = "mailer"}));
  talk.say(2, ack({1}));
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1", "2 noted 1"}));
  const auto remove = [](wire::Frame::Builder frame) { frame.initGroups().setRemove("mailer"); };
  talk.say(3, remove);
  EXPECT_EQ(talk.heard(), (Lines{"3 error 1006"}));
  talk.say(2, cancel);
  talk.say(4, list_groups);
  talk.say(5, remove);
  talk.say(6, list_groups);
  EXPECT_EQ(talk.heard(), (Lines{"2 ended 0", "4 groups mailer at 1", "5 groups", "6 groups"}));
  talk.say(7, subscribe({.group = "mailer"}));
  EXPECT_EQ(talk.heard(), (Lines{"7 subscribed from 1", "7 item 1"}));
}

void remove_mailer(wire::Frame::Builder frame) { frame.initGroups().setRemove("mailer"); }
void retry_parked(wire::Frame::Builder frame) { frame.initGroups().initRetry().setGroup("mailer"); }
void list_parked(wire::Frame::Builder frame) {
  auto wish = frame.initGroups().initParked();
  wish.setGroup("mailer");
  wish.setLimit(10);
}

/// A group without members that has parked an event.
void leave_something_parked(Conversation& talk) {
  talk.happened({"c-1"});
  talk.greet();
  talk.say(2, subscribe({.group = "mailer"}));
  talk.say(2, [](wire::Frame::Builder frame) {
    auto park = frame.initPark();
    park.setPosition(1);
    park.setReason("no such mailbox");
  });
  talk.say(2, cancel);
  EXPECT_EQ(talk.heard(), (Lines{"2 subscribed from 1", "2 item 1", "2 noted 1", "2 ended 0"}));
}

TEST(Groups, AreNotForgottenWhileSomebodyWaitsForAnAnswer) {
  Conversation talk;
  leave_something_parked(talk);
  // The first is being remembered, the second waits for its turn.
  talk.say_together({{3, retry_parked}, {4, retry_parked}, {5, remove_mailer}});
  EXPECT_THAT(talk.heard(),
              ::testing::UnorderedElementsAre("3 groups changed 1", "4 groups", "5 error 1012"));
  talk.say(6, remove_mailer);
  EXPECT_EQ(talk.heard(), (Lines{"6 groups"}));
}

TEST(Groups, ThatAreBeingForgottenAreUnknown) {
  Conversation talk;
  leave_something_parked(talk);
  talk.say_together({{3, remove_mailer}, {4, list_parked}, {5, retry_parked}, {6, remove_mailer}});
  EXPECT_THAT(talk.heard(),
              ::testing::UnorderedElementsAre("3 groups", "4 error 1007", "5 error 1007", "6 error 1007"));
}

TEST(Groups, AllEndWhenOneCannotBeForgotten) {
  Conversation talk;
  leave_something_parked(talk);
  talk.say(3, subscribe({.from = 0, .group = "other"}));
  EXPECT_EQ(talk.heard(), (Lines{"3 subscribed from 2"}));
  talk.group_store.fails = Error{Reason::StoreDamaged, "the disk is gone"};
  talk.say(4, remove_mailer);
  EXPECT_THAT(talk.heard(), ::testing::UnorderedElementsAre("4 error 8008", "3 ended 8008"));
  talk.say(5, list_groups);
  EXPECT_EQ(talk.heard(), (Lines{"5 error 8008"}));
}

}  // namespace
}  // namespace kontor::server
