// What must hold whatever is commanded (DOMAIN 10, I6), under random commands with fixed seeds.
#include <map>
#include <set>

#include "tests/support/random_credits.h"

namespace kontor::test {
namespace {

constexpr std::uint64_t kSeeds = 40;
constexpr int kCommands = 600;

/// One tenant that is told commands, without the ceremony of Given.
struct World {
  rules::State state;
  std::vector<RecordedEvent> events;
  Position position = 0;
  Instant now = berlin("2026-01-01");
  int accepted = 0;

  World() {
    tell(rules::tenancy::Command(rules::tenancy::CreateTenant{}));
    tell(plan_with_credits());
    tell(feature(credits::Feature::On));
    for (int i = 0; i < 3; ++i) tell(of_credits(package_of(2, PackageId("pack-" + std::to_string(i)))));
    for (int i = 0; i < 3; ++i) tell(activate(PersonId("u-" + std::to_string(i))));
  }

  void record(const std::vector<Event>& decided, Instant effective_at) {
    for (const Event& event : decided) {
      Envelope envelope;
      envelope.tenant = TenantId("t-1");
      envelope.position = ++position;
      envelope.stream = stream_of(event);
      envelope.version = rules::head_of(state, envelope.stream).version + 1;
      envelope.effective_at = effective_at;
      rules::evolve(state, event, envelope);
      if (!state.journal.recording()) events.push_back({envelope, event});
    }
  }
  void go_on_to(Instant then) {
    while (const auto timer = rules::next_timer(state)) {
      if (timer->due > then) break;
      record(rules::fire(state, *timer), timer->effective_at);
    }
    now = then;
  }
  rules::Decision<Event> tell(const rules::Command& command) {
    auto decision = rules::decide(state, command, {now, {role_for(command), "someone", "test"}});
    if (!decision) return decision;
    ++accepted;
    record(*decision, now);
    return decision;
  }
};

void run(World& world, RandomCredits& random, int commands) {
  for (int i = 0; i < commands; ++i) {
    world.go_on_to(Instant{world.now.ns + random.pause_ns()});
    (void)world.tell(random.next(world.now));
  }
}

/// Judges the events alone, with a few lines of bookkeeping of its own.
struct Bookkeeper {
  std::map<std::string, std::int64_t> balance;
  std::map<std::string, std::int64_t> reserved;
  std::map<std::string, credits::CreditReserved> open;
  std::set<std::string> debited;
  bool costs_again = false;
  std::set<std::string> credited;
  std::set<std::string> started;
  std::map<Position, int> refunds;

  [[nodiscard]] std::int64_t available(const PersonId& user) {
    return balance[user.value] - reserved[user.value];
  }

