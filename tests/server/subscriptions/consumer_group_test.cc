#include "server/subscriptions/consumer_group.h"

#include <gmock/gmock.h>

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
using protocol::AfterParked;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Instant kNow{7};
constexpr MemberId kAnn = 1, kBen = 2;

class Group {
 public:
  explicit Group(GroupSettings settings = {}, GroupLimits limits = {})
      : settings_(std::move(settings)), limits_(limits) {
    start();
  }

  /// Events at 1, 2, 3, ... of these streams.
  Group& holds(const std::vector<std::string>& streams) {
    std::vector<Found> found;
    for (const std::string& stream : streams) found.push_back({++head_, stream, 100});
    all_.insert(all_.end(), found.begin(), found.end());
    group_->found(found, head_);
    return *this;
  }
  /// "member:position" of all that is handed out.
  std::vector<std::string> out(Monotonic now = 0s) {
    std::vector<std::string> lines;
    for (const HandOut& one : group_->hand_out(now))
      lines.push_back(std::to_string(one.member) + ":" + std::to_string(one.position) +
                      (one.deliveries == 1 ? "" : " again " + std::to_string(one.deliveries)));
    return lines;
  }
  /// What is stored; then a new process begins with it, and finds the log again.
  void restart() {
    store();
    start();
    std::vector<Found> again;
    for (const Found& event : all_)
      if (event.position > group_->scanned()) again.push_back(event);
    group_->found(again, head_);
  }
  void store() {
    const GroupChanges changes = group_->take_changes();
    if (changes.floor) floor_ = *changes.floor;
    for (const auto& [position, entry] : changes.entries) {
      if (entry)
        entries_[position] = *entry;
      else
        entries_.erase(position);
    }
  }
  ConsumerGroup* operator->() { return group_.get(); }
  std::map<Position, StoredEntry> entries_;
  Position floor_ = 0;

 private:
  void start() { group_ = std::make_unique<ConsumerGroup>(settings_, limits_, floor_, entries_); }

  GroupSettings settings_;
  GroupLimits limits_;
  std::unique_ptr<ConsumerGroup> group_;
  std::vector<Found> all_;
  Position head_ = 0;
};

TEST(ConsumerGroup, NeverHandsOutMoreThanThereAreCredits) {
  Group group;
  group.holds({"a", "b", "c"});
  EXPECT_THAT(group.out(), IsEmpty());
  group->join(kAnn, 2);
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:2"));
  EXPECT_THAT(group.out(), IsEmpty());
  EXPECT_TRUE(group->waits_for_credit(kAnn));
  EXPECT_TRUE(group->credit(kAnn, 1));
  EXPECT_THAT(group.out(), ElementsAre("1:3"));
  EXPECT_FALSE(group->credit(kAnn, protocol::kCreditsMax + 1));
}

TEST(ConsumerGroup, MembersShareTheWork) {
  Group group;
  group->join(kAnn, 10);
  group->join(kBen, 10);
  group.holds({"a", "b", "c", "d"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "2:2", "1:3", "2:4"));
}

TEST(ConsumerGroup, AnEventWaitsForTheEarlierOneOfItsStream) {
  Group group;
  group->join(kAnn, 10);
  group->join(kBen, 10);
  group.holds({"a", "a", "b", "a"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "2:3"));
  EXPECT_EQ(group->ack(kBen, 3), AckOutcome::Noted);
  EXPECT_THAT(group.out(), IsEmpty());
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("1:2"));
}

TEST(ConsumerGroup, OnlyTheMemberThatHasAnEventAcknowledgesIt) {
  Group group;
  group->join(kAnn, 1);
  group->join(kBen, 1);
  group.holds({"a"});
  EXPECT_THAT(group.out(), ElementsAre("1:1"));
  EXPECT_EQ(group->ack(kBen, 1), AckOutcome::Late);
  EXPECT_EQ(group->ack(kBen, 9), AckOutcome::Late);
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted) << "said again, it does no harm";
  EXPECT_THAT(group.out(), IsEmpty());
}

