// A store on disk, rewritten by somebody who repairs everything: checksums of the database, numbers, HEAD
// with its digest and the root over what is there now. Every single byte of it is changed once: opening
// refuses it, or what somebody remembers names the place (B2, B3).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/log/continuity.h"
#include "engine/log/rocksdb/keys.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "tests/replay/promised.h"
#include "tests/replay/store_attacker.h"
#include "tests/support/live_history.h"
#include "tests/support/recorded_story.h"
#include "tests/support/temporary_directory.h"

namespace kontor::replay {
namespace {

using Entries = test::StoreAttacker::Entries;

constexpr std::size_t kFrameBytes = 8;  // of an event: the segment table, which says how long it is

/// Two tenants, a few groups with one slice and with two.
std::vector<log::Group> small_history() {
  std::vector<std::vector<log::Group>> stories;
  for (const char* tenant : {"a", "b"}) {
    test::RecordedStory story(tenant);
    story.at("2027-01-01T00:00:00Z").record(tenancy::TenantCreated{}).end_group();
    story.record(seats::CampusOpened{CampusId("c-1"), seats::CampusKind::Flat, "Europe/Berlin"},
                 seats::CampusOpened{CampusId("c-2"), seats::CampusKind::Package, "Europe/Berlin"});
    stories.push_back(story.end_group().groups());
  }
  log::Group both{.number = 3, .slices = {stories[0][1].slices[0], stories[1][1].slices[0]}};
  return {{1, stories[0][0].slices}, {2, stories[1][0].slices}, both};
}

class RewrittenStore : public testing::Test {
 protected:
  RewrittenStore() {
    {
      auto log = open(log::Access::ReadWrite).value();
      store_ = {hex(log->store_id()), log->epoch()};
      test::append_all(*log, groups_);
    }
    attacker_ = std::make_unique<test::StoreAttacker>(directory_);
    test::remember(file_, groups_, store_);
  }

  [[nodiscard]] Result<std::unique_ptr<log::RocksDbLog>> open(log::Access access) const {
    return log::RocksDbLog::open({.path = directory_,
                                  .access = access,
                                  .head_execution = log::HeadExecution::Inline,
                                  .database = {.background_jobs = log::BackgroundJobs::One}});
  }

  struct Found {
    std::string at_opening;
    std::string by_leaf_hashes;
    std::string by_checkpoints;

    [[nodiscard]] bool anything() const {
      return at_opening != "nothing" || (by_leaf_hashes != "nothing" && by_checkpoints != "nothing");
    }
    [[nodiscard]] std::string text() const {
      return "opening: " + at_opening + "\nleaf hashes: " + by_leaf_hashes +
             "\ncheckpoints: " + by_checkpoints;
    }
  };

  /// What an auditor finds, who holds leaf hashes, or checkpoints of the trees as they were.
  [[nodiscard]] Found audit() const {
    const auto log = open(log::Access::ReadOnly);
    if (!log)
      return {fmt::format("{} {}", static_cast<int>(log.error().code), log.error().message), "not asked",
              "not asked"};
    const StoreName name{hex((*log)->store_id()), (*log)->epoch()};
    auto reader = LeafHashReader::open(file_).value();
    return {
        "nothing", test::found(hold_against(**log, name, {.promises = {}, .leaves = &reader}, {})),
        test::found(hold_against(**log, name, {.promises = test::promises_of(groups_, store_, {1, 0})}, {}))};
  }

  Found after(const Entries& entries, const log::HeadRecord& head) {
    attacker_->write(entries, head);
    Found found = audit();
    ++cases_;
    ++tally_[found.at_opening == "nothing" ? "by memory" : "at opening, " + found.at_opening.substr(0, 4)];
    return found;
  }

  void TearDown() override {
    std::string line = fmt::format("{} stores:", cases_);
    for (const auto& [how, count] : tally_) line += fmt::format(" {} {};", count, how);
    std::printf("%s\n", line.c_str());
  }

