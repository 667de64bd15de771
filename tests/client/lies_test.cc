// What a server may lie about, and who finds it (docs/evidence.md): one test per lie, named after it. The
// others who find lies are the witness (witness_test.cc, follow_test.cc) and kontor-verify.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/kept_receipts.h"
#include "client/verified_reading.h"
#include "tests/client/lying_server.h"
#include "tests/support/temporary_directory.h"

namespace kontor::client {
namespace {

using test::Answers;
using test::kAcme;
using test::LyingServer;
using test::SignedHistory;
using ::testing::HasSubstr;

constexpr Connection::Timeout kWithin{10'000};
constexpr auto kBehind = static_cast<std::uint16_t>(Reason::ServerBehindClient);
constexpr auto kTwo = static_cast<std::uint16_t>(Reason::TwoHistories);
constexpr auto kUnsigned = static_cast<std::uint16_t>(Reason::NotSigned);
constexpr auto kWrong = static_cast<std::uint16_t>(Reason::ProofWrong);

std::unique_ptr<Connection> connect(const LyingServer& server) {
  auto connection = Connection::open(server.address(), {.tenant = kAcme, .client_name = "test"}, kWithin);
  EXPECT_TRUE(connection) << connection.error().message;
  return std::move(*connection);
}

Proofs proofs_on(Connection& connection) {
  return Proofs(connection, kAcme, Proofs::Scope::Tenant, SignedHistory::key(), kWithin);
}

/// An auditor: a folder, and whatever server it is pointed at.
class Auditor {
 public:
  Outcome<Saved> save(const LyingServer& server) {
    auto kept = KeptCheckpoints::open(folder());
    EXPECT_TRUE(kept) << kept.error().message;
    const auto connection = connect(server);
    Proofs proofs = proofs_on(*connection);
    return save_checkpoint(proofs, *kept, {});
  }
  void takes(const proof::Checkpoint& checkpoint) {
    auto kept = KeptCheckpoints::unread(folder());
    EXPECT_TRUE(kept.keep(checkpoint, SignedHistory::sign(checkpoint)));
  }
  std::size_t conflicts() const { return KeptCheckpoints::open(folder())->conflicts().size(); }
  std::size_t notes() const { return KeptCheckpoints::open(folder())->of({test::kLog, kAcme}).size(); }
  std::string folder() const { return directory_ / "kept"; }

 private:
  kontor::test::TemporaryDirectory directory_;
};

template <class T>
void expect_found(const Outcome<T>& outcome, std::uint16_t code, const std::string& says) {
  ASSERT_FALSE(outcome) << "nobody noticed";
  EXPECT_EQ(outcome.error().code, code) << outcome.error().message;
  EXPECT_EQ(outcome.error().trouble, Trouble::Disproved);
  EXPECT_THAT(outcome.error().message, HasSubstr(says));
}

Outcome<EventsChecked> read_all(const LyingServer& server, const SignedHistory& true_history,
                                std::vector<std::uint64_t> sizes) {
  std::vector<proof::Checkpoint> checkpoints;
  for (const std::uint64_t size : sizes) checkpoints.push_back(true_history.checkpoint(size));
  const auto connection = connect(server);
  return check_events(*connection, kAcme, checkpoints, kWithin, {});
}

// The honest server passes all of it: otherwise the rest would prove nothing.
TEST(Lies, AnHonestServerIsBelieved) {
  Answers answers(SignedHistory(23));
  const LyingServer server(answers);
  Auditor auditor;
  auditor.takes(answers.history.checkpoint(7));
  auditor.takes(answers.history.checkpoint(16));
  const auto saved = auditor.save(server);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->newest.checkpoint, answers.history.checkpoint(23));
  EXPECT_EQ(saved->compared, 2u);
  EXPECT_EQ(saved->size_before, 16u);
  EXPECT_EQ(auditor.notes(), 3u);
  const auto read = read_all(server, answers.history, {7, 16, 23});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->events, 23u);
  EXPECT_EQ(read->checkpoints, 3u);
  const auto connection = connect(server);
  Proofs proofs = proofs_on(*connection);
  for (Position position = 1; position <= 23; ++position) {
    const auto proven = proofs.event(position, answers.history.checkpoint(23));
    ASSERT_TRUE(proven) << proven.error().message;
    EXPECT_EQ(proven->stored, answers.history.event(position));
  }
  for (std::uint64_t old_size = 0; old_size <= 23; ++old_size)
    EXPECT_TRUE(proofs.consistent(answers.history.checkpoint(old_size), answers.history.checkpoint(23)));
}

// Lists.

TEST(Lies, AListThatEndsEarly) {
  struct Short final : Answers {
    using Answers::Answers;
    Page events(Position from, std::uint32_t limit) override {
      return from > 12 ? Page() : Answers::events(from, limit);
    }
  } answers(SignedHistory(20));
  expect_found(read_all(LyingServer(answers), answers.history, {20}), kWrong, "nothing from position 16 on");
}

TEST(Lies, AListThatSaysItsEndIsTheHead) {
  struct Short final : Answers {
    using Answers::Answers;
    Position head_of_page() override { return 12; }
  } answers(SignedHistory(20));
  expect_found(read_all(LyingServer(answers), answers.history, {20}), kBehind,
               "position 12 is the last, a checkpoint of 20 events");
}

/// A history whose pages are what a test makes of them.
struct Changed final : Answers {
  using Answers::Answers;
  std::vector<std::string> shown;
  void tell_truth() {
    shown.clear();
    for (Position at = 1; at <= history.size(); ++at) shown.push_back(history.event(at));
  }
  Page events(Position from, std::uint32_t limit) override {
    Page page;
    for (std::size_t i = from - 1; i < shown.size() && page.size() < std::min(limit, 4u); ++i)
      page.push_back(shown[i]);
    return page;
  }
};

TEST(Lies, SwappedEvents) {
  Changed answers(SignedHistory(20));
  answers.tell_truth();
  std::swap(answers.shown[8], answers.shown[9]);
  expect_found(read_all(LyingServer(answers), answers.history, {20}), kWrong,
               "position 9 of tenant acme was due, the server sent position 10");
}

TEST(Lies, ADroppedEvent) {
  Changed answers(SignedHistory(20));
  answers.tell_truth();
  answers.shown.erase(answers.shown.begin() + 4);
  expect_found(read_all(LyingServer(answers), answers.history, {20}), kWrong,
               "position 5 of tenant acme was due");
}

TEST(Lies, ADoubledEvent) {
  Changed answers(SignedHistory(20));
  answers.tell_truth();
  answers.shown.insert(answers.shown.begin() + 6, answers.shown[5]);
  expect_found(read_all(LyingServer(answers), answers.history, {20}), kWrong,
               "position 7 of tenant acme was due, the server sent position 6");
}

TEST(Lies, AnEventThatIsNone) {
  Changed answers(SignedHistory(20));
  answers.tell_truth();
  answers.shown[3] = "no event";
  expect_found(read_all(LyingServer(answers), answers.history, {20}), kWrong, "position 4 is no event");
}

// At its position, well formed, and not what was signed: found between the two checkpoints around it.
TEST(Lies, AChangedEvent) {
  Changed answers(SignedHistory(20));
  answers.tell_truth();
  SignedHistory other = answers.history.fork(10);
  other.append("changed");
  answers.shown[10] = other.event(11);
  expect_found(read_all(LyingServer(answers), answers.history, {8, 13, 20}), kWrong,
               "between position 9 and 13");
}

TEST(Lies, EveryByteOfAnEventChanged) {
  Changed answers(SignedHistory(6));
  LyingServer server(answers);
  const std::string honest = answers.history.event(4);
  for (std::size_t i = 0; i < honest.size(); ++i) {
    server.meanwhile([&] {
      answers.tell_truth();
      answers.shown[3][i] = static_cast<char>(answers.shown[3][i] ^ 1);
    });
    const auto read = read_all(server, answers.history, {6});
    ASSERT_FALSE(read) << "byte " << i;
    EXPECT_EQ(read.error().trouble, Trouble::Disproved) << "byte " << i;
  }
}

// Old answers.

// B107
TEST(Lies, AnOldCheckpointToWhoHasANewerOne) {
  struct Old final : Answers {
    using Answers::Answers;
    Position head_at_greeting() override { return 12; }
    std::string checkpoint(std::uint64_t) override { return history.note(12).encoded(); }
  } answers(SignedHistory(20));
  Auditor auditor;
  auditor.takes(answers.history.checkpoint(17));
  expect_found(auditor.save(LyingServer(answers)), kBehind,
               "had 17 events, the server has signed no more than 12");
  EXPECT_EQ(auditor.notes(), 1u);
}

// The checkpoint and the greeting do not fit together: found by whoever knows nothing, too.
TEST(Lies, AnOldCheckpointBesideANewHead) {
  struct Old final : Answers {
    using Answers::Answers;
    std::string checkpoint(std::uint64_t) override { return history.note(12).encoded(); }
  } answers(SignedHistory(20));
  Auditor auditor;
  expect_found(auditor.save(LyingServer(answers)), kBehind,
               "had 20 events, the server has signed no more than 12");
}

// B107
TEST(Lies, AServerThatWasRolledBack) {
  Answers answers(SignedHistory(12));
  Auditor auditor;
  auditor.takes(SignedHistory(17).checkpoint(17));
  expect_found(auditor.save(LyingServer(answers)), kBehind,
               "had 17 events, the server has signed no more than 12");
}

// B107, and it has grown since, so that its size tells nothing.
TEST(Lies, AServerThatWasRolledBackAndWentOn) {
  Answers answers(SignedHistory(20).fork(12));
  while (answers.history.size() < 30) answers.history.append("other");
  Auditor auditor;
  auditor.takes(SignedHistory(20).checkpoint(14));  // what is kept fits together, and the server shows no way
  auditor.takes(SignedHistory(20).checkpoint(20));
  expect_found(auditor.save(LyingServer(answers)), kTwo,
               "the tree of 20 events is not the beginning of that of 30");
  EXPECT_EQ(auditor.conflicts(), 1u);
}

// B46
TEST(Lies, AHeadBehindWhatTheClientKnows) {
  Answers honest(SignedHistory(12));
  Greeting greeting{.tenant = kAcme, .client_name = "test", .highest_position = 17};
  {
    const LyingServer server(honest);
    const auto refused = Connection::open(server.address(), greeting, kWithin);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().trouble, Trouble::Refused);
    EXPECT_EQ(refused.error().code, kBehind);
  }
  struct Quiet final : Answers {
    using Answers::Answers;
    Position head_at_greeting() override { return 16; }
  } quiet(SignedHistory(12));
  const LyingServer server(quiet);
  expect_found(Connection::open(server.address(), greeting, kWithin), kBehind,
               "last position of tenant acme is 16, position 17 is known to have been");
}

