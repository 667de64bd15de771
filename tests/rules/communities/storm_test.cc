// What must hold of community seats whatever is commanded (I8, docs/invariants.md), with fixed seeds.
#include <map>
#include <random>
#include <set>

#include "tests/support/community_fixture.h"
#include "tests/support/world.h"

namespace kontor::test {
namespace {

namespace ev = communities;

constexpr std::uint64_t kSeeds = 40;
constexpr int kCommands = 600;
constexpr std::int64_t kHour = 3'600 * kNanosecondsPerSecond;

/// Random commands over a small world, so that pools run out and people come back on the same day.
class RandomCommunities {
 public:
  explicit RandomCommunities(std::uint64_t seed) : random_(seed) {}

  std::int64_t pause_ns() {
    switch (below(8)) {
      case 0: return 24 * kHour * below(3);
      case 1:
      case 2: return kHour * below(9);
      default: return 0;
    }
  }
  rules::Command next() {
    switch (below(20)) {
      case 0: return open_community(community(), below(3) == 0 ? "Pacific/Auckland" : "Europe/Berlin");
      case 1:
      case 2: return book_pool(below(8) == 0 ? std::nullopt : std::optional(1 + below(5)), community());
      case 3: return create_group(group(), community());
      case 4: return deactivate(group());
      case 5:
      case 6:
      case 7:
      case 8:
      case 9:
      case 10: return leave_group(person(), group());
      default: return join(person(), group());
    }
  }
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(random_() % count); }

 private:
  CommunityId community() { return CommunityId("community-" + std::to_string(below(3))); }
  GroupId group() { return GroupId("g-" + std::to_string(below(30))); }
  std::string person() { return "p-" + std::to_string(below(9)); }

  std::mt19937_64 random_;
};

/// Judges the sequence of events alone, with a few lines of bookkeeping of its own.
struct Auditor {
  std::map<CommunityId, std::optional<std::uint32_t>> pools;
  std::map<CommunityId, std::set<ev::SeatNumber>> used;
  std::map<PersonId, ev::SeatNumber> seat_of;
  std::map<PersonId, Instant> leaving;
  std::map<GroupId, std::set<PersonId>> members;
  Instant at;

  void read(const RecordedEvent& event) {
    at = event.envelope.effective_at;
    if (const auto* body = std::get_if<ev::Event>(&event.body))
      std::visit([this](const auto& e) { judge(e); }, *body);
    for (const auto& [community, seats] : used)
      if (pools[community]) {
        EXPECT_LE(seats.size(), *pools[community]) << "INV-24";
      }
  }
  std::size_t groups_of(const PersonId& person) const {
    std::size_t groups = 0;
    for (const auto& [group, people] : members) groups += people.count(person);
    return groups;
  }
  void judge(const ev::CommunityOpened& e) { pools[e.community] = 0; }
  void judge(const ev::CommunityPoolBooked& e) { pools[e.community] = e.size; }
  void judge(const ev::GroupMemberInvited& e) { EXPECT_TRUE(members[e.group].insert(e.person).second); }
  void judge(const ev::GroupMembershipEnded& e) { EXPECT_EQ(members[e.group].erase(e.person), 1u); }
  void judge(const ev::GroupDeactivated& e) {
    EXPECT_EQ(members[e.group].size(), e.members);
    members[e.group].clear();
  }
  void judge(const ev::CommunitySeatGranted& e) {
    EXPECT_TRUE(seat_of.emplace(e.person, e.seat).second) << "a second community seat";
    EXPECT_TRUE(used[e.community].insert(e.seat).second);
  }
  void judge(const ev::ExistingCommunitySeatUsed& e) {
    EXPECT_EQ(seat_of.at(e.person), e.seat);
    EXPECT_FALSE(leaving.contains(e.person));
  }
  void judge(const ev::CommunitySeatReleaseScheduled& e) {
    EXPECT_EQ(groups_of(e.person), 0u);
    EXPECT_GT(e.release_at, at);
    EXPECT_LE(e.release_at.ns - at.ns, 25 * kHour);
    EXPECT_TRUE(leaving.emplace(e.person, e.release_at).second);
  }
  void judge(const ev::CommunitySeatReleaseCancelled& e) {
    EXPECT_LT(at, leaving.at(e.person));
    EXPECT_EQ(leaving.erase(e.person), 1u);
  }
  void judge(const ev::CommunitySeatReleased& e) {
    EXPECT_EQ(leaving.at(e.person), at) << "released at the time that was said";
    leaving.erase(e.person);
    EXPECT_EQ(seat_of.erase(e.person), 1u);
    EXPECT_EQ(used[e.community].erase(e.seat), 1u);
  }
  void judge(const ev::CommunityGroupCreated&) {}
};

class CommunityStorm : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, CommunityStorm, testing::Range<std::uint64_t>(1, kSeeds + 1));