  test::TemporaryDirectory temporary_;
  const std::string directory_ = temporary_ / "store";
  const std::filesystem::path file_ = temporary_.path() / "leaf-hashes";
  const std::vector<log::Group> groups_ = small_history();
  StoreName store_;
  std::unique_ptr<test::StoreAttacker> attacker_;
  std::size_t cases_ = 0;
  std::map<std::string, std::size_t> tally_;
};

/// What HEAD has to say of the events in these entries; nothing when they are not whole any more.
std::optional<log::LogHead> head_of(const Entries& entries) {
  log::Continuity continuity;
  for (const auto& [place, value] : entries) {
    if (place.first != log::kGroupsFamily) continue;
    const auto number = log::parse_group_key(place.second);
    const auto ranges = log::parse_ranges(value);
    if (!number || !ranges) return std::nullopt;
    log::Group group{.number = *number, .slices = {}};
    for (const log::SliceRange& range : *ranges) {
      const auto slice =
          entries.find({std::string(log::kEventsFamily), log::event_key(range.tenant, range.first)});
      if (slice == entries.end()) return std::nullopt;
      group.slices.push_back({range.tenant, range.first, range.count, slice->second});
    }
    if (!continuity.accept(group)) return std::nullopt;
  }
  return continuity.head();
}

TEST_F(RewrittenStore, WithoutAChangeNothingIsFound) {
  const Found found = after(attacker_->honest(), attacker_->honest_head());
  EXPECT_EQ(found.at_opening + found.by_leaf_hashes + found.by_checkpoints, "nothingnothingnothing");
}

TEST_F(RewrittenStore, EveryByteOfTheEventsIsNamed) {
  for (const auto& [place, value] : attacker_->honest()) {
    if (place.first != log::kEventsFamily) continue;
    const log::EventKey key = log::parse_event_key(place.second).value();
    std::vector<std::string_view> events;
    ASSERT_TRUE(log::split_events(value, events));
    for (std::size_t at = 0; at < value.size(); ++at) {
      Entries entries = attacker_->honest();
      std::string& bytes = entries[place];
      bytes[at] = static_cast<char>(bytes[at] ^ 0x01);
      log::HeadRecord head = attacker_->honest_head();
      if (const auto repaired = head_of(entries)) head.log = *repaired;
      const Found found = after(entries, head);
      std::size_t i = 0;
      std::size_t inside = at;
      for (; inside >= events[i].size(); ++i) inside -= events[i].size();
      if (inside < kFrameBytes) {
        EXPECT_TRUE(found.anything()) << at << "\n" << found.text();
        continue;
      }
      const std::string tenant = key.tenant.value;
      ASSERT_TRUE(found.by_leaf_hashes.starts_with(
          fmt::format("8014 tenant {} position {}: ", tenant, key.first + i)))
          << at << "\n"
          << found.text();
      // Of each tenant the roots of the first event and of all three were signed; of the store likewise.
      const std::string interval = key.first + i == 1 ? "1 to 1" : "2 to 3";
      ASSERT_TRUE(found.by_checkpoints.starts_with(
          fmt::format("8014 tenant {}: one of the events {} ", tenant, interval)))
          << at << "\n"
          << found.text();
    }
  }
}

TEST_F(RewrittenStore, EveryByteOfTheKeysAndOfTheGroupsIsFound) {
  for (const auto& [place, value] : attacker_->honest()) {
    for (std::size_t at = 0; at < place.second.size() + value.size(); ++at) {
      const bool in_key = at < place.second.size();
      if (!in_key && place.first == log::kEventsFamily) break;  // the test above
      for (const int mask : {0x01, 0x80}) {
        Entries entries = attacker_->honest();
        std::string key = place.second;
        std::string changed = value;
        char& byte = in_key ? key[at] : changed[at - place.second.size()];
        byte = static_cast<char>(byte ^ mask);
        entries.erase(place);
        entries[{place.first, key}] = changed;
        log::HeadRecord head = attacker_->honest_head();
        if (const auto repaired = head_of(entries)) head.log = *repaired;
        const Found found = after(entries, head);
        EXPECT_TRUE(found.anything()) << place.first << " " << at << " " << mask << "\n" << found.text();
      }
    }
  }
}

TEST_F(RewrittenStore, EveryByteThatHeadPromisesIsFound) {
  const log::HeadRecord honest = attacker_->honest_head();
  const auto expect_found = [&](const std::string& what,
                                const std::function<void(log::HeadRecord&)>& change) {
    log::HeadRecord head = honest;
    change(head);
    const Found found = after(attacker_->honest(), head);
    EXPECT_TRUE(found.anything()) << what << "\n" << found.text();
  };
  for (std::size_t i = 0; i < honest.store_id.size(); ++i)
    expect_found("store id", [&](log::HeadRecord& head) { head.store_id[i] ^= 1; });
  for (std::size_t i = 0; i < honest.log.root.size(); ++i)
    expect_found("root", [&](log::HeadRecord& head) { head.log.root[i] ^= 1; });
  for (unsigned bit = 0; bit < 64; bit += 8) {
    const std::uint64_t change = std::uint64_t{1} << bit;
    expect_found("epoch", [&](log::HeadRecord& head) { head.epoch ^= change; });
    expect_found("group", [&](log::HeadRecord& head) { head.log.group ^= change; });
    expect_found("events", [&](log::HeadRecord& head) { head.log.events ^= change; });
    // What counts HEAD's own writes, and when it was written, promises nothing.
    for (const auto field : {&log::HeadRecord::serial, &log::HeadRecord::written_at}) {
      log::HeadRecord head = honest;
      head.*field ^= change;
      const Found harmless = after(attacker_->honest(), head);
      EXPECT_FALSE(harmless.anything()) << harmless.text();
    }
  }
}

TEST_F(RewrittenStore, AnotherIdentityIsFound) {
  // The id in HEAD and in the database alike: nothing in the store contradicts it.
  Entries entries = attacker_->honest();
  log::HeadRecord head = attacker_->honest_head();
  for (auto& [place, value] : entries)
    if (place.first == "default" && value.size() == head.store_id.size())
      value[0] = static_cast<char>(value[0] ^ 1);
  head.store_id[0] ^= 1;
  const Found found = after(entries, head);
  EXPECT_EQ(found.at_opening, "nothing");
  EXPECT_TRUE(found.by_leaf_hashes.starts_with("8011 ")) << found.by_leaf_hashes;
  EXPECT_TRUE(found.by_checkpoints.starts_with("8011 ")) << found.by_checkpoints;
}

TEST_F(RewrittenStore, ACutOffEndIsFound) {
  for (std::size_t kept = 0; kept < groups_.size(); ++kept) {
    Entries entries;
    for (const auto& [place, value] : attacker_->honest()) {
      const bool group = place.first == log::kGroupsFamily;
      if (group && log::parse_group_key(place.second).value() > kept) continue;
      if (place.first == log::kEventsFamily) {
        const log::EventKey key = log::parse_event_key(place.second).value();
        bool there = false;
        for (std::size_t i = 0; i < kept; ++i)
          for (const log::TenantSlice& slice : groups_[i].slices)
            there = there || (slice.tenant == key.tenant && slice.first == key.first);
        if (!there) continue;
      }
      entries[place] = value;
    }
    log::HeadRecord head = attacker_->honest_head();
    head.log = head_of(entries).value();
    const Found found = after(entries, head);
    EXPECT_EQ(found.at_opening, "nothing");
    EXPECT_NE(found.by_leaf_hashes.find("are missing"), std::string::npos) << found.by_leaf_hashes;
    EXPECT_NE(found.by_checkpoints.find("are missing"), std::string::npos) << found.by_checkpoints;
  }
}

}  // namespace
}  // namespace kontor::replay