// Forks.

TEST(Lies, AForkPerClient) {
  Answers one(SignedHistory(20));
  Answers other(one.history.fork(15));
  while (other.history.size() < 20) other.history.append("other");
  const LyingServer server([&](int connection) -> Answers& { return connection == 0 ? one : other; });
  Auditor first;
  Auditor second;
  // Each sees one good history, and neither can know.
  ASSERT_TRUE(first.save(server));
  ASSERT_TRUE(second.save(server));
  // Once they compare, both hold two roots for one size, signed by the right key.
  auto kept = KeptCheckpoints::open(first.folder());
  const auto theirs = KeptCheckpoints::open(second.folder())->of({test::kLog, kAcme});
  ASSERT_EQ(theirs.size(), 1u);
  const Status compared = kept->keep(theirs[0].checkpoint, theirs[0].note);
  ASSERT_FALSE(compared);
  EXPECT_EQ(compared.error().code, Reason::TwoHistories);
  EXPECT_EQ(first.conflicts(), 1u);
  EXPECT_EQ(first.notes(), 1u);
}

// B120
TEST(Lies, AForkShownToWhoKnowsTheOtherOne) {
  Answers one(SignedHistory(20));
  Answers other(one.history.fork(15));
  while (other.history.size() < 20) other.history.append("other");
  const LyingServer server([&](int connection) -> Answers& { return connection == 0 ? one : other; });
  Auditor auditor;
  ASSERT_TRUE(auditor.save(server));
  expect_found(auditor.save(server), kTwo, "two roots for one size; both notes are kept: ");
  EXPECT_EQ(auditor.conflicts(), 1u);
  EXPECT_EQ(auditor.notes(), 1u);
}

