// A server that answers with wrong totals (docs/evidence.md): what it says is written down, and kontor-verify
// holds it against the events that the same server has signed.

#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <fstream>

#include "client/verified_reading.h"
#include "events/proof/bundle.h"
#include "replay/verifier/audit.h"
#include "server/protocol/json.h"
#include "tests/client/lying_server.h"
#include "tests/support/bundles.h"
#include "tests/support/temporary_directory.h"

namespace kontor::client {
namespace {

using test::Answers;
using test::kAcme;
using test::LyingServer;
using test::SignedHistory;

constexpr Connection::Timeout kWithin{10'000};

SignedHistory with_points(std::int64_t points) {
  SignedHistory history(4);
  history.append(test::command_numbered(5), Event(credits::Event(credits::StartBalanceGranted{
                                                PersonId("u-1"), static_cast<credits::Points>(points)})));
  return history;
}

struct Teller final : Answers {
  Teller(SignedHistory told, std::int64_t says) : Answers(std::move(told)), said(says) {}
  std::int64_t balance() override { return said; }
  std::int64_t said;
};

/// The answer as `kontor query -o json` writes it.
std::string asked(Connection& connection) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  frame.initQuery().getQuestion().initMenuBalance().setUser("u-1");
  connection.put(message);
  EXPECT_TRUE(connection.flush(kWithin));
  const auto words = connection.receive(kWithin);
  EXPECT_TRUE(words);
  capnp::FlatArrayMessageReader reader(kj::arrayPtr(words->data(), words->size()));
  return boost::json::serialize(protocol::answer_to_json(reader.getRoot<wire::Frame>().getAnswer())) + "\n";
}

/// What the server has signed, read from itself: a file that needs no server.
std::string taken_away(Connection& connection, const SignedHistory& history) {
  const proof::Checkpoint newest = history.checkpoint(history.size());
  std::string bytes;
  proof::BundleWriter bundle([&bytes](std::string_view more) -> Status {
    bytes += more;
    return {};
  });
  EXPECT_TRUE(bundle.header({newest.origin, 1, newest.size}));
  EXPECT_TRUE(bundle.note(SignedHistory::sign(newest).encoded()));
  const auto read = check_events(connection, kAcme, std::span(&newest, 1), kWithin,
                                 [&bundle](Position position, std::string_view stored) {
                                   EXPECT_TRUE(bundle.event(kAcme, position, stored));
                                 });
  EXPECT_TRUE(read) << read.error().message;
  EXPECT_TRUE(bundle.finish());
  return bytes;
}

verifier::Outcome judged(std::int64_t points, std::int64_t says) {
  const kontor::test::TemporaryDirectory directory;
  Teller teller(with_points(points), says);
  const LyingServer server(teller);
  const auto connection =
      Connection::open(server.address(), {.tenant = kAcme, .client_name = "test"}, kWithin);
  EXPECT_TRUE(connection);
  std::ofstream(directory / "claims.json") << asked(**connection);
  const std::string bundle = taken_away(**connection, teller.history);
  verifier::Request request;
  request.key = SignedHistory::key();
  request.claims = directory / "claims.json";
  return verifier::audit(request, kontor::test::source_of(bundle));
}

TEST(Lies, WrongTotalsInAnAnswer) {
  const verifier::Outcome honest = judged(10, 10);
  ASSERT_TRUE(std::holds_alternative<verifier::Report>(honest));
  EXPECT_EQ(std::get<verifier::Report>(honest).claims->held, 1u);
  for (const std::int64_t lie : {0, 9, 11, 100'000, -10}) {
    const verifier::Outcome found = judged(10, lie);
    ASSERT_TRUE(std::holds_alternative<verifier::Finding>(found)) << lie;
    EXPECT_EQ(std::get<verifier::Finding>(found).kind, "claim") << lie;
  }
}

}  // namespace
}  // namespace kontor::client
