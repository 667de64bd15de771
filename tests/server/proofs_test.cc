// What auditors ask of a session.

#include <gtest/gtest.h>

#include "events/proof/checkpoint.h"
#include "tests/server/conversation.h"
#include "tests/support/sample_groups.h"

namespace kontor::server {
namespace {

using test::Conversation;
using test::hello;
using test::hello_for_bound_receipts;
using test::invitation;
using Lines = std::vector<std::string>;

std::unique_ptr<checkpoints::Signer> signer() {
  std::array<std::uint8_t, SigningKey::kSeedBytes> seed{};
  return std::make_unique<checkpoints::Signer>("ledger.example.org/store", SigningKey(seed));
}

class Proofs : public testing::Test {
 protected:
  Proofs() {
    append({{"main", 5}, {"other", 2}});
    talk.sign_with(signer());
    talk.greet();
  }
  void append(const std::vector<kontor::test::Share>& shares) {
    EXPECT_EQ(talk.proven_log.append(samples_.next(shares)), log::AppendOutcome::Appended);
  }
  Lines ask(const std::function<void(wire::ProofRequest::Builder)>& fill) {
    talk.say(2, [&](wire::Frame::Builder frame) { fill(frame.initProve()); });
    return talk.heard();
  }
  Lines inclusion(std::uint64_t position, std::uint64_t size, wire::Tree tree = wire::Tree::TENANT) {
    return ask([&](wire::ProofRequest::Builder prove) {
      prove.setTree(tree);
      auto wish = prove.initInclusion();
      wish.setPosition(position);
      wish.setSize(size);
    });
  }
  Lines consistency(std::uint64_t from, std::uint64_t to) {
    return ask([&](wire::ProofRequest::Builder prove) {
      auto wish = prove.initConsistency();
      wish.setOldSize(from);
      wish.setNewSize(to);
    });
  }
  Lines checkpoint(std::uint64_t size) {
    return ask([&](wire::ProofRequest::Builder prove) { prove.setCheckpoint(size); });
  }
  Lines checkpoints(std::uint64_t after, std::uint32_t limit) {
    return ask([&](wire::ProofRequest::Builder prove) {
      auto wish = prove.initCheckpoints();
      wish.setAfter(after);
      wish.setLimit(limit);
    });
  }

  Conversation talk;

 private:
  kontor::test::SampleGroups samples_;
};

TEST_F(Proofs, AnEventIsInTheTreeOfItsTenantAndOfTheStore) {
  EXPECT_EQ(inclusion(5, 0), Lines{"2 inclusion in 5, path of 1"});
  EXPECT_EQ(inclusion(1, 4), Lines{"2 inclusion in 4, path of 2"});
  EXPECT_EQ(inclusion(7, 0, wire::Tree::STORE), Lines{"2 inclusion in 7, path of 2"});
}

TEST_F(Proofs, ATreeGoesOnFromWhatItWas) {
  EXPECT_EQ(consistency(3, 5), Lines{"2 consistency, path of 4"});
  EXPECT_EQ(consistency(5, 5), Lines{"2 consistency, path of 0"});
}

TEST_F(Proofs, SizesBeyondTheTreeAreRefused) {
  EXPECT_EQ(inclusion(6, 0), Lines{"2 error 1006"});
  EXPECT_EQ(inclusion(1, 6), Lines{"2 error 1006"});
  EXPECT_EQ(inclusion(0, 5), Lines{"2 error 1006"});
  EXPECT_EQ(consistency(2, 6), Lines{"2 error 1006"});
  EXPECT_EQ(consistency(5, 2), Lines{"2 error 1006"});
  EXPECT_EQ(consistency(0, 2), Lines{"2 error 1006"});
  EXPECT_EQ(checkpoint(6), Lines{"2 error 1006"});
  EXPECT_EQ(checkpoints(0, 0), Lines{"2 error 1006"});
  EXPECT_EQ(checkpoints(0, 1'001), Lines{"2 error 1006"});
}

TEST_F(Proofs, B23_AnUnknownTreeIsRefused) {
  EXPECT_EQ(inclusion(1, 0, static_cast<wire::Tree>(7)), Lines{"2 error 6010"});
}

TEST_F(Proofs, CheckpointsAreSignedAndListed) {
  EXPECT_EQ(checkpoints(0, 10), Lines{"2 checkpoints 0"});
  EXPECT_EQ(checkpoint(0), Lines{"2 checkpoint"});
  append({{"main", 1}});
  EXPECT_EQ(checkpoint(6), Lines{"2 checkpoint"});
  EXPECT_EQ(checkpoints(0, 10), Lines{"2 checkpoints 2"});
  EXPECT_EQ(checkpoints(5, 10), Lines{"2 checkpoints 1"});
  EXPECT_EQ(ask([](wire::ProofRequest::Builder prove) { prove.setKeys(); }), Lines{"2 keys 1 rotations 0"});
}

TEST_F(Proofs, WithoutAKeyNothingNewIsSignedAndProofsGoOn) {
  talk.sign_with(nullptr);
  EXPECT_EQ(checkpoint(0), Lines{"2 error 8013"});
  EXPECT_EQ(inclusion(1, 0), Lines{"2 inclusion in 5, path of 3"});
}

TEST(BoundReceiptsOfASession, AreAskedForByTheHello) {
  Conversation talk;
  talk.sign_with(signer());
  talk.say(1, hello_for_bound_receipts());
  EXPECT_EQ(talk.heard(), Lines{"1 welcome"});
  talk.say(2, invitation());
  ASSERT_EQ(talk.ledger.submitted.size(), 1U);
  EXPECT_EQ(talk.ledger.submitted.front().receipts, Receipts::Bound);
}

TEST(BoundReceiptsOfASession, AreNotGivenToWhoDidNotAsk) {
  Conversation talk;
  talk.sign_with(signer());
  talk.greet();
  talk.say(2, invitation());
  EXPECT_EQ(talk.ledger.submitted.front().receipts, Receipts::Plain);
}

TEST(BoundReceiptsOfASession, NeedAKey) {
  Conversation talk;
  talk.say(1, hello_for_bound_receipts());
  EXPECT_EQ(talk.heard(), Lines{"1 error 8013"});
  EXPECT_EQ(talk.session().ending(), Ending::AfterSending);
}

}  // namespace
}  // namespace kontor::server
