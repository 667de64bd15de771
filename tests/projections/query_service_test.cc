// Questions that wait: for a position, for what is due, for nothing any more.

#include "projections/query_service.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <semaphore>

#include "engine/log/memory/memory_log.h"
#include "projections/projector.h"
#include "tests/support/borrowed.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/credits_fixture.h"
#include "tests/support/credits_questions.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"

namespace kontor::test {
namespace {

using views::AnswerOutcome;
using views::QueryService;

constexpr std::chrono::milliseconds kAtOnce{0};
constexpr std::chrono::milliseconds kLong{60'000};

class Questions : public testing::Test {
 protected:
  Questions() {
    for (const log::Group& group : history_.groups()) derived_.apply(group);
    service_ = QueryService::start(
        live_, [this](Tick tick) { return take(std::move(tick)); }, views::QueryLimits{2}, nullptr,
        [this] { return now_; }, [this] { hurried_.release(); });
  }

  Status take(Tick tick) {
    if (refuse_ticks_) return fail(Reason::Overloaded, "busy");
    const std::lock_guard lock(mutex_);
    ticks_.push_back(std::move(tick));
    return {};
  }
  std::size_t ticks() {
    const std::lock_guard lock(mutex_);
    return ticks_.size();
  }

  // Another group of the log, which the views do not have yet.
  log::Group open_campus(const char* id) {
    history_.done(berlin("2026-02-01"), command(cmd::OpenCampus{.campus = CampusId(id)}));
    return history_.groups().back();
  }
  void apply(const log::Group& group) {
    derived_.apply(group);
    service_->advanced();
  }

  std::future<AnswerOutcome> ask(const Ask& question, std::chrono::milliseconds patience) {
    auto promise = std::make_shared<std::promise<AnswerOutcome>>();
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    question(query);
    service_->ask(TenantId("t"), query, patience,
                  [promise](AnswerOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  static Ask waiting_for(Position position, const Ask& question) {
    return [position, question](wire::Query::Builder query) {
      question(query);
      query.setWaitPosition(position);
    };
  }
  static Reason reason_of(const AnswerOutcome& outcome) {
    if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) return refusal->code;
    if (const auto* error = std::get_if<Error>(&outcome)) return error->code;
    ADD_FAILURE() << "answered";
    return Reason::InvalidArgument;
  }

  std::mutex mutex_;  // guards ticks_
  std::counting_semaphore<> hurried_{0};
  std::vector<Tick> ticks_;
  bool refuse_ticks_ = false;
  Instant now_;
  LiveHistory history_;
  DerivedViews derived_;
  views::LiveViews live_{borrowed(std::as_const(*derived_.store))};
  std::unique_ptr<QueryService> service_;
};

TEST_F(Questions, WhatTheViewsHoldIsAnsweredAtOnce) {
  apply(open_campus("c-1"));
  const AnswerOutcome outcome = ask(usage_statistics("c-1"), kAtOnce).get();
  ASSERT_TRUE(std::holds_alternative<views::AnswerMessage>(outcome));
  EXPECT_EQ(words_of(outcome), words_of(test::ask(*derived_.store, usage_statistics("c-1"))));
}

TEST_F(Questions, AQuestionWaitsForItsPosition) {
  const log::Group group = open_campus("c-1");
  auto answer = ask(waiting_for(2, usage_statistics("c-1")), kLong);
  apply(group);
  EXPECT_EQ(Answered(answer.get()).body().getUsageStatistics().getCampus(), "c-1");
}

TEST_F(Questions, LongWorkWaitsLikeAQuestionAndIsNotAnswered) {
  const auto wait = [this](const Ask& question, std::chrono::milliseconds patience) {
    auto promise = std::make_shared<std::promise<std::optional<AnswerOutcome>>>();
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    question(query);
    service_->wait(TenantId("t"), query, patience,
                   [promise](std::optional<AnswerOutcome> no) { promise->set_value(std::move(no)); });
    return promise->get_future();
  };
  const log::Group group = open_campus("c-1");
  auto ready = wait(waiting_for(2, usage_statistics("c-1")), kLong);
  apply(group);
  EXPECT_FALSE(ready.get());
  const auto late = wait(waiting_for(7, usage_statistics("c-1")), kAtOnce).get();
  ASSERT_TRUE(late);
  EXPECT_EQ(reason_of(*late), Reason::DeadlineExceeded);
}

TEST_F(Questions, PatienceEndsWithHeadAndAskedPosition) {
  const AnswerOutcome outcome = ask(waiting_for(7, usage_statistics("c-1")), kAtOnce).get();
  ASSERT_EQ(reason_of(outcome), Reason::DeadlineExceeded);
  EXPECT_EQ(std::get<rules::Refusal>(outcome).facts,
            (std::vector{rules::fact("head", 1), rules::fact("asked", 7)}));
}

TEST_F(Questions, AMomentIsAskedForFromTheWriterFirst) {
  const log::Group group = open_campus("c-1");
  auto answer = ask(as_of_time(berlin("2026-03-01"), usage_statistics("c-1")), kLong);
  ASSERT_EQ(ticks(), 1U);
  EXPECT_EQ(ticks_[0].at, berlin("2026-03-01"));
  ticks_[0].done(Position{2});
  apply(group);
  const Answered answered(answer.get());
  EXPECT_EQ((*answered).getPosition(), 2U);
  EXPECT_EQ((*answered).getEffectiveAt(), berlin("2026-03-01").ns);
}

TEST_F(Questions, AMomentTheTimelineHasPassedNeedsNoWriter) {
  apply(open_campus("c-1"));
  const AnswerOutcome outcome = ask(as_of_time(berlin("2026-01-15"), usage_statistics("c-1")), kLong).get();
  EXPECT_EQ(ticks(), 0U);
  EXPECT_EQ(words_of(outcome), "1007 there is no campus c-1 at position 1 campus=c-1 position=1");
}

TEST_F(Questions, BeforeTheTenantThereWasNothing) {
  const AnswerOutcome outcome = ask(as_of_time(berlin("2025-01-15"), usage_statistics("c-1")), kLong).get();
  EXPECT_EQ(words_of(outcome), "1007 there is no campus c-1 at position 0 campus=c-1 position=0");
}

TEST_F(Questions, TheWritersRefusalIsTheAnswer) {
  auto answer = ask(as_of_time(berlin("2030-03-01"), usage_statistics("c-1")), kLong);
  ASSERT_EQ(ticks(), 1U);
  ticks_[0].done(rules::Refusal{Reason::EffectiveTimeInFuture, "not yet", {}, {}});
  EXPECT_EQ(reason_of(answer.get()), Reason::EffectiveTimeInFuture);
}

TEST_F(Questions, WhatIsKnownByATimeIsAskedFromTheWriter) {
  auto answer = ask(
      [](wire::Query::Builder query) {
        usage_statistics("c-1")(query);
        query.setKnownTime(berlin("2030-03-01").ns);
      },
      kLong);
  ASSERT_EQ(ticks(), 1U);
  EXPECT_EQ(ticks_[0].at, Instant{});
  EXPECT_EQ(ticks_[0].recorded_by, berlin("2030-03-01"));
  ticks_[0].done(rules::Refusal{Reason::EffectiveTimeInFuture, "not yet", {}, {}});
  EXPECT_EQ(reason_of(answer.get()), Reason::EffectiveTimeInFuture);
}

TEST_F(Questions, AWriterThatTakesNothingIsTheAnswer) {
  refuse_ticks_ = true;
  EXPECT_EQ(reason_of(ask(as_of_time(berlin("2030-03-01"), usage_statistics("c-1")), kLong).get()),
            Reason::Overloaded);
}

TEST_F(Questions, ATickThatComesTooLateIsNotAnsweredTwice) {
  auto answer = ask(as_of_time(berlin("2026-03-01"), usage_statistics("c-1")), kAtOnce);
  EXPECT_EQ(reason_of(answer.get()), Reason::DeadlineExceeded);
  ASSERT_EQ(ticks(), 1U);
  ticks_[0].done(rules::Refusal{Reason::EffectiveTimeInFuture, "not yet", {}, {}});
}

TEST_F(Questions, AgesAboutTheHeadGoByTheServersClockAndPinnedOnesDoNot) {
  const std::vector<rules::Command> commands{plan_with_credits(), feature(credits::Feature::On),
                                             of_credits(package_of(10)), activate(), order("o-1")};
  for (const rules::Command& command : commands) {
    history_.done(berlin("2026-02-01"), command);
    apply(history_.groups().back());
  }
  const Position head = derived_.store->tenant(TenantId("t"))->position;
  const auto age = [&](const Ask& question) {
    const Answered answered(ask(question, kLong).get());
    return answered.body().getOrderAdministration().getOrders()[0].getAgeSeconds();
  };
  constexpr std::uint64_t kTwoDays = 2 * 86'400;
  now_ = berlin("2026-02-03");
  EXPECT_NEAR(static_cast<double>(age(order_administration())), static_cast<double>(kTwoDays), 1);
  EXPECT_EQ(age(as_of(head, order_administration())), 0U);
  now_ = berlin("2026-01-01");  // a clock that went back makes nothing younger than the newest event
  EXPECT_EQ(age(order_administration()), 0U);
}

TEST_F(Questions, TooManyQuestionsAreTurnedAway) {
  auto first = ask(waiting_for(9, usage_statistics("c-1")), kLong);
  auto second = ask(waiting_for(9, usage_statistics("c-1")), kLong);
  EXPECT_EQ(reason_of(ask(usage_statistics("c-1"), kLong).get()), Reason::Overloaded);
  service_->close();
  EXPECT_EQ(reason_of(first.get()), Reason::SessionEnded);
  EXPECT_EQ(reason_of(second.get()), Reason::SessionEnded);
  EXPECT_EQ(reason_of(ask(usage_statistics("c-1"), kLong).get()), Reason::SessionEnded);
}

TEST_F(Questions, AfterTheViewsFailedNothingElseIsSaid) {
  auto waiting = ask(waiting_for(9, usage_statistics("c-1")), kLong);
  service_->views_failed({Reason::Rebuilding, "the views are damaged"});
  EXPECT_EQ(reason_of(waiting.get()), Reason::Rebuilding);
  EXPECT_EQ(reason_of(ask(usage_statistics("c-1"), kLong).get()), Reason::Rebuilding);
}

TEST_F(Questions, OtherViewsAnswerAgainAfterTheViewsFailed) {
  const log::Group group = open_campus("c-1");
  service_->views_failed({Reason::Rebuilding, "the views are damaged"});
  DerivedViews others(history_.groups());
  live_.adopt(borrowed(std::as_const(*others.store)));
  service_->views_recovered();
  auto answer = ask(waiting_for(group.slices[0].first, usage_statistics("c-1")), kLong);
  EXPECT_EQ(Answered(answer.get()).body().getUsageStatistics().getCampus(), "c-1");
}

TEST_F(Questions, OneThatWaitsForThePositionHurriesTheViews) {
  const log::Group group = open_campus("c-1");
  auto answer = ask(waiting_for(group.slices[0].first, usage_statistics("c-1")), kLong);
  hurried_.acquire();
  apply(group);
  EXPECT_EQ(Answered(answer.get()).body().getUsageStatistics().getCampus(), "c-1");
}

TEST_F(Questions, OneThatNeedNotWaitHurriesNobody) {
  ask(usage_statistics("c-1"), kLong).get();
  service_->close();
  EXPECT_FALSE(hurried_.try_acquire());
}

constexpr std::chrono::hours kForEver{24};

/// Of a log that has nothing yet.
struct EmptyViews : DerivedViews {
  EmptyViews() {
    log::MemoryLog log;
    EXPECT_TRUE(runner.catch_up(log, {}));
  }
};

TEST(Projector, GathersGroupsUntilTheyAreWorthAStep) {
  const std::vector<log::Group> groups = random_history(5, 100);
  EmptyViews derived;
  std::size_t events = 0;
  for (const log::Group& group : groups) events += log::events_in(group);
  std::binary_semaphore done(0);
  std::size_t advanced = 0;
  const auto count = [&] {
    ++advanced;
    done.release();
  };
  const auto projector = views::Projector::start(borrowed(derived.runner),
                                                 {.rest = kForEver, .worth_a_step = events}, count, {});
  for (const log::Group& group : groups) projector->observe(std::make_shared<const log::Group>(group));
  done.acquire();
  projector->close();
  EXPECT_EQ(advanced, 1U);
  EXPECT_EQ(derived.store->checkpoint().value().group, groups.size());
}

TEST(Projector, DoesNotRestWhenSomebodyWaits) {
  const std::vector<log::Group> groups = random_history(5, 100);
  EmptyViews derived;
  std::binary_semaphore done(0);
  const auto projector =
      views::Projector::start(borrowed(derived.runner), {.rest = kForEver}, [&done] { done.release(); }, {});
  projector->hurry();  // whoever waits may know of the group first
  projector->observe(std::make_shared<const log::Group>(groups[0]));
  done.acquire();
  projector->observe(std::make_shared<const log::Group>(groups[1]));
  projector->hurry();
  done.acquire();
  EXPECT_EQ(derived.store->checkpoint().value().group, 2U);
}

TEST(Projector, AppliesWhatItIsHandedInOrderAndTellsWhenItHas) {
  const std::vector<log::Group> groups = random_history(5, 100);
  EmptyViews derived;
  std::size_t advanced = 0;
  // Room for one event: every further group waits for the one before.
  const auto projector = views::Projector::start(
      borrowed(derived.runner), {1}, [&advanced] { ++advanced; },
      [](const Error& error) { FAIL() << error.message; });
  for (const log::Group& group : groups) projector->observe(std::make_shared<const log::Group>(group));
  projector->close();
  EXPECT_GE(advanced, 1U);
  EXPECT_EQ(derived.store->checkpoint().value().group, groups.size());
}

TEST(Projector, AfterAFailureItHoldsNobodyUp) {
  std::vector<log::Group> groups = random_history(5, 100);
  groups[1].slices[0].bytes.resize(8);
  EmptyViews derived;
  std::vector<Reason> failures;
  const auto projector = views::Projector::start(
      borrowed(derived.runner), {1}, {}, [&failures](const Error& error) { failures.push_back(error.code); });
  for (const log::Group& group : groups) projector->observe(std::make_shared<const log::Group>(group));
  projector->close();
  EXPECT_EQ(failures, std::vector{Reason::StoreDamaged});
  EXPECT_LE(derived.store->checkpoint().value().group, 1U);
}

}  // namespace
}  // namespace kontor::test
