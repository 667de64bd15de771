// What must hold whatever happens: DOMAIN 10 and docs/invariants.md, under random commands with fixed seeds.
#include <map>
#include <set>

#include "engine/rules/seats/lookup.h"
#include "tests/support/random_seats.h"
#include "tests/support/world.h"

namespace kontor::test {
namespace {

constexpr std::uint64_t kSeeds = 60;
constexpr int kCommands = 400;

/// Sets up what random commands alone would take long to reach.
void furnish(World& world) {
  for (int i = 0; i < 3; ++i) {
    const CampusId campus("c-" + std::to_string(i));
    const auto kind = i == 2 ? seats::CampusKind::Package : seats::CampusKind::Flat;
    world.tell(command(cmd::OpenCampus{.campus = campus, .kind = kind})).value();
    auto flat = flat_of(4, campus);
    flat.period = PeriodId("2026");
    flat.from = berlin("2026-01-01");
    flat.to = berlin("2027-01-01");
    world.tell(command(flat)).value();
    world.tell(command(cmd::EnableBothSeatTypes{.campus = campus})).value();
  }
}

void expect_campus_seats_add_up(const World& world) {
  const auto& s = world.state.seats;
  std::set<rules::Row> holders;
  std::map<rules::Row, std::uint32_t> used, attributed, reserved_or_running;
  for (rules::Row row = 0; row < s.campus_seats.size(); ++row) {
    const auto& seat = s.campus_seats[row];
    if (seat.phase != cmd::CampusSeatPhase::Active) continue;
    EXPECT_TRUE(holders.insert(seat.person).second) << "INV-10: a second campus seat";
    EXPECT_EQ(s.people[seat.person].campus_seat, row);
    ++used[seat.campus];
    ++attributed[seat.granting_course];
  }
  for (rules::Row row = 0; row < s.course_seats.size(); ++row) {
    const auto phase = s.course_seats[row].phase;
    if (phase == cmd::CourseSeatPhase::Reserved || phase == cmd::CourseSeatPhase::Running)
      ++reserved_or_running[s.course_seats[row].course];
  }
  for (rules::Row row = 0; row < s.campuses.size(); ++row) {
    const auto& campus = s.campuses[row];
    EXPECT_EQ(campus.seats_used, used[row]);
    const rules::Row period = cmd::period_in_force(s, campus, world.now);
    if (period != rules::kNone) {
      EXPECT_LE(campus.seats_used, cmd::size_at(s, s.periods[period], world.now)) << "INV-11";
    }
  }
  for (rules::Row row = 0; row < s.courses.size(); ++row) {
    EXPECT_EQ(s.courses[row].campus_seats, attributed[row]);
    EXPECT_EQ(s.courses[row].course_seats, reserved_or_running[row]);
  }
}

/// Judges the sequence of events alone, with a few lines of bookkeeping of its own.
struct Auditor {
  std::set<std::string> campus_seat_holders;
  std::map<std::pair<std::string, seats::SeatNumber>, std::vector<Instant>> blocks;
  std::map<std::string, std::pair<std::uint64_t, std::int64_t>> run_totals;
  std::map<std::pair<std::string, seats::SeatNumber>, std::uint32_t> voided;
  std::set<std::tuple<std::string, seats::SeatNumber, std::uint32_t>> void_blocks;
  std::set<std::pair<std::string, seats::SeatNumber>> ended;
  std::map<std::string, seats::RunNumber> settled;
  Instant effective_at;

