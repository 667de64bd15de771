// Random members, acknowledgements, parkings, timeouts and crashes against a naive observer: each event is
// handed out until it is dealt with, none is lost, none comes again once it is remembered as dealt with, and
// the events of a stream come one after the other.
#include <gtest/gtest.h>

#include <random>

#include "server/subscriptions/consumer_group.h"

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
using protocol::AfterParked;

constexpr Position kEvents = 120;
constexpr Instant kNow{1};

class Life {
 public:
  explicit Life(std::uint32_t seed) : random_(seed) {
    settings_.ack_seconds = 5;
    settings_.deliveries_max = 2 + die(3);
    settings_.after_parked = die(2) == 0 ? AfterParked::Hold : AfterParked::GoOn;
    for (Position position = 1; position <= kEvents; ++position)
      log_.push_back({position, "s-" + std::to_string(die(6)), 10 + die(100)});
    limits_ = {.open_max = 5 + die(40), .ready_enough = 1 + die(20), .member_bytes_max = 50 + die(400)};
    begin();
  }

  void run() {
    for (int step = 0; step < 1'500; ++step) one_step();
    settle();
  }

 private:
  std::uint32_t die(std::uint32_t sides) { return static_cast<std::uint32_t>(random_() % sides); }

  void begin() {
    group_ = std::make_unique<ConsumerGroup>(settings_, limits_, floor_, entries_);
    under_way_.clear();
    members_.clear();
  }

  void one_step() {
    switch (die(12)) {
      case 0: return join();
      case 1: return lose();
      case 2: return crash();
      case 3: return pass_time();
      case 4: return handle_parked();
      case 5: return park_one();
      case 6: return look();
      case 7: return store();
      case 8: return give_credit();
      default: return acknowledge();
    }
  }

  void join() {
    if (members_.size() >= 4) return;
    members_.insert(++last_member_);
    group_->join(last_member_, die(4));
    hand_out();
  }
  void give_credit() {
    for (const MemberId member : members_) EXPECT_TRUE(group_->credit(member, 1 + die(3)));
    hand_out();
  }
  void lose() {
    if (members_.empty()) return;
    const MemberId member = *members_.begin();
    group_->leave(member, die(2) == 0 ? Leaving::Lost : Leaving::Saying, kNow);
    members_.erase(member);
    std::erase_if(under_way_, [member](const auto& one) { return one.second == member; });
    hand_out();
  }
  /// What was remembered is all that is left.
  void crash() {
    if (die(4) != 0) return;
    done_ = remembered_;
    begin();
  }
  void pass_time() {
    now_ += std::chrono::seconds(die(4));
    group_->expire(now_, kNow);
    std::erase_if(under_way_, [this](const auto& one) { return handed_at_[one.first] + 5s <= now_; });
    hand_out();
  }
  void look() {
    if (!group_->wants_more()) return;
    const Position to = std::min<Position>(kEvents, group_->scanned() + 1 + die(10));
    std::vector<Found> found;
    for (Position at = group_->scanned() + 1; at <= to; ++at) found.push_back(log_[at - 1]);
    group_->found(found, to);
    hand_out();
  }
  void store() {
    const GroupChanges changes = group_->take_changes();
    if (changes.floor) {
      EXPECT_GT(*changes.floor, floor_);
      floor_ = *changes.floor;
    }
    for (const auto& [position, entry] : changes.entries) {
      if (entry)
        entries_[position] = *entry;
      else
        entries_.erase(position);
    }
    remembered_ = done_;
  }
  void acknowledge() {
    if (under_way_.empty()) return;
    auto one = std::next(under_way_.begin(), die(static_cast<std::uint32_t>(under_way_.size())));
    const auto [position, member] = *one;
    ASSERT_EQ(group_->ack(member, position), AckOutcome::Noted);
    EXPECT_EQ(group_->ack(member, position), AckOutcome::Noted);
    done_.insert(position);
    under_way_.erase(one);
    hand_out();
  }
  void park_one() {
    if (under_way_.empty() || die(3) != 0) return;
    const auto [position, member] = *under_way_.begin();
    EXPECT_EQ(group_->park(member, position, "why not", kNow), AckOutcome::Noted);
    under_way_.erase(position);
    hand_out();
  }
  void handle_parked() {
    const auto parked = group_->parked(0, 100);
    if (parked.empty()) return;
    const Position one = parked[die(static_cast<std::uint32_t>(parked.size()))].position;
    if (die(3) == 0) {
      EXPECT_EQ(group_->drop({one}), Changed{one});
      done_.insert(one);
    } else {
      EXPECT_EQ(group_->retry({one}), Changed{one});
    }
    hand_out();
  }

  void hand_out() {
    for (const protocol::ParkedInfo& one : group_->parked(0, kEvents)) parked_.insert(one.position);
    for (const HandOut& out : group_->hand_out(now_)) {
      const std::string& stream = log_[out.position - 1].stream;
      EXPECT_TRUE(members_.contains(out.member));
      EXPECT_FALSE(done_.contains(out.position)) << out.position << " was dealt with";
      EXPECT_FALSE(under_way_.contains(out.position)) << out.position << " is under way";
      EXPECT_LE(out.deliveries, settings_.deliveries_max);
      for (const auto& [position, member] : under_way_)
        EXPECT_NE(log_[position - 1].stream, stream) << "two of a stream at once";
      // GoOn gives the order up for what was parked, and only for that.
      for (Position earlier = 1; earlier < out.position; ++earlier)
        EXPECT_TRUE(log_[earlier - 1].stream != stream || done_.contains(earlier) ||
                    (settings_.after_parked == AfterParked::GoOn && parked_.contains(earlier)))
            << out.position << " before " << earlier;
      under_way_[out.position] = out.member;
      handed_at_[out.position] = now_;
    }
  }

  /// In the end everything is dealt with, and that is all that is remembered.
  void settle() {
    for (int round = 0; round < 5'000 && done_.size() < kEvents; ++round) {
      join();
      give_credit_to_dry();
      static_cast<void>(group_->retry({}));
      look();
      hand_out();
      acknowledge();
    }
    EXPECT_EQ(done_.size(), kEvents);
    store();
    EXPECT_EQ(floor_, kEvents);
    EXPECT_TRUE(entries_.empty());
  }
  void give_credit_to_dry() {
    for (const MemberId member : members_) {
      if (!group_->waits_for_credit(member)) continue;
      EXPECT_TRUE(group_->credit(member, 5));
    }
  }

  std::mt19937 random_;
  GroupSettings settings_;
  GroupLimits limits_;
  std::vector<Found> log_;
  std::unique_ptr<ConsumerGroup> group_;
  Monotonic now_{};
  std::set<MemberId> members_;
  MemberId last_member_ = 0;
  std::map<Position, MemberId> under_way_;
  std::map<Position, Monotonic> handed_at_;
  std::set<Position> done_;
  std::set<Position> parked_;      // now or before
  std::set<Position> remembered_;  // done_ when it was stored last
  Position floor_ = 0;
  std::map<Position, StoredEntry> entries_;
};

TEST(ConsumerGroupLives, KeepWhatAGroupPromises) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    Life(seed).run();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace kontor::server