TEST(Lies, AHistoryRewrittenAndSignedAnew) {
  Answers answers(SignedHistory(0));
  while (answers.history.size() < 20) answers.history.append("rewritten");
  Auditor auditor;
  auditor.takes(SignedHistory(20).checkpoint(9));
  expect_found(auditor.save(LyingServer(answers)), kTwo, "the tree of 9 events is not the beginning");
}

TEST(Lies, ANewEpochToMakeThePastForgotten) {
  Answers answers(SignedHistory(0));
  while (answers.history.size() < 20) answers.history.append("rewritten");
  answers.history.epoch = 2;
  Auditor auditor;
  auditor.takes(SignedHistory(20).checkpoint(9));
  expect_found(auditor.save(LyingServer(answers)), kTwo, "the tree of 9 events is not the beginning");
  // One that goes on from what was is taken.
  Answers restored(SignedHistory(20));
  restored.history.epoch = 2;
  Auditor other;
  other.takes(SignedHistory(20).checkpoint(9));
  const auto saved = other.save(LyingServer(restored));
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->newest.checkpoint.origin.epoch, 2u);
  // And then the first epoch is over.
  Answers back(SignedHistory(25));
  expect_found(other.save(LyingServer(back)), kTwo, "the epoch went back from 2 to 1");
}

