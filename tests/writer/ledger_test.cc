// The two threads around the writer: what leaves when, and what happens when it cannot.
#include "engine/ledger.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/log/memory/memory_log.h"
#include "tests/support/desk.h"

namespace kontor::test {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override { return at("2027-01-01T00:00:00Z"); }
};

/// A log whose appends wait until the test lets them go on, and do what the test says.
class HeldLog final : public log::EventLog {
 public:
  [[nodiscard]] log::AppendOutcome append(const log::Group& group) override {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return allowed_ > 0; });
    --allowed_;
    ++done_;
    changed_.notify_all();
    return fails_ ? log::AppendOutcome::Unknown : log_.append(group);
  }
  [[nodiscard]] Status scan(std::uint64_t first, const log::GroupVisitor& visit) override {
    return log_.scan(first, visit);
  }
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override {
    return log_.read(tenant, first, count_max);
  }
  Result<std::vector<log::SliceRange>> slices(std::uint64_t first, std::uint64_t events_min) override {
    return log_.slices(first, events_min);
  }
  const log::Trees& trees() const override { return log_.trees(); }
  [[nodiscard]] log::LogHead head() const override { return log_.head(); }
  void follow_up() override {
    if (on_follow_up) on_follow_up();
  }
  void idle() override {}

  std::function<void()> on_follow_up;  // set before anything is appended
  void allow(int appends) {
    const std::lock_guard lock(mutex_);
    allowed_ += appends;
    changed_.notify_all();
  }
  void fail() {
    const std::lock_guard lock(mutex_);
    fails_ = true;
    allowed_ = 1'000'000;
    changed_.notify_all();
  }
  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;  // guards everything below but log_, which one thread at a time writes
  std::condition_variable changed_;
  int arrived_ = 0, allowed_ = 0, done_ = 0;
  bool fails_ = false;
  log::MemoryLog log_;
};

class LedgerTest : public testing::Test {
 protected:
  void open(LedgerLimits limits = {}) {
    auto log = std::make_unique<HeldLog>();
    log_ = log.get();
    ledger_ = Ledger::open(
                  std::move(log), clock_, limits,
                  [this](const auto& group) { published_.push_back(group->number); },
                  [this](const Error& error) { failed_.set_value(error); })
                  .value();
  }
  ~LedgerTest() override {
    if (!ledger_) return;
    log_->allow(1'000'000);
    ledger_->close();
  }