TEST(ConsumerGroup, WhatIsNotAcknowledgedInTimeIsHandedOutAgain) {
  Group group({.ack_seconds = 30});
  group->join(kAnn, 1);
  group->join(kBen, 1);
  group.holds({"a"});
  EXPECT_THAT(group.out(0s), ElementsAre("1:1"));
  EXPECT_EQ(group->next_due(), Monotonic(30s));
  group->expire(29s, kNow);
  EXPECT_THAT(group.out(29s), IsEmpty());
  group->expire(30s, kNow);
  EXPECT_THAT(group.out(30s), ElementsAre("2:1 again 2"));
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Late);
  EXPECT_EQ(group->ack(kBen, 1), AckOutcome::Noted);
}

TEST(ConsumerGroup, ALostMemberLeavesItsWorkToTheOthers) {
  Group group;
  group->join(kAnn, 5);
  group.holds({"a", "b"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:2"));
  group->leave(kAnn, Leaving::Lost, kNow);
  group->join(kBen, 5);
  EXPECT_THAT(group.out(), ElementsAre("2:1 again 2", "2:2 again 2"));
}

TEST(ConsumerGroup, WhoSaysGoodbyeCountsAsNeverHavingHadIt) {
  Group group({.deliveries_max = 2});
  group.holds({"a"});
  for (MemberId member = 1; member <= 5; ++member) {
    group->join(member, 5);
    EXPECT_THAT(group.out(), ElementsAre(std::to_string(member) + ":1"));
    group->leave(member, Leaving::Saying, kNow);
  }
}

TEST(ConsumerGroup, AfterTheLastDeliveryAnEventIsParked) {
  Group group({.deliveries_max = 2});
  group.holds({"a", "b", "a"});
  group->join(kAnn, 5);
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:2"));
  EXPECT_EQ(group->ack(kAnn, 2), AckOutcome::Noted);
  group->leave(kAnn, Leaving::Lost, kNow);
  group->join(kBen, 5);
  EXPECT_THAT(group.out(), ElementsAre("2:1 again 2"));
  group->leave(kBen, Leaving::Lost, kNow);
  const auto parked = group->parked(0, 10);
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_EQ(parked[0].position, 1U);
  EXPECT_EQ(parked[0].stream, "a");
  EXPECT_EQ(parked[0].deliveries, 2U);
  EXPECT_EQ(parked[0].held, 1U);
  EXPECT_EQ(parked[0].at, kNow);
  EXPECT_EQ(parked[0].reason,
            "handed out 2 times, the last time without an answer by a member that was lost");
}

// Whoever had it together with the one that kills must not be parked with it.
TEST(ConsumerGroup, TheLastTryIsMadeAlone) {
  Group group({.deliveries_max = 2});
  group.holds({"a", "b", "c"});
  group->join(kAnn, 5);
  EXPECT_EQ(group.out().size(), 3U);
  group->leave(kAnn, Leaving::Lost, kNow);
  group->join(kBen, 5);
  EXPECT_THAT(group.out(), ElementsAre("2:1 again 2"));
  EXPECT_THAT(group.out(), IsEmpty());
  EXPECT_EQ(group->ack(kBen, 1), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("2:2 again 2"));
  group->leave(kBen, Leaving::Lost, kNow);
  EXPECT_EQ(group->info().parked, 1U);
  group->join(kAnn, 5);
  EXPECT_THAT(group.out(), ElementsAre("1:3 again 2"));
}

TEST(ConsumerGroup, ALastTryIsNotStarvedByNewWork) {
  Group group({.deliveries_max = 2});
  group->join(kAnn, 5);
  group.holds({"a", "b"});
  EXPECT_THAT(group.out(0s), ElementsAre("1:1", "1:2"));
  group->expire(30s, kNow);
  group.holds({"c"});
  EXPECT_THAT(group.out(30s), ElementsAre("1:1 again 2")) << "alone, though there are credits";
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
  group.holds({"d"});
  EXPECT_THAT(group.out(31s), ElementsAre("1:2 again 2"));
}

TEST(ConsumerGroup, LaterEventsOfAParkedStreamWait) {
  Group group({.after_parked = AfterParked::Hold});
  group->join(kAnn, 10);
  group.holds({"a", "a", "b"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:3"));
  EXPECT_EQ(group->park(kAnn, 1, "no such tag", kNow), AckOutcome::Noted);
  group.holds({"a"});
  EXPECT_THAT(group.out(), IsEmpty());
  EXPECT_EQ(group->info().held, 2U);
  EXPECT_THAT(group->retry({1}), ElementsAre(1));
  EXPECT_THAT(group.out(), ElementsAre("1:1"));
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("1:2"));
}

TEST(ConsumerGroup, LaterEventsOfAParkedStreamGoOnWhereThatIsWanted) {
  Group group({.after_parked = AfterParked::GoOn});
  group->join(kAnn, 10);
  group.holds({"a", "a"});
  EXPECT_THAT(group.out(), ElementsAre("1:1"));
  EXPECT_EQ(group->park(kAnn, 1, "no such tag", kNow), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("1:2"));
  EXPECT_THAT(group->retry({}), ElementsAre(1));
  EXPECT_THAT(group.out(), IsEmpty()) << "never two of a stream at once";
  EXPECT_EQ(group->ack(kAnn, 2), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("1:1"));
}

TEST(ConsumerGroup, ADroppedEventLetsItsStreamGoOn) {
  Group group;
  group->join(kAnn, 10);
  group.holds({"a", "a"});
  EXPECT_THAT(group.out(), ElementsAre("1:1"));
  EXPECT_EQ(group->park(kAnn, 1, "broken", kNow), AckOutcome::Noted);
  EXPECT_THAT(group->drop({2, 7}), IsEmpty()) << "neither of them is parked";
  EXPECT_THAT(group->drop({1}), ElementsAre(1));
  EXPECT_THAT(group.out(), ElementsAre("1:2"));
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
}

TEST(ConsumerGroup, AMemberHasSoManyBytesAtMost) {
  Group group({}, {.member_bytes_max = 250});
  group->join(kAnn, 10);
  group.holds({"a", "b", "c"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:2"));
  EXPECT_EQ(group->ack(kAnn, 2), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("1:3"));
}

TEST(ConsumerGroup, StopsLookingAheadAtItsLimits) {
  Group group({}, {.open_max = 2, .ready_enough = 10});
  EXPECT_FALSE(group->wants_more()) << "nobody is there";
  group->join(kAnn, 10);
  EXPECT_TRUE(group->wants_more());
  group.holds({"a", "a"});
  EXPECT_FALSE(group->wants_more());
}

TEST(ConsumerGroup, AcknowledgedEventsAreNotHandedOutAfterARestart) {
  Group group;
  group->join(kAnn, 10);
  group.holds({"a", "b", "c", "c"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:2", "1:3"));
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
  EXPECT_EQ(group->ack(kAnn, 3), AckOutcome::Noted);
  group.restart();
  EXPECT_EQ(group->floor(), 1U);
  group->join(kAnn, 10);
  EXPECT_THAT(group.out(), ElementsAre("1:2", "1:4"));
  EXPECT_EQ(group->ack(kAnn, 2), AckOutcome::Noted);
  group.store();
  EXPECT_EQ(group.floor_, 3U);
  EXPECT_THAT(group.entries_, IsEmpty()) << "below the floor nothing need be remembered";
}

TEST(ConsumerGroup, ParkedAndWaitingEventsOutliveARestart) {
  Group group;
  group->join(kAnn, 10);
  group.holds({"a", "a", "b"});
  EXPECT_THAT(group.out(), ElementsAre("1:1", "1:3"));
  EXPECT_EQ(group->park(kAnn, 1, "broken", kNow), AckOutcome::Noted);
  EXPECT_EQ(group->ack(kAnn, 3), AckOutcome::Noted);
  group.restart();
  EXPECT_EQ(group->floor(), 3U);
  group->join(kAnn, 10);
  EXPECT_THAT(group.out(), IsEmpty());
  EXPECT_EQ(group->parked(0, 10)[0].reason, "broken");
  EXPECT_THAT(group->retry({1}), ElementsAre(1));
  group.restart();
  group->join(kAnn, 10);
  EXPECT_THAT(group.out(), ElementsAre("1:1"));
  EXPECT_EQ(group->ack(kAnn, 1), AckOutcome::Noted);
  EXPECT_THAT(group.out(), ElementsAre("1:2"));
}

TEST(ConsumerGroup, DeliveriesAreCountedOverRestarts) {
  Group group({.deliveries_max = 3});
  group.holds({"a"});
  for (const char* said : {"1:1", "1:1 again 2", "1:1 again 3"}) {
    group->join(kAnn, 1);
    EXPECT_THAT(group.out(), ElementsAre(said));
    group->leave(kAnn, Leaving::Lost, kNow);
    group.restart();
  }
  EXPECT_EQ(group->info().parked, 1U);
}

}  // namespace
}  // namespace kontor::server