// B119
TEST(Lies, AHistorySignedWithAnotherKey) {
  struct Other final : Answers {
    using Answers::Answers;
    std::string checkpoint(std::uint64_t) override {
      const std::string text = history.checkpoint(history.size()).text();
      return proof::Note{text, {proof::sign_text(text, test::kLog, test::key_of_seed(8))}}.encoded();
    }
  } answers(SignedHistory(20));
  Auditor auditor;
  expect_found(auditor.save(LyingServer(answers)), kUnsigned, "not signed by the key");
  EXPECT_EQ(auditor.notes(), 0u);
}

// B119
TEST(Lies, TheCheckpointOfAnotherTree) {
  struct Other final : Answers {
    using Answers::Answers;
    std::string checkpoint(std::uint64_t) override {
      proof::Checkpoint checkpoint = history.checkpoint(history.size());
      checkpoint.origin.tenant = TenantId("another");
      return SignedHistory::sign(checkpoint).encoded();
    }
  } answers(SignedHistory(20));
  Auditor auditor;
  expect_found(auditor.save(LyingServer(answers)), kWrong, "asked for the checkpoint of tenant acme");
}

// Proofs.

struct Twisted final : Answers {
  using Answers::Answers;
  std::function<void(Inclusion&)> inclusion_lie;
  std::function<void(proof::Path&)> consistency_lie;
  proof::Path consistency(std::uint64_t old_size, std::uint64_t new_size) override {
    auto path = Answers::consistency(old_size, new_size);
    if (consistency_lie) consistency_lie(path);
    return path;
  }
  Inclusion inclusion(Position position, std::uint64_t size) override {
    Inclusion said = Answers::inclusion(position, size);
    if (inclusion_lie) inclusion_lie(said);
    return said;
  }
};

void expect_no_proof(const std::function<void(Answers::Inclusion&)>& lie) {
  Twisted answers(SignedHistory(21));
  answers.inclusion_lie = lie;
  const LyingServer server(answers);
  const auto connection = connect(server);
  Proofs proofs = proofs_on(*connection);
  expect_found(proofs.event(9, answers.history.checkpoint(21)), kWrong, "position 9");
}

