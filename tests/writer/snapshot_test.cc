// A restored writer is the writer it was taken from: same answers, same events, same timers, same bytes.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <tuple>
#include <utility>

#include "engine/rules/snapshot.h"
#include "tests/support/all_domains.h"
#include "tests/support/live_history.h"

namespace kontor::test {
namespace {

std::string sha(std::string_view bytes) {
  Sha256 sha;
  sha.update(bytes_of(bytes));
  return hex(sha.finish());
}

// LiveHistory::restore itself compares digest, next timer and bytes of each restored writer.
TEST(Snapshot, ARestoredWriterSaysAndRecordsWhatTheOriginalWould) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Told plain = all_domains_told(seed, 400, 0);
    const Told restored = all_domains_told(seed, 400, 1 + seed * 7);
    ASSERT_EQ(plain.said, restored.said) << "seed " << seed;
    ASSERT_EQ(plain.groups, restored.groups) << "seed " << seed;
    ASSERT_EQ(plain.state, restored.state) << "seed " << seed;
  }
}

TEST(Snapshot, OfAReplayedLogIsThatOfTheLiveWriter) {
  const Told told = all_domains_told(3, 400, 0);
  Writer replayed{LedgerLimits{}};
  for (const log::Group& group : told.groups) ASSERT_TRUE(replayed.adopt(group));
  // It differs in the live writer's clock alone, which comes first and has gone on since the newest event.
  const std::string bytes = saved(replayed);
  ASSERT_EQ(bytes.size(), told.state.size());
  EXPECT_EQ(bytes.substr(sizeof(Instant)), told.state.substr(sizeof(Instant)));
}

kontor::Outcome decided(Writer& writer, const CommandRequest& command, Instant now) {
  kontor::Outcome outcome = NotDecided{};
  writer.begin(now);
  writer.decide({TenantId("t"), Mode::Each, {command}, [&outcome](std::vector<kontor::Outcome> all) {
                   outcome = std::move(all.front());
                 }});
  for (auto& answer : writer.finish().answers) answer();
  return outcome;
}

TEST(Snapshot, RepeatedCommandIdsAreAnsweredAsBefore) {
  Writer writer{LedgerLimits{}};
  CommandRequest create;
  create.id.bytes = {1, 2, 3};
  create.payload = {7};
  create.actor = {Role::Operator, "o-1", "test"};
  create.body = rules::tenancy::Command(rules::tenancy::CreateTenant{});
  const Instant then{1'800'000'000'000'000'000};
  const kontor::Outcome first = decided(writer, create, then);
  ASSERT_TRUE(std::holds_alternative<Receipt>(first));

  const std::string bytes = saved(writer);
  bool given = false;
  rules::ArchiveReader in([&]() -> std::string_view {
    return std::exchange(given, true) ? std::string_view() : std::string_view(bytes);
  });
  WriterState state;
  state.last_group = writer.last_group();
  state.load(in);
  ASSERT_TRUE(in.at_end());
  Writer restored{LedgerLimits{}};
  restored.restore(std::move(state));
  const Instant later{then.ns + 1'000'000'000};
  const kontor::Outcome again = decided(restored, create, later);
  ASSERT_TRUE(std::holds_alternative<Receipt>(again));
  const Receipt& one = std::get<Receipt>(first);
  const Receipt& other = std::get<Receipt>(again);
  EXPECT_TRUE(other.duplicate);
  EXPECT_EQ(std::tie(one.first, one.last, one.recorded_at, one.stream, one.version),
            std::tie(other.first, other.last, other.recorded_at, other.stream, other.version));
  create.payload = {8};
  const kontor::Outcome reused = decided(restored, create, later);
  ASSERT_TRUE(std::holds_alternative<rules::Refusal>(reused));
  EXPECT_EQ(std::get<rules::Refusal>(reused).code, Reason::CommandIdReused);
}

TEST(Snapshot, CutOrForeignContentIsNoState) {
  const std::string bytes = all_domains_told(5, 60, 0).state;
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 300) {
    bool given = false;
    rules::ArchiveReader in([&]() -> std::string_view {
      return std::exchange(given, true) ? std::string_view() : std::string_view(bytes).substr(0, size);
    });
    WriterState state;
    state.load(in);
    EXPECT_FALSE(in.ok()) << size << " of " << bytes.size();
  }
}

// When the state that follows from the same events has changed, snapshots of older programs must not be gone
// on from: raise rules::kStateRevision, then write what this test prints into the golden file. When the
// history itself is another one, because the generator has changed, the file alone is to be written anew.
TEST(Snapshot, TheSameEventsStillLeadToTheSameState) {
  const Told told = all_domains_told(7, 500, 0);
  std::string history;
  for (const log::Group& group : told.groups)
    for (const log::TenantSlice& slice : group.slices) history += slice.bytes;
  Writer replayed{LedgerLimits{}};
  for (const log::Group& group : told.groups) ASSERT_TRUE(replayed.adopt(group));
  std::ostringstream now;
  now << "revision " << rules::kStateRevision << "\nhistory " << sha(history) << "\nshape "
      << sha(Tenant::shape()) << "\nstate " << sha(saved(replayed)) << "\n";
  std::ifstream file(std::string(KONTOR_SOURCE_DIR) + "/tests/golden/state_revision.txt");
  const std::string golden((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(golden, now.str());
}

}  // namespace
}  // namespace kontor::test
