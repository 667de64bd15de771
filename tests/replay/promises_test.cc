// Attackers who may write everything, and repair what the log says of itself: each is found by what somebody
// remembers (docs/auditing.md; B2 to B4 of the catalogue of bad inputs).

#include "replay/promises.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include "replay/kept_notes.h"
#include "tests/replay/promised.h"
#include "tests/support/live_history.h"
#include "tests/support/recorded_story.h"
#include "tests/support/tampered_log.h"
#include "tests/support/temporary_directory.h"

namespace kontor::replay {
namespace {

using Singles = std::vector<log::Group>;  // groups of one event each

constexpr std::size_t kFrameBytes = 8;  // of an event: the segment table, which says how long it is

SigningKey key_of(std::uint8_t seed) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> bytes{};
  bytes.fill(seed);
  return SigningKey(bytes);
}

/// The events in their order, each a group of its own, numbered anew.
Singles numbered(Singles events) {
  for (std::size_t i = 0; i < events.size(); ++i) events[i].number = i + 1;
  return events;
}

/// What a slice says, after the event in it was changed.
void rewrite(log::Group& single, const std::function<void(RecordedEvent&)>& change) {
  log::TenantSlice& slice = single.slices[0];
  RecordedEvent event = decode(slice.bytes).value();
  change(event);
  slice.tenant = event.envelope.tenant;
  slice.first = event.envelope.position;
  slice.bytes.clear();
  encode(event.envelope, event.body, slice.bytes);
}

class Attacker : public testing::Test {
 protected:
  Attacker() {
    for (const char* tenant : {"a", "b"}) {
      test::RecordedStory story(tenant);
      story.at("2027-01-01T00:00:00Z").record(tenancy::TenantCreated{});
      for (int i = 1; i <= 6; ++i) {
        story.record(seats::CampusOpened{CampusId(fmt::format("{}-{}", tenant, i)), seats::CampusKind::Flat,
                                         "Europe/Berlin"});
        if (i % 2 == 0) story.end_group();
      }
      stories_.push_back(story.groups());
    }
    // a b a b …: the store's order is not that of a tenant.
    for (std::size_t i = 0; i < stories_[0].size(); ++i)
      for (const auto& story : stories_) honest_.push_back(story[i]);
    honest_ = test::one_by_one(honest_);
    test::remember(file_, honest_, store_);
  }

  [[nodiscard]] std::string by_leaf_hashes(const Singles& events) const {
    auto reader = LeafHashReader::open(file_).value();
    return held(events, {.promises = {}, .leaves = &reader});
  }
  [[nodiscard]] std::string by_checkpoints(const Singles& events,
                                           const std::vector<std::uint64_t>& sizes = {2, 5, 9, 0}) const {
    return held(events, {.promises = test::promises_of(honest_, store_, sizes)});
  }
  [[nodiscard]] std::string held(const Singles& events, Memory memory) const {
    test::TamperedLog log(events, test::head_of(events));
    return test::found(hold_against(log, store_, std::move(memory), {}));
  }
  [[nodiscard]] std::string place(std::size_t i) const {
    return fmt::format("8014 tenant {} position {}: ", honest_[i].slices[0].tenant.value,
                       honest_[i].slices[0].first);
  }