  void read(const RecordedEvent& event) {
    if (const auto* own = std::get_if<credits::Event>(&event.body))
      std::visit([&](const auto& e) { judge(e, event.envelope); }, *own);
  }
  void judge(const credits::CreditFeatureConfigured& e, const Envelope&) {
    costs_again = e.republishing == credits::Republishing::Charged;
  }
  void judge(const credits::StartBalanceGranted& e, const Envelope&) {
    EXPECT_TRUE(started.insert(e.user.value).second) << "a second start balance";
    balance[e.user.value] += e.points;
  }
  void judge(const credits::CreditOrderCredited& e, const Envelope&) {
    EXPECT_TRUE(credited.insert(e.order.value).second) << "INV-21: an order is credited once";
  }
  void judge(const credits::CreditsAdded& e, const Envelope&) {
    EXPECT_TRUE(credited.contains(e.order.value));
    balance[e.user.value] += e.points;
  }
  void judge(const credits::CreditsAdjusted& e, const Envelope&) {
    balance[e.user.value] += e.points;
    if (e.points < 0) {
      EXPECT_EQ(available(e.user) < 0, e.overdraft == credits::Overdraft::Forced) << "INV-21";
    }
    if (e.debit != 0) {
      EXPECT_EQ(++refunds[e.debit], 1);
    }
  }
  void judge(const credits::CreditDebited& e, const Envelope&) {
    const bool first = debited.insert(e.content.value).second;
    if (e.source == credits::DebitSource::Reservation) {
      reserved[e.user.value] -= e.points;
      open.erase(e.content.value);
    }
    balance[e.user.value] -= e.points;
    if (e.source == credits::DebitSource::Balance) {
      EXPECT_TRUE(first || costs_again) << "INV-21: a content costs once";
      EXPECT_GE(available(e.user), 0) << "INV-21";
    }
  }
  void judge(const credits::CreditReserved& e, const Envelope&) {
    EXPECT_TRUE(open.emplace(e.content.value, e).second);
    EXPECT_TRUE(costs_again || !debited.contains(e.content.value)) << "INV-21: a content costs once";
    reserved[e.user.value] += e.points;
    if (e.points > 0) {
      EXPECT_GE(available(e.user), 0) << "INV-21";
    }
  }
  void judge(const credits::CreditReservationReleased& e, const Envelope& envelope) {
    const auto reservation = open.find(e.content.value);
    ASSERT_NE(reservation, open.end());
    EXPECT_EQ(reservation->second.points, e.points);
    EXPECT_EQ(e.cause == credits::ReleaseCause::Expired,
              envelope.effective_at == reservation->second.expires_at);
    EXPECT_LE(envelope.effective_at, reservation->second.expires_at);
    reserved[e.user.value] -= e.points;
    open.erase(reservation);
  }
  template <class E>
  void judge(const E&, const Envelope&) {}
};

class CreditProperties : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, CreditProperties, testing::Range<std::uint64_t>(1, kSeeds + 1));

TEST_P(CreditProperties, TheBooksBalanceWhateverIsCommanded) {
  World world;
  RandomCredits random(GetParam());
  run(world, random, kCommands);
  EXPECT_GT(world.accepted, kCommands / 10) << "the random commands say too little";
  Bookkeeper books;
  for (const RecordedEvent& event : world.events) books.read(event);
  const auto& state = world.state.credits;
  for (rules::Row row = 0; row < state.accounts.size(); ++row) {
    const std::string user(state.user_ids.text(row));
    EXPECT_EQ(state.accounts[row].balance, books.balance[user]);
    EXPECT_EQ(static_cast<std::int64_t>(state.accounts[row].reserved), books.reserved[user]);
  }
  EXPECT_EQ(state.timers.size(), books.open.size());
}

TEST_P(CreditProperties, ReplayingTheStoredBytesGivesTheSameState) {
  World world;
  RandomCredits random(GetParam());
  run(world, random, kCommands);
  rules::State replayed;
  for (const RecordedEvent& event : world.events) {
    const RecordedEvent back = stored_and_back(event.envelope, event.body);
    EXPECT_TRUE(back == event);
    rules::evolve(replayed, back.body, back.envelope);
  }
  EXPECT_EQ(rules::state_digest(replayed), rules::state_digest(world.state));
}

TEST_P(CreditProperties, ARolledBackScopeLeavesNoTrace) {
  World world;
  RandomCredits random(GetParam());
  for (int i = 0; i < kCommands / 10; ++i) {
    run(world, random, 5);
    const Digest before = rules::state_digest(world.state);
    const Position position = world.position;
    const Instant now = world.now;
    world.state.journal.open();
    run(world, random, 5);
    world.state.journal.roll_back();
    world.position = position;
    world.now = now;
    ASSERT_EQ(rules::state_digest(world.state), before);
  }
  rules::State replayed;
  for (const RecordedEvent& event : world.events) rules::evolve(replayed, event.body, event.envelope);
  EXPECT_EQ(rules::state_digest(replayed), rules::state_digest(world.state));
}

TEST(RandomCreditsWorld, ReachesEveryEventOfCredits) {
  std::set<std::string_view> seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    World world;
    RandomCredits random(seed);
    run(world, random, kCommands);
    for (const RecordedEvent& event : world.events)
      if (std::holds_alternative<credits::Event>(event.body)) seen.insert(type_name(event.body));
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<credits::Event::variant>) << testing::PrintToString(seen);
}

}  // namespace
}  // namespace kontor::test
