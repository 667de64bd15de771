// Signing, and what is refused instead of signed.

#include <map>
#include <thread>

#include "tests/checkpoints/notary.h"

namespace kontor::checkpoints::test {
namespace {

using kontor::test::SampleGroups;
using kontor::test::Share;

/// Says at which moment a note became durable, and fails when told to.
class WatchedStore final : public CheckpointStore {
 public:
  explicit WatchedStore(CheckpointStore& store) : store_(store) {}

  bool fails = false;
  int kept = 0;

  Status keep(const KeptCheckpoint& checkpoint) override {
    if (fails) return fail(Reason::OutcomeUnknown, "the disk is full");
    ++kept;
    return store_.keep(checkpoint);
  }
  Result<std::vector<KeptCheckpoint>> list(const proof::Origin& origin, std::uint64_t after,
                                           std::size_t limit) override {
    return store_.list(origin, after, limit);
  }
  Result<std::optional<KeptCheckpoint>> newest(const proof::Origin& origin) override {
    return store_.newest(origin);
  }
  Result<std::vector<KeptCheckpoint>> newest_of_all() override { return store_.newest_of_all(); }
  Result<std::string> key() override { return store_.key(); }
  Status keep_key(const std::string& key) override { return store_.keep_key(key); }
  Result<std::vector<std::string>> rotations() override { return store_.rotations(); }
  Status keep_rotation(const std::string& note, const std::string& key) override {
    return store_.keep_rotation(note, key);
  }

 private:
  CheckpointStore& store_;
};

class KeeperTest : public testing::Test {
 protected:
  KeeperTest() { append({{"a", 3}, {"b", 1}}); }

  void append(const std::vector<Share>& shares) {
    ASSERT_EQ(log_->append(samples_.next(shares)), log::AppendOutcome::Appended);
  }
  /// Another log than the one that was signed for; the store stays.
  void replace_log() {
    keeper_.reset();
    samples_ = {};
    log_ = std::make_unique<log::MemoryLog>();
    prover_ = std::make_unique<log::LogProver>(*log_);
  }
  CheckpointKeeper& open(const Signer* signer, std::uint64_t epoch = 1, std::string name = kName) {
    auto opened = CheckpointKeeper::open(
        {.store = store_, .prover = *prover_, .signer = signer, .clock = clock_}, std::move(name), epoch);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().message);
    keeper_ = std::move(*opened);
    return *keeper_;
  }
  CheckpointKeeper& open() { return open(&signer_); }

  const log::TreeName kStore = std::nullopt;
  const log::TreeName kA{TenantId("a")};