  test::TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "leaf-hashes";
  const StoreName store_{std::string(31, '7') + "f", 1};
  std::vector<std::vector<log::Group>> stories_;
  Singles honest_;
};

TEST_F(Attacker, WhoDoesNothingIsNotAccused) {
  EXPECT_EQ(by_leaf_hashes(honest_), "nothing");
  EXPECT_EQ(by_checkpoints(honest_), "nothing");
}

TEST_F(Attacker, WhoChangesAnyByteIsFoundAtItsPosition) {
  std::size_t cases = 0;
  for (std::size_t i = 0; i < honest_.size(); ++i) {
    for (std::size_t at = kFrameBytes; at < honest_[i].slices[0].bytes.size(); ++at) {
      for (const int mask : {0x01, 0x80, 0xFF}) {
        Singles events = honest_;
        char& byte = events[i].slices[0].bytes[at];
        byte = static_cast<char>(byte ^ mask);
        ++cases;
        ASSERT_TRUE(by_leaf_hashes(events).starts_with(place(i)))
            << i << " " << at << " " << by_leaf_hashes(events);
        if (mask != 0x01) continue;
        const log::TenantSlice& slice = honest_[i].slices[0];
        const Position last = slice.first <= 2 ? 2 : slice.first <= 5 ? 5 : 7;
        const Position first = last == 2 ? 1 : last == 5 ? 3 : 6;
        // Whichever tree is promised of first: that of the tenant, or that of the store.
        const std::string found = by_checkpoints(events);
        const bool in_tenant = found.starts_with(
            fmt::format("8014 tenant {}: one of the events {} to {} ", slice.tenant.value, first, last));
        const std::uint64_t number = i + 1;
        const std::uint64_t end = number <= 2 ? 2 : number <= 5 ? 5 : number <= 9 ? 9 : 14;
        const bool in_store = found.starts_with(fmt::format("8014 the store: one of the events {} to {} ",
                                                            end == 2   ? 1
                                                            : end == 5 ? 3
                                                            : end == 9 ? 6
                                                                       : 10,
                                                            end));
        ASSERT_TRUE(in_tenant || in_store) << i << " " << at << " " << found;
      }
    }
  }
  std::printf("%zu changed bytes found at their positions\n", cases);
}

TEST_F(Attacker, WhoHasACheckpointForEverySizeKnowsThePosition) {
  std::vector<std::uint64_t> all(14);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i + 1;
  for (std::size_t i = 0; i < honest_.size(); ++i) {
    Singles events = honest_;
    events[i].slices[0].bytes.back() = static_cast<char>(events[i].slices[0].bytes.back() ^ 1);
    const log::TenantSlice& slice = honest_[i].slices[0];
    EXPECT_TRUE(by_checkpoints(events, all)
                    .starts_with(fmt::format("8014 tenant {0}: one of the events {1} to {1} is not the one",
                                             slice.tenant.value, slice.first)))
        << by_checkpoints(events, all);
  }
}

TEST_F(Attacker, WhoCutsTheEndOffIsFound) {
  for (std::size_t size = 0; size < honest_.size(); ++size) {
    const Singles events(honest_.begin(), honest_.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(by_leaf_hashes(events).substr(0, 5), "8014 ");
    EXPECT_NE(by_leaf_hashes(events).find(fmt::format("those from {} on are missing", size + 1)),
              std::string::npos);
    const std::string found = by_checkpoints(events);
    EXPECT_TRUE(found.starts_with("8014 ") && found.find("are missing") != std::string::npos) << found;
  }
}

TEST_F(Attacker, WhoSwapsTwoEventsIsFound) {
  for (std::size_t i = 0; i + 1 < honest_.size(); ++i) {
    for (std::size_t k = i + 1; k < honest_.size(); ++k) {
      // As they are, and with each other's place and tenant.
      Singles events = honest_;
      std::swap(events[i].slices[0].bytes, events[k].slices[0].bytes);
      EXPECT_TRUE(by_leaf_hashes(events).starts_with(place(i)));
      EXPECT_NE(by_checkpoints(events), "nothing");
      for (const auto& [to, from] : {std::pair{i, k}, std::pair{k, i}}) {
        const Envelope there = decode(honest_[to].slices[0].bytes).value().envelope;
        events[to] = honest_[from];
        rewrite(events[to], [&](RecordedEvent& event) {
          event.envelope.tenant = there.tenant;
          event.envelope.position = there.position;
        });
      }
      events = numbered(events);
      if (events == honest_) continue;  // both tenants were created in the same words
      EXPECT_TRUE(by_leaf_hashes(events).starts_with(place(i)));
      EXPECT_NE(by_checkpoints(events), "nothing");
    }
  }
}

TEST_F(Attacker, WhoLeavesAnEventOutIsFound) {
  for (std::size_t gone = 0; gone < honest_.size(); ++gone) {
    const log::TenantSlice lost = honest_[gone].slices[0];
    Singles events = honest_;
    events.erase(events.begin() + static_cast<std::ptrdiff_t>(gone));
    for (log::Group& single : events)
      if (single.slices[0].tenant == lost.tenant && single.slices[0].first > lost.first)
        rewrite(single, [](RecordedEvent& event) { --event.envelope.position; });
    events = numbered(events);
    const std::string found = by_leaf_hashes(events);
    EXPECT_TRUE(found.starts_with("8014 ")) << found;
    EXPECT_EQ(found.find("are missing") != std::string::npos, gone + 1 == honest_.size()) << found;
    EXPECT_TRUE(by_checkpoints(events).starts_with("8014 ")) << gone;
  }
}

TEST_F(Attacker, WhoAddsAnEventInTheMiddleIsFound) {
  for (std::size_t i = 0; i + 1 < honest_.size(); ++i) {
    Singles events = honest_;
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(i), honest_[i]);
    for (std::size_t k = i + 1; k < events.size(); ++k)
      if (events[k].slices[0].tenant == events[i].slices[0].tenant)
        rewrite(events[k], [](RecordedEvent& event) { ++event.envelope.position; });
    events = numbered(events);
    EXPECT_TRUE(by_leaf_hashes(events).starts_with("8014 ")) << i;
    EXPECT_TRUE(by_checkpoints(events).starts_with("8014 ")) << i;
  }
}

TEST_F(Attacker, WhoExchangesTwoTenantsIsFound) {
  Singles events = honest_;
  for (log::Group& single : events)
    rewrite(single, [](RecordedEvent& event) {
      event.envelope.tenant = TenantId(event.envelope.tenant == TenantId("a") ? "b" : "a");
    });
  EXPECT_TRUE(by_leaf_hashes(events).starts_with("8014 tenant b position 1: "));
  EXPECT_TRUE(by_checkpoints(events).starts_with("8014 "));
  // By the tenants' trees alone, too: an auditor of one tenant has no other.
  auto promises = test::promises_of(honest_, store_, {0});
  std::erase_if(promises, [](const Promise& promise) { return !promise.checkpoint.origin.tenant; });
  EXPECT_TRUE(held(events, {.promises = promises}).starts_with("8014 tenant "));
}

TEST_F(Attacker, WhoRemovesOrRenamesATenantIsFound) {
  Singles events = honest_;
  std::erase_if(events, [](const log::Group& single) { return single.slices[0].tenant == TenantId("b"); });
  events = numbered(events);
  EXPECT_TRUE(by_leaf_hashes(events).starts_with("8014 "));
  EXPECT_TRUE(by_checkpoints(events, {0}).starts_with("8014 tenant b has 0 events; that of 7 "))
      << by_checkpoints(events, {0});
  events = honest_;
  for (log::Group& single : events)
    rewrite(single, [](RecordedEvent& event) {
      if (event.envelope.tenant == TenantId("b")) event.envelope.tenant = TenantId("c");
    });
  EXPECT_TRUE(by_leaf_hashes(events).starts_with("8014 tenant c position 1: "));
  EXPECT_TRUE(by_checkpoints(events).starts_with("8014 "));
}

TEST_F(Attacker, WhoForksTheHistoryIsFoundAtTheFork) {
  for (std::size_t fork = 0; fork < honest_.size(); ++fork) {
    Singles events = honest_;
    for (std::size_t i = fork; i < events.size(); ++i)
      rewrite(events[i], [](RecordedEvent& event) { event.envelope.recorded_at.ns += 1'000; });
    // The fork may be longer than what it replaces.
    events.push_back(events.back());
    rewrite(events.back(), [](RecordedEvent& event) { ++event.envelope.position; });
    events = numbered(events);
    EXPECT_TRUE(by_leaf_hashes(events).starts_with(place(fork))) << fork;
    EXPECT_TRUE(by_checkpoints(events).starts_with("8014 ")) << fork;
  }
}

TEST_F(Attacker, WhoOnlyAddsAtTheEndIsNoAttacker) {
  Singles events = honest_;
  events.push_back(events.back());
  rewrite(events.back(), [](RecordedEvent& event) { ++event.envelope.position; });
  events = numbered(events);
  EXPECT_EQ(by_leaf_hashes(events), "nothing");
  EXPECT_EQ(by_checkpoints(events), "nothing");
}

TEST_F(Attacker, WhoSignsTheirOwnHistoryIsFound) {
  Singles events = honest_;
  rewrite(events[3], [](RecordedEvent& event) { event.envelope.recorded_at.ns += 1; });
  const SigningKey honest = key_of(1);
  const SigningKey forged = key_of(2);
  const proof::NoteKey pinned{test::log_name(store_), proof::KeyType::Ed25519, honest.public_key()};
  const auto folder = directory_.path() / "notes";
  // Kept before, and what the attacker says now: signed by another key, it is not even looked at.
  test::keep_notes(folder, test::promises_of(honest_, store_, {0}), honest);
  EXPECT_TRUE(held(events, {.promises = read_notes(folder, {pinned}).value()}).starts_with("8014 "));
  const auto forgeries = directory_.path() / "forged";
  test::keep_notes(forgeries, test::promises_of(events, store_, {0}), forged);
  const auto refused = read_notes(forgeries, {pinned});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Reason::NotSigned);
  EXPECT_NE(refused.error().message.find("forged/"), std::string::npos) << refused.error().message;
  // With the honest key, stolen: two roots for one size.
  test::keep_notes(forgeries, test::promises_of(events, store_, {0}), honest);
  auto both = read_notes(folder, {pinned}).value();
  std::ranges::move(read_notes(forgeries, {pinned}).value(), std::back_inserter(both));
  EXPECT_NE(held(events, {.promises = both}).find("two roots were signed"), std::string::npos);
  EXPECT_NE(held(honest_, {.promises = both}).find("two roots were signed"), std::string::npos);
}

TEST_F(Attacker, WhoExcusesThemselvesWithARestoreIsFound) {
  const auto promises = test::promises_of(honest_, store_, {0});
  test::TamperedLog log(honest_, test::head_of(honest_));
  const StoreName later{store_.id, 2};
  EXPECT_TRUE(test::found(hold_against(log, later, {.promises = promises}, {}))
                  .starts_with("8014 the store is of epoch 2, the newest checkpoint"));
  auto reader = LeafHashReader::open(file_).value();
  EXPECT_TRUE(test::found(hold_against(log, later, {.promises = {}, .leaves = &reader}, {}))
                  .starts_with("8014 the store is of epoch 2"));
  // A restore that was said holds, and so does what was promised before it.
  auto said = promises;
  for (const Promise& promise : test::promises_of(honest_, later, {0})) said.push_back(promise);
  EXPECT_EQ(test::found(hold_against(log, later, {.promises = said}, {})), "nothing");
  EXPECT_TRUE(test::found(hold_against(log, store_, {.promises = said}, {}))
                  .starts_with("8014 the store is of epoch 1"));
}

TEST_F(Attacker, WhoShowsAnotherStoreIsFound) {
  const StoreName other{std::string(32, '0'), 1};
  test::TamperedLog log(honest_, test::head_of(honest_));
  auto reader = LeafHashReader::open(file_).value();
  EXPECT_TRUE(
      test::found(hold_against(log, other, {.promises = {}, .leaves = &reader}, {})).starts_with("8011 "));
  EXPECT_TRUE(test::found(hold_against(log, other, {.promises = test::promises_of(honest_, store_, {0})}, {}))
                  .starts_with("8011 "));
}

TEST_F(Attacker, AFileOfLeafHashesIsWholeOrRefused) {
  std::ifstream in(file_, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto refused = [&](const std::string& bytes) {
    const auto path = directory_.path() / "changed";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    const auto opened = LeafHashReader::open(path);
    return !opened && opened.error().code == Reason::BundleUnusable;
  };
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_TRUE(refused(changed)) << i;
    EXPECT_TRUE(refused(whole.substr(0, i))) << i;
  }
  EXPECT_FALSE(refused(whole));
}

TEST_F(Attacker, AFolderWithoutNotesHoldsNothing) {
  const proof::NoteKey key{test::log_name(store_), proof::KeyType::Ed25519, key_of(1).public_key()};
  const auto folder = directory_.path() / "empty";
  std::filesystem::create_directories(folder);
  EXPECT_EQ(read_notes(folder, {key}).error().code, Reason::BundleUnusable);
  EXPECT_EQ(read_notes(folder / "not-there", {key}).error().code, Reason::BundleUnusable);
  std::ofstream(folder / "x.note") << "no note\n";
  EXPECT_EQ(read_notes(folder, {key}).error().code, Reason::BundleUnusable);
}

}  // namespace
}  // namespace kontor::replay