  /// The future gets the outcomes, if ever.
  std::future<std::vector<kontor::Outcome>> submit(CommandRequest command) {
    std::vector<CommandRequest> one;
    one.push_back(std::move(command));
    return submit(std::move(one));
  }
  std::future<std::vector<kontor::Outcome>> submit(std::vector<CommandRequest> commands) {
    auto promise = std::make_shared<std::promise<std::vector<kontor::Outcome>>>();
    auto future = promise->get_future();
    const Status taken =
        ledger_->submit({Desk::kTenant, Mode::Each, std::move(commands),
                         [promise](auto outcomes) { promise->set_value(std::move(outcomes)); }});
    EXPECT_TRUE(taken.has_value());
    return future;
  }
  static bool ready(const std::future<std::vector<kontor::Outcome>>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  FixedClock clock_;
  HeldLog* log_ = nullptr;
  std::vector<std::uint64_t> published_;  // the committer's until close
  std::promise<Error> failed_;
  std::unique_ptr<Ledger> ledger_;
};

// INV-6
TEST_F(LedgerTest, AnAnswerLeavesOnlyWhenItsGroupIsDurable) {
  open();
  auto answer = submit(create_tenant());
  log_->wait_for_arrivals(1);
  EXPECT_FALSE(ready(answer));
  log_->allow(1);
  EXPECT_TRUE(accepted(answer.get().at(0)));
}

TEST_F(LedgerTest, WhatComesWhileASmallGroupIsMadeDurableIsTheNextOne) {
  open();
  auto first = submit(create_tenant());
  log_->wait_for_arrivals(1);
  auto second = submit(open_campus("c-1"));
  auto third = submit(open_campus("c-2"));
  log_->allow(2);
  EXPECT_TRUE(accepted(first.get().at(0)));
  EXPECT_EQ(receipt(second.get().at(0)).first, 2U);
  EXPECT_EQ(receipt(third.get().at(0)).first, 3U);
  EXPECT_EQ(log_->head().group, 2U);
}

TEST_F(LedgerTest, TheNextGroupIsDecidedWhileALargeOneIsMadeDurable) {
  constexpr std::uint64_t kMany = 300;
  open();
  log_->allow(1);
  EXPECT_TRUE(accepted(submit(create_tenant()).get().at(0)));
  std::vector<CommandRequest> many;
  for (std::uint64_t i = 0; i < kMany; ++i) many.push_back(open_campus("c-" + std::to_string(i)));
  auto first = submit(std::move(many));
  log_->wait_for_arrivals(2);
  auto second = submit(open_campus("another"));
  // It is decided, against events that are not durable yet, and waits for nothing but its turn.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (ledger_->waiting() != 0 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  EXPECT_EQ(ledger_->waiting(), 0U);
  EXPECT_FALSE(ready(first));
  log_->allow(1);
  EXPECT_EQ(first.get().size(), kMany);
  log_->wait_for_arrivals(3);
  EXPECT_FALSE(ready(second));
  log_->allow(1);
  EXPECT_EQ(receipt(second.get().at(0)).first, kMany + 2);
}

// Writing HEAD takes a processor that somebody who waits for an answer may need.
TEST_F(LedgerTest, WhatMayLagIsBegunAfterTheAnswersHaveLeft) {
  open();
  std::vector<std::string> happened;
  log_->on_follow_up = [&] { happened.emplace_back("follow up"); };
  log_->allow(1);
  const Status taken = ledger_->submit(
      {Desk::kTenant, Mode::Each, {create_tenant()}, [&](const auto&) { happened.emplace_back("answer"); }});
  ASSERT_TRUE(taken.has_value());
  ledger_->close();
  EXPECT_EQ(happened, (std::vector<std::string>{"answer", "follow up"}));
}

TEST_F(LedgerTest, ARefusalWaitsForTheEventsItRestsOn) {
  open();
  auto created = submit(create_tenant());
  log_->wait_for_arrivals(1);
  auto refused = submit(create_tenant());
  EXPECT_FALSE(ready(refused));
  log_->allow(1);
  EXPECT_EQ(code(refused.get().at(0)), Reason::AlreadyExists);
  EXPECT_TRUE(ready(created));
}

TEST_F(LedgerTest, WhatDoesNotFitTheInboxIsTurnedAwayAtOnce) {
  LedgerLimits limits;
  limits.inbox_commands_max = 2;
  open(limits);
  auto first = submit(create_tenant());
  log_->wait_for_arrivals(1);
  // Whoever makes it durable is busy: what comes then piles up.
  std::vector<std::future<std::vector<kontor::Outcome>>> waiting;
  Status taken;
  bool called = false;
  for (int i = 0; i < 100'000 && taken; ++i)
    taken = ledger_->submit({Desk::kTenant, Mode::Each, std::vector<CommandRequest>(3, open_campus("c-1")),
                             [&](const auto&) { called = true; }});
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, Reason::Overloaded);
  EXPECT_FALSE(called);
}

TEST_F(LedgerTest, AFailedAppendStopsTheLedgerAndAnswersNobody) {
  open();
  auto answer = submit(create_tenant());
  log_->wait_for_arrivals(1);
  log_->fail();
  EXPECT_EQ(failed_.get_future().get().code, Reason::OutcomeUnknown);
  ledger_->close();
  const Status taken = ledger_->submit({Desk::kTenant, Mode::Each, {open_campus("c-1")}, {}});
  ASSERT_FALSE(taken.has_value());
  ledger_.reset();  // the writer's promises go with it
  EXPECT_TRUE(published_.empty());
  EXPECT_THROW(answer.get(), std::future_error);  // broken, never fulfilled
}

TEST_F(LedgerTest, ClosingAnswersEverythingThatWasAccepted) {
  open();
  std::vector<std::future<std::vector<kontor::Outcome>>> answers;
  answers.push_back(submit(create_tenant()));
  for (int i = 0; i < 50; ++i) answers.push_back(submit(open_campus("c-" + std::to_string(i))));
  log_->allow(1'000'000);
  ledger_->close();
  for (auto& answer : answers) {
    ASSERT_TRUE(ready(answer));
    EXPECT_TRUE(accepted(answer.get().at(0)));
  }
  EXPECT_EQ(ledger_->head().events, 51U);
  for (std::size_t i = 0; i < published_.size(); ++i) EXPECT_EQ(published_[i], i + 1);
  const Status taken = ledger_->submit({Desk::kTenant, Mode::Each, {open_campus("late")}, {}});
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, Reason::OutOfOrder);
}

TEST_F(LedgerTest, AStatusIsAnsweredAfterWhatWasSubmittedBefore) {
  open();
  log_->allow(1'000'000);
  auto created = submit(create_tenant());
  std::promise<TenantStatus> promise;
  ASSERT_TRUE(ledger_->status(Desk::kTenant, StatusDetail::WithDigest,
                              [&](TenantStatus status) { promise.set_value(status); }));
  const TenantStatus status = promise.get_future().get();
  EXPECT_EQ(status.position, 1U);
  EXPECT_EQ(status.timeline, tenancy::Timeline::Live);
  EXPECT_NE(status.state, Digest{});
  EXPECT_TRUE(ready(created));
}

}  // namespace
}  // namespace kontor::test
