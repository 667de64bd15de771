// The ledger and its key store: what an opening makes of them, and what is durable before what.
#include <gtest/gtest.h>

#include <future>

#include "engine/keys/memory/memory_key_store.h"
#include "engine/ledger.h"
#include "engine/log/memory/memory_log.h"
#include "tests/support/desk.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::test {
namespace {

namespace pcmd = rules::people;

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override { return at("2027-01-01T00:00:00Z"); }
};

/// A log that several ledgers open one after the other, as processes would. Looks at the keys when it is
/// written to.
class SharedLog final : public log::EventLog {
 public:
  SharedLog(log::MemoryLog& log, std::function<bool()> append_works)
      : log_(log), append_works_(std::move(append_works)) {}
  [[nodiscard]] log::AppendOutcome append(const log::Group& group) override {
    return append_works_() ? log_.append(group) : log::AppendOutcome::Unknown;
  }
  [[nodiscard]] Status scan(std::uint64_t first, const log::GroupVisitor& visit) override {
    return log_.scan(first, visit);
  }
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override {
    return log_.read(tenant, first, count_max);
  }
  [[nodiscard]] Result<std::vector<log::SliceRange>> slices(std::uint64_t first,
                                                            std::uint64_t events_min) override {
    return log_.slices(first, events_min);
  }
  [[nodiscard]] log::LogHead head() const override { return log_.head(); }
  [[nodiscard]] const log::Trees& trees() const override { return log_.trees(); }
  void idle() override {}

 private:
  log::MemoryLog& log_;
  std::function<bool()> append_works_;
};

class LedgerKeysTest : public testing::Test {
 protected:
  Status open() {
    if (ledger_) ledger_->close();
    auto opened = Ledger::open(std::make_unique<SharedLog>(log_, [this] { return on_append_(); }), clock_, {},
                               {}, [](const Error&) {}, {keys_.get(), &randomness_});
    if (!opened) return fail(opened.error());
    ledger_ = std::move(*opened);
    return {};
  }
  ~LedgerKeysTest() override {
    if (ledger_) ledger_->close();
  }

  kontor::Outcome ask(CommandRequest command) {
    std::promise<std::vector<kontor::Outcome>> answered;
    const Status taken =
        ledger_->submit({Desk::kTenant, Mode::Each, {std::move(command)}, [&](auto outcomes) {
                           answered.set_value(std::move(outcomes));
                         }});
    if (!taken) return taken.error();
    return answered.get_future().get().front();
  }
  static CommandRequest ada() {
    return request(pcmd::Command(pcmd::RegisterPerson{PersonId("ada"), {"ada@example.org", "Ada", {}}}));
  }
  [[nodiscard]] bool has_key() { return keys_->find({Desk::kTenant, PersonId("ada")}).has_value(); }

  FixedClock clock_;
  log::MemoryLog log_;
  SeededRandomness randomness_{1};
  std::unique_ptr<keys::MemoryKeyStore> keys_ = std::make_unique<keys::MemoryKeyStore>(randomness_);
  std::function<bool()> on_append_ = [] { return true; };
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(LedgerKeysTest, ANewLedgerMakesAKeyStoreAndFindsItAgain) {
  ASSERT_TRUE(open());
  EXPECT_EQ(ledger_->keys().found, KeysFound::Made);
  ask(create_tenant());
  EXPECT_TRUE(accepted(ask(ada())));
  ASSERT_TRUE(open());
  EXPECT_EQ(ledger_->keys().found, KeysFound::Fitting);
  EXPECT_EQ(ledger_->keys().reconciled.missing, 0U);
  EXPECT_EQ(
      code(ask(request(pcmd::Command(pcmd::RegisterPerson{std::nullopt, {"ADA@example.org", "", {}}})))),
      Reason::AlreadyMember);
}

TEST_F(LedgerKeysTest, AKeyStoreThatIsGoneIsNotReplaced) {
  ASSERT_TRUE(open());
  ask(create_tenant());
  ask(ada());
  ledger_->close();
  keys_ = std::make_unique<keys::MemoryKeyStore>(randomness_);
  ASSERT_TRUE(open());
  EXPECT_EQ(ledger_->keys().found, KeysFound::Missing);
  EXPECT_FALSE(keys_->exists());
  const auto refused = ask(ada());
  ASSERT_TRUE(std::holds_alternative<Error>(refused));
  EXPECT_EQ(std::get<Error>(refused).code, Reason::KeysMissing);
  EXPECT_TRUE(accepted(ask(open_campus("c-1")))) << "everything else goes on";
  EXPECT_TRUE(accepted(ask(request(pcmd::Command(pcmd::ErasePerson{PersonId("ada"), "asked"})))));
}

// INV-23
TEST_F(LedgerKeysTest, AKeyIsDurableBeforeItsEventAndDestroyedBeforeTheAnswer) {
  ASSERT_TRUE(open());
  ask(create_tenant());
  bool before = false;
  on_append_ = [&] { return before = has_key(), true; };
  ask(ada());
  EXPECT_TRUE(before);
  ask(request(pcmd::Command(pcmd::ErasePerson{PersonId("ada"), "asked"})));
  EXPECT_TRUE(before) << "not before the log says so";
  EXPECT_FALSE(has_key());
}

TEST_F(LedgerKeysTest, AnErasureThatACrashCutShortIsFinished) {
  ASSERT_TRUE(open());
  ask(create_tenant());
  ask(ada());
  const keys::Secret key = keys_->find({Desk::kTenant, PersonId("ada")}).value();
  ask(request(pcmd::Command(pcmd::ErasePerson{PersonId("ada"), "asked"})));
  ledger_->close();
  const keys::PersonKey still_there{Desk::kTenant, PersonId("ada"), key};
  ASSERT_TRUE(keys_->add({&still_there, 1}));
  ASSERT_TRUE(open());
  EXPECT_EQ(ledger_->keys().reconciled.destroyed, 1U);
  EXPECT_FALSE(has_key());
}

}  // namespace
}  // namespace kontor::test
