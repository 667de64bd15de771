// Receipts that carry the server's signature: who gets one, and what it proves.

#include "engine/writer/bound_receipts.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "engine/ledger.h"
#include "engine/log/log_prover.h"
#include "events/core/merkle.h"
#include "events/proof/binding.h"
#include "tests/support/desk.h"

namespace kontor::test {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override { return at("2027-01-01T00:00:00Z"); }
};

const std::string kName = "ledger.example.org/7f3a9c";

SigningKey some_key() {
  std::array<std::uint8_t, SigningKey::kSeedBytes> bytes{};
  bytes.fill(5);
  return SigningKey(bytes);
}

class BoundReceipts : public testing::Test {
 protected:
  BoundReceipts() {
    auto log = std::make_unique<log::MemoryLog>();
    log_ = log.get();
    ledger_ = Ledger::open(std::move(log), clock_, {}, {}, [](const Error&) {}, {}, {&signer_, 3}).value();
    (void)ask(Receipts::Plain, Mode::Each, {create_tenant()});
  }
  ~BoundReceipts() override { ledger_->close(); }

  std::future<std::vector<kontor::Outcome>> submit(Receipts receipts, Mode mode,
                                                   std::vector<CommandRequest> commands) {
    auto promise = std::make_shared<std::promise<std::vector<kontor::Outcome>>>();
    auto future = promise->get_future();
    EXPECT_TRUE(
        ledger_->submit({Desk::kTenant, mode, std::move(commands),
                         [promise](auto outcomes) { promise->set_value(std::move(outcomes)); }, receipts}));
    return future;
  }
  std::vector<kontor::Outcome> ask(Receipts receipts, Mode mode, std::vector<CommandRequest> commands) {
    return submit(receipts, mode, std::move(commands)).get();
  }

  /// The receipt binds the server to the events that lie in the log.
  proof::PromisedGroup check(const CommandRequest& command, const kontor::Outcome& outcome) {
    const Receipt& given = receipt(outcome);
    EXPECT_TRUE(given.binding.has_value());
    if (!given.binding) return {};
    const auto note = proof::Note::parse(given.binding->note);
    EXPECT_TRUE(note.has_value());
    std::vector<Digest> leaves;
    const auto events = ledger_->read(Desk::kTenant, given.first, given.last - given.first + 1);
    for (const std::string& event : events.value()) leaves.push_back(leaf_hash(bytes_of(event)));
    const proof::Promise promise{Desk::kTenant, command.id, given.first, given.last, proof::root_of(leaves)};
    EXPECT_EQ(promise.events_root, given.binding->events_root);
    const auto group =
        proof::open_promise(promise, *note, signer_.key(), given.binding->index, given.binding->path);
    EXPECT_TRUE(group.has_value()) << (group ? "" : group.error().message);
    proof::Promise other = promise;
    ++other.last;
    EXPECT_FALSE(proof::open_promise(other, *note, signer_.key(), given.binding->index, given.binding->path));
    return group.value_or(proof::PromisedGroup{});
  }

  FixedClock clock_;
  checkpoints::Signer signer_{kName, some_key()};
  log::MemoryLog* log_ = nullptr;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(BoundReceipts, BindTheServerToTheEventsOfTheCommand) {
  const std::vector<CommandRequest> commands{open_campus("c-1"), open_campus("c-2"), open_campus("c-3")};
  const auto outcomes = ask(Receipts::Bound, Mode::Each, commands);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const proof::PromisedGroup group = check(commands[i], outcomes[i]);
    EXPECT_EQ(group.log, kName);
    EXPECT_EQ(group.epoch, 3U);
    EXPECT_EQ(group.group, ledger_->head().group);
    EXPECT_EQ(group.receipts, 3U);
    EXPECT_EQ(group.recorded_at, receipt(outcomes[i]).recorded_at);
  }
}

TEST_F(BoundReceipts, OneNoteSpeaksForAllOfABatch) {
  const std::vector<CommandRequest> commands{open_campus("c-1"), open_campus("c-2")};
  const auto outcomes = ask(Receipts::Bound, Mode::AllOrNothing, commands);
  check(commands[0], outcomes[0]);
  check(commands[1], outcomes[1]);
  EXPECT_EQ(receipt(outcomes[0]).binding->note, receipt(outcomes[1]).binding->note);
}

TEST_F(BoundReceipts, AreOnlyForThoseWhoAsked) {
  EXPECT_FALSE(receipt(ask(Receipts::Plain, Mode::Each, {open_campus("c-1")}).front()).binding.has_value());
}

TEST_F(BoundReceipts, ARepeatedCommandAndADryRunHaveNone) {
  const CommandRequest command = open_campus("c-1");
  check(command, ask(Receipts::Bound, Mode::Each, {command}).front());
  const auto again = ask(Receipts::Bound, Mode::Each, {command});
  EXPECT_TRUE(receipt(again.front()).duplicate);
  EXPECT_FALSE(receipt(again.front()).binding.has_value());
  const auto dry = ask(Receipts::Bound, Mode::DryRun, {open_campus("c-2")});
  EXPECT_TRUE(receipt(dry.front()).dry_run);
  EXPECT_FALSE(receipt(dry.front()).binding.has_value());
}

TEST_F(BoundReceipts, ARefusalBesideAReceiptHarmsNothing) {
  const std::vector<CommandRequest> commands{open_campus("c-1"), open_campus("c-1"), open_campus("c-2")};
  const auto outcomes = ask(Receipts::Bound, Mode::Each, commands);
  check(commands[0], outcomes[0]);
  EXPECT_FALSE(accepted(outcomes[1]));
  EXPECT_EQ(check(commands[2], outcomes[2]).receipts, 2U);
}

TEST_F(BoundReceipts, ManyConnectionsShareTheNoteOfAGroup) {
  std::vector<CommandRequest> commands;
  std::vector<std::future<std::vector<kontor::Outcome>>> answers;
  for (int i = 0; i < 300; ++i) {
    commands.push_back(open_campus("c-" + std::to_string(i)));
    answers.push_back(submit(i % 3 == 0 ? Receipts::Plain : Receipts::Bound, Mode::Each, {commands.back()}));
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto outcomes = answers[i].get();
    if (i % 3 == 0)
      EXPECT_FALSE(receipt(outcomes.front()).binding.has_value());
    else
      check(commands[i], outcomes.front());
  }
}

}  // namespace
}  // namespace kontor::test