TEST_P(CommunityStorm, ThePoolIsNeverExceeded) {
  World world;
  RandomCommunities random(GetParam());
  for (int i = 0; i < kCommands; ++i) {
    world.go_on_to(Instant{world.now.ns + random.pause_ns()});
    (void)world.tell(random.next());
  }
  EXPECT_GT(world.accepted, kCommands / 10) << "the random commands say too little";
  Auditor auditor;
  for (const RecordedEvent& event : world.events) auditor.read(event);
  const auto& state = world.state.communities;
  for (rules::Row row = 0; row < state.communities.size(); ++row) {
    const CommunityId id(state.community_ids.text(row));
    EXPECT_EQ(state.communities[row].used, auditor.used[id].size());
  }
}

TEST_P(CommunityStorm, ReplayingTheStoredBytesGivesTheSameState) {
  World world;  // INV-9
  RandomCommunities random(GetParam());
  for (int i = 0; i < kCommands; ++i) {
    world.go_on_to(Instant{world.now.ns + random.pause_ns()});
    (void)world.tell(random.next());
  }
  rules::State replayed;
  for (const RecordedEvent& event : world.events) {
    const RecordedEvent back = stored_and_back(event.envelope, event.body);
    EXPECT_TRUE(back == event);
    rules::evolve(replayed, back.body, back.envelope);
  }
  EXPECT_EQ(rules::state_digest(replayed), rules::state_digest(world.state));
}

TEST_P(CommunityStorm, ARolledBackScopeLeavesNoTrace) {
  World tried;  // INV-16
  World never;
  RandomCommunities random(GetParam());
  for (int i = 0; i < kCommands / 2; ++i) {
    const Instant then{tried.now.ns + random.pause_ns()};
    tried.go_on_to(then);
    never.go_on_to(then);
    const Digest before = rules::state_digest(tried.state);
    const Position position = tried.position;
    tried.state.journal.open();
    for (std::uint32_t n = random.below(6); n > 0; --n) {
      tried.go_on_to(Instant{tried.now.ns + random.pause_ns()});
      (void)tried.tell(random.next());
    }
    tried.state.journal.roll_back();
    tried.position = position;
    tried.now = then;
    ASSERT_EQ(rules::state_digest(tried.state), before);

    const rules::Command command = random.next();
    const auto one = tried.tell(command);
    const auto other = never.tell(command);
    ASSERT_TRUE(one == other) << "command " << i << ", " << rules::type_name(command);
    ASSERT_EQ(rules::state_digest(tried.state), rules::state_digest(never.state));
  }
}

TEST(CommunityWorld, ReachesEveryEvent) {
  std::set<std::string_view> seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    World world;
    RandomCommunities random(seed);
    for (int i = 0; i < kCommands; ++i) {
      world.go_on_to(Instant{world.now.ns + random.pause_ns()});
      (void)world.tell(random.next());
    }
    for (const RecordedEvent& event : world.events)
      if (std::holds_alternative<ev::Event>(event.body)) seen.insert(type_name(event.body));
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<ev::Event::variant>);
}

}  // namespace
}  // namespace kontor::test