// B122
TEST(Lies, AProofWithSpareHashes) {
  expect_no_proof([](Answers::Inclusion& said) { said.path.emplace_back(); });
  expect_no_proof([](Answers::Inclusion& said) { said.path.insert(said.path.begin(), Digest{}); });
}

// B122
TEST(Lies, AProofThatIsCutShort) {
  expect_no_proof([](Answers::Inclusion& said) { said.path.pop_back(); });
  expect_no_proof([](Answers::Inclusion& said) { said.path.clear(); });
}

TEST(Lies, TheProofOfAnotherEvent) {
  const SignedHistory history(21);
  expect_no_proof([&](Answers::Inclusion& said) {
    said.event = history.event(10);
    said.path = history.inclusion(10, 21);
  });
}

TEST(Lies, AnEventChangedUnderItsProof) {
  expect_no_proof(
      [](Answers::Inclusion& said) { said.event.back() = static_cast<char>(said.event.back() ^ 1); });
}

TEST(Lies, TheProofOfAnotherSize) {
  const SignedHistory history(21);
  expect_no_proof([&](Answers::Inclusion& said) {
    said.path = history.inclusion(9, 17);
    said.size = 17;
  });
}

// B122
TEST(Lies, AWayWithSpareHashes) {
  Twisted answers(SignedHistory(21));
  const std::vector<std::function<void(proof::Path&)>> lies{
      [](proof::Path& path) { path.emplace_back(); }, [](proof::Path& path) { path.pop_back(); },
      [](proof::Path& path) { path.clear(); }, [](proof::Path& path) { path.resize(200); },
      [](proof::Path& path) { path.front()[0] ^= 1; }};
  LyingServer server(answers);
  for (const auto& lie : lies) {
    server.meanwhile([&] { answers.consistency_lie = lie; });
    Auditor auditor;
    auditor.takes(answers.history.checkpoint(13));
    expect_found(auditor.save(server), kTwo, "the tree of 13 events is not the beginning of that of 21");
  }
}

// Receipts.

Outcome<BoundReceipt> submit(const LyingServer& server, const CommandId& command) {
  const auto connection = connect(server);
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  frame.initCommand().setId({command.bytes.data(), command.bytes.size()});
  connection->put(message);
  EXPECT_TRUE(connection->flush(kWithin));
  const auto words = connection->receive(kWithin);
  EXPECT_TRUE(words);
  capnp::FlatArrayMessageReader reader(kj::arrayPtr(words->data(), words->size()));
  const auto bound =
      bound_receipt(kAcme, command, reader.getRoot<wire::Frame>().getReceipt(), SignedHistory::key());
  if (!bound) return disproved(bound.error());
  if (!*bound) return disproved(Reason::NotSigned, "the receipt binds nothing");
  return **bound;
}

Done compare_receipt(const LyingServer& server, const BoundReceipt& receipt,
                     const proof::Checkpoint& against) {
  const auto connection = connect(server);
  Proofs proofs = proofs_on(*connection);
  return check_receipts(proofs, std::span(&receipt, 1), against, {});
}

TEST(Lies, AReceiptOfAnHonestServerIsKept) {
  Answers answers(SignedHistory(9));
  LyingServer server(answers);
  const auto bound = submit(server, test::command_numbered(77));
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(bound->promise.first, 10u);
  server.meanwhile([&] { answers.history.append(); });
  EXPECT_TRUE(compare_receipt(server, *bound, answers.history.checkpoint(11)));
}

TEST(Lies, AReceiptForAnEventThatIsNotInTheLog) {
  Answers answers(SignedHistory(9));
  LyingServer server(answers);
  const auto bound = submit(server, test::command_numbered(77));
  ASSERT_TRUE(bound);
  server.meanwhile([&] {
    answers.history = answers.history.fork(9);
    while (answers.history.size() < 15) answers.history.append();
  });
  expect_found(compare_receipt(server, *bound, answers.history.checkpoint(15)), kWrong,
               "at position 10 is an event of another command");
}

