// A witness that asks a server by itself, and the lies that it finds.

#include "client/witness/follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/lying_server.h"
#include "tests/support/temporary_directory.h"

namespace kontor::witness {
namespace {

using client::test::Answers;
using client::test::kAcme;
using client::test::kLog;
using client::test::LyingServer;
using client::test::SignedHistory;
using ::testing::HasSubstr;

constexpr client::Connection::Timeout kWithin{10'000};
constexpr std::uint64_t kNow = 1'800'000'000;

class Following : public ::testing::Test {
 protected:
  client::Outcome<Followed> follow(const LyingServer& server) {
    auto connection =
        client::Connection::open(server.address(), {.tenant = kAcme, .client_name = "test"}, kWithin);
    EXPECT_TRUE(connection);
    client::Proofs proofs(**connection, kAcme, client::Proofs::Scope::Tenant, SignedHistory::key(), kWithin);
    return follow_once(proofs, witness_, kNow);
  }
  std::size_t conflicts() const {
    return client::KeptCheckpoints::open(directory_ / "state/notes")->conflicts().size();
  }
  void expect_found(const LyingServer& server, Reason code, const std::string& says) {
    const auto followed = follow(server);
    ASSERT_FALSE(followed) << "nobody noticed";
    EXPECT_EQ(followed.error().code, static_cast<std::uint16_t>(code));
    EXPECT_EQ(followed.error().trouble, client::Trouble::Disproved);
    EXPECT_THAT(followed.error().message, HasSubstr(says));
  }

  kontor::test::TemporaryDirectory directory_;
  Witness witness_{directory_ / "state", {SignedHistory::key()}, {"w", client::test::key_of_seed(9)}};
};

TEST_F(Following, CosignsWhatIsNew) {
  Answers answers(SignedHistory(9));
  LyingServer server(answers);
  auto followed = follow(server);
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_TRUE(followed->cosigned);
  EXPECT_EQ(followed->newest.size, 9u);
  followed = follow(server);
  ASSERT_TRUE(followed);
  EXPECT_FALSE(followed->cosigned);
  server.meanwhile([&] {
    while (answers.history.size() < 23) answers.history.append();
  });
  followed = follow(server);
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_TRUE(followed->cosigned);
  EXPECT_EQ(followed->size_before, 9u);
  EXPECT_EQ(client::KeptCheckpoints::open(directory_ / "state/notes")->of({kLog, kAcme}).size(), 2u);
}

TEST_F(Following, FindsAServerThatWasRolledBack) {
  Answers answers(SignedHistory(20));
  LyingServer server(answers);
  ASSERT_TRUE(follow(server));
  server.meanwhile([&] { answers.history = answers.history.fork(12); });
  expect_found(server, Reason::ServerBehindClient, "had 20 events, the server has signed no more than 12");
  server.meanwhile([&] {
    while (answers.history.size() < 30) answers.history.append("other");
  });
  expect_found(server, Reason::TwoHistories, "size seen 20, size shown 30");
  EXPECT_EQ(conflicts(), 1u);
}

TEST_F(Following, FindsAForkPerClient) {
  Answers one(SignedHistory(20));
  Answers other(one.history.fork(15));
  while (other.history.size() < 20) other.history.append("other");
  const LyingServer server([&](int connection) -> Answers& { return connection == 0 ? one : other; });
  ASSERT_TRUE(follow(server));
  expect_found(server, Reason::TwoHistories, "two roots for size 20");
  EXPECT_EQ(conflicts(), 1u);
}

TEST_F(Following, FindsAServerThatShowsNoWay) {
  struct Mute final : Answers {
    using Answers::Answers;
    Error says{Reason::InvalidArgument, "no"};
    proof::Path consistency(std::uint64_t, std::uint64_t) override { throw client::test::Refuses{says}; }
  } answers(SignedHistory(9));
  LyingServer server(answers);
  ASSERT_TRUE(follow(server));
  server.meanwhile([&] { answers.history.append(); });
  expect_found(server, Reason::TwoHistories, "size seen 9, size shown 10");
  // One that is only busy has shown nothing yet.
  server.meanwhile([&] { answers.says.code = Reason::Overloaded; });
  const auto busy = follow(server);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().trouble, client::Trouble::Refused);
}

TEST_F(Following, FindsAHistorySignedWithAnotherKey) {
  struct Other final : Answers {
    using Answers::Answers;
    std::string checkpoint(std::uint64_t) override {
      const std::string text = history.checkpoint(history.size()).text();
      return proof::Note{text, {proof::sign_text(text, kLog, client::test::key_of_seed(8))}}.encoded();
    }
  } answers(SignedHistory(20));
  expect_found(LyingServer(answers), Reason::NotSigned, "not signed");
}

}  // namespace
}  // namespace kontor::witness