  void read(const RecordedEvent& event) {
    EXPECT_GE(event.envelope.effective_at, effective_at) << "INV-7: effective time went back";
    effective_at = event.envelope.effective_at;
    if (const auto* seats = std::get_if<seats::Event>(&event.body))
      std::visit([this](const auto& e) { judge(e); }, *seats);
  }
  void judge(const seats::CampusSeatGranted& e) {
    EXPECT_TRUE(campus_seat_holders.insert(e.person.value).second) << "INV-10";
  }
  void judge(const seats::CampusSeatReleased& e) { EXPECT_EQ(campus_seat_holders.erase(e.person.value), 1u); }
  void judge(const seats::CourseSeatReserved& e) {
    EXPECT_FALSE(campus_seat_holders.contains(e.person.value)) << "INV-12";
  }
  void judge(const seats::CourseSeatBlockStarted& e) {
    auto& starts = blocks[{e.course.value, e.seat}];
    EXPECT_EQ(e.block, starts.size() + 1) << "INV-13: blocks have no gap";
    EXPECT_TRUE(starts.empty() || starts.back() < e.starts_at);
    starts.push_back(e.starts_at);
  }
  void judge(const seats::CourseSeatEnded& e) {
    const auto& starts = blocks[{e.course.value, e.seat}];
    EXPECT_EQ(e.blocks, starts.size());
    EXPECT_TRUE(starts.size() == 1 || starts.back() < e.ended_at)
        << "INV-13: a block starts before its seat ends";
    const std::uint32_t left = e.blocks - voided[{e.course.value, e.seat}];
    EXPECT_LE(e.billed_blocks, left);
    EXPECT_GE(e.billed_blocks + 1, left);
    ended.insert({e.course.value, e.seat});
    auto& totals = run_totals[e.course.value];
    totals.first += e.billed_blocks;
    totals.second += e.amount.value;
  }
  void judge(const seats::CourseSettlementOpened& e) {
    EXPECT_EQ(e.billed_blocks, run_totals[e.course.value].first);
    EXPECT_EQ(e.amount.value, run_totals[e.course.value].second);
  }
  void judge(const seats::CourseSettled& e) {  // INV-14: with the corrections until then, and none after
    EXPECT_EQ(e.billed_blocks, run_totals[e.course.value].first);
    EXPECT_EQ(e.amount.value, run_totals[e.course.value].second);
    run_totals.erase(e.course.value);
    settled[e.course.value] = e.run;
  }
  void judge(const seats::CourseSeatBlockVoided& e) {
    EXPECT_TRUE(void_blocks.insert({e.course.value, e.seat, e.block}).second) << "a block is void twice";
    ++voided[{e.course.value, e.seat}];
    EXPECT_EQ(e.standing == seats::BillStanding::Settled, e.run <= settled[e.course.value]);
    if (e.standing == seats::BillStanding::Settled || !ended.contains({e.course.value, e.seat})) return;
    run_totals[e.course.value].first -= e.billed_blocks;
    run_totals[e.course.value].second -= e.amount.value;
  }
  void judge(const seats::CourseSeatBlockPriced& e) {
    EXPECT_FALSE(void_blocks.contains({e.course.value, e.seat, e.block})) << "a void block gets a price";
    if (e.standing == seats::BillStanding::Settled || !ended.contains({e.course.value, e.seat})) return;
    run_totals[e.course.value].first -= 1 - e.billed_blocks;
    run_totals[e.course.value].second += e.amount.value;
  }
  template <class E>
  void judge(const E&) {}
};

class Properties : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, Properties, testing::Range<std::uint64_t>(1, kSeeds + 1));

TEST_P(Properties, InvariantsHoldWhateverIsCommanded) {
  World world;
  furnish(world);
  RandomSeats random(GetParam());
  for (int i = 0; i < kCommands; ++i) {
    world.go_on_to(Instant{world.now.ns + random.pause_ns()});
    (void)world.tell(random.next(world.now, world.position));
    if (i % 20 == 0) expect_campus_seats_add_up(world);
  }
  expect_campus_seats_add_up(world);
  EXPECT_GT(world.accepted, kCommands / 20) << "the random commands say too little";
  Auditor auditor;
  for (const RecordedEvent& event : world.events) auditor.read(event);
}

TEST_P(Properties, ReplayingTheStoredBytesGivesTheSameState) {
  World world;  // INV-9
  furnish(world);
  RandomSeats random(GetParam());
  for (int i = 0; i < kCommands; ++i) {
    world.go_on_to(Instant{world.now.ns + random.pause_ns()});
    (void)world.tell(random.next(world.now, world.position));
  }
  rules::State replayed;
  for (const RecordedEvent& event : world.events) {
    const RecordedEvent back = stored_and_back(event.envelope, event.body);
    EXPECT_TRUE(back == event);
    rules::evolve(replayed, back.body, back.envelope);
  }
  EXPECT_EQ(rules::state_digest(replayed), rules::state_digest(world.state));
}

TEST_P(Properties, ARolledBackScopeLeavesNoTrace) {
  World tried;  // INV-16
  World never;
  furnish(tried);
  furnish(never);
  RandomSeats random(GetParam());
  for (int i = 0; i < kCommands / 2; ++i) {
    const Instant then{tried.now.ns + random.pause_ns()};
    tried.go_on_to(then);
    never.go_on_to(then);
    const Digest before = rules::state_digest(tried.state);
    const Position position = tried.position;
    tried.state.journal.open();
    for (std::uint32_t n = random.below(5); n > 0; --n) {
      tried.go_on_to(Instant{tried.now.ns + random.pause_ns()});
      (void)tried.tell(random.next(tried.now, tried.position));
    }
    tried.state.journal.roll_back();
    tried.position = position;
    tried.now = then;
    ASSERT_EQ(rules::state_digest(tried.state), before);

    const rules::Command command = random.next(then, position);
    const auto one = tried.tell(command);
    const auto other = never.tell(command);
    ASSERT_TRUE(one == other) << "command " << i << ", " << rules::type_name(command);
    ASSERT_EQ(rules::state_digest(tried.state), rules::state_digest(never.state));
  }
  EXPECT_TRUE(tried.events == never.events);
}

TEST(RandomWorld, ReachesEveryEventOfSeats) {
  constexpr std::uint64_t kEnough = 20 * kSeeds;  // a block that had no price and gets one is rare
  std::set<std::string_view> seen;
  for (std::uint64_t seed = 1; seed <= kEnough && seen.size() < std::variant_size_v<seats::Event::variant>;
       ++seed) {
    World world;
    furnish(world);
    RandomSeats random(seed);
    for (int i = 0; i < kCommands; ++i) {
      world.go_on_to(Instant{world.now.ns + random.pause_ns()});
      (void)world.tell(random.next(world.now, world.position));
    }
    for (const RecordedEvent& event : world.events)
      if (std::holds_alternative<seats::Event>(event.body)) seen.insert(type_name(event.body));
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<seats::Event::variant>);
}

TEST(JournalScope, AKeptScopeIsAsIfThereHadBeenNone) {
  World kept;
  World plain;
  furnish(kept);
  furnish(plain);
  RandomSeats random(7);
  for (int i = 0; i < kCommands; ++i) {
    const rules::Command command = random.next(kept.now, kept.position);
    kept.state.journal.open();
    (void)kept.tell(command);
    kept.state.journal.commit();
    (void)plain.tell(command);
  }
  EXPECT_EQ(rules::state_digest(kept.state), rules::state_digest(plain.state));
}

}  // namespace
}  // namespace kontor::test