TEST(Lies, AReceiptForAnEventThatSaysSomethingElse) {
  Answers answers(SignedHistory(9));
  LyingServer server(answers);
  const auto bound = submit(server, test::command_numbered(77));
  ASSERT_TRUE(bound);
  server.meanwhile([&] {
    answers.history = answers.history.fork(9);
    answers.history.append(test::command_numbered(77), "else");
  });
  expect_found(compare_receipt(server, *bound, answers.history.checkpoint(10)), kWrong,
               "the events there are not those it promised");
}

// A promise that nobody has signed accuses nobody.
TEST(Lies, AReceiptThatTheClientMadeUp) {
  Answers answers(SignedHistory(9));
  const LyingServer server(answers);
  BoundReceipt invented{answers.history.promise(test::command_numbered(77), 4, 4), {}, 0, {}};
  const auto binding = Answers::bind(invented.promise);
  invented.note = {binding.note.text,
                   {proof::sign_text(binding.note.text, test::kLog, test::key_of_seed(8))}};
  expect_found(compare_receipt(server, invented, answers.history.checkpoint(9)), kUnsigned, "is not signed");
}

struct WithReceipt final : Answers {
  using Answers::Answers;
  std::function<void(Receipt&)> lie;
  Receipt receipt(const CommandId& command) override {
    Receipt said = Answers::receipt(command);
    lie(said);
    return said;
  }
};

void expect_binds_nothing(std::uint16_t code, const std::function<void(Answers::Receipt&)>& lie) {
  WithReceipt answers(SignedHistory(9));
  answers.lie = lie;
  const LyingServer server(answers);
  expect_found(submit(server, test::command_numbered(77)), code, "");
}

TEST(Lies, AReceiptThatBindsNothing) {
  expect_binds_nothing(kUnsigned, [](Answers::Receipt& said) { said.binding.reset(); });
}

TEST(Lies, AReceiptSignedByAnotherKey) {
  expect_binds_nothing(kUnsigned, [](Answers::Receipt& said) {
    said.binding->note.signatures = {
        proof::sign_text(said.binding->note.text, test::kLog, test::key_of_seed(8))};
  });
}

TEST(Lies, AReceiptWhoseSignatureIsForOthers) {
  expect_binds_nothing(kWrong, [](Answers::Receipt& said) { said.last = said.first + 1; });
  expect_binds_nothing(kWrong, [](Answers::Receipt& said) { said.binding->events_root[0] ^= 1; });
  expect_binds_nothing(kWrong, [](Answers::Receipt& said) { said.binding->index = 1; });
  expect_binds_nothing(kWrong, [](Answers::Receipt& said) { said.binding->path.emplace_back(); });
  expect_binds_nothing(kWrong, [](Answers::Receipt& said) { said.first = 0; });
}

// What cannot be found (docs/evidence.md): said here, so that nobody believes otherwise.

TEST(NotFound, AnOldCheckpointToWhoKnowsNothingNewer) {
  struct Old final : Answers {
    using Answers::Answers;
    Position head_at_greeting() override { return 12; }
    std::string checkpoint(std::uint64_t) override { return history.note(12).encoded(); }
  } answers(SignedHistory(20));
  Auditor auditor;
  auditor.takes(answers.history.checkpoint(11));
  EXPECT_TRUE(auditor.save(LyingServer(answers)));
}

TEST(NotFound, AForkShownToAClientThatNeverCompares) {
  Answers one(SignedHistory(20));
  Answers other(one.history.fork(15));
  while (other.history.size() < 20) other.history.append("other");
  Auditor first;
  Auditor second;
  EXPECT_TRUE(first.save(LyingServer(one)));
  EXPECT_TRUE(second.save(LyingServer(other)));
  EXPECT_TRUE(first.save(LyingServer(one)));
  EXPECT_TRUE(second.save(LyingServer(other)));
}

}  // namespace
}  // namespace kontor::client