  SetClock clock_;
  Signer signer_{kName, key_of(1)};
  SampleGroups samples_;
  std::unique_ptr<log::MemoryLog> log_ = std::make_unique<log::MemoryLog>();
  std::unique_ptr<log::LogProver> prover_ = std::make_unique<log::LogProver>(*log_);
  std::unique_ptr<CheckpointStore> memory_ = memory_checkpoint_store();
  WatchedStore store_{*memory_};
  std::unique_ptr<CheckpointKeeper> keeper_;
};

TEST_F(KeeperTest, SignsTheTreeAsItIs) {
  CheckpointKeeper& keeper = open();
  const proof::Checkpoint store = opened(keeper.checkpoint(kStore, 0), signer_.key());
  EXPECT_EQ(store.origin, (proof::Origin{kName, 1, std::nullopt}));
  EXPECT_EQ(store.size, 4U);
  EXPECT_EQ(store.root, log_->head().root);
  const proof::Checkpoint tenant = opened(keeper.checkpoint(kA, 0), signer_.key());
  EXPECT_EQ(tenant.origin.text(), kName + "/1/tenant/a");
  EXPECT_EQ(tenant.size, 3U);
  EXPECT_EQ(tenant.root, prover_->root(kA, 3).value());
}

// INV-25
TEST_F(KeeperTest, ANoteIsDurableBeforeAnybodyHasIt) {
  CheckpointKeeper& keeper = open();
  store_.fails = true;
  EXPECT_EQ(keeper.checkpoint(kA, 0).error().code, Reason::OutcomeUnknown);
  store_.fails = false;
  const auto note = keeper.checkpoint(kA, 0);
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(store_.list({kName, 1, kA}, 0, 10).value().front().note, *note);
}

TEST_F(KeeperTest, WhatDidNotChangeIsNotSignedAgain) {
  CheckpointKeeper& keeper = open();
  const auto first = keeper.checkpoint(kA, 0);
  EXPECT_EQ(keeper.checkpoint(kA, 0).value(), first.value());
  EXPECT_EQ(keeper.checkpoint(kA, 2).value(), first.value());
  append({{"b", 1}});
  EXPECT_EQ(keeper.checkpoint(kA, 0).value(), first.value());
  EXPECT_EQ(store_.kept, 1);
  append({{"a", 1}});
  EXPECT_EQ(keeper.checkpoint(kA, 3).value(), first.value()) << "the one that is kept covers it";
  EXPECT_EQ(opened(keeper.checkpoint(kA, 4), signer_.key()).size, 4U);
  EXPECT_EQ(store_.kept, 2);
}

TEST_F(KeeperTest, ATreeThatIsNotSoLargeIsRefusedWithBothNumbers) {
  CheckpointKeeper& keeper = open();
  const auto refused = keeper.checkpoint(kA, 4);
  EXPECT_EQ(refused.error().code, Reason::InvalidArgument);
  EXPECT_NE(refused.error().message.find("3 events"), std::string::npos);
  EXPECT_NE(refused.error().message.find("of 4"), std::string::npos);
  EXPECT_EQ(keeper.checkpoint(TenantId("nobody"), 0).error().code, Reason::InvalidArgument);
}

TEST_F(KeeperTest, AllNotesAreKeptAndListedBySize) {
  CheckpointKeeper& keeper = open();
  std::vector<std::string> notes;
  for (int i = 0; i < 5; ++i) {
    notes.push_back(keeper.checkpoint(kA, 0).value());
    append({{"a", 2}});
  }
  EXPECT_EQ(keeper.list(kA, 0, 100).value(), notes);
  EXPECT_EQ(keeper.list(kA, 3, 2).value(), std::vector(notes.begin() + 1, notes.begin() + 3));
  EXPECT_TRUE(keeper.list(kStore, 0, 100).value().empty());
  EXPECT_EQ(open().list(kA, 0, 100).value(), notes);
}

// INV-25
TEST_F(KeeperTest, AnotherHistoryIsFoundWhenTheStoreIsOpened) {
  (void)open().checkpoint(kA, 0);
  replace_log();
  log::Group other = samples_.next({{"a", 5}, {"z", 2}});
  other.slices.front().bytes[9] = static_cast<char>(other.slices.front().bytes[9] ^ 1);
  ASSERT_EQ(log_->append(other), log::AppendOutcome::Appended);
  CheckpointKeeper& keeper = open();
  ASSERT_EQ(keeper.broken().size(), 1U);
  EXPECT_EQ(keeper.broken().front().code, Reason::TwoHistories);
  EXPECT_EQ(keeper.checkpoint(kA, 0).error().code, Reason::TwoHistories);
  EXPECT_TRUE(keeper.checkpoint(kA, 3).has_value()) << "what was signed is still shown";
  EXPECT_TRUE(keeper.checkpoint(TenantId("z"), 0).has_value()) << "other trees are signed for";
}

TEST_F(KeeperTest, AShorterHistoryIsFoundWhenTheStoreIsOpened) {
  append({{"a", 7}});
  (void)open().checkpoint(kA, 0);
  replace_log();
  append({{"a", 3}, {"b", 1}});
  const auto broken = open().broken();
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_NE(broken.front().message.find("10 events"), std::string::npos) << broken.front().message;
  EXPECT_NE(broken.front().message.find("the log has 3"), std::string::npos) << broken.front().message;
}

TEST_F(KeeperTest, ASmallerSizeThanTheNewestIsNeverSigned) {
  CheckpointKeeper& keeper = open();
  KeptCheckpoint ahead{{{kName, 1, kA}, 9, {}}, {}};
  ahead.note = signer_.sign(ahead.checkpoint.text(), {}).encoded();
  ASSERT_TRUE(store_.keep(ahead).has_value());
  EXPECT_EQ(keeper.checkpoint(kA, 0).error().code, Reason::TwoHistories);
  EXPECT_EQ(keeper.broken().size(), 1U);
  append({{"a", 10}});
  EXPECT_EQ(keeper.checkpoint(kA, 0).error().code, Reason::TwoHistories) << "it stays refused";
}

TEST_F(KeeperTest, ARestoreBeginsAnEpochOfItsOwn) {
  append({{"a", 7}});
  (void)open().checkpoint(kA, 0);
  replace_log();
  append({{"a", 3}});
  CheckpointKeeper& keeper = open(&signer_, 2);
  EXPECT_TRUE(keeper.broken().empty());
  EXPECT_EQ(opened(keeper.checkpoint(kA, 0), signer_.key()).origin.epoch, 2U);
}

TEST_F(KeeperTest, ANoteUnderAnotherNameCountsAsMuch) {
  append({{"a", 7}});
  (void)open().checkpoint(kA, 0);
  replace_log();
  append({{"a", 3}});
  EXPECT_EQ(open(&signer_, 1, "another.name/7f3a9c").broken().size(), 1U);
}

TEST_F(KeeperTest, WithoutAKeyNothingNewIsSigned) {
  const auto note = open().checkpoint(kA, 0);
  append({{"a", 1}});
  CheckpointKeeper& keeper = open(nullptr);
  EXPECT_EQ(keeper.checkpoint(kA, 0).value(), *note) << "the newest there is";
  EXPECT_EQ(keeper.checkpoint(kA, 4).error().code, Reason::SigningKey);
  EXPECT_EQ(keeper.checkpoint(kStore, 0).error().code, Reason::SigningKey);
  EXPECT_TRUE(keeper.keys().empty());
}

TEST_F(KeeperTest, AfterAChangeOfKeysBothSignForAMonth) {
  const auto old_note = open().checkpoint(kA, 0);
  const Instant until{clock_.now().ns + 1'000};
  const Signer changed(kName, key_of(2), Signer::Retiring{key_of(1), until});
  CheckpointKeeper& keeper = open(&changed);
  const auto again = keeper.checkpoint(kA, 0);
  EXPECT_NE(again.value(), old_note.value());
  EXPECT_EQ(opened(again, signer_.key()), opened(again, changed.key()));
  EXPECT_EQ(keeper.keys(), (std::vector{changed.key(), signer_.key()}));
  clock_.set(until);
  append({{"a", 1}});
  const auto later = keeper.checkpoint(kA, 0);
  EXPECT_EQ(opened(later, changed.key()).size, 4U);
  EXPECT_FALSE(proof::is_signed_by(proof::Note::parse(later.value()).value(), signer_.key()));
  EXPECT_EQ(keeper.keys(), std::vector{changed.key()});
}

// INV-25
TEST_F(KeeperTest, ManyWhoAskAtOnceNeverGetTwoRootsForOneSize) {
  CheckpointKeeper& keeper = open();
  std::vector<std::vector<std::string>> got(4);
  std::vector<std::thread> askers;
  for (auto& mine : got)
    askers.emplace_back([&] {
      for (int i = 0; i < 60; ++i) mine.push_back(keeper.checkpoint(i % 2 == 0 ? kA : kStore, 0).value());
    });
  for (int i = 0; i < 200; ++i) append({{"a", 1}, {"b", 1}});
  for (std::thread& asker : askers) asker.join();
  std::map<std::pair<std::string, std::uint64_t>, Digest> roots;
  for (const auto& mine : got)
    for (const std::string& note : mine) {
      const proof::Checkpoint one = opened(Result<std::string>(note), signer_.key());
      EXPECT_EQ(roots.try_emplace({one.origin.text(), one.size}, one.root).first->second, one.root);
      EXPECT_EQ(prover_->root(one.origin.tenant, one.size).value(), one.root);
    }
}

}  // namespace
}  // namespace kontor::checkpoints::test
